import type { Decision, DecisionCode, Receipt } from "./decide.ts";
import type { Level, Provenance } from "./effective.ts";
import { german } from "./explain-de.ts";
import { english } from "./explain-en.ts";

export const languages = ["de", "en"] as const;
export type Language = (typeof languages)[number];
/** Who is told: the customer in writing, the staff at the desk, or a voice agent's caller. */
export const registers = ["customer", "staff", "voice"] as const;
export type Register = (typeof registers)[number];

/** What a text may say, already put into words of its language. Amounts are the decision's own. */
export interface Said {
  readonly moving: boolean;
  readonly fee: string;
  readonly free: boolean;
  /** What a forced action would have cost and does not; null where nothing was waived. */
  readonly waived: string | null;
  readonly priceUnknown: boolean;
  readonly forced: boolean;
  readonly business: boolean;
  readonly inGrace: boolean;
  readonly hours: string;
  readonly latest: string;
  readonly left: string;
  readonly limit: number;
  readonly used: number;
  readonly days: number;
  /** Where the deciding rule comes from. */
  readonly level: string;
  readonly noticeLevel: string;
}

type Text<S> = { readonly [R in Register]: (said: S) => string };
/** To someone unverified a text can say nothing that is stored: only what was asked for. */
type SaidUnverified = Pick<Said, "moving">;

/** Each code's text in each register; spoken ones hold no symbols and no abbreviations. */
export type Texts = {
  readonly [C in DecisionCode]: Text<C extends "callerUnverified" ? SaidUnverified : Said>;
};

export interface Words {
  readonly locale: string;
  readonly hour: readonly [one: string, many: string];
  readonly cent: readonly [one: string, many: string];
  readonly moment: (date: string, time: string) => string;
  readonly levels: Readonly<Record<Level | "system", string>>;
  readonly texts: Texts;
}

const words: Record<Language, Words> = { de: german, en: english };

/** A decision in words, from its code and receipt alone; never to be parsed back. */
export function explain(
  decision: Decision,
  { language, register }: { language: Language; register: Register },
): string {
  const spoken = words[language];
  return spoken.texts[decision.code][register](saidOf(decision, spoken, register));
}

const decidingField: Partial<Record<DecisionCode, string>> = {
  noticeTooShort: "minNoticeHours",
  sameDayNotAllowed: "allowSameDay",
  appointmentLimitReached: "maxPerAppointment",
  reasonRequired: "requireReason",
};

/** What takes formatting is formatted where a text names it: most texts name little of it. */
function saidOf(decision: Decision, spoken: Words, register: Register): Said {
  const { receipt, required, code, feeCents, feeIfForcedCents, currency, forced } = decision;
  const { facts, policy } = receipt;
  const quota = required !== null && "limit" in required ? required : { limit: 0, used: 0, windowDays: null };
  const noticeHours =
    required !== null && "noticeHours" in required ? required.noticeHours : policy.values.minNoticeHours;
  const field = code === "quotaExceeded" ? `maxPer${quota.windowDays}Days` : (decidingField[code] ?? "fee");
  const amount = register === "voice" ? spokenMoney : money;
  return {
    moving: facts.action === "reschedule",
    get fee() {
      return amount(feeCents, currency, spoken);
    },
    free: feeCents === 0,
    waived: forced && feeIfForcedCents > feeCents ? amount(feeIfForcedCents - feeCents, currency, spoken) : null,
    priceUnknown: decision.priceUnknown,
    forced,
    business: facts.initiatedBy === "business",
    inGrace: receipt.inGrace,
    get hours() {
      return hours(noticeHours, spoken);
    },
    get latest() {
      return moment(facts.appointment.startsAtMs - noticeHours * hourMs, facts.zone, spoken);
    },
    get left() {
      return hours(Math.max(0, Math.floor(receipt.noticeMs / quarterHourMs) / 4), spoken);
    },
    limit: quota.limit,
    used: quota.used,
    days: quota.windowDays ?? 0,
    level: levelOf(field, receipt, spoken),
    noticeLevel: levelOf("minNoticeHours", receipt, spoken),
  };
}

const hourMs = 3_600_000;
const quarterHourMs = hourMs / 4;

function levelOf(field: string, { policy }: Receipt, { levels }: Words): string {
  const provenance = policy.provenance as Readonly<Record<string, Provenance | undefined>>;
  return levels[provenance[field]?.level ?? "system"];
}

function hours(value: number, { locale, hour: [one, many] }: Words): string {
  return `${numberFormat(locale).format(value)} ${value === 1 ? one : many}`;
}

function money(minor: number, currency: string, { locale }: Words): string {
  return currencyFormat(locale, currency, "symbol").format(minor / minorUnits(currency));
}

/** As it is said: 25 Euro 50, 50 Cent; any other currency by its name. */
function spokenMoney(minor: number, currency: string, { locale, cent: [one, many] }: Words): string {
  const format = currencyFormat(locale, currency, "name");
  if (currency !== "EUR") return format.format(minor / minorUnits(currency));
  const rest = minor % 100;
  if (minor > 0 && minor < 100) return `${minor} ${minor === 1 ? one : many}`;
  return `${format.format((minor - rest) / 100)}${rest === 0 ? "" : ` ${rest}`}`;
}

function moment(ms: number, zone: string, { locale, moment }: Words): string {
  return moment(dateFormat(locale, zone).format(ms), timeFormat(locale, zone).format(ms));
}

const numberFormat = kept(
  (locale: string) => new Intl.NumberFormat(locale, { maximumFractionDigits: 2, useGrouping: false }),
);
const currencyFormat = kept(
  (locale: string, currency: string, currencyDisplay: "symbol" | "name") =>
    new Intl.NumberFormat(locale, {
      style: "currency",
      currency,
      currencyDisplay,
      ...(currencyDisplay === "name" && { trailingZeroDisplay: "stripIfInteger", useGrouping: false }),
    }),
);
/** How many of a currency's minor unit make one: 100 cents, 1 yen. */
const minorUnits = kept(
  (currency: string) => 10 ** (currencyFormat("en", currency, "symbol").resolvedOptions().maximumFractionDigits ?? 2),
);
const dateFormat = kept(
  (locale: string, timeZone: string) =>
    new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long", timeZone }),
);
const timeFormat = kept(
  (locale: string, timeZone: string) =>
    new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit", timeZone }),
);

/** Making a formatter costs a thousand times what using it does. */
function kept<A extends string[], T>(make: (...args: A) => T): (...args: A) => T {
  const made = new Map<string, T>();
  return (...args) => {
    const key = args.join(" ");
    const found = made.get(key) ?? make(...args);
    made.set(key, found);
    return found;
  };
}
