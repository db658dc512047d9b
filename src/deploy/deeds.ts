import { readCatalogue } from "./catalogue.ts";
import { applyStep, confirmAsBefore, countInForce, recordMigrations, undoStep, verifyStructure } from "./execute.ts";
import { checkHealthNow, thaw } from "./freeze.ts";
import type { Run } from "./journal.ts";
import type { Goal } from "./machine.ts";
import { stepsIn } from "./plan.ts";
import { prepare, prepareAgain } from "./prepare.ts";
import { restoration } from "./restore/restoration.ts";
import type { Target } from "./target.ts";
import type { Work } from "./work.ts";

/** What the machine's actions mean for a kind of run. Each may be repeated after a death in its middle. */
export interface Deed {
  prepare(work: Work): Promise<void>;
  /** Once everybody has stopped, when nothing is touched yet, and again when maintenance is put on again. */
  settle(work: Work): Promise<void>;
  apply(work: Work, step: number): Promise<void>;
  undo(work: Work, step: number): Promise<void>;
  verify(work: Work): Promise<void>;
  record(work: Work): Promise<void>;
  confirm(work: Work): Promise<void>;
  thaw(work: Work): Promise<void>;
  checkHealth(work: Work): Promise<void>;
  /** A run that died before it touched anything is over: removes the files that it left. */
  forget(run: Run): void;
  /** How many steps the database itself shows, whatever was journaled: always the first ones. */
  inForce(target: Target, run: Run): Promise<number>;
}

export function deedOf(goal: Goal): Deed {
  return goal === "restore" ? restoration : migration;
}

const migration: Deed = {
  prepare,
  settle: prepareAgain,
  apply: applyStep,
  undo: undoStep,
  verify: verifyStructure,
  record: recordMigrations,
  confirm: confirmAsBefore,
  thaw,
  checkHealth: checkHealthNow,
  forget: () => {},
  inForce: async (target, run) => countInForce(await readCatalogue(target), stepsIn(run.releases)),
};
