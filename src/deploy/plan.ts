import type { Engine } from "../db/engine.ts";
import { checksum, type Migration } from "../db/migration.ts";
import type { Step } from "../db/table.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Applied } from "./journal.ts";

/** One statement to run, with its undo and a name that the journal knows it by: `0011_policy_configurations/table/1`. */
export interface PlannedStep extends Step {
  readonly name: string;
  readonly migration: string;
}

/** A release's statements: all tables first, then all foreign keys grouped by parent, so that each parent is locked in one short stretch. */
export interface PlannedRelease {
  readonly release: string;
  /** Its tables were there before us: it is recorded as present, and neither made nor ever taken away. */
  readonly adopted?: true;
  readonly migrations: readonly { readonly id: string; readonly release: string; readonly checksum: string }[];
  readonly steps: readonly PlannedStep[];
}

/** All statements of the releases, in the order in which they are sent. */
export function stepsIn(releases: readonly PlannedRelease[]): PlannedStep[] {
  return releases.flatMap(({ steps }) => steps);
}

/** What stands in the way of planning at all; the message says what to do. */
export class PlanRefused extends Error {
  override readonly name = "PlanRefused";
}

/** Column types of keys whose tables are still to be created. */
const baselineTypes: Record<string, Record<"servers" | "sqlite", string>> = {
  "companies.id": { servers: "bigint unsigned", sqlite: "INTEGER" },
  "branches.id": { servers: "char(36) character set utf8mb4 collate utf8mb4_bin", sqlite: "char(36)" },
  "services.id": { servers: "bigint unsigned", sqlite: "INTEGER" },
  "staff.id": { servers: "char(36) character set utf8mb4 collate utf8mb4_bin", sqlite: "char(36)" },
  "customers.id": { servers: "bigint unsigned", sqlite: "INTEGER" },
  "appointments.id": { servers: "bigint unsigned", sqlite: "INTEGER" },
  "users.id": { servers: "bigint unsigned", sqlite: "INTEGER" },
  "auth_users.id": { servers: "bigint unsigned", sqlite: "INTEGER" },
  "callback_requests.id": { servers: "bigint unsigned", sqlite: "INTEGER" },
  "domain_events.id": { servers: "bigint unsigned", sqlite: "INTEGER" },
  "notification_deliveries.id": { servers: "bigint unsigned", sqlite: "INTEGER" },
  "webhook_endpoints.id": { servers: "bigint unsigned", sqlite: "INTEGER" },
  "webhook_deliveries.id": { servers: "bigint unsigned", sqlite: "INTEGER" },
};

/**
 * What is still to be done, release by release. Pure: the same migrations, journal and catalogue give the same plan.
 * @param adopted the release whose tables a platform had already
 * @throws PlanRefused when an applied migration was changed or removed, or a new one would slip in before it
 */
export function plan(
  migrations: readonly Migration[],
  applied: readonly Applied[],
  catalogue: Catalogue,
  engine: Engine,
  adopted: string | null = null,
): PlannedRelease[] {
  assertHistory(migrations, applied, engine);
  const pending = migrations.slice(applied.length);
  const byRelease = Object.groupBy(pending, ({ release }) => release);
  return Object.entries(byRelease).map(([release, ofRelease = []]) => ({
    release,
    migrations: ofRelease.map((migration) => ({
      id: migration.id,
      release: migration.release,
      checksum: checksum(migration, engine),
    })),
    ...(release === adopted ? { adopted: true } : {}),
    steps: (release === adopted ? [] : stepsOf(ofRelease, engine)).map((step) => ({
      ...step,
      up: withTypes(step.up, catalogue, engine),
    })),
  }));
}

function assertHistory(migrations: readonly Migration[], applied: readonly Applied[], engine: Engine): void {
  const ids = migrations.map(({ id }) => id);
  if (ids.some((id, index) => index > 0 && id <= (ids[index - 1] ?? ""))) {
    throw new PlanRefused("Migration ids must be unique and ascending.");
  }
  applied.forEach((record, index) => {
    const migration = migrations[index];
    if (!ids.includes(record.id)) {
      throw new PlanRefused(
        `Migration ${record.id} was applied to this database and is unknown here: run a newer version of the program.`,
      );
    }
    if (migration?.id !== record.id) {
      throw new PlanRefused(
        `Migration ${migration?.id} was added before ${record.id}, which is applied already: give it a later number.`,
      );
    }
    if (checksum(migration, engine) !== record.checksum) {
      throw new PlanRefused(
        `Migration ${record.id} was changed after it was applied. Restore its text and make the change in a new migration.`,
      );
    }
  });
}

function stepsOf(migrations: readonly Migration[], engine: Engine): PlannedStep[] {
  const named = (kind: string, list: (migration: Migration) => readonly Step[]) =>
    migrations.flatMap((migration) =>
      list(migration).map((step, index) => ({
        ...step,
        name: `${migration.id}/${kind}/${index + 1}`,
        migration: migration.id,
      })),
    );
  const foreignKeys = named("foreign-key", ({ steps }) => steps[engine].foreignKeys);
  const parentOf = ({ up }: Step) => /references (\w+)/.exec(up)?.[1] ?? "";
  return [
    ...named("table", ({ steps }) => steps[engine].tables),
    ...foreignKeys.toSorted((one, other) => parentOf(one).localeCompare(parentOf(other))),
  ];
}

/** Fills in `{companies.id}` with the type that column has here. */
function withTypes(sql: string, catalogue: Catalogue, engine: Engine): string {
  return sql.replace(/\{(\w+)\.(\w+)\}/g, (_, table: string, column: string) => {
    const live = catalogue.tables[table]?.columns[column]?.type;
    const type = live ?? baselineTypes[`${table}.${column}`]?.[engine === "sqlite" ? "sqlite" : "servers"];
    if (type === undefined) throw new PlanRefused(`There is no column ${table}.${column} to refer to.`);
    return type;
  });
}
