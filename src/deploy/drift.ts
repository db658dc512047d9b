import { type Catalogue, differences, onlyTables } from "./catalogue.ts";
import { latestRuns, type Run } from "./journal.ts";
import { stepsIn } from "./plan.ts";
import { tablesMadeBy } from "./subject.ts";
import type { Target } from "./target.ts";

/** The structure that the last deployment left; null after a rollback: the one of before it stands in no run. */
export function structureLeftBy(runs: readonly Run[]): Catalogue | null {
  const newest = runs.find(({ progress }) => progress.end === "migrated" || progress.end === "undone");
  return newest?.progress.end === "migrated" ? newest.expected : null;
}

/**
 * What somebody changed since in the tables that this program made, as lines, `left ≠ found`. What a platform does to its
 * own tables is no drift.
 */
export async function driftOf(target: Target, now: Catalogue): Promise<string[]> {
  const runs = await latestRuns(target, 100);
  const left = structureLeftBy(runs);
  if (left === null) return [];
  const made = runs
    .filter(({ progress }) => progress.end === "migrated")
    .flatMap(({ releases }) => tablesMadeBy(stepsIn(releases)));
  return differences(onlyTables(left, made), onlyTables(now, made));
}
