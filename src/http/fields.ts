import { z } from "zod";
import { type Instant, instantOf, isBefore } from "../clock.ts";
import { invalid } from "../errors.ts";

/** Building blocks of the routes' schemas. */

export const id = z.int().min(1);
/** In a path or a query, written as we write it: no `01`, no `1e3`, or one row would have several addresses. */
export const idParam = z.preprocess(
  (text) => (typeof text === "string" && /^[1-9]\d*$/.test(text) ? Number(text) : Number.NaN),
  z.int("must be a whole number, 1 or more, as it came from here").min(1),
);
export const uuid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, "must be a uuid in lower case");
export const text = (max: number) => z.string().max(max);
const columnBytes = 65_535;
/** As much as a column of long text holds, which counts bytes. */
export const longText = text(columnBytes).refine(
  (value) => value.length > columnBytes || Buffer.byteLength(value) <= columnBytes,
  "must take at most 65,535 bytes in UTF-8",
);
/** Stored as typed, but something of it must be seen. */
export const said = (max: number) =>
  text(max).regex(/[^\p{C}\p{Z}]/u, "must hold a letter or another sign that can be seen");
/** What a person is called. */
export const personName = said(255);

export const mailAddress = text(255).regex(/^[^\s@]+@[^\s@]+$/, "must be a mail address, like anna@example.org");

const years = { first: Date.UTC(1970, 0, 1), last: Date.UTC(2200, 0, 1) };

/** A date and time with its offset, between 1970 and 2200; arrives as text and is read with `instantIn`. */
export const instantText = z
  .string()
  .max(40)
  .regex(
    /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/,
    "must be ISO 8601 with an offset, like 2026-11-24T09:30:00Z",
  )
  .refine(isInRange, "must be a date that exists, between 1970 and 2200")
  .meta({ format: "date-time" });

/** What a time in a reply looks like. */
export const instantReply = z.string().meta({ format: "date-time", example: "2026-11-24T09:30:00.000Z" });

/** Of a text that `instantText` let through. */
export function instantIn(text: string): Instant {
  return instantOf(Date.parse(text));
}

/** Yes or no, as a query says it. */
export const flag = z.enum(["true", "false"]);
export function flagIn(given: z.output<typeof flag> | undefined): boolean | undefined {
  return given === undefined ? undefined : given === "true";
}

export const periodFields = { from: instantText.optional(), until: instantText.optional() };

/** `from` and `until` of a query, either of which may be left out. @throws Refusal where they enclose no time */
export function periodIn({ from, until }: { from?: string | undefined; until?: string | undefined }) {
  const period = {
    from: from === undefined ? undefined : instantIn(from),
    until: until === undefined ? undefined : instantIn(until),
  };
  if (period.from && period.until && !isBefore(period.from, period.until)) {
    throw invalid("query/until", "must be later than from");
  }
  return period;
}

function isInRange(text: string): boolean {
  const time = Date.parse(text);
  return time >= years.first && time < years.last && dayExists(text.slice(0, 10));
}

/** Date.parse takes 30 February for 2 March. */
function dayExists(day: string): boolean {
  const time = Date.parse(`${day}T00:00:00Z`);
  return Number.isFinite(time) && new Date(time).toISOString().slice(0, 10) === day;
}
