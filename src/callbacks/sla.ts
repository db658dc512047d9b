import { addOpenTime, openTimeBetween, stretchesWithin } from "../calendars/business-time.ts";
import type { CalendarRules } from "../calendars/rules.ts";

/**
 * The clock of a promise. It runs while somebody still has to call, and counts only time inside the calendar. All
 * times are (epoch) milliseconds. Pure: the promise that a customer is told comes from here and nowhere else.
 */

/** A stretch in which the clock runs by one calendar; null while it still runs. */
export interface Run {
  readonly fromMs: number;
  readonly untilMs: number | null;
  readonly rules: CalendarRules;
}

export interface Pause {
  readonly fromMs: number;
  /** Null while it lasts. */
  readonly untilMs: number | null;
}

/** The runs between the pauses, which are in order and do not overlap. */
export function runsOf(startMs: number, rules: CalendarRules, pauses: readonly Pause[]): Run[] {
  const runs: Run[] = [];
  let fromMs: number | null = startMs;
  for (const pause of pauses) {
    if (fromMs === null) break;
    runs.push({ fromMs, untilMs: Math.max(fromMs, pause.fromMs), rules });
    fromMs = pause.untilMs === null ? null : Math.max(fromMs, pause.untilMs);
  }
  if (fromMs !== null) runs.push({ fromMs, untilMs: null, rules });
  return runs;
}

/** When the target is used up; null if the clock stands still before. */
export function deadlineOf(runs: readonly Run[], targetMs: number): number | null {
  let left = targetMs;
  for (const { fromMs, untilMs, rules } of runs) {
    if (untilMs === null) return addOpenTime(rules, fromMs, left);
    const passed = openTimeBetween(rules, fromMs, untilMs);
    if (passed >= left) return addOpenTime(rules, fromMs, left);
    left -= passed;
  }
  return null;
}

/** The inverse of `deadlineOf`: how much of a target is used up at a moment. */
export function consumedAt(runs: readonly Run[], atMs: number): number {
  return runs.reduce(
    (sum, { fromMs, untilMs, rules }) => sum + openTimeBetween(rules, fromMs, Math.min(atMs, untilMs ?? atMs)),
    0,
  );
}

/** One stretch that was counted, and how much had been counted at its end. */
export interface Counted {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly countedMs: number;
  readonly totalMs: number;
}

/** Every stretch that counts up to a moment: the proof of a deadline, when the moment is the deadline. */
export function explain(runs: readonly Run[], atMs: number): Counted[] {
  let totalMs = 0;
  return runs.flatMap(({ fromMs, untilMs, rules }) =>
    stretchesWithin(rules, fromMs, Math.min(atMs, untilMs ?? atMs)).map((stretch) => {
      const countedMs = stretch.untilMs - stretch.fromMs;
      totalMs += countedMs;
      return { ...stretch, countedMs, totalMs };
    }),
  );
}

/** The running clock of one callback, as its row keeps it. */
export interface Clock {
  readonly targetMs: number;
  /** Used up before the present run. */
  readonly consumedMs: number;
  readonly runningSinceMs: number;
  readonly rules: CalendarRules;
  /** The end of the window in which the customer wants to be called; the promise is never due before it. */
  readonly windowEndMs: number | null;
}

/** By when to call. A target that is already used up makes it due now, not in hindsight. */
export function dueAt({ targetMs, consumedMs, runningSinceMs, rules, windowEndMs }: Clock): number {
  const due = addOpenTime(rules, runningSinceMs, targetMs - consumedMs);
  return windowEndMs === null ? due : Math.max(due, windowEndMs);
}

/** What is used up at a moment of the present run. */
export function consumedOf(
  { consumedMs, runningSinceMs, rules }: Pick<Clock, "consumedMs" | "runningSinceMs" | "rules">,
  atMs: number,
): number {
  return consumedMs + openTimeBetween(rules, runningSinceMs, atMs);
}
