import { type Instant, instantOf, isBefore } from "../clock.ts";
import { currentTime, type Db } from "../db/connect.ts";
import type { Installation } from "../installation.ts";
import { readAppointmentLink } from "../notifications/links.ts";
import { localeFrom } from "../notifications/locale.ts";
import { readPreferences } from "../notifications/preferences.ts";
import type { StoredPreferences } from "../notifications/settings-store.ts";
import type { CustomerByLink } from "../tenant.ts";
import { findVisit, type VisitRow } from "./store.ts";

export const languages = ["de", "en"] as const;
export type Language = (typeof languages)[number];

/** Who opened the page, and what it is about. */
export interface Visit extends VisitRow {
  /** The customer, who may do to this appointment what the policy allows. */
  readonly caller: CustomerByLink;
  readonly appointmentId: number;
  readonly customerId: number;
  /** Where the page lies, behind whatever is in front of the server: the path of the link. */
  readonly path: string;
  readonly preferences: StoredPreferences;
  readonly language: Language;
  readonly now: Instant;
  /** A change of it waits for the platform, which keeps the appointment. */
  readonly isReserved: boolean;
  /** It can still be cancelled or moved, if the policy allows it. */
  readonly isAhead: boolean;
}

const active: readonly string[] = ["pending", "scheduled", "confirmed", "booked"];

/**
 * What a link stands for. One that was not signed here, has expired, or whose appointment or customer is gone: all the
 * same null.
 * @param wanted the language asked for; else the customer's own, else the company's
 */
export async function readVisit(
  db: Db,
  installation: Installation,
  token: string,
  { wanted, requestId }: { wanted: string | undefined; requestId: string },
): Promise<Visit | null> {
  const caller = await callerOfLink(db, installation, token);
  if (caller === null) return null;
  const path = `${new URL(installation.publicUrl ?? "http://localhost").pathname.replace(/\/$/, "")}/a/${token}`;
  return visitOf(db, { ...caller, origin: { source: "ui", requestId } }, { wanted, path });
}

/** Whom a link's token lets in: its customer, to the one appointment; null where it is not valid, or not any more. */
export async function callerOfLink(db: Db, installation: Installation, token: string): Promise<CustomerByLink | null> {
  const link = readAppointmentLink(installation, token, (await currentTime(db)).epochMilliseconds);
  if (link === null) return null;
  const { companyId, appointmentId, customerId } = link;
  return { companyId, actor: { type: "customer", id: String(customerId) }, permissions: new Set(), appointmentId };
}

/** Null where the appointment or its customer is gone. */
export async function visitOf(
  db: Db,
  caller: CustomerByLink,
  { wanted, path }: { wanted: string | undefined; path: string },
): Promise<Visit | null> {
  const { appointmentId } = caller;
  const customerId = Number(caller.actor.id);
  const row = await findVisit(db, caller, appointmentId);
  if (row === undefined || row.customerId !== customerId) return null;
  const now = await currentTime(db);
  const isReserved = row.reservedUntil !== null && isBefore(now, row.reservedUntil);
  const preferences = await readPreferences(db, caller, { type: "customer", id: String(customerId) });
  return {
    ...row,
    caller,
    appointmentId,
    customerId,
    path,
    preferences,
    language: languageOf(wanted, [preferences.locale, row.companyLocale]),
    now,
    isReserved,
    isAhead: active.includes(row.status) && isBefore(now, row.startsAt) && !isReserved,
  };
}

function languageOf(wanted: string | undefined, locales: readonly (string | null)[]): Language {
  const asked = languages.find((language) => language === wanted);
  return asked ?? (localeFrom(locales, languages) as Language);
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** `Montag, 9. März 2026` or `14:30`, as the branch's clocks show it. */
export function shown(
  at: Instant,
  what: "date" | "time",
  { zone, language }: Pick<Visit, "zone" | "language">,
): string {
  const key = `${language} ${zone} ${what}`;
  const options: Intl.DateTimeFormatOptions =
    what === "date"
      ? { weekday: "long", day: "numeric", month: "long", year: "numeric" }
      : { hour: "2-digit", minute: "2-digit" };
  const format =
    formats.get(key) ?? new Intl.DateTimeFormat(language === "en" ? "en-GB" : "de", { ...options, timeZone: zone });
  formats.set(key, format);
  return format.format(at.epochMilliseconds);
}

export function shownMoment(at: Instant, visit: Pick<Visit, "zone" | "language">): string {
  return `${shown(at, "date", visit)}, ${shown(at, "time", visit)}`;
}

export function shownMoney(cents: number, currency: string, language: Language): string {
  const format = new Intl.NumberFormat(language === "en" ? "en-GB" : "de", { style: "currency", currency });
  return format.format(cents / 100);
}

/** Of a text that stands in an address; null for none. */
export function instantOfText(text: string | undefined): Instant | null {
  const time = Date.parse(text ?? "");
  return Number.isFinite(time) ? instantOf(time) : null;
}
