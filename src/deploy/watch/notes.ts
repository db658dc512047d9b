import { latestRuns, updateRun } from "../journal.ts";
import type { Report } from "../report-schema.ts";
import type { Target } from "../target.ts";
import type { Say } from "../work.ts";
import type { Watched } from "./watch.ts";

type Kept = Report["watch"][number];

/** So many watches of a run are kept, the newest. */
const most = 20;

/**
 * Keeps what a watch has seen with the run that it looks at, beside what earlier ones saw. A journal that cannot be written
 * just now does not end the watch.
 */
export function keepWatch(target: Target, runId: string, say: Say) {
  const startedAt = new Date().toISOString();
  return async ({ end, looks, alarms, notChecked, undo }: Omit<Watched, "end"> & { readonly end: Kept["end"] }) => {
    const kept: Kept = {
      startedAt,
      endedAt: end === null ? null : new Date().toISOString(),
      end,
      looks,
      alarms: [...alarms],
      notChecked: [...notChecked],
      undo: undo && { runId: undo.ending?.runId ?? null, end: undo.ending?.end ?? null, refused: undo.refused },
    };
    try {
      const run = (await latestRuns(target, 20)).find(({ id }) => id === runId);
      if (run === undefined) return;
      const { watch = [] } = run.notes as { watch?: Kept[] };
      const others = watch.filter((each) => each.startedAt !== startedAt);
      await updateRun(target, runId, { notes: { ...run.notes, watch: [...others, kept].slice(-most) } });
    } catch (error) {
      say(`the watch is not kept in the journal: ${(error as Error).message}`);
    }
  };
}
