import { rmSync } from "node:fs";
import { quoted, scratchMarks, unmarkScratch } from "./journal.ts";
import type { Target } from "./target.ts";

/** Scratch schemas of runs that were killed. */
export async function removeScratch(target: Target): Promise<void> {
  for (const name of await scratchMarks(target)) {
    if (target.engine === "sqlite") for (const end of ["", "-wal", "-shm"]) rmSync(`${name}${end}`, { force: true });
    else await target.query(`drop database if exists ${quoted(name)}`);
    await unmarkScratch(target, name);
  }
}

/** With the defaults of the database's own, which a dump does not say. */
export async function createSchema(target: Target, name: string): Promise<void> {
  const [defaults] = await target.query<{ charset: string; collation: string }>(
    `select default_character_set_name as charset, default_collation_name as collation
     from information_schema.schemata where schema_name = ?`,
    [target.database],
  );
  await target.query(
    `create database ${quoted(name)} character set ${defaults?.charset} collate ${defaults?.collation}`,
  );
}

/** Somebody's own schema of that name is not ours to fill or to drop. */
export async function assertFree(target: Target, name: string): Promise<void> {
  await removeScratch(target);
  if (target.engine === "sqlite") return;
  const [there] = await target.query("select 1 from information_schema.schemata where schema_name = ?", [name]);
  if (there)
    throw new Error(`There is a schema ${name} that this program did not make. Rename or remove it, then try again.`);
  // It is not there: this only asks whether we might remove it again. Without that right it would stay.
  await target.query(`drop database if exists ${quoted(name)}`);
}
