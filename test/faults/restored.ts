import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { expect } from "vitest";
import { hashTables } from "../../src/deploy/backup/row-hashes.ts";
import { takeBackup } from "../../src/deploy/backup/take.ts";
import { readCatalogue } from "../../src/deploy/catalogue.ts";
import { appliedMigrations, journalTable, openJournal, openRun } from "../../src/deploy/journal.ts";
import { lockDeployment } from "../../src/deploy/lock.ts";
import { ensureMaintenanceTables, readMaintenance } from "../../src/deploy/maintenance.ts";
import { deploy } from "../../src/deploy/run.ts";
import { fileOf, openTarget, type Target, urlOfSchema } from "../../src/deploy/target.ts";
import { type ScratchDatabase, scratchDatabase, scratchSchema } from "../databases.ts";
import { type Server, serverPrefixes } from "../servers/server.ts";
import { hostTables, smallRelease } from "./release.ts";

/** Everything that a restore must bring back: structure, rows, what the journal says is applied. */
export interface Picture {
  readonly catalogue: unknown;
  readonly rows: unknown;
  readonly applied: unknown;
  /** Events that are on, and keys of other schemas with where they lead. */
  readonly around: unknown;
}

/** A database that went on after its backup, and what it was at both times. */
export interface Worked {
  readonly scratch: ScratchDatabase;
  readonly backup: string;
  readonly toolsDir: string | null;
  readonly then: Picture;
  readonly now: Picture;
  remove(): Promise<void>;
}

const extras = (other: string, database: string) => [
  "create trigger customers_before before insert on customers for each row set new.name = coalesce(new.name, 'x')",
  "create function three() returns int deterministic return 3",
  "create procedure rename_all() update customers set name = 'x'",
  "create event tidy on schedule every 1 second do delete from customers where id = 99",
  "create event asleep on schedule every 1 day disable do delete from customers where id = 98",
  `create database ${other} character set utf8mb4`,
  `create table ${other}.visits (id integer primary key, customer_id integer, constraint visits_customer foreign key (customer_id) references ${database}.customers (id) on delete cascade) engine=InnoDB`,
  `insert into ${other}.visits values (1, 1)`,
];
/** What is easily lost on the way: text of four bytes, raw bytes, a document, a column that computes itself. */
const things = [
  "create table things (id integer primary key, note varchar(50), data blob, doc json, doubled integer generated always as (id * 2) stored)",
  `insert into things (id, note, data, doc) values (1, '🙂 Zürich \\ "x"', x'00ff0a27', '{"b": [1, null], "a": "ü"}'), (2, '', x'', null)`,
];
const sinceThen = [
  "update things set note = 'later', data = x'01', doc = '[]' where id = 1",
  "insert into customers (id, company_id, name) values (3, 1, 'Later')",
  "update companies set name = 'SALON Lindner' where id = 1",
  "delete from customers where id = 2",
  "create table born (id integer primary key)",
  "insert into born (id) values (1), (2)",
  "drop table marks",
  "drop view names",
  "create view names as select c.name from companies c",
];
const sinceThenOnServers = [
  "drop trigger customers_before",
  "drop event asleep",
  "create event born_event on schedule every 1 day starts now() + interval 1 day do delete from born",
];

/** @param server one of the test's own; the run's when left out */
export async function workedOn(engine: "sqlite" | "mariadb" | "mysql", server?: Server): Promise<Worked> {
  const scratch =
    server && engine !== "sqlite"
      ? await scratchSchema(engine, "empty", server)
      : await scratchDatabase(engine, "empty");
  const toolsDir = engine === "sqlite" ? null : join((await serverPrefixes([engine])).get(engine) ?? "", "bin");
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-restore-"));
  const target = await openTarget(scratch.url);
  const onServers = engine === "sqlite" ? [] : extras(`${target.database}_other`, target.database);
  for (const statement of hostTables) await target.query(statement);
  for (const statement of things) await target.query(statement);
  await target.query("create table logs (line varchar(20))");
  await target.query("insert into logs (line) values ('a'), ('a'), ('b')");
  await openJournal(target);
  await ensureMaintenanceTables(target);
  await target.query(`update ${journalTable(target, "frontdesk_maintenance")} set since_ms = 0`);
  await deploy(target, { migrations: smallRelease.slice(0, 2) });
  await target.query("create view names as select c.id, c.name from customers c");
  for (const statement of onServers) await target.query(statement);
  await deploy(target, { migrations: smallRelease });
  const { path: backup } = await takeBackup(target, { directory: folder, toolsDir });
  const then = await pictureOf(target);
  for (const statement of [...sinceThen, ...(engine === "sqlite" ? [] : sinceThenOnServers)])
    await target.query(statement);
  const now = await pictureOf(target);
  await target.close();
  const remove = async () => {
    await removeSchemas(scratch.url);
    await scratch.remove();
    rmSync(folder, { recursive: true, force: true });
  };
  return { scratch, backup, toolsDir, then, now, remove };
}

export async function pictureOf(target: Target): Promise<Picture> {
  const catalogue = await readCatalogue(target);
  const rows = await hashTables(target, Object.keys(catalogue.tables).sort());
  const around =
    target.engine === "sqlite"
      ? []
      : [
          await target.query(
            "select event_name as name, status as status from information_schema.events where event_schema = ? order by 1",
            [target.database],
          ),
          await target.query(
            "select table_schema as tab, constraint_name as name, referenced_table_schema as parent from information_schema.key_column_usage where table_schema = ? and referenced_table_name is not null",
            [`${target.database}_other`],
          ),
        ];
  return { catalogue, rows, applied: (await appliedMigrations(target)).map(({ id }) => id), around };
}

/** After any fault: nothing of a restore is left but what it keeps aside, and the database is what its end says. */
export async function expectEnd({ scratch, backup, then, now }: Worked, end: "restored" | "asBefore"): Promise<void> {
  const target = await openTarget(scratch.url);
  try {
    const lock = await lockDeployment(target, async () => true);
    await lock.release();
    expect(await openRun(target)).toBeNull();
    expect((await readMaintenance(target)).lease).toBeNull();
    expect(await pictureOf(target)).toEqual(end === "restored" ? then : now);
    const places = await asides(target);
    expect(places).toHaveLength(end === "restored" ? 1 : 0);
    if (end === "restored") expect(await rowsIn(target, places[0] ?? "")).toEqual(now.rows);
    expect(await shadows(target)).toEqual([]);
    const left = readdirSync(dirname(backup)).filter((name) => /partial|\.restore|restored\.sql/.test(name));
    expect(left).toEqual([]);
  } finally {
    await target.close();
  }
}

/** What the restored tables held by the time they were put away again. Removes it. */
export async function expectRestoredKept({ scratch, then }: Worked): Promise<void> {
  const target = await openTarget(scratch.url);
  const isFile = target.engine === "sqlite";
  const places = isFile ? await asides(target) : await schemasLike(target, "%\\_after\\_%");
  expect(places).toHaveLength(1);
  expect(await rowsIn(target, places[0] ?? "")).toEqual(then.rows);
  await target.close();
  for (const place of places) await (isFile ? rmSync(place) : dropSchema(scratch.url, place));
}

/** The database of before, wherever it was kept. */
async function rowsIn(target: Target, place: string): Promise<unknown> {
  const aside = await openTarget(target.engine === "sqlite" ? `sqlite:${place}` : urlOfSchema(target.url, place));
  try {
    const tables = Object.keys((await readCatalogue(aside)).tables).filter((name) => name !== "frontdesk_restore");
    return await hashTables(aside, tables.sort());
  } finally {
    await aside.close();
  }
}

export async function asides(target: Target): Promise<string[]> {
  if (target.engine === "sqlite") {
    const file = fileOf(target.url);
    const names = readdirSync(dirname(file)).filter(
      (name) => name.startsWith(`${basename(file)}.`) && name.endsWith(".db"),
    );
    return names.map((name) => join(dirname(file), name));
  }
  return schemasLike(target, "%\\_aside\\_%");
}

async function shadows(target: Target): Promise<string[]> {
  return target.engine === "sqlite" ? [] : schemasLike(target, "\\_restore");
}

async function dropSchema(url: string, name: string): Promise<void> {
  const target = await openTarget(url);
  await target.query(`drop database ${name}`).finally(() => target.close());
}

async function schemasLike(target: Target, end: string): Promise<string[]> {
  const rows = await target.query<{ name: string }>(
    "select schema_name as name from information_schema.schemata where schema_name like ?",
    [`${target.database}${end}`],
  );
  return rows.map(({ name }) => name);
}

/** Back to where the database was before a restore, for the next try. */
export async function removeSchemas(url: string): Promise<void> {
  const target = await openTarget(url);
  try {
    if (target.engine === "sqlite") for (const file of await asides(target)) rmSync(file);
    else
      for (const name of await schemasLike(target, "\\_%"))
        if (!name.endsWith("_frontdesk")) await target.query(`drop database ${name}`);
  } finally {
    await target.close();
  }
}
