/** When a business is open: the JSON form, as it is stored and sent. */
export interface CalendarRules {
  /** IANA time zone, in which hours, holidays and closures are meant. */
  readonly timezone: string;
  /** Open at every moment; hours, holidays and closures then do not count. */
  readonly alwaysOpen: boolean;
  /** Several openings a day are possible; a day that is left out is closed. */
  readonly hours: Readonly<Partial<Record<Weekday, readonly Opening[]>>>;
  /** Public holidays on which it is closed; null for none. */
  readonly holidays: HolidayPlace | null;
  readonly closures: readonly Closure[];
}

export const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;
export type Weekday = (typeof weekdays)[number];

/** By the clock on the wall, `09:00` to `24:00`; the end does not belong to it. */
export interface Opening {
  readonly from: string;
  readonly until: string;
}

/** Codes of date-holidays: `{ country: "DE", state: "BE", region: null }`. */
export interface HolidayPlace {
  readonly country: string;
  readonly state: string | null;
  readonly region: string | null;
}

/** Whole local days, the last one included: `2026-12-24`. */
export interface Closure {
  readonly from: string;
  readonly until: string;
  readonly name: string;
}

const minutesPerWeek = 60;

/** Why nobody could count by these rules, or null. */
export function calendarMistake({ alwaysOpen, hours }: CalendarRules): { day: Weekday | null; message: string } | null {
  if (alwaysOpen) return null;
  let open = 0;
  for (const day of weekdays) {
    let end = 0;
    for (const { from, until } of hours[day] ?? []) {
      const [start, stop] = [minuteOfDay(from), minuteOfDay(until)];
      if (stop <= start) return { day, message: `has an opening that ends at ${until}, before it begins at ${from}` };
      if (start < end) return { day, message: "has openings that overlap or stand in the wrong order" };
      open += stop - start;
      end = stop;
    }
  }
  if (open < minutesPerWeek) {
    return { day: null, message: "must be open for at least an hour a week; for day and night set alwaysOpen" };
  }
  return null;
}

/** Of `HH:MM`, up to `24:00`. */
export function minuteOfDay(text: string): number {
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
}

/** What applies where nobody has said anything: Monday to Friday, nine to six. */
export function defaultRules(timezone: string): CalendarRules {
  const day = [{ from: "09:00", until: "18:00" }];
  const hours = { monday: day, tuesday: day, wednesday: day, thursday: day, friday: day };
  return { timezone, alwaysOpen: false, hours, holidays: null, closures: [] };
}
