import type { InitiatedBy, ModificationType } from "../db/schema.ts";
import type { Actor } from "../tenant.ts";
import type { EffectivePolicy } from "./effective.ts";
import { feeOf } from "./fees.ts";

export const decisionCodes = [
  "allowed",
  "alreadyCancelled",
  "alreadyCompleted",
  "alreadyNoShow",
  "alreadyStarted",
  "actorNotAllowed",
  "callerUnverified",
  "noticeTooShort",
  "sameDayNotAllowed",
  "appointmentLimitReached",
  "quotaExceeded",
  "reasonRequired",
  "slotTaken",
  "illegalTransition",
  "partialCancelNotAllowed",
  "seriesNoticeTooShort",
  "tooFewOccurrencesLeft",
] as const;
export type DecisionCode = (typeof decisionCodes)[number];

/** Everything a decision looks at. Instants in epoch milliseconds, local dates already in the branch's zone. */
export interface Facts {
  readonly action: ModificationType;
  readonly appointment: {
    readonly id: number;
    readonly status: string;
    readonly startsAtMs: number;
    readonly endsAtMs: number;
    /** null when nobody knows: then there is no grace. */
    readonly bookedAtMs: number | null;
    readonly priceCents: number | null;
    readonly currency: string;
    readonly branchId: string;
    readonly serviceId: number;
    readonly staffId: string | null;
  };
  readonly requestedAtMs: number;
  readonly nowMs: number;
  readonly zone: string;
  readonly sameDay: boolean;
  readonly initiatedBy: InitiatedBy;
  readonly actor: Actor;
  readonly caller: "verified" | "unverified" | "notRequired";
  readonly mayActForBusiness: boolean;
  readonly mayForce: boolean;
  readonly force: { readonly reason: string; readonly waiveFee: boolean; readonly waiverReason: string | null } | null;
  readonly reason: string | null;
  readonly used30Days: number;
  readonly used90Days: number;
  readonly movesSoFar: number;
  readonly move: {
    readonly startsAtMs: number;
    readonly endsAtMs: number;
    readonly staffId: string | null;
    readonly slotFree: boolean;
  } | null;
}

export type Required =
  | { readonly noticeHours: number; readonly latestAtMs: number }
  | { readonly limit: number; readonly used: number; readonly windowDays: 30 | 90 | null }
  | { readonly reason: true }
  | null;

export interface Decision {
  readonly allowed: boolean;
  readonly code: DecisionCode;
  readonly feeCents: number;
  readonly currency: string;
  /** What a forced action costs; the same as the fee where nothing had to be forced. */
  readonly feeIfForcedCents: number;
  readonly priceUnknown: boolean;
  readonly required: Required;
  readonly withinPolicy: boolean;
  readonly countsTowardQuota: boolean;
  readonly forced: boolean;
  readonly forceable: boolean;
  readonly receipt: Receipt;
}

/** All that was looked at: enough to decide again, years later, and come to the same. */
export interface Receipt {
  readonly facts: Facts;
  readonly policy: EffectivePolicy<"cancellation"> | EffectivePolicy<"reschedule">;
  readonly noticeMs: number;
  readonly inGrace: boolean;
  readonly rule: DecisionCode;
}

interface Denial {
  readonly code: DecisionCode;
  readonly required: Required;
}

const hourMs = 3_600_000;
const forceable = new Set<DecisionCode>([
  "noticeTooShort",
  "sameDayNotAllowed",
  "appointmentLimitReached",
  "quotaExceeded",
]);

export function decideCancellation(policy: EffectivePolicy<"cancellation">, facts: Facts): Decision {
  return decide(policy, policy.values.lateCancellation, facts);
}

export function decideReschedule(policy: EffectivePolicy<"reschedule">, facts: Facts): Decision {
  return decide(policy, policy.values.lateReschedule, facts);
}

/** Decides again from what was recorded. */
export function replay({ policy, facts }: Receipt): Decision {
  return policy.type === "cancellation" ? decideCancellation(policy, facts) : decideReschedule(policy, facts);
}

type Policy = EffectivePolicy<"cancellation"> | EffectivePolicy<"reschedule">;

/** The first rule that refuses decides. Grace passes notice, same day and fee; force passes what `forceable` names. */
function decide(policy: Policy, late: "deny" | "allow", facts: Facts): Decision {
  const { appointment, requestedAtMs } = facts;
  const noticeMs = appointment.startsAtMs - requestedAtMs;
  const inGrace = isInGrace(policy, facts);
  const business = facts.initiatedBy === "business";

  let denial = stateDenial(facts) ?? actorDenial(facts);
  let forced = false;
  if (denial === null && !business) {
    denial = limitDenial(policy, late, facts, noticeMs, inGrace);
    forced = denial !== null && facts.mayForce && isGiven(facts.force?.reason);
    if (forced) denial = null;
  }
  denial ??= reasonDenial(policy, facts, forced) ?? slotDenial(facts);

  const fee = business || inGrace ? free : feeOf(policy.values, noticeMs, appointment.priceCents);
  const waived = forced && facts.force?.waiveFee === true && isGiven(facts.force.waiverReason);
  const code = denial?.code ?? "allowed";
  return {
    allowed: denial === null,
    code,
    feeCents: denial === null && !waived ? fee.cents : 0,
    currency: appointment.currency,
    feeIfForcedCents: fee.cents,
    priceUnknown: fee.priceUnknown,
    required: denial?.required ?? null,
    withinPolicy: denial === null && !forced,
    countsTowardQuota: denial === null && !business,
    forced,
    forceable: forceable.has(code),
    receipt: { facts, policy, noticeMs, inGrace, rule: code },
  };
}

const free = { cents: 0, priceUnknown: false };

const finalStates: Record<string, DecisionCode> = {
  cancelled: "alreadyCancelled",
  completed: "alreadyCompleted",
  no_show: "alreadyNoShow",
};

function stateDenial({ appointment, initiatedBy, requestedAtMs }: Facts): Denial | null {
  const final = finalStates[appointment.status];
  if (final !== undefined) return { code: final, required: null };
  const started = appointment.status === "in_progress" || requestedAtMs >= appointment.startsAtMs;
  return started && initiatedBy === "customer" ? { code: "alreadyStarted", required: null } : null;
}

function actorDenial({ initiatedBy, mayActForBusiness, caller }: Facts): Denial | null {
  if (initiatedBy === "business") return mayActForBusiness ? null : { code: "actorNotAllowed", required: null };
  return caller === "unverified" ? { code: "callerUnverified", required: null } : null;
}

function limitDenial(
  policy: Policy,
  late: "deny" | "allow",
  facts: Facts,
  noticeMs: number,
  inGrace: boolean,
): Denial | null {
  const { values } = policy;
  if (!inGrace && late === "deny" && noticeMs < values.minNoticeHours * hourMs) {
    const latestAtMs = facts.appointment.startsAtMs - values.minNoticeHours * hourMs;
    return { code: "noticeTooShort", required: { noticeHours: values.minNoticeHours, latestAtMs } };
  }
  if ("allowSameDay" in values) {
    if (!inGrace && !values.allowSameDay && facts.sameDay) return { code: "sameDayNotAllowed", required: null };
    const { maxPerAppointment: limit } = values;
    if (limit !== null && facts.movesSoFar >= limit) {
      return { code: "appointmentLimitReached", required: { limit, used: facts.movesSoFar, windowDays: null } };
    }
  }
  return (
    quotaDenial(values.maxPer30Days, facts.used30Days, 30) ?? quotaDenial(values.maxPer90Days, facts.used90Days, 90)
  );
}

function quotaDenial(limit: number | null, used: number, windowDays: 30 | 90): Denial | null {
  if (limit === null || used < limit) return null;
  return { code: "quotaExceeded", required: { limit, used, windowDays } };
}

function reasonDenial({ values }: Policy, facts: Facts, forced: boolean): Denial | null {
  const needed = facts.initiatedBy === "business" || values.requireReason;
  return needed && !forced && !isGiven(facts.reason) ? { code: "reasonRequired", required: { reason: true } } : null;
}

function slotDenial({ move }: Facts): Denial | null {
  return move !== null && !move.slotFree ? { code: "slotTaken", required: null } : null;
}

/** Up to and with its last moment; unknown booking times get none. */
function isInGrace({ values }: Policy, { appointment, requestedAtMs }: Facts): boolean {
  if (values.graceMinutesAfterBooking === 0 || appointment.bookedAtMs === null) return false;
  return requestedAtMs - appointment.bookedAtMs <= values.graceMinutesAfterBooking * 60_000;
}

function isGiven(text: string | null | undefined): boolean {
  return typeof text === "string" && text.trim() !== "";
}
