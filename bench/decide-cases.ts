import type { Facts } from "../src/policies/decide.ts";
import type { Configuration, Target } from "../src/policies/effective.ts";
import type { Config } from "../src/policies/rules.ts";

/** What we and the peers decide: one chain with a configuration on each of its four levels, and requests of each kind. */

const hourMs = 3_600_000;
const startsAtMs = Date.UTC(2026, 2, 9, 9);

export const chain: readonly Target[] = [
  { level: "staff", id: "a" },
  { level: "service", id: "1" },
  { level: "branch", id: "b" },
  { level: "company", id: "1" },
];

const configs: readonly Config<"cancellation">[] = [
  { minNoticeHours: 24 },
  { fee: { type: "percentage", percent: 25 }, feeWhen: "always" },
  { maxPer30Days: 3, graceMinutesAfterBooking: 30 },
  { minNoticeHours: 48, maxPer90Days: 6, requireReason: true },
];

export const configurations: readonly Configuration[] = chain.map(({ level, id }, index) => ({
  id: index + 1,
  level,
  targetId: id,
  policyType: "cancellation",
  config: configs[index] as Config,
  isOverride: true,
  overridesId: null,
  version: 1,
}));

interface Request {
  readonly noticeHours: number;
  readonly bookedHoursBefore?: number;
  readonly used30?: number;
  readonly used90?: number;
  readonly reason?: string | null;
  readonly status?: string;
  readonly caller?: Facts["caller"];
}

const requests: readonly Request[] = [
  { noticeHours: 72 },
  { noticeHours: 30, used30: 2, used90: 5 },
  { noticeHours: 12 },
  { noticeHours: 12, bookedHoursBefore: 12.25 },
  { noticeHours: 72, used30: 3, used90: 3 },
  { noticeHours: 72, used30: 1, used90: 6 },
  { noticeHours: 72, reason: null },
  { noticeHours: 72, caller: "unverified" },
  { noticeHours: 72, status: "cancelled" },
  { noticeHours: -1 },
];

export const cases: readonly Facts[] = requests.map((request): Facts => {
  const requestedAtMs = startsAtMs - request.noticeHours * hourMs;
  return {
    action: "cancel",
    appointment: {
      id: 1,
      status: request.status ?? "booked",
      startsAtMs,
      endsAtMs: startsAtMs + hourMs,
      bookedAtMs: startsAtMs - (request.bookedHoursBefore ?? 999) * hourMs,
      priceCents: 8000,
      currency: "EUR",
      branchId: "b",
      serviceId: 1,
      staffId: "a",
    },
    requestedAtMs,
    nowMs: requestedAtMs,
    zone: "Europe/Berlin",
    sameDay: false,
    initiatedBy: "customer",
    actor: { type: "user", id: "1" },
    caller: request.caller ?? "notRequired",
    mayActForBusiness: false,
    mayForce: false,
    force: null,
    reason: request.reason === undefined ? "ill" : request.reason,
    used30Days: request.used30 ?? 0,
    used90Days: request.used90 ?? 0,
    movesSoFar: 0,
    move: null,
  };
});
