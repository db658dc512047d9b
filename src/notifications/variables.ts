import type { NotificationEvent } from "./catalogue.ts";
import { type Payload, samples } from "./payloads.ts";

/** What surrounds the payload: who reads it, in which language, and the links that are made for this very message. */
export interface Reading {
  readonly locale: string;
  readonly recipientName: string;
  /** Empty where the installation has no public address. */
  readonly manageLink: string;
  readonly unsubscribeLink: string;
}

export interface Variables {
  readonly [name: string]: string | number | boolean | Variables;
}

/** The variables of an event's templates, every one of them always there: what there is nothing for is an empty text. */
export function variablesOf(payload: Payload, reading: Reading): Variables {
  const { locale } = reading;
  const common = {
    company: { name: payload.company },
    branch: { name: payload.branch },
    customer: { name: payload.customer },
    recipient: { name: reading.recipientName },
    links: { manage: reading.manageLink, unsubscribe: reading.unsubscribeLink },
  };
  return inOneLine({
    ...common,
    ...("startsAt" in payload ? ofVisit(payload, locale) : ofCallback(payload, locale)),
    ...("feeCents" in payload
      ? { fee: { charged: payload.feeCents > 0, amount: money(payload.feeCents, payload.currency, locale) } }
      : {}),
    ...("byBusiness" in payload ? { byBusiness: payload.byBusiness } : {}),
    ...("previousStartsAt" in payload
      ? { previous: { ...moment(payload.previousStartsAt, payload.zone, locale), staff: staffBefore(payload) } }
      : {}),
    ...("amountCents" in payload
      ? { payment: { amount: money(payload.amountCents, payload.currency, locale), reference: payload.reference } }
      : {}),
    ...("reason" in payload ? { reason: payload.reason } : {}),
    ...("level" in payload ? { level: payload.level } : {}),
  });
}

/** A name cannot begin a line of its own. */
function inOneLine(variables: Variables): Variables {
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => {
      if (typeof value === "object") return [name, inOneLine(value)];
      return [name, typeof value === "string" ? value.replaceAll(/\s+/g, " ").trim() : value];
    }),
  );
}

/** Those of the event's sample: previews, and what a template may name. */
export function sampleVariables(event: NotificationEvent, reading: Reading): Variables {
  return variablesOf(samples[event], reading);
}

/** `appointment.date`, `company.name`, …: every path that leads to a value. */
export function pathsOf(variables: Variables, prefix = ""): string[] {
  return Object.entries(variables).flatMap(([name, value]) =>
    typeof value === "object" ? pathsOf(value, `${prefix}${name}.`) : [`${prefix}${name}`],
  );
}

function ofVisit(visit: Payload<"reminder_24h">, locale: string): Variables {
  const { date, time } = moment(visit.startsAt, visit.zone, locale);
  return {
    service: { name: visit.service },
    staff: { name: visit.staff },
    appointment: { date, time, endTime: moment(visit.endsAt, visit.zone, locale).time },
  };
}

function ofCallback(callback: Payload<"callback_created">, locale: string): Variables {
  return {
    callback: {
      phone: callback.phone,
      priority: callback.priority,
      assignee: callback.assignee,
      promisedBy: moment(callback.promisedBy, callback.zone, locale),
    },
  };
}

function staffBefore(payload: Payload): string {
  return "previousStaff" in payload ? payload.previousStaff : "";
}

/** `Montag, 9. März 2026` and `14:30`, as the zone's clocks show it. */
function moment(iso: string, timeZone: string, locale: string): { date: string; time: string } {
  const at = new Date(iso);
  const { date, time } = formatsOf(locale, timeZone);
  return { date: date.format(at), time: time.format(at) };
}

interface Formats {
  readonly date: Intl.DateTimeFormat;
  readonly time: Intl.DateTimeFormat;
}
const formats = new Map<string, Formats>();

/** Making a format costs a hundred times using it. */
function formatsOf(locale: string, timeZone: string): Formats {
  const key = `${locale} ${timeZone}`;
  const known = formats.get(key);
  if (known) return known;
  const made = {
    date: new Intl.DateTimeFormat(regional(locale), {
      timeZone,
      weekday: "long",
      day: "numeric",
      month: "long",
      year: "numeric",
    }),
    time: new Intl.DateTimeFormat(regional(locale), { timeZone, hour: "2-digit", minute: "2-digit" }),
  };
  if (formats.size > 500) formats.clear();
  formats.set(key, made);
  return made;
}

/** English without a region is British here: the day before the month, and 24 hours. */
function regional(locale: string): string {
  return locale === "en" ? "en-GB" : locale;
}

const currencies = new Map<string, Intl.NumberFormat>();

function money(cents: number, currency: string, locale: string): string {
  const key = `${locale} ${currency}`;
  const format = currencies.get(key) ?? new Intl.NumberFormat(regional(locale), { style: "currency", currency });
  if (currencies.size > 500) currencies.clear();
  currencies.set(key, format);
  return format.format(cents / 100);
}
