import { expect, test } from "vitest";
import { localDate, parseInstant, plusMilliseconds } from "../clock.ts";
import { daysBetween } from "./local-days.ts";

const hourMs = 3_600_000;

for (const [zone, from, until, days, hoursOfDays] of [
  ["Europe/Berlin", "2026-03-27T23:00:00Z", "2026-03-30T22:00:00Z", ["28", "29", "30"], [24, 23, 24]],
  ["Europe/Berlin", "2026-10-23T22:00:00Z", "2026-10-26T23:00:00Z", ["24", "25", "26"], [24, 25, 24]],
  // The first hour of this day is skipped.
  ["America/Santiago", "2026-09-05T04:00:00Z", "2026-09-08T03:00:00Z", ["05", "06", "07"], [24, 23, 24]],
  ["Asia/Kathmandu", "2026-11-23T18:15:00Z", "2026-11-24T18:15:00Z", ["24"], [24]],
] as const) {
  test(`the days of ${zone} from ${from} are as long as its clocks say`, () => {
    const found = daysBetween(parseInstant(from), parseInstant(until), zone);
    expect(found.map(({ day }) => day.slice(8))).toEqual(days);
    const starts = [parseInstant(from), ...found.map(({ end }) => end)].map((at) => at.epochMilliseconds / hourMs);
    expect(found.map((_, index) => (starts[index + 1] ?? 0) - (starts[index] ?? 0))).toEqual(hoursOfDays);
  });
}

test("a period that begins and ends within a day has that day, and each instant lies in the day of its date", () => {
  const from = parseInstant("2026-03-28T13:20:00Z");
  expect(daysBetween(from, plusMilliseconds(from, 1), "Europe/Berlin")).toHaveLength(1);
  const days = daysBetween(from, plusMilliseconds(from, 100 * hourMs), "Europe/Berlin");
  for (let hours = 0; hours < 100; hours++) {
    const at = plusMilliseconds(from, hours * hourMs);
    const day = days.find(({ end }) => at.epochMilliseconds < end.epochMilliseconds);
    expect(day?.day).toBe(localDate(at, "Europe/Berlin"));
  }
});
