import { z } from "zod";
import { endStates, goals, phases } from "./machine.ts";
import { questionKinds } from "./prober/questions.ts";
import { checks } from "./watch/sighting.ts";

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const milliseconds = z.int().nonnegative();
const instant = z.iso.datetime();
const answers = { questions: z.int().nonnegative(), worstMilliseconds: milliseconds, p99Milliseconds: milliseconds };

/** Published as docs/schemas/deployment-report.schema.json. */
export const reportSchema = z.strictObject({
  format: z.literal(1),
  id: z.string(),
  database: z.strictObject({ name: z.string(), engine: z.enum(["sqlite", "mariadb", "mysql"]) }),
  goal: z.enum(goals),
  /** null: it has not ended. */
  end: z.enum(endStates).nullable(),
  phase: z.enum(phases),
  reason: z.string().nullable(),
  releases: z.array(z.string()),
  by: z.string(),
  host: z.string(),
  startedAt: instant,
  endedAt: instant.nullable(),
  /** Over the statements and their undos, in their order. */
  planSha256: hash,
  plan: z
    .strictObject({
      sha256: hash,
      madeBy: z.string(),
      approvals: z.array(
        z.strictObject({ role: z.string(), name: z.string(), at: instant, decision: z.enum(["go", "no-go"]) }),
      ),
      contacts: z.array(z.string()),
    })
    .nullable(),
  statements: z.array(
    z.strictObject({
      ordinal: z.int(),
      name: z.string(),
      state: z.enum(["intent", "done", "undoing", "undone"]),
      milliseconds: milliseconds.nullable(),
    }),
  ),
  migrationMilliseconds: milliseconds,
  /** For how long maintenance was on; null where it was not. */
  frozenMilliseconds: milliseconds.nullable(),
  lockWaits: z.int().nonnegative(),
  fingerprints: z.strictObject({ before: hash, expected: hash.nullable() }),
  /** What others had to wait; null: with maintenance nobody else is at work, or it was not asked for. */
  prober: z
    .strictObject({
      stallLimitMilliseconds: milliseconds,
      /** Why it was not measured; null where it was. */
      notMeasured: z.string().nullable(),
      kinds: z.array(
        z.strictObject({
          kind: z.enum(questionKinds),
          tables: z.array(z.string()),
          ...answers,
          errors: z.int().nonnegative(),
          /** The longest wait while a statement ran or waited, less the worst before. */
          stallMilliseconds: milliseconds,
          baseline: z.strictObject(answers),
        }),
      ),
      connectionsLost: z.int().nonnegative(),
      /** For how long the prober itself was kept from running, at worst. */
      ownDelayMilliseconds: milliseconds,
    })
    .nullable(),
  backup: z
    .looseObject({ path: z.string(), bytes: z.int(), sha256: hash, rows: z.int(), snapshot: z.string(), milliseconds })
    .nullable(),
  rehearsal: z
    .looseObject({
      milliseconds: z.strictObject({
        load: milliseconds,
        up: milliseconds,
        down: milliseconds,
        upAgain: milliseconds,
      }),
    })
    .nullable(),
  smoke: z.looseObject({ command: z.string(), failure: z.string().nullable() }).nullable(),
  health: z.array(z.looseObject({ url: z.string(), failure: z.string().nullable() })),
  /** The same before the run. */
  healthBefore: z.array(z.looseObject({ url: z.string(), failure: z.string().nullable() })),
  /** What watches saw afterwards, the newest last. */
  watch: z.array(
    z.strictObject({
      startedAt: instant,
      /** null: it goes on, or was killed. */
      endedAt: instant.nullable(),
      end: z.enum(["over", "stopped", "superseded", "undone", "held"]).nullable(),
      looks: z.int().nonnegative(),
      alarms: z.array(
        z.strictObject({
          check: z.enum(checks),
          subject: z.string(),
          detail: z.string(),
          at: instant,
          until: instant.nullable(),
          /** Why a rollback would not mend it; null where it may. */
          notMendable: z.string().nullable(),
        }),
      ),
      notChecked: z.array(z.strictObject({ check: z.enum(checks), why: z.string() })),
      undo: z
        .strictObject({
          runId: z.string().nullable(),
          end: z.enum(endStates).nullable(),
          refused: z.string().nullable(),
        })
        .nullable(),
    }),
  ),
  quarantined: z.array(z.looseObject({ table: z.string(), rows: z.int(), kept: z.string() })),
  /** A restore's: the backup's manifest, and what of before the backup does not hold; null until it is counted. */
  restore: z
    .strictObject({
      backup: z.string(),
      takenAt: instant.nullable(),
      snapshot: z.enum(["exact", "approximate"]).nullable(),
      aside: z.string().nullable(),
      /** Whether tables that the user cannot see were asked for foreign keys to these; null: not asked yet, or SQLite. */
      otherSchemas: z.enum(["checked", "not checked"]).nullable(),
      kept: z
        .array(
          z.strictObject({
            table: z.string(),
            rows: z.int(),
            added: z.int().nullable(),
            changed: z.int().nullable(),
          }),
        )
        .nullable(),
    })
    .nullable(),
  criteria: z.array(
    z.strictObject({
      what: z.enum(["structure", "application health", "performance", "safety"]),
      result: z.enum(["passed", "failed", "not checked"]),
      detail: z.string(),
    }),
  ),
  switchedOff: z.array(z.string()),
});

export type Report = z.output<typeof reportSchema>;
