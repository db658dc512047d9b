import { rmSync } from "node:fs";
import { forgetAdoption, readAdoption, recordAdoption } from "../adopt.ts";
import { readManifest } from "../backup/manifest.ts";
import { type Catalogue, differences, readCatalogue } from "../catalogue.ts";
import type { Deed } from "../deeds.ts";
import { commit, markStep } from "../execute.ts";
import { failpoint } from "../failpoint.ts";
import { checkHealthNow, thaw } from "../freeze.ts";
import { appliedMigrations, type Run, replaceApplied } from "../journal.ts";
import { removeScratch } from "../scratch.ts";
import type { Target } from "../target.ts";
import type { Work } from "../work.ts";
import { countKept } from "./kept.ts";
import { changeNotes, type JournalPart, notesOf, preparedNotes } from "./notes.ts";
import { onServers } from "./on-servers.ts";
import { beginExchange, onSqlite } from "./on-sqlite.ts";

/** How a kind of database exchanges what it holds for what a backup holds. Every part may be repeated. */
export interface Way {
  /** By name, in their order. */
  readonly steps: readonly string[];
  /** Loads the backup beside the database and compares it. @returns the structure that is to stand at the end */
  load(work: Work): Promise<Catalogue>;
  apply(work: Work, step: number): Promise<void>;
  undo(work: Work, step: number): Promise<void>;
  inForce(target: Target, run: Run): Promise<number>;
  /** What is not as the backup has it, as lines. */
  verify(work: Work): Promise<string[]>;
  /** After the exchange counts, and after it was taken back. */
  finish(work: Work): Promise<void>;
  leave(work: Work): Promise<void>;
}

export function wayOf({ engine }: Pick<Target, "engine">): Way {
  return engine === "sqlite" ? onSqlite : onServers;
}

/** A restore, as the machine's actions. */
export const restoration: Deed = {
  prepare: load,
  settle: assertUnchanged,
  apply,
  undo,
  verify,
  record,
  confirm,
  thaw: open,
  checkHealth: conclude,
  forget: (run) => removeDefinitions(run, ["restored", "before"]),
  inForce: (target, run) => wayOf(target).inForce(target, run),
};

async function load(work: Work): Promise<void> {
  const { target, settings, say } = work;
  try {
    const { takenAt, snapshot, tables, applied, adoption } = readManifest(settings.restore?.backup ?? "");
    const journal = { applied: await appliedMigrations(target), adoption: await readAdoption(target) };
    await changeNotes(work, {
      backup: { takenAt, snapshot, tables, applied, adoption },
      journal,
      opened: false,
      kept: null,
    });
    const expected = await wayOf(target).load(work);
    await work.save({ expected });
    await failpoint("compared");
    say(`the backup of ${takenAt} is loaded beside the database, and holds what it should`);
  } catch (error) {
    await clean(work, ["restored", "before"]);
    throw error;
  }
}

/** What was looked at is what will be exchanged. */
async function assertUnchanged({ target, run }: Work): Promise<void> {
  if (run.progress.touched) return;
  const changed = differences(run.before, await readCatalogue(target));
  if (changed.length > 0) {
    throw new Error(`Somebody changed the structure since the restore began; try again:\n${changed.join("\n")}`);
  }
}

async function apply(work: Work, step: number): Promise<void> {
  const { target, lock } = work;
  const way = wayOf(target);
  const name = way.steps[step] ?? "";
  if (target.engine === "sqlite") await beginExchange(work, "forward");
  await lock.assertOwned();
  await markStep(work, step, { name, state: "intent" });
  await failpoint(`intent ${step}`);
  const began = performance.now();
  await way.apply(work, step);
  await failpoint(`applied ${step}`);
  const milliseconds = Math.round(performance.now() - began);
  await markStep(work, step, { name, state: "done", milliseconds });
  if ((await way.inForce(target, work.run)) <= step) throw new Error(`${name} ran, and is not in force.`);
  await failpoint(`done ${step}`);
}

async function undo(work: Work, step: number): Promise<void> {
  const { target, lock } = work;
  const way = wayOf(target);
  const name = way.steps[step] ?? "";
  if (target.inTransaction()) {
    await target.query("rollback");
    return target.reopen();
  }
  if (target.engine === "sqlite") await beginExchange(work, "back");
  await lock.assertOwned();
  await markStep(work, step, { name, state: "undoing" });
  await failpoint(`undoing ${step}`);
  await way.undo(work, step);
  await failpoint(`undid ${step}`);
  await markStep(work, step, { name, state: "undone" });
}

async function verify(work: Work): Promise<void> {
  const wrong = await wayOf(work.target).verify(work);
  if (wrong.length > 0) throw new Error(`The database is not as the backup has it:\n${wrong.join("\n")}`);
}

async function record(work: Work): Promise<void> {
  const { target, lock } = work;
  await lock.assertOwned();
  await replaceJournal(target, preparedNotes(work).backup);
  await failpoint("recorded");
  await commit(work);
  await wayOf(target).finish(work);
}

async function confirm(work: Work): Promise<void> {
  const { target, lock, run } = work;
  if (target.inTransaction() && work.transaction === "forward") await target.query("rollback");
  await lock.assertOwned();
  const wrong = differences(run.before, await readCatalogue(target));
  if (wrong.length > 0) throw new Error(`The structure is not what it was before:\n${wrong.join("\n")}`);
  await replaceJournal(target, preparedNotes(work).journal);
  await commit(work);
  await wayOf(target).leave(work);
}

async function replaceJournal(target: Target, { applied, adoption }: JournalPart): Promise<void> {
  await replaceApplied(target, applied);
  if (adoption === null) await forgetAdoption(target);
  else await recordAdoption(target, adoption);
}

/** Noted first: from here on the restored tables may hold what nobody else does. */
async function open(work: Work): Promise<void> {
  const isLeaving = work.run.progress.phase === "leaving";
  if (!isLeaving) await changeNotes(work, { opened: true });
  await thaw(work);
  if (isLeaving) await clean(work, ["restored", "before"]);
}

/** Counting takes as long as reading all tables, so it is done when others work again. */
async function conclude(work: Work): Promise<void> {
  const { target, run, say } = work;
  await checkHealthNow(work);
  const { aside } = preparedNotes(work);
  const sides = { aside, before: run.before, restored: run.expected ?? run.before };
  try {
    const kept = await countKept(target, sides);
    await changeNotes(work, { kept });
    for (const { table, rows, added, changed } of kept) {
      const what =
        added === null ? `${rows} rows, not all of them in the backup` : `${added} rows more, ${changed} changed`;
      say(`${table}: ${what}, kept in ${aside}`);
    }
    if (kept.length === 0) say(`nothing was newer than the backup; what was there is kept in ${aside}`);
  } catch (error) {
    say(`what is newer than the backup could not be counted: ${(error as Error).message}; it is kept in ${aside}`);
  }
  await clean(work, ["restored"]);
}

function removeDefinitions(run: Run, files: readonly ("restored" | "before")[]): void {
  const definitions = notesOf(run)?.definitions;
  if (!definitions) return;
  for (const file of files) for (const end of ["", ".partial"]) rmSync(`${definitions[file]}${end}`, { force: true });
}

/** The next run removes what cannot be removed now. */
async function clean(work: Work, files: readonly ("restored" | "before")[]): Promise<void> {
  removeDefinitions(work.run, files);
  await removeScratch(work.target).catch((error: Error) => work.say(`a copy could not be removed: ${error.message}`));
}
