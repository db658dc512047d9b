import { journalTable, latestRuns, type Run } from "./journal.ts";
import type { Progress } from "./machine.ts";
import type { Target } from "./target.ts";

/** It left the database other than it was, or has not ended. One that came back exactly is as if it had not been. */
function isLasting({ goal, end }: Progress): boolean {
  return end !== "untouched" && (end !== "undone" || goal === "rollBack");
}

const lookedThrough = 100;

/** The run that made the database what it is now; null where none is known. */
export async function lastingRun(target: Target): Promise<Run | null> {
  const runs = await latestRuns(target, lookedThrough);
  return runs.find(({ progress }) => isLasting(progress)) ?? null;
}

/** The same by its id alone, without the catalogues: asked often. */
export async function lastingRunId(target: Target): Promise<string | null> {
  const rows = await target.query<{ id: string; progress: string }>(
    `select id, progress from ${journalTable(target, "frontdesk_runs")} order by started_at desc, id desc limit ${lookedThrough}`,
  );
  return rows.find(({ progress }) => isLasting(JSON.parse(progress)))?.id ?? null;
}
