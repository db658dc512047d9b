import { readCatalogue } from "./catalogue.ts";
import { applyStep, confirmAsBefore, countInForce, recordMigrations, undoStep, verifyStructure } from "./execute.ts";
import { failpoint } from "./failpoint.ts";
import { LockLost } from "./lock.ts";
import { type Action, advance, canBeAborted, nextAction, type Outcome, type Progress, recovered } from "./machine.ts";
import { prepare } from "./prepare.ts";
import { isConnectionLost, reconnect } from "./target.ts";
import type { Work } from "./work.ts";

/** Performs one action after another until the run has ended, the journal always one step ahead of the deed. */
export async function drive(work: Work): Promise<Work> {
  for (let action = nextAction(work.run.progress); action !== null; action = nextAction(work.run.progress)) {
    try {
      const outcome = await attempt(work, action);
      const progress = outcome.type === "failed" ? await recounted(work) : work.run.progress;
      await keep(work, heard(work, advance(progress, outcome)));
    } catch (error) {
      if (!(await recover(work, error))) return work;
    }
  }
  await failpoint("ended");
  return work;
}

/** A connection that is lost is no outcome: what the server made of the statement is found out afterwards. */
async function attempt(work: Work, action: Action): Promise<Outcome> {
  try {
    await failpoint(action.do);
    await perform(work, action);
    return { type: "succeeded" };
  } catch (error) {
    if (isConnectionLost(error) || error instanceof LockLost) throw error;
    return { type: "failed", reason: (error as Error).message };
  }
}

async function perform(work: Work, action: Action): Promise<void> {
  switch (action.do) {
    case "prepare":
      return prepare(work);
    case "freeze":
    case "thaw":
    case "checkHealth":
      return;
    case "apply":
      return applyStep(work, action.step);
    case "verify":
      return verifyStructure(work);
    case "record":
      return recordMigrations(work);
    case "undo":
      return undoStep(work, action.step);
    case "confirm":
      return confirmAsBefore(work);
  }
}

/** A statement may have worked although something after it did not: what is taken back is what the catalogue shows. */
async function recounted({ target, run, steps }: Work): Promise<Progress> {
  const { progress } = run;
  if (!progress.touched) return progress;
  return { ...progress, done: countInForce(await readCatalogue(target), steps) };
}

/** A person's wish to stop counts after the deed at hand. */
function heard({ wish }: Work, progress: Progress): Progress {
  const reason = canBeAborted(progress) ? wish() : null;
  return reason === null ? progress : advance(progress, { type: "aborted", reason });
}

async function keep(work: Work, progress: Progress): Promise<void> {
  if (progress.reason !== null && progress.reason !== work.run.progress.reason) work.say(progress.reason);
  const over = progress.end !== null && progress.end !== "held";
  await work.save({ progress, ...(over ? { endedAt: new Date().toISOString() } : {}) });
}

/**
 * False where this process can do no more. The run then stays open in the journal for `resume` and `abort`, and so does
 * maintenance.
 */
async function recover(work: Work, error: unknown): Promise<boolean> {
  const { target, lock, run, steps, settings, say } = work;
  const reason = (error as Error).message;
  say(`the connection was lost: ${reason}`);
  const hold = () => {
    work.run = { ...work.run, progress: { ...run.progress, end: "held", reason } };
    return false;
  };
  if (!(await reconnect(target, settings.reconnectSeconds))) return hold();
  try {
    await lock.retake();
    const progress = recovered(run.progress, countInForce(await readCatalogue(target), steps), "goOn");
    await work.save({ progress });
    work.transaction = null;
    return true;
  } catch {
    return hold();
  }
}
