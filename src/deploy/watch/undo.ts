import type { Run } from "../journal.ts";
import type { DeployOptions, Ending } from "../lead.ts";
import { rollBackRun } from "../run.ts";
import type { Settings } from "../settings.ts";
import type { Target } from "../target.ts";
import type { Alarm } from "./alarms.ts";

/** `ending`: of the run that takes back; `refused`: why there was none. */
export type UndoOutcome =
  | { readonly ending: Ending; readonly refused: null }
  | { readonly ending: null; readonly refused: string };

/** Why no undo leads back from this run, as a sentence; null where one does. */
export function cannotBeUndone({ id, progress }: Run): string | null {
  if (progress.goal === "migrate" && progress.end === "migrated") return null;
  const what = { migrate: "a deployment", rollBack: "a rollback", restore: "a restore" }[progress.goal];
  return `The last run, ${id}, is ${what} that ended ${progress.end ?? "not at all"}: there is nothing to be taken back.`;
}

/** Takes back exactly what the run made, closed and opened again as the run itself was. */
export async function undoRun(
  target: Target,
  run: Run,
  { check, detail }: Alarm,
  { say, wish, environment = {}, migrations }: DeployOptions,
): Promise<UndoOutcome> {
  const { rehearsal: _, prober: __, smoke: ___, ...settings } = run.settings as Settings;
  try {
    const ending = await rollBackRun(target, run, {
      ...(say ? { say } : {}),
      ...(wish ? { wish } : {}),
      ...(migrations ? { migrations } : {}),
      environment,
      settings,
      reason: `The watch saw (${check}): ${detail}`,
      notes: { by: "frontdesk deploy watch", plan: null },
    });
    if (ending.end !== "untouched") return { ending, refused: null };
    return { ending: null, refused: ending.reason ?? "nothing was touched" };
  } catch (error) {
    return { ending: null, refused: (error as Error).message };
  }
}
