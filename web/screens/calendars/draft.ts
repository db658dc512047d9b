import { api, type Schemas, type Versioned, versionOf } from "../../api/client.ts";
import { hoursIn, hoursText, weekdays } from "./hours.ts";

export interface Closure {
  readonly from: string;
  readonly until: string;
  readonly name: string;
}

/** A calendar as it stands in the form: hours as they are written. */
export interface Draft {
  readonly name: string;
  readonly branchId: string | null;
  readonly timezone: string;
  readonly alwaysOpen: boolean;
  readonly hours: Readonly<Record<string, string>>;
  readonly country: string;
  readonly state: string;
  readonly closures: readonly Closure[];
}

export function draftOf(calendar: Schemas["Calendar"]): Draft {
  const { name, branchId, timezone, alwaysOpen, hours, holidays, closures } = calendar;
  return {
    name,
    branchId,
    timezone: timezone ?? "",
    alwaysOpen,
    hours: Object.fromEntries(weekdays.map((day) => [day, hoursText(hours[day] ?? [])])),
    country: holidays?.country ?? "",
    state: holidays?.state ?? "",
    closures,
  };
}

const weekdayHours = "09:00–18:00";
export const freshDraft: Draft = {
  name: "",
  branchId: null,
  timezone: "",
  alwaysOpen: false,
  hours: Object.fromEntries(weekdays.map((day, index) => [day, index < 5 ? weekdayHours : ""])),
  country: "",
  state: "",
  closures: [],
};

/** The days whose hours cannot be read. */
export const wrongDays = (draft: Draft): string[] =>
  draft.alwaysOpen ? [] : weekdays.filter((day) => hoursIn(draft.hours[day] ?? "") === null);

/** What the API takes; a region that the form does not know stays as it was. */
export function contentOf(draft: Draft, before: Schemas["Calendar"] | null): Schemas["CalendarContentInput"] {
  const { name, timezone, alwaysOpen, hours, country, state, closures } = draft;
  const kept = before?.holidays ?? null;
  const isSamePlace = kept?.country === country && (kept.state ?? "") === state;
  return {
    name,
    timezone: timezone || null,
    alwaysOpen,
    hours: Object.fromEntries(weekdays.map((day) => [day, hoursIn(hours[day] ?? "") ?? []])),
    holidays: country === "" ? null : { country, state: state || null, region: isSamePlace ? kept.region : null },
    closures: closures.map((closure) => ({ ...closure })),
  };
}

export const readCalendar = (calendarId: number): Promise<Versioned<Schemas["Calendar"]>> =>
  versionOf(api.GET("/api/v1/calendars/{calendarId}", { params: { path: { calendarId } } }));
