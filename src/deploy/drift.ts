import { type Catalogue, differences } from "./catalogue.ts";
import { latestRuns } from "./journal.ts";
import { stepsIn } from "./plan.ts";
import { subjectOf } from "./subject.ts";
import type { Target } from "./target.ts";

/**
 * What somebody changed since in the tables that this program made, as lines, `left ≠ found`. Nothing after a rollback,
 * whose structure stands in no run. What a platform does to its own tables is no drift.
 */
export async function driftOf(target: Target, now: Catalogue): Promise<string[]> {
  const runs = await latestRuns(target, 100);
  const [newest] = runs.filter(({ progress }) => progress.end === "migrated" || progress.end === "undone");
  if (newest?.progress.end !== "migrated" || newest.expected === null) return [];
  const made = new Set(
    runs
      .filter(({ progress }) => progress.goal === "migrate" && progress.end === "migrated")
      .flatMap(({ releases }) => stepsIn(releases).map(({ up }) => subjectOf(up)))
      .flatMap(({ kind, table }) => (kind === "table" ? [table] : [])),
  );
  const ours = ({ tables }: Catalogue): Catalogue => ({
    tables: Object.fromEntries(Object.entries(tables).filter(([name]) => made.has(name))),
    others: {},
  });
  return differences(ours(newest.expected), ours(now));
}
