import { forgetAdoption, recordAdoption } from "./adopt.ts";
import { underBudget } from "./budget.ts";
import type { Catalogue } from "./catalogue.ts";
import { differences, readCatalogue } from "./catalogue.ts";
import { failpoint } from "./failpoint.ts";
import { forgetApplied, recordApplied, recordStep } from "./journal.ts";
import type { PlannedRelease, PlannedStep } from "./plan.ts";
import { quarantine } from "./quarantine.ts";
import { isIn, isInForce, subjectOf, tablesMadeBy } from "./subject.ts";
import type { Target } from "./target.ts";
import type { Work } from "./work.ts";

/** Statement `ordinal` of the plan: intent, statement, probe, mark, all on the connection that holds the lock. */
export async function applyStep(work: Work, ordinal: number): Promise<void> {
  const { target, lock, patience } = work;
  const step = stepAt(work, ordinal);
  await beginTransaction(work, "forward");
  await lock.assertOwned();
  await markStep(work, ordinal, { name: step.name, state: "intent" });
  await failpoint(`intent ${ordinal}`);

  const began = performance.now();
  await underBudget(target, step.up, patience);
  await failpoint(`applied ${ordinal}`);
  if (!(await isInForce(target, subjectOf(step.up)))) throw new Error(`${step.name} ran, and left nothing behind.`);

  const milliseconds = Math.round(performance.now() - began);
  await markStep(work, ordinal, { name: step.name, state: "done", milliseconds });
  await failpoint(`done ${ordinal}`);
}

/** Its undo. What a person changed since is not touched: that is for a person to decide. */
export async function undoStep(work: Work, ordinal: number): Promise<void> {
  const { target, lock, patience } = work;
  const step = stepAt(work, ordinal);
  if (target.inTransaction() && work.transaction === "forward") await target.query("rollback");
  await lock.assertOwned();
  const subject = subjectOf(step.up);
  if (!(await isInForce(target, subject))) return;

  await assertAsMade(work);
  await beginTransaction(work, "back");
  await markStep(work, ordinal, { name: step.name, state: "undoing" });
  await failpoint(`undoing ${ordinal}`);
  if (subject.kind !== "table" || !(await quarantine(work, subject.table))) {
    await underBudget(target, step.down, patience);
  }
  await failpoint(`undid ${ordinal}`);
  if (await isInForce(target, subject)) throw new Error(`The undo of ${step.name} ran, and took nothing away.`);
  await markStep(work, ordinal, { name: step.name, state: "undone" });
}

/** How many statements are in force: the first ones, and none after them. */
export function countInForce(catalogue: Catalogue, steps: readonly PlannedStep[]): number {
  const there = steps.map(({ up }) => isIn(catalogue, subjectOf(up)));
  const count = there.indexOf(false) === -1 ? steps.length : there.indexOf(false);
  const stray = there.findIndex((isThere, index) => index > count && isThere);
  if (stray !== -1) {
    throw new Error(`${steps[stray]?.name} is in the database, and ${steps[count]?.name}, before it, is not.`);
  }
  return count;
}

/** The structure is the expected one, and everything that was there before is as it was. */
export async function verifyStructure(work: Work): Promise<void> {
  const { target, run, steps } = work;
  const now = await readCatalogue(target);
  const missing = steps.filter(({ up }) => !isIn(now, subjectOf(up)));
  if (missing.length > 0) throw new Error(`Not in force: ${missing.map(({ name }) => name).join(", ")}.`);
  const wrong = run.expected === null ? differences(run.before, without(now, steps)) : differences(run.expected, now);
  if (wrong.length > 0) throw new Error(`The structure is not the expected one:\n${wrong.join("\n")}`);
  if (run.expected === null) await work.save({ expected: now });
}

/** Marks the migrations as applied; on SQLite this is the commit of all of it. */
export async function recordMigrations(work: Work): Promise<void> {
  const { target, lock, run } = work;
  await lock.assertOwned();
  const applied_at = new Date().toISOString();
  const adopted = run.releases.find((release) => release.adopted);
  if (adopted) {
    await recordAdoption(target, { release: adopted.release, hostTimeZone: work.settings.hostTimeZone ?? "UTC" });
  }
  const migrations = run.releases.flatMap((release) => release.migrations);
  await recordApplied(
    target,
    migrations.map((migration) => ({ ...migration, applied_at })),
  );
  await failpoint("recorded");
  await commit(work);
}

/** After an undo: the database must be what it was, to the letter. */
export async function confirmAsBefore(work: Work): Promise<void> {
  const { target, lock, run, steps } = work;
  if (target.inTransaction() && work.transaction === "forward") await target.query("rollback");
  await lock.assertOwned();
  const before = run.progress.goal === "rollBack" ? without(run.before, steps) : run.before;
  const wrong = differences(before, await readCatalogue(target));
  if (wrong.length > 0) throw new Error(`The structure is not what it was before:\n${wrong.join("\n")}`);
  await forgetReleases(target, run.releases);
  await commit(work);
}

/** They count as applied no longer, those that were adopted too. */
export async function forgetReleases(target: Target, releases: readonly PlannedRelease[]): Promise<void> {
  await forgetApplied(
    target,
    releases.flatMap(({ migrations }) => migrations.map(({ id }) => id)),
  );
  if (releases.some(({ adopted }) => adopted)) await forgetAdoption(target);
}

/** A catalogue less what the statements make. */
export function without(catalogue: Catalogue, steps: readonly PlannedStep[]): Catalogue {
  const copy = structuredClone(catalogue) as {
    tables: Record<string, Record<string, Record<string, unknown>>>;
  } & Catalogue;
  for (const { up } of steps) {
    const subject = subjectOf(up);
    if (subject.kind === "table") delete copy.tables[subject.table];
    else {
      const place = { foreignKey: "foreignKeys", column: "columns", index: "indexes" }[subject.kind];
      const table = copy.tables[subject.table];
      if (table?.[place] !== undefined) delete table[place][subject.name];
    }
  }
  return copy;
}

/** Once a run of undoing: the tables to be taken away are as they were made, and nobody hung a trigger on anything. */
async function assertAsMade(work: Work): Promise<void> {
  const { target, run, steps } = work;
  if (work.foundAsMade || run.expected === null) return;
  const now = await readCatalogue(target);
  const expected = without(
    run.expected,
    steps.filter(({ up }) => !isIn(now, subjectOf(up))),
  );
  const changed = steps.flatMap(({ up }) => {
    const subject = subjectOf(up);
    if (subject.kind !== "table" || !isIn(now, subject)) return [];
    const shape = (catalogue: Catalogue) => withoutKeys(catalogue, subject.table, steps);
    return differences(shape(expected), shape(now));
  });
  const tables = tablesMadeBy(steps);
  const hung = ({ others }: Catalogue) => ({ tables: {}, others: naming(others, tables) });
  const triggers = differences(hung(expected), hung(now));
  if (changed.length + triggers.length > 0) {
    throw new Error(
      `Somebody changed what is to be taken away; take that back, then go on:\n${[...changed, ...triggers].join("\n")}`,
    );
  }
  work.foundAsMade = true;
}

/**
 * One table without its foreign keys, which are undone before it, and without the indexes that InnoDB makes for them: one
 * comes with its key, bears its name, and stays when the key goes.
 */
function withoutKeys({ tables }: Catalogue, table: string, steps: readonly PlannedStep[]): Catalogue {
  const subjects = steps.map(({ up }) => subjectOf(up));
  const keys = new Set(subjects.flatMap((each) => (each.kind === "foreignKey" ? [each.name] : [])));
  const made = Object.entries(tables[table]?.indexes ?? {}).filter(([name]) => !keys.has(name));
  const shape = { ...tables[table], foreignKeys: {}, indexes: Object.fromEntries(made) };
  return { tables: { [table]: shape }, others: {} } as Catalogue;
}

/** Triggers, views and the like that speak of one of the tables; what speaks of others is not ours to look at. */
function naming(others: Catalogue["others"], tables: readonly string[]): Catalogue["others"] {
  const named = new RegExp(`\\b(${tables.join("|")})\\b`);
  return Object.fromEntries(Object.entries(others).filter(([, definition]) => named.test(definition)));
}

/** In the mirror first: what is meant is known before it is done. */
export async function markStep(work: Work, ordinal: number, step: Parameters<typeof recordStep>[3]): Promise<void> {
  work.keepCopy({ ordinal, ...step });
  await recordStep(work.target, work.run.id, ordinal, step);
}

function stepAt({ steps }: Work, ordinal: number): PlannedStep {
  const step = steps[ordinal];
  if (step === undefined) throw new Error(`The plan has no statement ${ordinal}.`);
  return step;
}

/** SQLite: all statements of one direction and their marks are one transaction, so that a crash takes them all back. */
export async function beginTransaction(work: Work, direction: "forward" | "back"): Promise<void> {
  if (work.target.engine !== "sqlite" || work.target.inTransaction()) return;
  await underBudget(work.target, "begin immediate", work.patience);
  work.transaction = direction;
}

export async function commit(work: Work): Promise<void> {
  if (work.target.inTransaction()) await work.target.query("commit");
}
