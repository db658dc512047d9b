/** Milliseconds that a zone is ahead of UTC at an instant. */
function offsetOf(epochMilliseconds: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(epochMilliseconds);
  const part = (name: Intl.DateTimeFormatPartTypes) => Number(parts.find(({ type }) => type === name)?.value);
  const local = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return local - Math.floor(epochMilliseconds / 1000) * 1000;
}

/**
 * The instant that a clock on the wall of a zone means. What the clock skips in spring is an hour later; what it shows
 * twice in autumn is the first of both.
 * @param local such as 2026-12-24T18:30 @returns ISO 8601 in UTC, or null where it is no time
 */
export function instantAt(local: string, timeZone: string): string | null {
  const asIfUtc = Date.parse(`${local}Z`);
  if (Number.isNaN(asIfUtc)) return null;
  const hourMs = 3_600_000;
  const before = asIfUtc - offsetOf(asIfUtc - 24 * hourMs, timeZone);
  const after = asIfUtc - offsetOf(asIfUtc + 24 * hourMs, timeZone);
  const shown = [before, after].filter((instant) => instant + offsetOf(instant, timeZone) === asIfUtc);
  return new Date(shown.length === 0 ? before : Math.min(...shown)).toISOString();
}

/** What the clock on the wall shows, as a datetime-local field takes it: 2026-12-24T18:30. */
export function localAt(iso: string, timeZone: string): string {
  const instant = Date.parse(iso);
  return new Date(instant + offsetOf(instant, timeZone)).toISOString().slice(0, 16);
}

/** The day there, such as 2026-12-24, some days from now. */
export function dayAt(timeZone: string, daysFromNow = 0): string {
  const today = Date.parse(`${localAt(new Date().toISOString(), timeZone).slice(0, 10)}T00:00Z`);
  return new Date(today + daysFromNow * 86_400_000).toISOString().slice(0, 10);
}

/** The day after one, such as 2027-01-01 after 2026-12-31. */
export function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

/** From the beginning of a day to the end of another one, as the API takes a period: instants, the second one excluded. */
export function periodOf(
  { from, until }: { from: string | undefined; until: string | undefined },
  timeZone: string,
): { from?: string; until?: string } {
  const begin = from === undefined ? null : instantAt(`${from}T00:00`, timeZone);
  const end = until === undefined ? null : instantAt(`${dayAfter(until)}T00:00`, timeZone);
  return { ...(begin !== null && { from: begin }), ...(end !== null && { until: end }) };
}
