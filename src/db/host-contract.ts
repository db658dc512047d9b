import { instantOf } from "../clock.ts";
import { hostTables } from "./schema.ts";

/**
 * What a platform's own tables must have for us to stand on them, and what they may lack. Every other column of the
 * definition is required; columns that the definition does not know are the platform's own affair.
 */
export interface OptionalColumn {
  /** What the system reads where the column is missing, or holds NULL. */
  readonly fallback: unknown;
  readonly lost: string;
}

/** Where nobody wrote down when: so long ago that no grace applies. */
const longAgo = instantOf(0);

const always: Readonly<Record<string, OptionalColumn>> = {
  is_active: { fallback: true, lost: "every row counts as active" },
  created_at: { fallback: longAgo, lost: "grace after booking never applies" },
  updated_at: { fallback: longAgo, lost: "changes that the platform makes are not seen by their time" },
  deleted_at: { fallback: null, lost: "no row counts as deleted" },
};

const nothing = (lost: string): OptionalColumn => ({ fallback: null, lost });
const zone = { fallback: "Europe/Berlin", lost: "times are told in Europe/Berlin" };

const optional: Readonly<Record<string, Readonly<Record<string, OptionalColumn>>>> = {
  companies: {
    timezone: zone,
    locale: { fallback: "de", lost: "German, unless a branch or customer says otherwise" },
    currency: { fallback: "EUR", lost: "fees are in EUR" },
  },
  branches: {
    timezone: zone,
    business_hours: nothing("callbacks count Mon-Fri 09-18 until a calendar is made"),
    notification_email: nothing("a branch has no address of its own to be told at"),
  },
  services: {
    branch_id: nothing("services belong to no single branch"),
    duration_minutes: { fallback: 60, lost: "a booking without an end takes an hour" },
    price_cents: nothing("a percentage of an unknown price is 0, and says so"),
  },
  staff: { email: nothing("staff get no mails"), phone: nothing("staff have no number") },
  customers: {
    email: nothing("customers get no mails"),
    phone: nothing("callers cannot be recognised"),
    locale: { fallback: "de", lost: "customers are written to in German" },
  },
  appointments: {
    series_id: nothing("a series is not recognised"),
    price_cents: nothing("the service's price counts"),
    version: { fallback: 1, lost: "the row's lock alone guards against the platform's own writes" },
  },
};

/** Null for a column that a platform's table must have. */
export function optionalColumn(table: string, column: string): OptionalColumn | null {
  return optional[table]?.[column] ?? always[column] ?? null;
}

/** `price` as a decimal of whole units may stand in for `price_cents`. */
export const decimalPrice = { column: "price", standsFor: "price_cents" } as const;

/** Kinds of keys: whole numbers, and uuids as 36 characters. */
export type KeyKind = "integer" | "uuid";

export const keyKinds: Readonly<Record<string, KeyKind>> = Object.fromEntries(
  hostTables.map(({ name, columns }) => [name, columns.id.primary === "key" ? "uuid" : "integer"]),
);

export function kindOfType(type: string): KeyKind | null {
  if (/^(big|medium)?int\b/i.test(type)) return "integer";
  return /^(var)?char\(36\)/i.test(type) ? "uuid" : null;
}
