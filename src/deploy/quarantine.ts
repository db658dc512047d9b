import { underBudget } from "./budget.ts";
import { quoted } from "./journal.ts";
import type { Work } from "./work.ts";

/**
 * A table that a release made and that holds rows by now is moved aside, not dropped. Its foreign keys are gone by
 * then: had they come along, the deletion of a company would still empty it.
 * @returns false where the table holds no rows
 */
export async function quarantine(work: Work, table: string): Promise<boolean> {
  const { target, run, patience } = work;
  const [answer] = await target.query<{ n: number }>(`select count(*) as n from ${table}`);
  const rows = Number(answer?.n ?? 0);
  if (rows === 0) return false;
  const suffix = run.id.replace(/\W/g, "");
  if (target.engine === "sqlite") {
    const kept = `frontdesk_quarantine_${table}_${suffix}`;
    await target.query(`create table ${kept} as select * from ${table}`);
    await target.query(`drop table ${table}`);
    await note(work, { table, rows, kept });
    return true;
  }
  const schema = `${target.database}_quarantine`;
  await target.query(`create database if not exists ${quoted(schema)} character set utf8mb4`);
  const kept = `${quoted(schema)}.${quoted(`${table.slice(0, 40)}_${suffix}`)}`;
  await underBudget(target, `rename table ${quoted(table)} to ${kept}`, patience);
  await note(work, { table, rows, kept });
  return true;
}

async function note(work: Work, moved: { table: string; rows: number; kept: string }): Promise<void> {
  const before = (work.run.notes.quarantined ?? []) as unknown[];
  await work.save({ notes: { ...work.run.notes, quarantined: [...before, moved] } });
  work.say(`${moved.table} held ${moved.rows} rows: moved to ${moved.kept}, not dropped`);
}
