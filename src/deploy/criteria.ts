import type { Report } from "./report-schema.ts";
import { uncheckedKeys } from "./restore/unseen-keys.ts";

type Criterion = Report["criteria"][number];
type Facts = Omit<Report, "criteria">;

/** Nobody should have to wait longer than this for one statement, or for the end of maintenance. */
const statementLimit = 1000;
const frozenLimit = 30_000;

/** Each of the four was found well, was found otherwise, or was not looked at. Pure. */
export function criteriaOf(facts: Facts): Criterion[] {
  return [structure(facts), health(facts), performance(facts), safety(facts)];
}

function structure({ goal, end, reason }: Facts): Criterion {
  const of = criterion("structure");
  if (end === null) return of("not checked", "the run has not ended");
  if (end === "untouched") return of("not checked", "nothing was touched");
  if (end === "held") return of("failed", reason ?? "a person is needed");
  if (end === "migrated") {
    return of("passed", `object by object what the ${goal === "restore" ? "backup holds" : "plan makes"}`);
  }
  return goal === "rollBack"
    ? of("passed", "object by object as before the releases")
    : of("failed", "taken back: object by object as before the run");
}

/** What tells of the application itself, and not of its server. */
const ofTheApplication: ReadonlySet<string> = new Set(["health", "log", "error rate"]);

function health({ health, smoke, watch }: Facts): Criterion {
  const of = criterion("application health");
  const alarm = watch.flatMap(({ alarms }) => alarms).find(({ check }) => ofTheApplication.has(check));
  if (alarm) return of("failed", `afterwards, ${alarm.check}, ${alarm.subject}: ${alarm.detail}`);
  const sick = health.find(({ failure }) => failure !== null);
  if (sick) return of("failed", `${sick.url}: ${sick.failure}`);
  if (smoke && smoke.failure !== null) return of("failed", `smoke command: ${smoke.failure}`);
  const seen = [...(smoke ? ["smoke command"] : []), ...health.map(({ url }) => url)];
  return seen.length > 0
    ? of("passed", seen.join(", "))
    : of("not checked", "neither --health-url nor --smoke was given");
}

function performance({ statements, frozenMilliseconds, lockWaits, prober }: Facts): Criterion {
  const of = criterion("performance");
  const times = statements.flatMap(({ milliseconds }) => (milliseconds === null ? [] : [milliseconds]));
  const others = othersOf(prober);
  if (times.length === 0 && others.well) return of("not checked", "no statement came to its end");
  const slowest = Math.max(0, ...times);
  const frozen = frozenMilliseconds === null ? "" : `, maintenance ${frozenMilliseconds} ms`;
  const well = slowest <= statementLimit && (frozenMilliseconds ?? 0) <= frozenLimit && others.well;
  return of(
    well ? "passed" : "failed",
    `slowest statement ${slowest} ms (at most ${statementLimit})${frozen} (at most ${frozenLimit}), ${lockWaits} waits for locks${others.detail}`,
  );
}

function othersOf(prober: Facts["prober"]): { well: boolean; detail: string } {
  if (prober === null) return { well: true, detail: "" };
  const { kinds, stallLimitMilliseconds: limit, notMeasured } = prober;
  if (notMeasured !== null) return { well: true, detail: `; what others waited was not measured: ${notMeasured}` };
  const stall = Math.max(0, ...kinds.map(({ stallMilliseconds }) => stallMilliseconds));
  const errors = kinds.reduce((sum, kind) => sum + kind.errors, 0);
  const questions = kinds.reduce((sum, kind) => sum + kind.questions, 0);
  return {
    well: stall <= limit && errors === 0,
    detail: `; others waited at most ${stall} ms longer than before (at most ${limit}), ${errors} errors in ${questions} questions`,
  };
}

function safety({ goal, backup, rehearsal, restore, fingerprints, switchedOff }: Facts): Criterion {
  const of = criterion("safety");
  if (restore !== null) {
    if (fingerprints.expected === null)
      return of("failed", "the backup was not what its manifest says, or was not loaded");
    if (restore.otherSchemas === "not checked") return of("not checked", uncheckedKeys);
    return restore.snapshot === "exact"
      ? of("passed", "the backup was loaded beside the database and compared row by row")
      : of("not checked", "the backup was loaded, but its rows could not be compared: its snapshot is approximate");
  }
  if (goal === "rollBack") return of("not checked", "a rollback takes no backup; tables with rows are kept aside");
  if (backup === null) {
    const off = switchedOff.some((each) => each.startsWith("backup"));
    return of("not checked", off ? "the backup was switched off" : "no backup was taken");
  }
  if (rehearsal === null) return of("failed", "the backup was not rehearsed");
  return backup.snapshot === "exact"
    ? of("passed", `${backup.rows} rows in the backup, loaded, compared, rehearsed up, down and up`)
    : of("not checked", "rehearsed, but the backup's rows could not be compared: its snapshot is approximate");
}

function criterion(what: Criterion["what"]) {
  return (result: Criterion["result"], detail: string): Criterion => ({ what, result, detail });
}
