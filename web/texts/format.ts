import type { Language } from "./languages.ts";

export interface Format {
  /** Of cents. */
  money(cents: number, currency: string): string;
  number(value: number): string;
  /** Of a hundred, one decimal at most. */
  percent(value: number): string;
  /** A day such as 2026-12-24. */
  day(day: string): string;
  /** The same without its year. */
  shortDay(day: string): string;
  /** The same with its day of the week. */
  weekday(day: string): string;
  /** Day and time, in a branch's zone; with the year where it is not this one. */
  moment(iso: string, timeZone?: string): string;
  /** A length of time, such as 1 h 5 min or 3 d 4 h. */
  span(milliseconds: number): string;
}

export function formatFor(language: Language): Format {
  const locale = language === "de" ? "de-DE" : "en-GB";
  const numbers = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  return {
    money: (cents, currency) => new Intl.NumberFormat(locale, { style: "currency", currency }).format(cents / 100),
    number: (value) => numbers.format(value),
    percent: (value) => `${numbers.format(Math.round(value * 10) / 10)} %`,
    day: dayIn(locale, { day: "numeric", month: "short", year: "numeric" }),
    shortDay: dayIn(locale, { day: "numeric", month: "short" }),
    weekday: dayIn(locale, { weekday: "short", day: "numeric", month: "short" }),
    moment: (iso, timeZone) =>
      new Intl.DateTimeFormat(locale, {
        weekday: "short",
        day: "numeric",
        month: "short",
        ...(isThisYear(iso) ? {} : { year: "numeric" }),
        hour: "2-digit",
        minute: "2-digit",
        ...(timeZone === undefined ? {} : { timeZone }),
      }).format(new Date(iso)),
    span: (milliseconds) => spanOf(milliseconds, language),
  };
}

function dayIn(locale: string, parts: Intl.DateTimeFormatOptions): (day: string) => string {
  const days = new Intl.DateTimeFormat(locale, { ...parts, timeZone: "UTC" });
  return (day) => days.format(new Date(day));
}

const isThisYear = (iso: string) => new Date(iso).getFullYear() === new Date().getFullYear();

const minuteMs = 60_000;

function spanOf(milliseconds: number, language: Language): string {
  const minutes = Math.floor(Math.abs(milliseconds) / minuteMs);
  const [day, hour, minute] = language === "de" ? ["T.", "Std.", "Min."] : ["d", "h", "min"];
  if (minutes < 60) return `${minutes} ${minute}`;
  if (minutes < 48 * 60) {
    const rest = minutes % 60;
    return `${Math.floor(minutes / 60)} ${hour}${rest === 0 ? "" : ` ${rest} ${minute}`}`;
  }
  return `${Math.floor(minutes / 1440)} ${day} ${Math.floor((minutes % 1440) / 60)} ${hour}`;
}
