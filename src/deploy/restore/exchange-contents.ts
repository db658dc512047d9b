import { chmodSync, rmSync } from "node:fs";
import { publish } from "../backup/manifest.ts";
import { isJournalTable, quoted } from "../journal.ts";
import { openTarget, type Target } from "../target.ts";

interface Thing extends Record<string, unknown> {
  readonly type: string;
  readonly name: string;
  readonly sql: string | null;
}

/** Makes another file's content visible as `shadow`, outside of a transaction. Ends with `target.reopen()`. */
export async function attachShadow(target: Target, file: string): Promise<void> {
  await target.query("pragma foreign_keys = off");
  await target.query("attach ? as shadow", [file]);
}

/**
 * Within the transaction: all that the file holds in the place of all that is here, but for the journal's tables. Who
 * has the file open sees the one or the other.
 */
export async function replaceContent(target: Target): Promise<void> {
  const here = await thingsIn(target, "main");
  for (const { type, name } of [...ofType(here, "view"), ...ofType(here, "table")]) {
    await target.query(`drop ${type} main.${quoted(name)}`);
  }
  const there = await thingsIn(target, "shadow");
  for (const { name, sql } of ofType(there, "table")) {
    await target.query(String(sql));
    await copyRows(target, name);
  }
  await copySequences(target);
  for (const type of ["index", "view", "trigger"]) {
    for (const { sql } of ofType(there, type)) if (sql !== null) await target.query(sql);
  }
}

/** A copy of a file as it was last committed; of the very last row where this process keeps others from writing. */
export async function copyTo(target: Target, file: string): Promise<void> {
  for (const end of ["", "-journal"]) rmSync(`${file}.partial${end}`, { force: true });
  const reader = await openTarget(target.url);
  try {
    await reader.query("vacuum into ?", [`${file}.partial`]);
  } finally {
    await reader.close();
  }
  chmodSync(`${file}.partial`, 0o600);
  publish(`${file}.partial`, file);
}

/** What cannot be copied row by row, as sentences. */
export async function uncopyable(target: Target): Promise<string[]> {
  const rows = await target.query<{ name: string }>(
    "select name from sqlite_schema where type = 'table' and sql like 'create virtual table%'",
  );
  return rows.map(({ name }) => `${name} is a virtual table, which a restore cannot bring back.`);
}

/** The product's own, in the order in which they were made. */
async function thingsIn(target: Target, schema: "main" | "shadow"): Promise<Thing[]> {
  const rows = await target.query<Thing & { tab: string }>(
    `select type, name, tbl_name as tab, sql from ${schema}.sqlite_schema where name not like 'sqlite\\_%' escape '\\' order by rowid`,
  );
  return rows.filter(({ tab }) => !isJournalTable(tab));
}

function ofType(things: readonly Thing[], type: string): Thing[] {
  return things.filter((thing) => thing.type === type);
}

async function copyRows(target: Target, table: string): Promise<void> {
  const columns = await target.query<{ name: string }>(
    "select name from pragma_table_xinfo(?, 'main') where hidden = 0 order by cid",
    [table],
  );
  const list = columns.map(({ name }) => quoted(name)).join(", ");
  await target.query(`insert into main.${quoted(table)} (${list}) select ${list} from shadow.${quoted(table)}`);
}

/** A dead row's id is not given out again. */
async function copySequences(target: Target): Promise<void> {
  const [there] = await target.query("select 1 from shadow.sqlite_schema where name = 'sqlite_sequence'");
  const [here] = await target.query("select 1 from main.sqlite_schema where name = 'sqlite_sequence'");
  if (there === undefined || here === undefined) return;
  const ours = "name not like 'frontdesk\\_%' escape '\\'";
  await target.query(`delete from main.sqlite_sequence where ${ours}`);
  await target.query(
    `insert into main.sqlite_sequence (name, seq) select name, seq from shadow.sqlite_sequence where ${ours}`,
  );
}
