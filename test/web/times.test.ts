import { expect, test } from "vitest";
import { dayAfter, instantAt, localAt } from "../../web/components/zone.ts";
import { hoursIn, hoursText } from "../../web/screens/calendars/hours.ts";

test.each([
  ["2026-12-24T18:30", "Europe/Berlin", "2026-12-24T17:30:00.000Z"],
  ["2026-07-01T00:00", "Europe/Berlin", "2026-06-30T22:00:00.000Z"],
  ["2026-07-01T12:00", "America/New_York", "2026-07-01T16:00:00.000Z"],
  ["2026-07-01T12:00", "Pacific/Kiritimati", "2026-06-30T22:00:00.000Z"],
  ["2026-03-29T02:30", "Europe/Berlin", "2026-03-29T01:30:00.000Z"], // skipped: an hour later
  ["2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30:00.000Z"], // shown twice: the first
  ["2026-10-25T03:30", "Europe/Berlin", "2026-10-25T02:30:00.000Z"],
  ["", "Europe/Berlin", null],
])("%s on the wall of %s is %s", (local, zone, instant) => {
  expect(instantAt(local, zone)).toBe(instant);
});

test("what the wall shows is what was meant, in every zone, but for what a clock skips", () => {
  for (const zone of Intl.supportedValuesOf("timeZone")) {
    for (const local of ["2026-01-15T09:00", "2026-07-15T23:45"]) {
      expect(`${zone} ${localAt(instantAt(local, zone) ?? "", zone)}`).toBe(`${zone} ${local}`);
    }
  }
});

test("after the last day of a year comes the first of the next", () => {
  expect(dayAfter("2026-12-31")).toBe("2027-01-01");
});

test.each([
  ["9-12, 14-18:30", "09:00–12:00, 14:00–18:30"],
  ["09:00–24:00", "09:00–24:00"],
  ["", ""],
])("hours written %s are %s", (written, read) => {
  expect(hoursText(hoursIn(written) ?? [{ from: "?", until: "?" }])).toBe(read);
});

test.each(["9", "12-9", "9-12, 11-13", "9-25", "9:60-12", "closed", "9-9"])("hours written %s are none", (written) => {
  expect(hoursIn(written)).toBeNull();
});
