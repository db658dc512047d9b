import type { Texts } from "../../texts/en.ts";
import type { Format } from "../../texts/format.ts";

export type Fee =
  | { type: "none" }
  | { type: "fixed"; amountCents: number }
  | { type: "percentage"; percent: number }
  | { type: "tiers"; tiers: { minNoticeHours: number; fee: Fee }[] };

export type FieldKind = "hours" | "minutes" | "choice" | "limit" | "count" | "fee" | "yesNo";

const kinds: Record<string, FieldKind> = {
  minNoticeHours: "hours",
  fullSeriesNoticeHours: "hours",
  graceMinutesAfterBooking: "minutes",
  lateCancellation: "choice",
  lateReschedule: "choice",
  feeWhen: "choice",
  maxPer30Days: "limit",
  maxPer90Days: "limit",
  maxPerAppointment: "limit",
  minOccurrencesToKeep: "count",
  fee: "fee",
  partialCancelFee: "fee",
};

export const kindOf = (field: string): FieldKind => kinds[field] ?? "yesNo";
export const choicesOf = (field: string) =>
  field === "feeWhen" ? (["late", "always"] as const) : (["deny", "allow"] as const);

/** A field's value as a person reads it. */
export function wordsOf(field: string, value: unknown, texts: Texts, format: Format, currency: string): string {
  switch (kindOf(field)) {
    case "hours":
      return texts.values.hours(format.number(Number(value)));
    case "minutes":
      return texts.values.minutes(format.number(Number(value)));
    case "choice":
      return texts.values[value as "deny" | "allow" | "late" | "always"];
    case "limit":
      return value === null ? texts.app.unlimited : format.number(Number(value));
    case "count":
      return format.number(Number(value));
    case "fee":
      return feeWords(value as Fee, texts, format, currency);
    case "yesNo":
      if (field === "requireReason") return value === true ? texts.app.yes : texts.app.no;
      return value === true ? texts.values.allowed : texts.values.notAllowed;
  }
}

function feeWords(fee: Fee, texts: Texts, format: Format, currency: string): string {
  switch (fee.type) {
    case "none":
      return texts.values.free;
    case "fixed":
      return format.money(fee.amountCents, currency);
    case "percentage":
      return `${format.number(fee.percent)} %`;
    case "tiers":
      return fee.tiers
        .map((tier) =>
          texts.values.tier(
            feeWords(tier.fee, texts, format, currency),
            texts.values.hours(format.number(tier.minNoticeHours)),
          ),
        )
        .join(", ");
  }
}
