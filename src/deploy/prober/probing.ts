import { failpoint } from "../failpoint.ts";
import { journalTable, openJournal } from "../journal.ts";
import { LockLost } from "../lock.ts";
import type { Action } from "../machine.ts";
import { isConnectionLost } from "../target.ts";
import type { Work } from "../work.ts";
import { type ProberFigures, startProber, type Verdict } from "./prober.ts";
import { questionsOf } from "./questions.ts";
import type { Fault } from "./tally.ts";

/** As the run's notes keep it. */
export interface ProberNotes {
  /** A sentence; null where it was measured. */
  readonly notMeasured: string | null;
  readonly figures: ProberFigures | null;
}

/** From the first statement to the record; what is taken back must be, however long others wait for it. */
const measured: ReadonlySet<Action["do"]> = new Set(["apply", "verify", "record"]);

/**
 * Performs an action of a run that lets everybody go on, and looks at what it does to them.
 * @throws Error that says who was made to wait, or could not work; whatever the action itself throws
 */
export async function probed(work: Work, action: Action, perform: () => Promise<void>): Promise<void> {
  if (!measured.has(action.do)) await endProbing(work);
  else if (isWanted(work)) await beginProbing(work);
  if (work.prober === null) return perform();
  try {
    await perform();
  } catch (error) {
    if (isConnectionLost(error) || error instanceof LockLost) throw error;
    await assertHarmless(work);
    throw error;
  }
  await assertHarmless(work);
}

/** The figures into the run's notes. */
async function endProbing(work: Work): Promise<void> {
  const { prober } = work;
  if (prober === null) return;
  work.prober = null;
  const { figures } = await prober.end().catch(() => ({ figures: null }));
  await note(work, { notMeasured: figures === null ? "The prober's thread died." : null, figures });
}

function isWanted({ target, settings, run, prober }: Work): boolean {
  const { notMeasured = null } = (run.notes.prober ?? {}) as Partial<ProberNotes>;
  const isAnswering = prober === null && notMeasured === null;
  return settings.prober !== null && run.progress.goal === "migrate" && target.engine !== "sqlite" && isAnswering;
}

/** One that cannot be had stops nothing: the report says that nobody looked. */
async function beginProbing(work: Work): Promise<void> {
  const { target, settings, run, steps } = work;
  if (settings.prober === null) return;
  await openJournal(target);
  const questions = questionsOf(run.before, steps, journalTable(target, "frontdesk_probe"));
  const { stallLimitMilliseconds: limitMilliseconds } = settings.prober;
  try {
    work.prober = await startProber({ url: target.url, questions, limitMilliseconds });
  } catch (error) {
    await note(work, { notMeasured: `The prober could not ask: ${(error as Error).message}`, figures: null });
    return;
  }
  await failpoint("probing");
}

async function assertHarmless(work: Work): Promise<void> {
  const verdict = await work.prober?.verdict().catch(() => null);
  if (!verdict?.fault) return;
  if (verdict.interrupted) await hearOut(work);
  throw new Error(wordsOf(verdict.fault, verdict, work.settings.prober?.stallLimitMilliseconds ?? 0));
}

/** The order to stop may have come just after the statement's end: then a statement that matters to nobody takes it. */
async function hearOut({ target }: Work): Promise<void> {
  await target.query("do 0").catch((error) => {
    if (isConnectionLost(error)) throw error;
  });
}

const asking = { read: "reading", lock: "locking a row of", write: "writing to" } as const;

function wordsOf(fault: Fault, { figures }: Verdict, limit: number): string {
  const what = `${asking[fault.kind]} ${fault.table}`;
  if (fault.what === "error") {
    return `Others could not work: ${what} failed, and had not before: ${fault.message}. Look at that, then run again; without --no-maintenance nobody works meanwhile.`;
  }
  const { baseline } = figures.kinds.find(({ kind }) => kind === fault.kind) ?? {};
  return (
    `Others had to wait: ${what} took ${fault.milliseconds} ms longer than the ${baseline?.worstMilliseconds ?? 0} ms of before, ` +
    `more than the limit of ${limit} ms, while a statement of ours ran or waited for its lock. Run it when less is going on or ` +
    "long transactions have ended, make --lock-budget shorter, raise --stall-limit, or leave --no-maintenance out."
  );
}

async function note(work: Work, prober: ProberNotes): Promise<void> {
  if (prober.notMeasured !== null) work.say(`what others wait is not measured: ${prober.notMeasured}`);
  await work.save({ notes: { ...work.run.notes, prober } });
}
