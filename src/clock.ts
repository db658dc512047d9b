import { Temporal } from "temporal-polyfill";

/** A point on the time line, millisecond precision. Local times exist only together with an IANA zone. */
export type Instant = Temporal.Instant;

/** Where a database gets its time from; the real one asks the database server, a test's stands still or is moved by hand. */
export interface FakeClock {
  now(): Instant;
}

/** From epoch milliseconds. */
export function instantOf(epochMilliseconds: number): Instant {
  return Temporal.Instant.fromEpochMilliseconds(epochMilliseconds);
}

/** From ISO 8601 text with an offset or Z; finer digits than milliseconds are cut off. Throws a RangeError for anything else. */
export function parseInstant(text: string): Instant {
  return instantOf(Temporal.Instant.from(text).epochMilliseconds);
}

/** `2026-11-24T09:30:00.000Z`: UTC, always three digits, so that texts sort as the instants do. */
export function isoOf(instant: Instant): string {
  return isoAt(instant.epochMilliseconds);
}

/** The same text, from epoch milliseconds. */
export function isoAt(epochMilliseconds: number): string {
  return new Date(epochMilliseconds).toISOString();
}

export function plusMilliseconds(instant: Instant, milliseconds: number): Instant {
  return instantOf(instant.epochMilliseconds + milliseconds);
}

export function isBefore(one: Instant, other: Instant): boolean {
  return one.epochMilliseconds < other.epochMilliseconds;
}

export function latest(...instants: [Instant, ...Instant[]]): Instant {
  return instants.reduce((one, other) => (isBefore(one, other) ? other : one));
}

/** What a zone's clocks show as `2026-11-24T09:30`; null for no such text, and for a time that the zone's clocks skip or repeat. */
export function instantAtWallClock(text: string, zone: string): Instant | null {
  try {
    return Temporal.PlainDateTime.from(text).toZonedDateTime(zone, { disambiguation: "reject" }).toInstant();
  } catch {
    return null;
  }
}

/** What a zone's clocks show at an instant, to the minute: `2026-11-24T09:30`. */
export function wallClock(instant: Instant, zone: string): string {
  return instant.toZonedDateTimeISO(zone).toPlainDateTime().toString({ smallestUnit: "minute" });
}

/** The calendar day of an instant in a zone, as `2026-11-24`. */
export function localDate(instant: Instant, zone: string): string {
  return instant.toZonedDateTimeISO(zone).toPlainDate().toString();
}

/** Whether somebody who asks at `one` asks on the day of `other`, before it, by a zone's calendar. */
export function isSameDay(one: Instant, other: Instant, zone: string): boolean {
  return !isBefore(other, one) && localDate(one, zone) === localDate(other, zone);
}

/** A clock for tests and for the demo's history: stands still until it is moved. */
export class MovableClock implements FakeClock {
  #now: Instant;

  constructor(start: Instant) {
    this.#now = start;
  }

  now(): Instant {
    return this.#now;
  }

  moveTo(instant: Instant): void {
    this.#now = instant;
  }

  advance(milliseconds: number): void {
    this.#now = plusMilliseconds(this.#now, milliseconds);
  }
}
