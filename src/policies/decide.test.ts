import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideCancellation, decideReschedule, type Facts, replay } from "./decide.ts";
import { type Configuration, effectivePolicy, type Level, type Target } from "./effective.ts";
import { parseReceipt, receiptDocument } from "./receipts.ts";
import type { Config } from "./rules.ts";

const hourMs = 3_600_000;
const start = Date.UTC(2026, 2, 9, 9);
const chain: Target[] = (["staff", "service", "branch", "company"] as const).map((level) => ({ level, id: "1" }));

function policyOf<T extends "cancellation" | "reschedule">(type: T, configs: Partial<Record<Level, Config<T>>>) {
  const configurations = Object.entries(configs).map(
    ([level, config], index): Configuration => ({
      id: index + 1,
      level: level as Level,
      targetId: "1",
      policyType: type,
      config: config as Config,
      isOverride: true,
      overridesId: null,
      version: 1,
    }),
  );
  return effectivePolicy(type, chain, configurations);
}

interface Given extends Partial<Omit<Facts, "appointment">> {
  readonly notice?: number;
  readonly appointment?: Partial<Facts["appointment"]>;
}

function factsOf({ notice = 72, appointment, ...rest }: Given): Facts {
  return {
    action: "cancel",
    appointment: {
      id: 1,
      status: "booked",
      startsAtMs: start,
      endsAtMs: start + hourMs,
      bookedAtMs: null,
      priceCents: 5000,
      currency: "EUR",
      branchId: "b",
      serviceId: 1,
      staffId: null,
      ...appointment,
    },
    requestedAtMs: start - notice * hourMs,
    nowMs: start - notice * hourMs,
    zone: "Europe/Berlin",
    sameDay: false,
    initiatedBy: "customer",
    actor: { type: "user", id: "1" },
    caller: "notRequired",
    mayActForBusiness: true,
    mayForce: true,
    force: null,
    reason: null,
    used30Days: 0,
    used90Days: 0,
    movesSoFar: 0,
    move: null,
    ...rest,
  };
}

const tiers = [48, 24, 12, 0].map((minNoticeHours, index) => ({
  minNoticeHours,
  fee: { type: "fixed", amountCents: [0, 1000, 1500, 2500][index] ?? 0 } as const,
}));
const force = { reason: "Good customer", waiveFee: false, waiverReason: null };

const table: [title: string, config: Config<"cancellation">, given: Given, expected: object][] = [
  ["no policy at all is free", {}, { notice: 2 }, { allowed: true, feeCents: 0 }],
  ["well ahead is free", { minNoticeHours: 24, maxPer30Days: 3 }, { notice: 50 }, { allowed: true, feeCents: 0 }],
  ["exactly the notice passes", { minNoticeHours: 24 }, { notice: 24 }, { allowed: true }],
  ["a millisecond less does not", { minNoticeHours: 24 }, { notice: 24 - 1 / hourMs }, { code: "noticeTooShort" }],
  [
    "half the notice is refused, and would be free",
    { minNoticeHours: 24 },
    { notice: 12 },
    { code: "noticeTooShort", feeIfForcedCents: 0 },
  ],
  [
    "three of three used is refused",
    { maxPer30Days: 3 },
    { used30Days: 3 },
    { code: "quotaExceeded", required: { limit: 3, used: 3, windowDays: 30 } },
  ],
  ["two of three used is not", { maxPer30Days: 3 }, { used30Days: 2 }, { allowed: true }],
  [
    "a fixed fee always applies",
    { minNoticeHours: 24, fee: { type: "fixed", amountCents: 2550 }, feeWhen: "always" },
    { notice: 30 },
    { feeCents: 2550 },
  ],
  [
    "a fee for late ones spares the early",
    { minNoticeHours: 24, fee: { type: "fixed", amountCents: 2550 } },
    { notice: 30 },
    { feeCents: 0 },
  ],
  [
    "late is allowed for half the price",
    { minNoticeHours: 24, lateCancellation: "allow", fee: { type: "percentage", percent: 50 } },
    { notice: 12 },
    { allowed: true, feeCents: 2500, withinPolicy: true },
  ],
  [
    "no percent of an unknown price is free",
    { fee: { type: "percentage", percent: 0 }, feeWhen: "always" },
    { appointment: { priceCents: null } },
    { feeCents: 0, priceUnknown: false },
  ],
  [
    "a percentage of an unknown price says so",
    { fee: { type: "percentage", percent: 10 }, feeWhen: "always" },
    { appointment: { priceCents: null } },
    { feeCents: 0, priceUnknown: true },
  ],
  [
    "the tier that is reached applies",
    { lateCancellation: "allow", fee: { type: "tiers", tiers } },
    { notice: 20 },
    { feeCents: 1500 },
  ],
  [
    "half a cent is rounded up",
    { fee: { type: "percentage", percent: 50 }, feeWhen: "always" },
    { appointment: { priceCents: 5 } },
    { feeCents: 3 },
  ],
  [
    "a quarter of 33.33 is 8.33",
    { fee: { type: "percentage", percent: 25 }, feeWhen: "always" },
    { appointment: { priceCents: 3333 } },
    { feeCents: 833 },
  ],
  ["at the start it has started", {}, { notice: 0 }, { code: "alreadyStarted" }],
  [
    "the state is looked at before the notice",
    { minNoticeHours: 24 },
    { notice: 1, appointment: { status: "cancelled" } },
    { code: "alreadyCancelled" },
  ],
  [
    "the notice is looked at before the quota",
    { minNoticeHours: 24, maxPer30Days: 1 },
    { notice: 1, used30Days: 1 },
    { code: "noticeTooShort" },
  ],
  ["the quota is looked at before the reason", { maxPer30Days: 0, requireReason: true }, {}, { code: "quotaExceeded" }],
  ["blanks are no reason", { requireReason: true }, { reason: "  " }, { code: "reasonRequired" }],
  [
    "grace passes notice and fee, with its last moment",
    { minNoticeHours: 24, graceMinutesAfterBooking: 30, fee: { type: "fixed", amountCents: 100 }, feeWhen: "always" },
    { notice: 2, appointment: { bookedAtMs: start - 2 * hourMs - 30 * 60_000 } },
    { allowed: true, feeCents: 0 },
  ],
  [
    "grace is over a millisecond later",
    { minNoticeHours: 24, graceMinutesAfterBooking: 30 },
    { notice: 2, appointment: { bookedAtMs: start - 2 * hourMs - 30 * 60_000 - 1 } },
    { code: "noticeTooShort" },
  ],
  [
    "grace passes no quota",
    { maxPer30Days: 0, graceMinutesAfterBooking: 30 },
    { notice: 2, appointment: { bookedAtMs: start - 2 * hourMs } },
    { code: "quotaExceeded" },
  ],
  [
    "the business is not bound by notice, and free",
    { minNoticeHours: 24, maxPer30Days: 0 },
    { notice: 1, initiatedBy: "business", reason: "ill" },
    { allowed: true, feeCents: 0, countsTowardQuota: false, withinPolicy: true },
  ],
  ["the business says why", {}, { initiatedBy: "business" }, { code: "reasonRequired" }],
  [
    "force passes the notice, outside the policy and counted",
    { minNoticeHours: 24 },
    { notice: 1, force },
    { allowed: true, forced: true, withinPolicy: false, countsTowardQuota: true },
  ],
  ["force where none is needed changes nothing", {}, { force }, { allowed: true, forced: false, withinPolicy: true }],
  [
    "nobody forces without the permission",
    { minNoticeHours: 24 },
    { notice: 1, force, mayForce: false },
    { code: "noticeTooShort" },
  ],
  ["force does not verify a caller", {}, { force, caller: "unverified" }, { code: "callerUnverified" }],
];

describe("deciding a cancellation", () => {
  test.each(table)("%s", (_, config, given, expected) => {
    expect(decideCancellation(policyOf("cancellation", { company: config }), factsOf(given))).toMatchObject(expected);
  });

  test("the most specific level decides, and is named", () => {
    const policy = policyOf("cancellation", {
      company: { minNoticeHours: 24 },
      branch: { minNoticeHours: 36 },
      staff: { minNoticeHours: 48 },
    });
    expect(decideCancellation(policy, factsOf({ notice: 30 }))).toMatchObject({
      code: "noticeTooShort",
      required: { noticeHours: 48 },
    });
    expect(policy.provenance.minNoticeHours).toMatchObject({
      level: "staff",
      shadows: [{ level: "branch" }, { level: "company" }, { level: "system" }],
    });
  });

  test("a day of 23 hours is not 24 hours of notice", () => {
    const appointment = { startsAtMs: Date.parse("2026-03-29T10:00:00+02:00") };
    const requestedAtMs = Date.parse("2026-03-28T10:00:00+01:00");
    const policy = policyOf("cancellation", { company: { minNoticeHours: 24 } });
    expect(decideCancellation(policy, factsOf({ appointment, requestedAtMs })).code).toBe("noticeTooShort");
  });

  const anyCase = fc.record({
    config: fc.record({
      minNoticeHours: fc.integer({ min: 0, max: 96 }),
      maxPer30Days: fc.option(fc.nat(5)),
      maxPer90Days: fc.option(fc.nat(9)),
    }),
    notice: fc.integer({ min: 0, max: 120 }),
    used30Days: fc.nat(6),
    used90Days: fc.nat(10),
  });

  test("more notice or less use never turns a yes into a no", () => {
    fc.assert(
      fc.property(anyCase, fc.nat(50), fc.nat(6), ({ config, ...given }, more, less) => {
        const policy = policyOf("cancellation", { company: config });
        if (!decideCancellation(policy, factsOf(given)).allowed) return;
        const easier = { ...given, notice: given.notice + more, used30Days: Math.max(0, given.used30Days - less) };
        expect(decideCancellation(policy, factsOf(easier)).allowed).toBe(true);
      }),
    );
  });

  test("every receipt, stored as JSON and read back, decides the same again", () => {
    fc.assert(
      fc.property(anyCase, ({ config, ...given }) => {
        const decision = decideCancellation(policyOf("cancellation", { company: config }), factsOf(given));
        const stored = JSON.parse(JSON.stringify(receiptDocument(decision.receipt)));
        expect(replay(parseReceipt(stored))).toEqual(decision);
      }),
    );
  });
});

describe("deciding a move", () => {
  const move = { startsAtMs: start + hourMs, endsAtMs: start + 2 * hourMs, staffId: "a", slotFree: true };
  const moving = (config: Config<"reschedule">, given: Given) =>
    decideReschedule(policyOf("reschedule", { company: config }), factsOf({ action: "reschedule", move, ...given }));

  test("the third move of an appointment is refused where two are the most", () => {
    expect(moving({ maxPerAppointment: 2 }, { movesSoFar: 2 })).toMatchObject({ code: "appointmentLimitReached" });
    expect(moving({ maxPerAppointment: 2 }, { movesSoFar: 1 }).allowed).toBe(true);
  });

  test("on the day itself it stays where it is, if the policy says so", () => {
    expect(moving({ allowSameDay: false }, { sameDay: true }).code).toBe("sameDayNotAllowed");
    expect(moving({}, { sameDay: true }).allowed).toBe(true);
  });

  test("a taken slot is refused to the business too, and cannot be forced", () => {
    const taken = { ...move, slotFree: false };
    expect(moving({}, { move: taken, force })).toMatchObject({ code: "slotTaken", forceable: false });
    expect(moving({}, { move: taken, initiatedBy: "business", reason: "ill" }).code).toBe("slotTaken");
  });
});
