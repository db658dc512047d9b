import type { Decision, DecisionCode } from "./decide.ts";
import { german } from "./explain-de.ts";
import { english } from "./explain-en.ts";

export const languages = ["de", "en"] as const;
export type Language = (typeof languages)[number];
/** Who is told: the customer in writing, the staff at the desk, or a voice agent's caller. */
export const registers = ["customer", "staff", "voice"] as const;
export type Register = (typeof registers)[number];

/** What a text may say, already put into words of its language. */
export interface Said {
  readonly moving: boolean;
  readonly fee: string;
  readonly free: boolean;
  readonly priceUnknown: boolean;
  readonly forced: boolean;
  readonly business: boolean;
  readonly hours: string;
  readonly latest: string;
  readonly left: string;
  readonly limit: number;
  readonly used: number;
  readonly days: number;
  readonly level: string;
}

/** Each code's text in each register; spoken ones hold no symbols and no abbreviations. */
export type Texts = Record<
  DecisionCode,
  { customer: (said: Said) => string; staff: (said: Said) => string; voice: (said: Said) => string }
>;

export interface Words {
  readonly locale: string;
  readonly hour: readonly [one: string, many: string];
  readonly levels: Record<string, string>;
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

function saidOf(decision: Decision, spoken: Words, register: Register): Said {
  const { receipt, required, code } = decision;
  const { facts, policy } = receipt;
  const quota = required !== null && "limit" in required ? required : { limit: 0, used: 0, windowDays: null };
  const notice = required !== null && "noticeHours" in required ? required : null;
  const field = code === "quotaExceeded" ? `maxPer${quota.windowDays}Days` : (decidingField[code] ?? "fee");
  const provenance = policy.provenance as Record<string, { level: string } | undefined>;
  return {
    moving: facts.action === "reschedule",
    fee: money(decision.feeCents, decision.currency, spoken, register === "voice"),
    free: decision.feeCents === 0,
    priceUnknown: decision.priceUnknown,
    forced: decision.forced,
    business: facts.initiatedBy === "business",
    hours: hours(notice?.noticeHours ?? policy.values.minNoticeHours, spoken),
    latest: moment(notice?.latestAtMs ?? facts.appointment.startsAtMs, facts.zone, spoken, register === "voice"),
    left: hours(Math.max(0, Math.floor(receipt.noticeMs / 900_000) / 4), spoken),
    limit: quota.limit,
    used: quota.used,
    days: quota.windowDays ?? 0,
    level: spoken.levels[provenance[field]?.level ?? "system"] ?? "",
  };
}

function hours(value: number, { locale, hour: [one, many] }: Words): string {
  return `${numberFormat(locale).format(value)} ${value === 1 ? one : many}`;
}

/** Spoken amounts carry no symbol: 25 Euro 50. */
function money(cents: number, currency: string, { locale }: Words, voice: boolean): string {
  if (!voice) return currencyFormat(locale, currency, "symbol").format(cents / 100);
  const parts = currencyFormat(locale, currency, "name").formatToParts(Math.floor(cents / 100));
  const name = parts.find(({ type }) => type === "currency")?.value ?? currency;
  const rest = cents % 100;
  return `${Math.floor(cents / 100)} ${name}${rest === 0 ? "" : ` ${rest}`}`;
}

function moment(ms: number, zone: string, { locale }: Words, voice: boolean): string {
  const text = dateFormat(locale, zone).format(ms);
  return voice
    ? text.replace(/(\d+):(\d+)/, (_, hour, minute) => (minute === "00" ? `${hour}` : `${hour} ${minute}`))
    : text;
}

const numberFormat = kept((locale: string) => new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }));
const currencyFormat = kept(
  (locale: string, currency: string, currencyDisplay: "symbol" | "name") =>
    new Intl.NumberFormat(locale, { style: "currency", currency, currencyDisplay }),
);
const dateFormat = kept(
  (locale: string, timeZone: string) =>
    new Intl.DateTimeFormat(locale, {
      weekday: "long",
      day: "numeric",
      month: "long",
      hour: "numeric",
      minute: "2-digit",
      timeZone,
    }),
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
