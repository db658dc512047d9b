import { underBudget } from "../budget.ts";
import { quoted } from "../journal.ts";
import { createSchema } from "../scratch.ts";
import type { Target } from "../target.ts";
import type { Work } from "../work.ts";
import { preparedNotes } from "./notes.ts";

/** Goes the other way in the same statement, so where it is says whether the tables were exchanged. */
const mark = "frontdesk_restore";

/** The restored tables in, those of before aside, in one statement: either all of it happens or nothing. */
export async function exchange(work: Work): Promise<void> {
  const { target, run } = work;
  const { shadow, aside } = preparedNotes(work);
  const restored = Object.keys(run.expected?.tables ?? {});
  const loaded = new Set(await tablesOf(target, shadow));
  const missing = restored.filter((name) => !loaded.has(name));
  if (missing.length > 0) {
    throw new Error(`${shadow} no longer holds ${missing.join(", ")}: \`frontdesk deploy abort\`, then restore again.`);
  }
  await ensureSchema(target, aside);
  await markSchema(work, shadow);
  const before = await tablesOf(target, target.database);
  await move(work, [
    ...before.map((name) => [target.database, aside, name] as const),
    ...restored.map((name) => [shadow, target.database, name] as const),
    [shadow, aside, mark],
  ]);
}

/** Those of before in again. What others have written meanwhile stays, in a schema of its own. */
export async function exchangeBack(work: Work): Promise<void> {
  const { target } = work;
  const { shadow, aside, after, opened } = preparedNotes(work);
  const to = opened ? after : shadow;
  if (opened) await ensureSchema(target, after);
  const restored = await tablesOf(target, target.database);
  const before = (await tablesOf(target, aside)).filter((name) => name !== mark);
  await move(work, [
    ...restored.map((name) => [target.database, to, name] as const),
    ...before.map((name) => [aside, target.database, name] as const),
    [aside, to, mark],
  ]);
}

/** Whether the tables are exchanged now. */
export async function isExchanged(target: Target, aside: string): Promise<boolean> {
  return (await tablesOf(target, aside)).includes(mark);
}

/** After going back: it holds nothing by then. */
export async function removeEmptySchema(target: Target, schema: string): Promise<void> {
  const [there] = await target.query("select 1 from information_schema.schemata where schema_name = ?", [schema]);
  if (there === undefined || (await tablesOf(target, schema)).length > 0) return;
  await target.query(`drop database ${quoted(schema)}`);
}

/** What cannot be moved from schema to schema, as sentences. */
export async function immovable(target: Target, schema: string): Promise<string[]> {
  const rows = await target.query<{ name: string; kind: string }>(
    `select table_name as name, table_type as kind from information_schema.tables
     where table_schema = ? and table_type not in ('BASE TABLE', 'VIEW') order by table_name`,
    [schema],
  );
  return rows.map(({ name, kind }) => `${name} is a ${kind.toLowerCase()}, which a restore cannot bring back.`);
}

async function tablesOf(target: Target, schema: string): Promise<string[]> {
  const rows = await target.query<{ name: string }>(
    "select table_name as name from information_schema.tables where table_schema = ? and table_type = 'BASE TABLE' order by table_name",
    [schema],
  );
  return rows.map(({ name }) => name);
}

async function move(work: Work, moves: readonly (readonly [from: string, to: string, table: string])[]): Promise<void> {
  const list = moves.map(([from, to, name]) => `${quoted(from)}.${quoted(name)} to ${quoted(to)}.${quoted(name)}`);
  await work.lock.assertOwned();
  await underBudget(work.target, `rename table ${list.join(", ")}`, work.patience);
}

async function ensureSchema(target: Target, name: string): Promise<void> {
  const [there] = await target.query("select 1 from information_schema.schemata where schema_name = ?", [name]);
  if (there === undefined) await createSchema(target, name);
}

async function markSchema({ target, run, settings }: Work, schema: string): Promise<void> {
  const table = `${quoted(schema)}.${mark}`;
  await target.query(
    `create table if not exists ${table} (run_id varchar(60) primary key, backup varchar(1000) not null) engine=InnoDB`,
  );
  await target.query(`replace into ${table} (run_id, backup) values (?, ?)`, [
    run.id,
    (settings.restore?.backup ?? "").slice(0, 1000),
  ]);
}
