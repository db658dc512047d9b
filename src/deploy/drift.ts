import { type Catalogue, differences, onlyTables } from "./catalogue.ts";
import { without } from "./execute.ts";
import { latestRuns, type Run } from "./journal.ts";
import { stepsIn } from "./plan.ts";
import { tablesMadeBy } from "./subject.ts";
import type { Target } from "./target.ts";

/** The structure that the last deployment left; null after a rollback: the one of before it stands in no run. */
export function structureLeftBy(runs: readonly Run[]): Catalogue | null {
  const newest = runs.find(({ progress }) => progress.end === "migrated" || progress.end === "undone");
  return newest?.progress.end === "migrated" ? newest.expected : null;
}

/** As the last deployment left it, less what was taken back since: a release may have added to the tables of one before. */
export function structureMade(runs: readonly Run[]): Catalogue | null {
  const made = runs.findIndex(({ progress }) => progress.end === "migrated");
  const expected = runs[made]?.expected ?? null;
  const undone = runs
    .slice(0, made)
    .filter(({ progress }) => progress.end === "undone" && progress.goal === "rollBack");
  return (
    expected &&
    without(
      expected,
      undone.flatMap(({ releases }) => stepsIn(releases)),
    )
  );
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
