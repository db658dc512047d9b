import { Refusal } from "../errors.ts";
import { horizonMs, openTime, type Stretch } from "./open-time.ts";
import type { CalendarRules } from "./rules.ts";

/** Counting the time inside a calendar. All arguments and results are (epoch) milliseconds. */

/**
 * The first moment by which so much open time has passed; one that falls on closing time is that closing time.
 * @throws Refusal conflict where the calendar has too little open time within twelve years
 */
export function addOpenTime(rules: CalendarRules, startMs: number, durationMs: number): number {
  let left = durationMs;
  if (left <= 0) return startMs;
  for (const { fromMs, untilMs } of openTime(rules, startMs)) {
    if (untilMs - fromMs >= left) return fromMs + left;
    left -= untilMs - fromMs;
  }
  throw tooFewHours();
}

/** The inverse: the last moment from which so much open time passes until the end. */
export function subtractOpenTime(rules: CalendarRules, endMs: number, durationMs: number): number {
  let left = durationMs;
  if (left <= 0) return endMs;
  const stepMs = 14 * 86_400_000;
  for (let until = endMs; until > endMs - horizonMs; until -= stepMs) {
    for (const stretch of stretchesWithin(rules, until - stepMs, until).reverse()) {
      const length = stretch.untilMs - stretch.fromMs;
      if (length >= left) return stretch.untilMs - left;
      left -= length;
    }
  }
  throw tooFewHours();
}

export function openTimeBetween(rules: CalendarRules, fromMs: number, untilMs: number): number {
  return stretchesWithin(rules, fromMs, untilMs).reduce((sum, stretch) => sum + stretch.untilMs - stretch.fromMs, 0);
}

/** The open stretches of a span, cut off at its ends. */
export function stretchesWithin(rules: CalendarRules, fromMs: number, untilMs: number): Stretch[] {
  const found: Stretch[] = [];
  for (const stretch of openTime(rules, fromMs)) {
    if (stretch.fromMs >= untilMs) break;
    found.push({ fromMs: stretch.fromMs, untilMs: Math.min(stretch.untilMs, untilMs) });
  }
  return found;
}

/** The moment itself when it is open then, else the next opening. @throws Refusal conflict as `addOpenTime` */
export function nextOpen(rules: CalendarRules, atMs: number): number {
  const { value } = openTime(rules, atMs).next();
  if (value) return value.fromMs;
  throw tooFewHours();
}

function tooFewHours(): Refusal {
  return new Refusal(
    "conflict",
    "The business calendar has too little open time within twelve years. Shorten its closures or add hours.",
  );
}
