import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { createConnection } from "mysql2/promise";
import { type Catalogue, fingerprint, onlyTables, readCatalogue } from "../../src/deploy/catalogue.ts";
import type { PlannedStep } from "../../src/deploy/plan.ts";
import { stepsIn } from "../../src/deploy/plan.ts";
import { deploy, planned } from "../../src/deploy/run.ts";
import { isIn, subjectOf } from "../../src/deploy/subject.ts";
import { openTarget } from "../../src/deploy/target.ts";
import type { Server } from "../../test/servers/server.ts";

/** What every tool is to bring into the database: the six tables, as single statements with their undo. */
export interface Release {
  readonly migrations: readonly { readonly id: string; readonly steps: readonly PlannedStep[] }[];
  readonly tables: readonly string[];
  /** Tables and foreign keys that it makes. */
  readonly objects: number;
}

/** How the release is cut into migrations. */
export const layouts = ["a migration a table", "a migration a statement"] as const;
export type Layout = (typeof layouts)[number];

/** The same statements in the same order, in migrations that are called as all of the tools want them: a number first. */
export function cut(release: Release, layout: Layout): Release {
  const parts =
    layout === "a migration a table"
      ? release.migrations
      : release.migrations.flatMap(({ id, steps }) => steps.map((step) => ({ id, steps: [step] })));
  const migrations = parts.map(({ id, steps }, index) => ({
    id: `${20_260_101_000_000 + index}_${id.replace(/^\d+_/, "")}`,
    steps,
  }));
  return { ...release, migrations };
}

export const before = "phase-1-baseline";
export const release = "phase-2-multi-tenant";

/** Makes the database `name` as it is before the release. */
export async function prepare(server: Server, name: string): Promise<Release> {
  await onServer(server, `create database ${name} character set utf8mb4 collate utf8mb4_unicode_ci`);
  const target = await openTarget(`${server.url}/${name}`);
  try {
    await deploy(target, { to: before });
    const steps = stepsIn(await planned(target, { to: release }));
    const ids = [...new Set(steps.map(({ migration }) => migration))].sort();
    return {
      migrations: ids.map((id) => ({ id, steps: steps.filter(({ migration }) => migration === id) })),
      tables: steps.flatMap(({ up }) => {
        const subject = subjectOf(up);
        return subject.kind === "table" ? [subject.table] : [];
      }),
      objects: steps.length,
    };
  } finally {
    await target.close();
  }
}

/** What of the release stands in the database, as one value; and how many of its statements. */
export async function standing(
  url: string,
  { tables, migrations }: Release,
): Promise<{ whole: string; count: number }> {
  const target = await openTarget(url);
  try {
    const catalogue: Catalogue = await readCatalogue(target);
    const steps = migrations.flatMap((migration) => migration.steps);
    return {
      whole: fingerprint(onlyTables(catalogue, tables)),
      count: steps.filter(({ up }) => isIn(catalogue, subjectOf(up))).length,
    };
  } finally {
    await target.close();
  }
}

/** Resolves as soon as `count` of the release's tables and foreign keys stand, or when `isOver` says so. */
export async function untilStanding(
  url: string,
  { tables }: Release,
  count: number,
  isOver: () => boolean,
): Promise<boolean> {
  const connection = await createConnection(url);
  try {
    while (!isOver()) {
      const [rows] = await connection.query(
        `select count(*) as there from information_schema.table_constraints
         where table_schema = database() and table_name in (?) and constraint_type in ('PRIMARY KEY', 'FOREIGN KEY')`,
        [tables],
      );
      if (Number((rows as { there: number }[])[0]?.there) >= count) return true;
    }
    return false;
  } finally {
    connection.destroy();
  }
}

/** Nothing that a dead client left is still at work on the server. */
export async function settled(url: string): Promise<void> {
  const connection = await createConnection(url);
  try {
    for (;;) {
      const [rows] = await connection.query(
        "select 1 from information_schema.processlist where id <> connection_id() and command not in ('Daemon', 'Binlog Dump') and user <> 'system user' and user <> 'event_scheduler'",
      );
      if ((rows as unknown[]).length === 0) return;
    }
  } finally {
    await connection.end();
  }
}

export async function onServer(server: Server, ...statements: string[]): Promise<void> {
  const connection = await createConnection(server.url);
  for (const statement of statements) await connection.query(statement);
  await connection.end();
}

/** Fills the database `to`, made anew, with what `from` holds. */
export async function copy(server: Server, { dump, client }: Programs, from: string, to: string): Promise<void> {
  const at = `--socket='${server.socket}' --user=root`;
  const own = server.engine === "mysql" ? "--set-gtid-purged=OFF" : "";
  await onServer(server, `drop database if exists ${to}`, `create database ${to} character set utf8mb4`);
  await promisify(execFile)("/bin/sh", ["-c", `'${dump}' ${at} ${own} '${from}' | '${client}' ${at} '${to}'`]);
}

export interface Programs {
  readonly dump: string;
  readonly client: string;
  readonly mariadbClient: string;
}
