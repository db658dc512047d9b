import { z } from "zod";
import { type CalendarRules, minuteOfDay, type Opening, type Weekday, weekdays } from "./rules.ts";

/**
 * The opening hours a platform keeps with its branch, where they are of a form that can be understood: a list or one
 * opening a day, as `{ open, close }`, `{ from, until }` or `"09:00-18:00"`, under the day's English name or its first
 * three letters. Null for anything else, which is then not guessed at.
 */
export function hoursOfHost(value: unknown): CalendarRules["hours"] | null {
  const parsed = hours.safeParse(value);
  if (!parsed.success) return null;
  const found: Partial<Record<Weekday, readonly Opening[]>> = {};
  for (const [key, openings] of Object.entries(parsed.data)) {
    const day = weekdays.find((name) => name === key.toLowerCase() || name.slice(0, 3) === key.toLowerCase());
    if (day === undefined) return null;
    found[day] = openings.sort((one, other) => minuteOfDay(one.from) - minuteOfDay(other.from));
  }
  return found;
}

const time = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d(:00)?$|^24:00$/)
  .transform((text) => text.slice(0, 5));
const opening = z.union([
  z.object({ open: time, close: time }).transform(({ open, close }) => ({ from: open, until: close })),
  z.object({ from: time, until: time }),
  z
    .string()
    .regex(/^\d\d:\d\d ?[-–] ?\d\d:\d\d$/)
    .transform((text) => ({ from: text.slice(0, 5), until: text.slice(-5) })),
]);
const hours = z.record(
  z.string(),
  z.union([z.array(opening), opening.transform((one) => [one]), z.null().transform((): Opening[] => [])]),
);
