import { setTimeout as sleep } from "node:timers/promises";
import { openRun, type Run } from "../journal.ts";
import { lastingRun } from "../lasting.ts";
import type { DeployOptions, Ending } from "../lead.ts";
import type { Report } from "../report-schema.ts";
import type { Target } from "../target.ts";
import type { Say } from "../work.ts";
import { type Alarm, alarmBook } from "./alarms.ts";
import { type Eyes, openEyes, type WatchSettings } from "./eyes.ts";
import { keepWatch } from "./notes.ts";
import type { NotChecked, Sighting } from "./sighting.ts";
import { cannotBeUndone, type UndoOutcome, undoRun } from "./undo.ts";

/** What a person at the command line lends to a watch. */
export interface Watcher extends Pick<DeployOptions, "migrations" | "environment"> {
  readonly say: Say;
  /** Why to stop, or null; asked all the time. */
  readonly wish: () => string | null;
  /** An alarm has come, or is over. */
  readonly tell: (alarm: Alarm, run: Run) => Promise<void>;
}

export type WatchEnd = NonNullable<Report["watch"][number]["end"]>;

export interface Watched {
  readonly runId: string;
  readonly end: WatchEnd;
  readonly looks: number;
  readonly alarms: readonly Alarm[];
  readonly notChecked: readonly NotChecked[];
  readonly undo: UndoOutcome | null;
}

/** There is nothing to watch; the message says what to do. */
export class NothingToWatch extends Error {
  override readonly name = "NothingToWatch";
}

/** A run has not ended: that comes first. */
export class RunIsOpen extends Error {
  override readonly name = "RunIsOpen";
}

/**
 * Looks at what runs on the database since the last run, until the time is over, a person stops it, another run has begun, or
 * that run was taken back.
 * @throws NothingToWatch, RunIsOpen
 */
export async function watch(target: Target, settings: WatchSettings, watcher: Watcher): Promise<Watched> {
  const run = await runToWatch(target);
  if (settings.undo) assertUndoable(run);
  const eyes = openEyes(target, run, settings, watcher.say);
  try {
    return await keepLooking(target, run, settings, watcher, eyes);
  } finally {
    await eyes.close();
  }
}

async function runToWatch(target: Target): Promise<Run> {
  const left = await openRun(target);
  if (left !== null) {
    throw new RunIsOpen(
      `Run ${left.id} has not ended: let it end, or \`frontdesk deploy resume\` or \`frontdesk deploy abort\`, then watch.`,
    );
  }
  const run = await lastingRun(target);
  if (run === null) throw new NothingToWatch("There was no deployment yet: `frontdesk deploy run`, then watch.");
  return run;
}

function assertUndoable(run: Run): void {
  const why = cannotBeUndone(run);
  if (why !== null) throw new NothingToWatch(`${why} Leave --undo out to look only.`);
}

async function keepLooking(
  target: Target,
  run: Run,
  settings: WatchSettings,
  watcher: Watcher,
  eyes: Eyes,
): Promise<Watched> {
  const began = performance.now();
  const book = alarmBook(settings.limits);
  const keep = keepWatch(target, run.id, watcher.say);
  let undo: UndoOutcome | null = null;
  let looks = 0;
  let isKept = true;
  /** Looks in a row in which the database answered; it did to the deployment. */
  let answers = settings.limits.looksInARow;
  const soFar = (end: WatchEnd) => {
    const facts = { looks, alarms: book.all(), notChecked: eyes.notChecked(), undo };
    return { runId: run.id, end, ...facts };
  };
  const finished = async (watched: Watched) => {
    await keep(watched);
    return watched;
  };
  await keep({ ...soFar("over"), end: null });
  for (;;) {
    const round = performance.now();
    const { sightings, isAnswering, isSuperseded } = await eyes.look();
    if (isSuperseded) return finished(soFar("superseded"));
    answers = isAnswering ? answers + 1 : 0;
    const isSure = answers >= settings.limits.looksInARow;
    const { raised, over } = book.enter(isSure ? sightings : sightings.map(withoutDatabase), new Date());
    looks++;
    for (const alarm of [...raised, ...over]) await watcher.tell(alarm, run);
    isKept &&= raised.length + over.length === 0;
    if (!isKept && isAnswering) {
      await keep({ ...soFar("over"), end: null });
      isKept = true;
    }
    const cause = raised.find(({ notMendable }) => notMendable === null);
    if (settings.undo && undo === null && cause !== undefined) {
      await eyes.settled();
      undo = await undoRun(target, run, cause, watcher);
      if (undo.ending !== null) return finished(soFar(endOf(undo.ending)));
      watcher.say(`not taken back: ${undo.refused}`);
    }
    const isOver = performance.now() - began + settings.everyMilliseconds > settings.forMilliseconds;
    if (isOver || !(await paused(round + settings.everyMilliseconds, watcher.wish))) {
      return finished(soFar(isOver ? "over" : "stopped"));
    }
  }
}

/** What falls ill with its database is not mended by another schema. */
function withoutDatabase(sighting: Sighting): Sighting {
  return { ...sighting, notMendable: sighting.notMendable ?? "the database did not answer either" };
}

function endOf({ end }: Ending): WatchEnd {
  return end === "undone" ? "undone" : "held";
}

/** False where a person wishes to stop. @param until by the monotonic clock */
async function paused(until: number, wish: () => string | null): Promise<boolean> {
  while (performance.now() < until) {
    if (wish() !== null) return false;
    await sleep(Math.min(100, Math.max(1, until - performance.now())));
  }
  return wish() === null;
}
