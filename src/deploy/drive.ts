import { isDeepStrictEqual } from "node:util";
import { type Deed, deedOf } from "./deeds.ts";
import { failpoint } from "./failpoint.ts";
import { freeze, smoke } from "./freeze.ts";
import { openRun, type Run } from "./journal.ts";
import { DeploymentRunning, LockLost } from "./lock.ts";
import { type Action, advance, canBeAborted, nextAction, type Outcome, type Progress, recovered } from "./machine.ts";
import { wordsOf } from "./phase-words.ts";
import { probed } from "./prober/probing.ts";
import { removeScratch } from "./scratch.ts";
import { isConnectionLost, reconnect } from "./target.ts";
import { thisProcess, type Work } from "./work.ts";

/** Performs one action after another until the run has ended, the journal always one step ahead of the deed. */
export async function drive(work: Work): Promise<Work> {
  try {
    return await driven(work);
  } finally {
    await work.prober?.end().catch(() => {});
  }
}

async function driven(work: Work): Promise<Work> {
  let mustFreeze = wasLeftFrozen(work);
  for (let action = nextAction(work.run.progress); action !== null; action = nextAction(work.run.progress)) {
    try {
      if (mustFreeze) await freezeAgain(work);
      mustFreeze = false;
      if (work.run.progress.end !== null) continue;
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

function wasLeftFrozen({ run }: Work): boolean {
  return run.progress.touched && run.progress.frozen;
}

/** After a death in the middle: a person may have let others in meanwhile, and started what the hook had stopped. */
async function freezeAgain(work: Work): Promise<void> {
  try {
    await freeze(work);
  } catch (error) {
    if (isConnectionLost(error)) throw error;
    await keep(work, { ...work.run.progress, end: "held", reason: (error as Error).message });
  }
}

/** A connection that is lost is no outcome: what the server made of the statement is found out afterwards. */
async function attempt(work: Work, action: Action): Promise<Outcome> {
  try {
    await failpoint(action.do);
    await probed(work, action, () => perform(work, action));
    return { type: "succeeded" };
  } catch (error) {
    if (isConnectionLost(error) || error instanceof LockLost) throw error;
    return { type: "failed", reason: (error as Error).message };
  }
}

async function perform(work: Work, action: Action): Promise<void> {
  const deed = deedIn(work);
  switch (action.do) {
    case "freeze":
      await freeze(work);
      return deed.settle(work);
    case "record":
      await deed.record(work);
      return smoke(work);
    case "apply":
    case "undo":
      return deed[action.do](work, action.step);
    default:
      return deed[action.do](work);
  }
}

function deedIn({ run }: Work): Deed {
  return deedOf(run.progress.goal);
}

/** A statement may have worked although something after it did not: what is taken back is what the catalogue shows. */
async function recounted(work: Work): Promise<Progress> {
  const { progress } = work.run;
  if (!progress.touched) return progress;
  return { ...progress, done: await deedIn(work).inForce(work.target, work.run) };
}

/** A person's wish to stop counts after the deed at hand. */
function heard({ wish }: Work, progress: Progress): Progress {
  const reason = canBeAborted(progress) ? wish() : null;
  return reason === null ? progress : advance(progress, { type: "aborted", reason });
}

async function keep(work: Work, progress: Progress): Promise<void> {
  if (progress.reason !== null && progress.reason !== work.run.progress.reason) work.say(progress.reason);
  if (progress.phase !== work.run.progress.phase && progress.phase !== "ended")
    work.say(wordsOf(progress.goal, progress.phase));
  const over = progress.end !== null && progress.end !== "held";
  await work.save({ progress, ...(over ? { endedAt: new Date().toISOString() } : {}) });
}

/**
 * False where this process can do no more. The run then stays open in the journal for `resume` and `abort`, and so does
 * maintenance.
 * @throws DeploymentRunning where another process has taken the run over
 */
async function recover(work: Work, error: unknown): Promise<boolean> {
  const { target, lock, settings, run, say } = work;
  say(`the connection was lost: ${(error as Error).message}`);
  if (!(await reconnect(target, settings.reconnectSeconds))) return held(work, error);
  work.transaction = null;
  try {
    await lock.retake();
    const { progress } = await stillOurs(work);
    const after = recovered(progress, await deedIn(work).inForce(target, run), "goOn");
    const over = after.end === null ? {} : { endedAt: new Date().toISOString() };
    await work.save({ owner: await thisProcess(target), progress: after, ...over });
    if (after.end !== null) await leaveNothing(work);
    return true;
  } catch (failure) {
    if (failure instanceof DeploymentRunning) throw failure;
    return held(work, failure);
  }
}

/** It was over before it touched anything; what it had made could not be removed without a connection. */
async function leaveNothing(work: Work): Promise<void> {
  deedIn(work).forget(work.run);
  await removeScratch(work.target);
}

/** Another process may have had the lock meanwhile, and gone on with the run or ended it. */
async function stillOurs({ target, run }: Work): Promise<Run> {
  const open = await openRun(target);
  if (open !== null && open.id === run.id && isDeepStrictEqual(open.owner, run.owner)) return open;
  throw new DeploymentRunning(
    `Another process went on with run ${run.id} while this one had lost its connection. \`frontdesk deploy status\` says how that ended.`,
  );
}

function held(work: Work, error: unknown): false {
  const { progress } = work.run;
  work.run = { ...work.run, progress: { ...progress, end: "held", reason: (error as Error).message } };
  return false;
}
