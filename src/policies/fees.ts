import type { Fee } from "./rules.ts";

const hourMs = 3_600_000;

interface FeeRules {
  readonly minNoticeHours: number;
  readonly fee: Fee;
  readonly feeWhen: "late" | "always";
}

/** In minor units. A percentage of an unknown price is 0, and says so; nothing invents a fee. */
export function feeOf(
  rules: FeeRules,
  noticeMs: number,
  priceCents: number | null,
): { cents: number; priceUnknown: boolean } {
  const { fee } = rules;
  switch (fee.type) {
    case "none":
      return { cents: 0, priceUnknown: false };
    case "tiers":
      return amountOf(tierAt(fee.tiers, noticeMs).fee, priceCents);
    default: {
      const applies = rules.feeWhen === "always" || noticeMs < rules.minNoticeHours * hourMs;
      return applies ? amountOf(fee, priceCents) : { cents: 0, priceUnknown: false };
    }
  }
}

type Tier = Extract<Fee, { type: "tiers" }>["tiers"][number];

/** The highest tier whose notice is reached; below the lowest, the lowest. */
function tierAt(tiers: readonly Tier[], noticeMs: number): Tier {
  const descending = tiers.toSorted((one, other) => other.minNoticeHours - one.minNoticeHours);
  const reached = descending.find(({ minNoticeHours }) => minNoticeHours * hourMs <= noticeMs);
  const tier = reached ?? descending.at(-1);
  if (tier === undefined) throw new Error("A tiered fee has no tiers.");
  return tier;
}

function amountOf(fee: Tier["fee"], priceCents: number | null): { cents: number; priceUnknown: boolean } {
  if (fee.type === "fixed") return { cents: fee.amountCents, priceUnknown: false };
  if (fee.percent === 0) return { cents: 0, priceUnknown: false };
  if (priceCents === null) return { cents: 0, priceUnknown: true };
  return { cents: percentOf(priceCents, fee.percent), priceUnknown: false };
}

/** In integers, half up: 25 % of 3333 is 833, 50 % of 5 is 3. */
function percentOf(priceCents: number, percent: number): number {
  const hundredths = Math.round(percent * 100);
  return Math.floor((priceCents * hundredths + 5_000) / 10_000);
}
