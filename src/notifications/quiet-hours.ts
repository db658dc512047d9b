import { Temporal } from "temporal-polyfill";
import { type Instant, instantOf, isBefore, plusMilliseconds } from "../clock.ts";

/** Wall-clock times `HH:MM` in the recipient's zone; `until` may lie on the next day. Equal times mean no quiet hours. */
export interface QuietHours {
  readonly from: string;
  readonly until: string;
}

/**
 * When a message due at `at` may be sent: then, at the end of the quiet hours it falls into, or, if that end is not
 * before `notAfter`, a minute before they begin. Null if that has passed too. Pure; the zone's clock changes count.
 */
export function outsideQuietHours(
  at: Instant,
  quiet: QuietHours | null,
  zone: string,
  { now, notAfter }: { now: Instant; notAfter: Instant | null },
): Instant | null {
  const period = quiet === null ? null : periodAround(at, quiet, zone);
  if (period === null) return at;
  if (notAfter === null || isBefore(period.end, notAfter)) return period.end;
  const before = plusMilliseconds(period.begin, -60_000);
  return isBefore(before, now) ? null : before;
}

interface Period {
  readonly begin: Instant;
  readonly end: Instant;
}

/** The quiet period that the instant lies in, its beginning included and its end not. */
function periodAround(at: Instant, { from, until }: QuietHours, zone: string): Period | null {
  if (from === until) return null;
  const today = at.toZonedDateTimeISO(zone).toPlainDate();
  for (const days of [0, -1]) {
    const first = today.add({ days });
    const begin = atWallClock(first, from, zone);
    const end = atWallClock(until < from ? first.add({ days: 1 }) : first, until, zone);
    if (!isBefore(at, begin) && isBefore(at, end)) return { begin, end };
  }
  return null;
}

/** A time that the clocks skip is the one after the gap; one that comes twice is the first. */
function atWallClock(date: Temporal.PlainDate, time: string, zone: string): Instant {
  const zoned = date.toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from(time) });
  return instantOf(zoned.epochMilliseconds);
}
