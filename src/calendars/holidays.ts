import { createRequire } from "node:module";
import type Holidays from "date-holidays";
import type { HolidayPlace } from "./rules.ts";

const load = createRequire(import.meta.url);

/** The world's holidays are 28 MB: they are loaded when somebody asks for the first of them. */
const library = (): typeof Holidays => load("date-holidays");

export interface PublicHoliday {
  /** Local: `2026-12-25`. */
  readonly date: string;
  readonly name: string;
}

const remembered = 2000;
const years = new Map<string, readonly PublicHoliday[]>();

/**
 * The days that are public holidays there: no bank or school holidays, no observances. A holiday that begins in the
 * evening is the day whose noon lies in it. Facts of the world, the same for every company.
 */
export function publicHolidays({ country, state, region }: HolidayPlace, year: number): readonly PublicHoliday[] {
  const key = JSON.stringify([country, state, region, year]);
  let found = years.get(key);
  if (!found) {
    found = open({ country, state, region })
      .getHolidays(year)
      .filter(({ type }) => type === "public")
      .flatMap(({ date, start, end, name }) =>
        daysOf(date, end.getTime() - start.getTime()).map((day) => ({ date: day, name })),
      );
    if (years.size >= remembered) years.clear();
    years.set(key, found);
  }
  return found;
}

function open({ country, state, region }: HolidayPlace): Holidays {
  const Holidays = library();
  if (state === null) return new Holidays(country);
  return region === null ? new Holidays(country, state) : new Holidays(country, state, region);
}

const dayMs = 86_400_000;

function daysOf(text: string, durationMs: number): string[] {
  const start = Date.parse(`${text.slice(0, 10)}T${text.slice(11, 19)}Z`);
  const days: string[] = [];
  for (let noon = Math.floor(start / dayMs) * dayMs + dayMs / 2; noon < start + durationMs; noon += dayMs) {
    if (noon >= start) days.push(new Date(noon).toISOString().slice(0, 10));
  }
  return days;
}

/** Which code is unknown, or null: an unknown place would silently have no holidays, or its country's. */
export function unknownPlace({ country, state, region }: HolidayPlace): keyof HolidayPlace | null {
  const all = new (library())();
  if (!Object.hasOwn(all.getCountries(), country)) return "country";
  if (state === null) return region === null ? null : "state";
  if (!Object.hasOwn(all.getStates(country) ?? {}, state)) return "state";
  if (region === null) return null;
  return Object.hasOwn(all.getRegions(country, state) ?? {}, region) ? null : "region";
}
