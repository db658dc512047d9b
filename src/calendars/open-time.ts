import { Temporal } from "temporal-polyfill";
import { instantOf } from "../clock.ts";
import { publicHolidays } from "./holidays.ts";
import { type CalendarRules, minuteOfDay, weekdays } from "./rules.ts";

/** A stretch of time, epoch milliseconds; the end does not belong to it. */
export interface Stretch {
  readonly fromMs: number;
  readonly untilMs: number;
}

const dayMs = 86_400_000;
const minuteMs = 60_000;
/** No calendar is searched farther. */
export const horizonMs = 12 * 366 * dayMs;

/**
 * When it is open, from a moment on, in order; touching stretches are joined. A moment counts if the clock on the wall
 * then shows a time inside an opening: an hour that is skipped does not exist, one that comes twice counts twice.
 */
export function* openTime(rules: CalendarRules, fromMs: number): Generator<Stretch> {
  let pending: Stretch | null = null;
  for (const stretch of openings(rules, fromMs)) {
    if (pending?.untilMs === stretch.fromMs) pending = { fromMs: pending.fromMs, untilMs: stretch.untilMs };
    else {
      if (pending) yield pending;
      pending = stretch;
    }
  }
  if (pending) yield pending;
}

function* openings(rules: CalendarRules, fromMs: number): Generator<Stretch> {
  const endMs = fromMs + horizonMs;
  if (rules.alwaysOpen) return yield { fromMs, untilMs: endMs };
  const { week, isClosed } = compiled(rules);
  for (const zone of offsetsFrom(rules.timezone, fromMs, endMs)) {
    const [first, last] = [Math.max(fromMs, zone.fromMs), Math.min(endMs, zone.untilMs)];
    const lastDay = Math.floor((last - 1 + zone.offsetMs) / dayMs);
    for (let day = Math.floor((first + zone.offsetMs) / dayMs); day <= lastDay; day++) {
      const ofDay = week[weekdayOf(day)] ?? [];
      if (ofDay.length === 0 || isClosed(day)) continue;
      const midnight = day * dayMs - zone.offsetMs;
      for (const [from, until] of ofDay) {
        const stretch = {
          fromMs: Math.max(first, midnight + from * minuteMs),
          untilMs: Math.min(last, midnight + until * minuteMs),
        };
        if (stretch.fromMs < stretch.untilMs) yield stretch;
      }
    }
  }
}

/** 0 for Monday. 1 January 1970 was a Thursday. */
function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}

interface Compiled {
  /** Minutes of the day, from Monday on. */
  readonly week: readonly (readonly (readonly [from: number, until: number])[])[];
  /** @param day counted from 1 January 1970, local */
  readonly isClosed: (day: number) => boolean;
}

const compilations = new WeakMap<CalendarRules, Compiled>();

function compiled(rules: CalendarRules): Compiled {
  let done = compilations.get(rules);
  if (!done) {
    done = compile(rules);
    compilations.set(rules, done);
  }
  return done;
}

function compile({ hours, holidays, closures }: CalendarRules): Compiled {
  const week = weekdays.map((name) =>
    (hours[name] ?? []).map(({ from, until }) => [minuteOfDay(from), minuteOfDay(until)] as const),
  );
  const ranges = closures.map(({ from, until }) => [dayNumber(from), dayNumber(until)] as const);
  const years = new Map<number, ReadonlySet<number>>();
  const isHoliday = (day: number) => {
    if (holidays === null) return false;
    const year = new Date(day * dayMs).getUTCFullYear();
    let days = years.get(year);
    if (!days) {
      days = new Set(publicHolidays(holidays, year).map(({ date }) => dayNumber(date)));
      years.set(year, days);
    }
    return days.has(day);
  };
  return { week, isClosed: (day) => ranges.some(([from, until]) => from <= day && day <= until) || isHoliday(day) };
}

function dayNumber(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / dayMs;
}

interface Offset extends Stretch {
  readonly offsetMs: number;
}

const offsets = new Map<string, Offset[]>();

/** The stretches in which the zone's distance from UTC stays the same, kept per zone. */
function* offsetsFrom(zone: string, fromMs: number, endMs: number): Generator<Offset> {
  let known = offsets.get(zone);
  if (!known) {
    known = [];
    offsets.set(zone, known);
  }
  for (let at = fromMs; at < endMs; ) {
    let offset = known.find((each) => each.fromMs <= at && at < each.untilMs);
    if (!offset) {
      offset = offsetAt(zone, at);
      known.push(offset);
    }
    yield offset;
    at = offset.untilMs;
  }
}

function offsetAt(zone: string, atMs: number): Offset {
  const local = instantOf(atMs).toZonedDateTimeISO(zone);
  const next = local.getTimeZoneTransition("next");
  // A millisecond later, so that a change at this very moment counts as the one before.
  const previous = instantOf(atMs + 1)
    .toZonedDateTimeISO(zone)
    .getTimeZoneTransition("previous");
  return {
    fromMs: previous?.epochMilliseconds ?? Number.NEGATIVE_INFINITY,
    untilMs: next?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
    offsetMs: local.offsetNanoseconds / 1e6,
  };
}

/** Whether the runtime knows the zone. */
export function zoneExists(zone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return /^[A-Za-z]/.test(zone);
  } catch {
    return false;
  }
}
