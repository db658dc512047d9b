import { failpoint } from "./failpoint.ts";
import { quoted } from "./journal.ts";
import { PlanRefused } from "./plan.ts";
import type { Target } from "./target.ts";

const mark = "frontdesk_trial";

/**
 * A schema beside the database, there for as long as something is tried out in it. One that a killed process left is
 * removed first: it bears our mark, and nobody holds its lock.
 * @param work gets the schema's name
 * @throws PlanRefused where the schema is somebody else's, or in use
 */
export async function inTrialSchema<T>(
  target: Target,
  purpose: "check" | "shapes",
  work: (name: string) => Promise<T>,
): Promise<T> {
  const name = `${target.database.slice(0, 40)}_frontdesk_${purpose}`;
  const [lock] = await target.query<{ taken: number }>("select get_lock(?, 10) as taken", [name]);
  if (Number(lock?.taken) !== 1) throw new PlanRefused(`Another process is using the schema ${name}. Try again.`);
  try {
    await removeLeftOver(target, name);
    await target.query(`create database ${quoted(name)} character set utf8mb4`);
    await target.query(`create table ${quoted(name)}.${mark} (id integer primary key)`);
    await failpoint(`trying ${purpose}`);
    try {
      return await work(name);
    } finally {
      await target.query(`drop database ${quoted(name)}`);
    }
  } finally {
    await target.query("do release_lock(?)", [name]);
  }
}

/** Ours is marked, or was left before it could be, empty. */
async function removeLeftOver(target: Target, name: string): Promise<void> {
  const [there] = await target.query("select 1 from information_schema.schemata where schema_name = ?", [name]);
  if (there === undefined) return;
  const tables = await target.query<{ name: string }>(
    "select table_name as name from information_schema.tables where table_schema = ?",
    [name],
  );
  if (tables.length > 0 && !tables.some((table) => table.name === mark)) {
    throw new PlanRefused(`The schema ${name} is in the way: drop it, if it is nobody's.`);
  }
  await target.query(`drop database ${quoted(name)}`);
}
