import type { Target } from "./target.ts";

/**
 * What this tool did to a database: on servers in a schema of its own, `<database>_frontdesk`, so that the database
 * itself holds nothing but the product; on SQLite in the same file.
 */
export const journalTables = ["frontdesk_migrations", "frontdesk_steps"];

export interface Applied {
  readonly id: string;
  readonly release: string;
  readonly checksum: string;
  readonly applied_at: string;
}

export interface StepRecord {
  readonly step: string;
  readonly state: "intent" | "done";
}

/** Makes the journal's tables where they are missing; last the migrations', which stands for the whole journal. */
export async function openJournal(target: Target): Promise<void> {
  if (target.engine !== "sqlite") {
    await target.query(`create database if not exists ${identifier(journalSchema(target))} character set utf8mb4`);
  }
  const options = target.engine === "sqlite" ? "" : " engine=InnoDB";
  await target.query(
    `create table if not exists ${journalTable(target, "frontdesk_steps")} (step varchar(190) primary key,
     state varchar(10) not null, statement text not null)${options}`,
  );
  await target.query(
    `create table if not exists ${journalTable(target, "frontdesk_migrations")} (id varchar(100) primary key,
     release_name varchar(100) not null, checksum char(64) not null, applied_at varchar(24) not null)${options}`,
  );
}

/** In the order in which they were applied; empty where there is no journal. */
export async function appliedMigrations(target: Target): Promise<Applied[]> {
  if (!(await journalExists(target))) return [];
  return target.query<Applied & Record<string, unknown>>(
    `select id, release_name as "release", checksum, applied_at from ${journalTable(target, "frontdesk_migrations")} order by id`.replaceAll(
      '"',
      target.engine === "sqlite" ? '"' : "`",
    ),
  );
}

/** Steps that were meant and never confirmed: a deployment died between its intent and its mark. */
export async function unconfirmedSteps(target: Target): Promise<string[]> {
  if (!(await journalExists(target))) return [];
  const rows = await target.query<{ step: string }>(
    `select step from ${journalTable(target, "frontdesk_steps")} where state = 'intent' order by step`,
  );
  return rows.map(({ step }) => step);
}

export async function recordIntent(target: Target, step: string, statement: string): Promise<void> {
  const table = journalTable(target, "frontdesk_steps");
  await target.query(`delete from ${table} where step = ?`, [step]);
  await target.query(`insert into ${table} (step, state, statement) values (?, 'intent', ?)`, [step, statement]);
}

export async function recordDone(target: Target, step: string): Promise<void> {
  await target.query(`update ${journalTable(target, "frontdesk_steps")} set state = 'done' where step = ?`, [step]);
}

export async function forgetStep(target: Target, step: string): Promise<void> {
  await target.query(`delete from ${journalTable(target, "frontdesk_steps")} where step = ?`, [step]);
}

export async function recordApplied(target: Target, applied: Applied): Promise<void> {
  await target.query(
    `insert into ${journalTable(target, "frontdesk_migrations")} (id, release_name, checksum, applied_at) values (?, ?, ?, ?)`,
    [applied.id, applied.release, applied.checksum, applied.applied_at],
  );
}

export async function forgetApplied(target: Target, id: string): Promise<void> {
  await target.query(`delete from ${journalTable(target, "frontdesk_migrations")} where id = ?`, [id]);
}

async function journalExists(target: Target): Promise<boolean> {
  const rows =
    target.engine === "sqlite"
      ? await target.query("select 1 from sqlite_schema where type = 'table' and name = 'frontdesk_migrations'")
      : await target.query(
          "select 1 from information_schema.tables where table_schema = ? and table_name = 'frontdesk_migrations'",
          [journalSchema(target)],
        );
  return rows.length > 0;
}

function journalSchema({ database }: Target): string {
  return `${database}_frontdesk`;
}

function journalTable(target: Target, name: string): string {
  return target.engine === "sqlite" ? name : `${identifier(journalSchema(target))}.${name}`;
}

function identifier(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}
