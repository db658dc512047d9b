import { adoptionTables } from "../db/adoption.ts";
import { installationTables } from "../db/installation-watch.ts";
import { maintenanceTables, nowMs } from "../db/maintenance.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Progress } from "./machine.ts";
import type { PlannedRelease } from "./plan.ts";
import type { Target } from "./target.ts";

/**
 * What this tool did to a database: on servers in a schema of its own, `<database>_frontdesk`, so that the database
 * itself holds nothing but the product; on SQLite in the same file, in tables that the catalogue leaves out.
 */
const tables = {
  frontdesk_migrations: `id varchar(100) primary key, release_name varchar(100) not null, checksum char(64) not null,
    applied_at varchar(24) not null`,
  frontdesk_runs: `id varchar(60) primary key, progress text not null, settings text not null, releases longtext not null,
    before_catalogue longtext not null, expected_catalogue longtext null, notes longtext not null, owner text not null,
    started_at varchar(24) not null, ended_at varchar(24) null`,
  frontdesk_steps: `run_id varchar(60) not null, ordinal integer not null, name varchar(190) not null,
    state varchar(10) not null, milliseconds integer null, primary key (run_id, ordinal)`,
  frontdesk_scratch: "name varchar(190) primary key, run_id varchar(60) not null, made_at varchar(24) not null",
  frontdesk_probe: "id integer primary key, written bigint not null",
  ...maintenanceTables,
  ...installationTables,
  ...adoptionTables,
} as const;

/** A run as the journal keeps it. */
export interface Run {
  readonly id: string;
  readonly progress: Progress;
  readonly settings: unknown;
  readonly releases: readonly PlannedRelease[];
  readonly before: Catalogue;
  /** What the rehearsal made of a copy; null before it, or where there was none. */
  readonly expected: Catalogue | null;
  /** What is told in the report. */
  readonly notes: Record<string, unknown>;
  readonly owner: Owner;
  readonly startedAt: string;
  readonly endedAt: string | null;
}

/** The process that works on a run, so that a later one can tell whether it still lives. */
export interface Owner {
  readonly host: string;
  /** Process numbers mean something within it only: one start of a machine, and one container of it. */
  readonly machine: string;
  readonly pid: number;
  readonly connectionId: number | null;
}

export interface Applied {
  readonly id: string;
  readonly release: string;
  readonly checksum: string;
  readonly applied_at: string;
}

export async function openJournal(target: Target): Promise<void> {
  if (target.engine !== "sqlite") {
    await target.query(`create database if not exists ${quoted(journalSchema(target))} character set utf8mb4`);
  }
  const options = target.engine === "sqlite" ? "" : " engine=InnoDB";
  for (const [name, columns] of Object.entries(tables)) {
    await target.query(`create table if not exists ${journalTable(target, name)} (${columns})${options}`);
  }
}

/** In the order in which they were applied; empty where there is no journal. */
export async function appliedMigrations(target: Target): Promise<Applied[]> {
  if (!(await journalExists(target))) return [];
  const rows = await target.query<{ id: string; release_name: string; checksum: string; applied_at: string }>(
    `select id, release_name, checksum, applied_at from ${journalTable(target, "frontdesk_migrations")} order by id`,
  );
  return rows.map(({ release_name: release, ...row }) => ({ ...row, release }));
}

export async function recordApplied(target: Target, applied: readonly Applied[]): Promise<void> {
  const table = journalTable(target, "frontdesk_migrations");
  await together(target, async () => {
    for (const { id } of applied) await target.query(`delete from ${table} where id = ?`, [id]);
    await insertApplied(target, applied);
  });
}

async function insertApplied(target: Target, applied: readonly Applied[]): Promise<void> {
  const table = journalTable(target, "frontdesk_migrations");
  for (const { id, release, checksum, applied_at } of applied) {
    await target.query(`insert into ${table} (id, release_name, checksum, applied_at) values (?, ?, ?, ?)`, [
      id,
      release,
      checksum,
      applied_at,
    ]);
  }
}

export async function forgetApplied(target: Target, ids: readonly string[]): Promise<void> {
  const table = journalTable(target, "frontdesk_migrations");
  await together(target, async () => {
    for (const id of ids) await target.query(`delete from ${table} where id = ?`, [id]);
  });
}

/** Exactly these count as applied. */
export async function replaceApplied(target: Target, applied: readonly Applied[]): Promise<void> {
  await together(target, async () => {
    await target.query(`delete from ${journalTable(target, "frontdesk_migrations")}`);
    await insertApplied(target, applied);
  });
}

/** Tries all that a run will write to the journal, and leaves nothing. @throws what the database says where it may not */
export async function tryJournal(target: Target): Promise<void> {
  const table = journalTable(target, "frontdesk_scratch");
  await target.query(target.engine === "sqlite" ? "begin immediate" : "start transaction");
  try {
    await target.query(`insert into ${table} (name, run_id, made_at) values ('trial', '', '')`);
    await target.query(`update ${table} set run_id = 'trial' where name = 'trial'`);
    await target.query(`delete from ${table} where name = 'trial'`);
  } finally {
    await target.query("rollback");
  }
}

export async function insertRun(target: Target, run: Run): Promise<void> {
  await target.query(
    `insert into ${journalTable(target, "frontdesk_runs")} (id, progress, settings, releases, before_catalogue,
     expected_catalogue, notes, owner, started_at, ended_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      run.id,
      JSON.stringify(run.progress),
      JSON.stringify(run.settings),
      JSON.stringify(run.releases),
      JSON.stringify(run.before),
      run.expected && JSON.stringify(run.expected),
      JSON.stringify(run.notes),
      JSON.stringify(run.owner),
      run.startedAt,
      run.endedAt,
    ],
  );
}

const column = {
  progress: "progress",
  expected: "expected_catalogue",
  notes: "notes",
  owner: "owner",
  releases: "releases",
} as const;

export async function updateRun(
  target: Target,
  id: string,
  change: Partial<Pick<Run, keyof typeof column | "endedAt">>,
): Promise<void> {
  const { endedAt, ...documents } = change;
  const values: [string, string | null][] = Object.entries(documents).map(([key, value]) => [
    column[key as keyof typeof column],
    JSON.stringify(value),
  ]);
  if (endedAt !== undefined) values.push(["ended_at", endedAt]);
  const assignments = values.map(([name]) => `${name} = ?`).join(", ");
  await target.query(`update ${journalTable(target, "frontdesk_runs")} set ${assignments} where id = ?`, [
    ...values.map(([, value]) => value),
    id,
  ]);
}

/** The run that has not ended, if any: there is at most one. */
export async function openRun(target: Target): Promise<Run | null> {
  const [run] = await runs(target, "where ended_at is null order by started_at desc limit 1");
  return run ?? null;
}

/** The newest first. */
export async function latestRuns(target: Target, atMost: number): Promise<Run[]> {
  return runs(target, `order by started_at desc, id desc limit ${atMost}`);
}

async function runs(target: Target, which: string): Promise<Run[]> {
  if (!(await journalExists(target, "frontdesk_runs"))) return [];
  const rows = await target.query<Record<string, string | null>>(
    `select * from ${journalTable(target, "frontdesk_runs")} ${which}`,
  );
  const parsed = (text: string | null | undefined) => (text == null ? null : JSON.parse(text));
  return rows.map((row) => ({
    id: row.id ?? "",
    progress: parsed(row.progress),
    settings: parsed(row.settings),
    releases: parsed(row.releases),
    before: parsed(row.before_catalogue),
    expected: parsed(row.expected_catalogue),
    notes: parsed(row.notes),
    owner: parsed(row.owner),
    startedAt: row.started_at ?? "",
    endedAt: row.ended_at ?? null,
  }));
}

export type StepState = "intent" | "done" | "undoing" | "undone";

export async function recordStep(
  target: Target,
  runId: string,
  ordinal: number,
  step: { name: string; state: StepState; milliseconds?: number },
): Promise<void> {
  const table = journalTable(target, "frontdesk_steps");
  await together(target, async () => {
    await target.query(`delete from ${table} where run_id = ? and ordinal = ?`, [runId, ordinal]);
    await target.query(`insert into ${table} (run_id, ordinal, name, state, milliseconds) values (?, ?, ?, ?, ?)`, [
      runId,
      ordinal,
      step.name,
      step.state,
      step.milliseconds ?? null,
    ]);
  });
}

export async function stepsOf(
  target: Target,
  runId: string,
): Promise<{ ordinal: number; name: string; state: StepState; milliseconds: number | null }[]> {
  return target.query(
    `select ordinal, name, state, milliseconds from ${journalTable(target, "frontdesk_steps")} where run_id = ? order by ordinal`,
    [runId],
  );
}

/** So that a worker can tell when the newest one is too old. Nothing where there is no journal yet. */
export async function recordBackup(target: Target, name: string): Promise<void> {
  if (!(await journalExists(target, "frontdesk_backups"))) return;
  const table = journalTable(target, "frontdesk_backups");
  await target.query(`delete from ${table} where name = ?`, [name.slice(0, 190)]);
  await target.query(`insert into ${table} (name, taken_ms) values (?, ${nowMs(target.engine)})`, [name.slice(0, 190)]);
}

export async function markScratch(target: Target, name: string, runId: string): Promise<void> {
  const table = journalTable(target, "frontdesk_scratch");
  await target.query(`delete from ${table} where name = ?`, [name]);
  await target.query(`insert into ${table} (name, run_id, made_at) values (?, ?, ?)`, [
    name,
    runId,
    new Date().toISOString(),
  ]);
}

export async function scratchMarks(target: Target): Promise<string[]> {
  const rows = await target.query<{ name: string }>(`select name from ${journalTable(target, "frontdesk_scratch")}`);
  return rows.map(({ name }) => name);
}

export async function unmarkScratch(target: Target, name: string): Promise<void> {
  await target.query(`delete from ${journalTable(target, "frontdesk_scratch")} where name = ?`, [name]);
}

/** Several writes to the journal as one, also where a transaction is open already. */
async function together(target: Target, work: () => Promise<void>): Promise<void> {
  if (target.inTransaction()) return work();
  await target.query(target.engine === "sqlite" ? "begin immediate" : "start transaction");
  try {
    await work();
    await target.query("commit");
  } catch (error) {
    await target.query("rollback").catch(() => {});
    throw error;
  }
}

async function journalExists(target: Target, table: keyof typeof tables = "frontdesk_migrations"): Promise<boolean> {
  const rows =
    target.engine === "sqlite"
      ? await target.query("select 1 from sqlite_schema where type = 'table' and name = ?", [table])
      : await target.query("select 1 from information_schema.tables where table_schema = ? and table_name = ?", [
          journalSchema(target),
          table,
        ]);
  return rows.length > 0;
}

/** On SQLite what is ours and not the product's bears this prefix. */
export function isJournalTable(name: string): boolean {
  return name.startsWith("frontdesk_");
}

export function journalSchema({ database }: Target): string {
  return `${database}_frontdesk`;
}

export function journalTable(target: Target, name: string): string {
  return target.engine === "sqlite" ? name : `${quoted(journalSchema(target))}.${name}`;
}

export function quoted(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}
