import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { subtractOpenTime } from "../calendars/business-time.ts";
import { type CalendarRules, calendarMistake, defaultRules, weekdays } from "../calendars/rules.ts";
import { consumedAt, consumedOf, deadlineOf, dueAt, explain, type Pause, runsOf } from "./sla.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const at = (text: string) => Date.parse(text);
const text = (ms: number | null) => ms && new Date(ms).toISOString();

function weekly(from: string, until: string, overrides: Partial<CalendarRules> = {}): CalendarRules {
  const day = [{ from, until }];
  const hours = { monday: day, tuesday: day, wednesday: day, thursday: day, friday: day };
  return { ...defaultRules("Europe/Berlin"), hours, ...overrides };
}
const nineToFive = weekly("09:00", "17:00");
const nineToSix = weekly("09:00", "18:00");
const dayAndNight = weekly("00:00", "24:00", { alwaysOpen: true });
const berlinHolidays = { country: "DE", state: "BE", region: null };

for (const [name, rules, start, targetMs, expected] of [
  ["Friday 16:30 and an hour is Monday 09:30", nineToFive, "2026-03-06T16:30+01:00", hourMs, "2026-03-09T09:30+01:00"],
  [
    "Monday 17:00 and four hours is Tuesday noon",
    nineToSix,
    "2026-03-02T17:00+01:00",
    4 * hourMs,
    "2026-03-03T12:00+01:00",
  ],
  ["closing time is that evening's", nineToFive, "2026-03-06T16:00+01:00", hourMs, "2026-03-06T17:00+01:00"],
  [
    "the night before it opens counts from its opening",
    nineToFive,
    "2026-03-02T03:00+01:00",
    hourMs,
    "2026-03-02T10:00+01:00",
  ],
  ["day and night needs no calendar", dayAndNight, "2025-10-03T10:00Z", 2 * hourMs, "2025-10-03T12:00Z"],
  [
    "a holiday does not count",
    { ...nineToFive, holidays: berlinHolidays },
    "2026-04-02T16:00+02:00",
    2 * hourMs,
    "2026-04-07T10:00+02:00",
  ],
  [
    "a holiday of another state counts",
    { ...nineToFive, holidays: { ...berlinHolidays, state: "BY" } },
    "2026-03-06T16:00+01:00",
    2 * hourMs,
    "2026-03-09T10:00+01:00",
  ],
  [
    "a closure does not count, its last day included",
    { ...nineToFive, closures: [{ from: "2026-03-09", until: "2026-03-10", name: "Works" }] },
    "2026-03-06T16:00+01:00",
    2 * hourMs,
    "2026-03-11T10:00+01:00",
  ],
  [
    "the lunch break does not count",
    {
      ...nineToFive,
      hours: {
        monday: [
          { from: "09:00", until: "12:00" },
          { from: "13:00", until: "17:00" },
        ],
      },
    },
    "2026-03-02T11:30+01:00",
    hourMs,
    "2026-03-02T13:30+01:00",
  ],
  [
    "the hour that spring skips does not exist",
    weekly("00:00", "24:00", { hours: { sunday: [{ from: "00:00", until: "24:00" }] } }),
    "2026-03-29T00:00+01:00",
    3 * hourMs,
    "2026-03-29T04:00+02:00",
  ],
  [
    "the hour that autumn repeats counts twice",
    weekly("00:00", "24:00", { hours: { sunday: [{ from: "00:00", until: "24:00" }] } }),
    "2026-10-25T00:00+02:00",
    5 * hourMs,
    "2026-10-25T04:00+01:00",
  ],
] as const) {
  test(name, () => {
    expect(text(deadlineOf(runsOf(at(start), rules, []), targetMs))).toBe(text(at(expected)));
  });
}

test("a pause does not count, and the clock of a paused callback has no deadline", () => {
  const pause = { fromMs: at("2026-03-02T10:00+01:00"), untilMs: at("2026-03-02T15:00+01:00") };
  const runs = (pauses: Pause[]) => runsOf(at("2026-03-02T09:00+01:00"), nineToFive, pauses);
  expect(text(deadlineOf(runs([pause]), 2 * hourMs))).toBe(text(at("2026-03-02T16:00+01:00")));
  expect(deadlineOf(runs([{ ...pause, untilMs: null }]), 2 * hourMs)).toBeNull();
});

test("what is used up stays so under another calendar and another target, which count from then on", () => {
  const before = {
    targetMs: 4 * hourMs,
    consumedMs: 0,
    runningSinceMs: at("2026-03-02T16:00+01:00"),
    rules: nineToFive,
    windowEndMs: null,
  };
  const changedMs = at("2026-03-02T18:00+01:00");
  const after = {
    ...before,
    targetMs: 2 * hourMs,
    consumedMs: consumedOf(before, changedMs),
    runningSinceMs: changedMs,
    rules: dayAndNight,
  };
  expect(text(dueAt(after))).toBe(text(at("2026-03-02T19:00+01:00")));
  expect(dueAt({ ...after, targetMs: hourMs })).toBe(changedMs);
});

test("the promise is never due before the window that the customer asked for is over", () => {
  const clock = { targetMs: hourMs, consumedMs: 0, runningSinceMs: at("2026-03-02T09:00Z"), rules: dayAndNight };
  expect(dueAt({ ...clock, windowEndMs: at("2026-03-03T12:00Z") })).toBe(at("2026-03-03T12:00Z"));
  expect(dueAt({ ...clock, windowEndMs: at("2026-03-02T09:30Z") })).toBe(at("2026-03-02T10:00Z"));
});

test("a calendar is refused that is never open, or whose openings overlap or end before they begin", () => {
  const of = (hours: CalendarRules["hours"]) => calendarMistake({ ...nineToFive, hours });
  expect(of({})).not.toBeNull();
  expect(of({ monday: [{ from: "17:00", until: "09:00" }] })?.day).toBe("monday");
  expect(
    of({
      friday: [
        { from: "09:00", until: "13:00" },
        { from: "12:00", until: "17:00" },
      ],
    })?.day,
  ).toBe("friday");
  expect([calendarMistake(nineToFive), calendarMistake({ ...nineToFive, alwaysOpen: true, hours: {} })]).toEqual([
    null,
    null,
  ]);
});

describe("against a clock that counts minute by minute", () => {
  const time = (minutes: number) =>
    `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  const openings = fc
    .uniqueArray(fc.integer({ min: 0, max: 1440 }), { minLength: 0, maxLength: 6 })
    .map((bounds) => bounds.sort((one, other) => one - other))
    .map((bounds) =>
      Array.from({ length: Math.floor(bounds.length / 2) }, (_, n) => ({
        from: time(bounds[2 * n] ?? 0),
        until: time(bounds[2 * n + 1] ?? 0),
      })),
    );
  const zones = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "America/Havana",
    "UTC",
    "Africa/Casablanca",
  ];
  /** Moments near which clocks are changed, and holidays. */
  const starts = [
    "2025-03-29T18:00Z",
    "2025-10-25T18:00Z",
    "2025-11-01T20:00Z",
    "2025-03-08T20:00Z",
    "2025-10-04T10:00Z",
    "2025-04-05T09:00Z",
    "2025-12-23T12:00Z",
    "2025-05-01T00:00Z",
  ];
  const rules: fc.Arbitrary<CalendarRules> = fc
    .record({
      timezone: fc.constantFrom(...zones),
      alwaysOpen: fc.boolean().map(() => false),
      hours: fc.record(Object.fromEntries(weekdays.map((day) => [day, openings]))),
      holidays: fc.constantFrom(null, berlinHolidays, { country: "US", state: null, region: null }),
      closures: fc.array(
        fc.constantFrom(
          { from: "2025-12-23", until: "2025-12-24", name: "" },
          { from: "2025-03-30", until: "2025-03-30", name: "" },
        ),
        { maxLength: 1 },
      ),
    })
    .filter((each) => calendarMistake(each) === null);
  const pauses = fc.array(fc.tuple(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 0, max: 900 })), {
    maxLength: 3,
  });
  const startMs = fc
    .tuple(fc.constantFrom(...starts), fc.integer({ min: 0, max: 2000 }))
    .map(([start, minutes]) => at(start) + minutes * minuteMs);
  const minutes = fc.integer({ min: 1, max: 500 });

  const pausesFrom = (fromMs: number, gaps: readonly (readonly [number, number])[]): Pause[] => {
    let last = fromMs;
    return gaps.map(([wait, length]) => {
      const from = last + wait * minuteMs;
      last = from + length * minuteMs;
      return { fromMs: from, untilMs: last };
    });
  };

  test("the deadline is the end of the minute in which the slow clock has counted the target", () => {
    fc.assert(
      fc.property(startMs, minutes, rules, pauses, (start, target, calendar, gaps) => {
        const given = pausesFrom(start, gaps);
        const expected = slowDeadline(start, target, calendar, given);
        expect(text(deadlineOf(runsOf(start, calendar, given), target * minuteMs))).toBe(text(expected));
      }),
      { numRuns: 2000 },
    );
  });

  test("the deadline and what is used up are each other's inverse, and the explanation adds up to it", () => {
    fc.assert(
      fc.property(startMs, minutes, rules, pauses, (start, target, calendar, gaps) => {
        const runs = runsOf(start, calendar, pausesFrom(start, gaps));
        const deadline = deadlineOf(runs, target * minuteMs) ?? Number.NaN;
        expect(consumedAt(runs, deadline)).toBe(target * minuteMs);
        expect(consumedAt(runs, deadline - 1)).toBe(target * minuteMs - 1);
        expect(explain(runs, deadline).at(-1)).toMatchObject({ untilMs: deadline, totalMs: target * minuteMs });
        expect(runs.length > 1 || subtractOpenTime(calendar, deadline, target * minuteMs) >= start).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

/** Shares no code with the product: looks at the wall clock of each minute, as Intl shows it, until enough were open. */
function slowDeadline(startMs: number, target: number, rules: CalendarRules, pauses: readonly Pause[]): number {
  let counted = 0;
  for (let now = startMs; ; now += minuteMs) {
    if (pauses.some(({ fromMs, untilMs }) => fromMs <= now && now < (untilMs ?? Infinity))) continue;
    if (!isOpenInMinute(now, rules)) continue;
    counted++;
    if (counted === target) return now + minuteMs;
  }
}

function isOpenInMinute(ms: number, { timezone, hours, holidays, closures }: CalendarRules): boolean {
  const { date, time, day } = wallClock(ms, timezone);
  if (closures.some(({ from, until }) => from <= date && date <= until)) return false;
  if (holidays && holidayTable[holidays.country]?.includes(date)) return false;
  return (hours[day] ?? []).some(({ from, until }) => from <= time && time < until);
}

/** Public holidays of the time that is tried out, typed from the almanac. */
const holidayTable: Record<string, string[]> = {
  DE: [
    "2025-01-01",
    "2025-03-08",
    "2025-04-18",
    "2025-04-21",
    "2025-05-01",
    "2025-05-08",
    "2025-05-29",
    "2025-06-09",
    "2025-10-03",
    "2025-12-25",
    "2025-12-26",
    "2026-01-01",
    "2026-03-08",
  ],
  US: [
    "2025-01-01",
    "2025-01-20",
    "2025-02-17",
    "2025-05-26",
    "2025-06-19",
    "2025-07-04",
    "2025-09-01",
    "2025-10-13",
    "2025-11-11",
    "2025-11-27",
    "2025-12-25",
    "2026-01-01",
    "2026-01-19",
  ],
};

const formats = new Map<string, Intl.DateTimeFormat>();
const quarters = new Map<string, { date: string; hour: number; minute: number; day: (typeof weekdays)[number] }>();

/** Clocks change on the quarter hour, so one look per quarter is enough. */
function wallClock(ms: number, timeZone: string) {
  const quarterMs = Math.floor(ms / (15 * minuteMs)) * 15 * minuteMs;
  const key = `${timeZone} ${quarterMs}`;
  let quarter = quarters.get(key);
  if (!quarter) {
    quarter = lookAt(quarterMs, timeZone);
    quarters.set(key, quarter);
  }
  const minute = quarter.minute + Math.floor((ms - quarterMs) / minuteMs);
  const two = (number: number) => String(number).padStart(2, "0");
  return { date: quarter.date, day: quarter.day, time: `${two(quarter.hour)}:${two(minute)}` };
}

function lookAt(ms: number, timeZone: string) {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone,
      hourCycle: "h23",
      weekday: "long",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
    });
    formats.set(timeZone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]));
  const day = parts.weekday?.toLowerCase() as (typeof weekdays)[number];
  return {
    date: `${parts.year}-${parts.month}-${parts.day}`,
    hour: Number(parts.hour),
    minute: Number(parts.minute),
    day,
  };
}
