import fc from "fast-check";
import { expect, test } from "vitest";
import { onEveryDatabase } from "../../test/databases.ts";
import { type ACompany, aBranch, aCompany, anAppointment, aStaffMember } from "../../test/factories.ts";
import { type Instant, isoOf, localDate, parseInstant, plusMilliseconds } from "../clock.ts";
import type { ModificationType } from "../db/schema.ts";
import { transaction } from "../db/transaction.ts";
import type { Tenant } from "../tenant.ts";
import { modificationStats } from "./modification-stats.ts";
import { insertModification } from "./modification-store.ts";

const hourMs = 3_600_000;
/** Ten days after the clocks of Berlin went forward. */
const now = parseInstant("2026-04-08T15:30:00Z");

interface Made {
  readonly place: Place;
  readonly hoursAgo: number;
  readonly type: ModificationType;
  readonly initiatedBy: "customer" | "business";
  readonly withinPolicy: boolean;
  readonly feeCents: number;
  readonly currency: "EUR" | "CHF";
  readonly noticeHours: number;
  readonly isWrittenDown: boolean;
}
interface Place {
  readonly branchId: string;
  readonly staffId: string;
}

onEveryDatabase("the figures of cancellations and moves", (db) => {
  async function write(company: ACompany, made: Made): Promise<void> {
    const at = atOf(made);
    const startsAt = plusMilliseconds(at, made.noticeHours * hourMs);
    const id = await anAppointment(db(), company, { ...made.place, startsAt });
    const { type, initiatedBy, withinPolicy, feeCents, currency } = made;
    const metadata = made.isWrittenDown ? { noticeMs: made.noticeHours * hourMs } : {};
    const appointment = { id, customerId: company.customerId };
    const rest = { reason: null, actor: company.caller.actor, countsTowardQuota: true, metadata };
    const row = { appointment, type, initiatedBy, withinPolicy, feeCents, currency, ...rest };
    await transaction(db(), (tx) => insertModification(tx, company.caller, row, at));
  }

  test("are what counting by hand makes of them, of any period and branch and for whoever reaches what", async () => {
    db().clock.moveTo(now);
    const [mine, theirs] = [await aCompany(db()), await aCompany(db())];
    const tokyo = await aBranch(db(), mine.caller, { timezone: "Asia/Tokyo" });
    const zones: Record<string, string> = { [mine.branchId]: "Europe/Berlin", [tokyo]: "Asia/Tokyo" };
    const places = [
      { branchId: mine.branchId, staffId: mine.staffId },
      { branchId: mine.branchId, staffId: await aStaffMember(db(), mine.caller, mine) },
      { branchId: tokyo, staffId: await aStaffMember(db(), mine.caller, { branchId: tokyo }) },
    ];
    const made = fc.sample(anyOf(places), { numRuns: 150, seed: 20_260_408 });
    for (const each of made) await write(mine, each);
    for (const each of made.slice(0, 20)) await write(theirs, { ...each, place: theirs });
    const tenants: Tenant[] = [
      { companyId: mine.companyId },
      { companyId: mine.companyId, reach: { branches: [tokyo], staff: [] } },
      { companyId: mine.companyId, reach: { branches: [], staff: [mine.staffId] } },
      { companyId: mine.companyId, reach: { branches: [], staff: [] } },
    ];

    for (const tenant of tenants) {
      for (const branchId of [undefined, mine.branchId, tokyo, theirs.branchId]) {
        for (const [fromHours, untilHours] of [
          [720, 0],
          [300, 280],
          [2000, 200],
        ] as const) {
          const period = { from: ago(fromHours), until: ago(untilHours), branchId };
          const zone = zones[branchId ?? ""] ?? "Europe/Berlin";
          const counted = made.filter((each) => isIn(each, period) && isReached(each, tenant));
          const stats = await modificationStats(db(), tenant, period);
          expect(stats).toEqual({
            from: isoOf(period.from),
            until: isoOf(period.until),
            timeZone: zone,
            ...byHand(counted),
            byDay: stats.byDay.map(({ day }) => ({
              day,
              ...byHand(counted.filter((each) => localDate(atOf(each), zone) === day)),
            })),
            byNotice: noticeByHand(counted),
          });
          const days = stats.byDay.map(({ day }) => day);
          expect([days[0], days.at(-1)]).toEqual([
            localDate(period.from, zone),
            localDate(plusMilliseconds(period.until, -1), zone),
          ]);
          expect(days).toEqual([...new Set(days)].sort());
        }
      }
    }
  });

  test("are of today and the 29 days before when no period is named, and of no more than 93 days", async () => {
    db().clock.moveTo(now);
    const { caller } = await aCompany(db());
    const { from, until, byDay } = await modificationStats(db(), caller, {});
    expect([from, until, byDay.length]).toEqual(["2026-03-09T23:00:00.000Z", isoOf(now), 30]);
    const tooLong = { from: ago(93 * 24 + 1), until: now };
    await expect(modificationStats(db(), caller, tooLong)).rejects.toMatchObject({
      fields: [{ pointer: "query/until" }],
    });
  });
});

const ago = (hours: number): Instant => plusMilliseconds(now, -hours * hourMs);
const atOf = ({ hoursAgo }: Made) => ago(hoursAgo);

function anyOf(places: readonly Place[]): fc.Arbitrary<Made> {
  return fc.record({
    place: fc.constantFrom(...places),
    hoursAgo: fc.integer({ min: 1, max: 800 * 4 }).map((quarters) => quarters / 4),
    type: fc.constantFrom("cancel", "reschedule"),
    initiatedBy: fc.constantFrom("customer", "customer", "business"),
    withinPolicy: fc.constantFrom(true, true, true, false),
    feeCents: fc.constantFrom(0, 0, 1250, 2000),
    currency: fc.constantFrom("EUR", "EUR", "CHF"),
    noticeHours: fc.oneof(fc.constantFrom(2, 6, 12, 24, 48, 72, 168), fc.integer({ min: 0, max: 400 })),
    isWrittenDown: fc.boolean(),
  });
}

function isIn(made: Made, { from, until, branchId }: { from: Instant; until: Instant; branchId: string | undefined }) {
  const atMs = atOf(made).epochMilliseconds;
  const isInPeriod = atMs >= from.epochMilliseconds && atMs < until.epochMilliseconds;
  return isInPeriod && (branchId === undefined || made.place.branchId === branchId);
}

function isReached({ place }: Made, { reach }: Tenant): boolean {
  return reach === undefined || reach.branches.includes(place.branchId) || reach.staff.includes(place.staffId);
}

function byHand(made: readonly Made[]) {
  const counts = (type: ModificationType) => {
    const within = made.filter((each) => each.type === type && each.withinPolicy).length;
    return { withinPolicy: within, outsidePolicy: made.filter((each) => each.type === type).length - within };
  };
  const fees = (["CHF", "EUR"] as const).flatMap((currency) => {
    const charged = made.filter((each) => each.currency === currency && each.feeCents > 0);
    const feeCents = charged.reduce((total, each) => total + each.feeCents, 0);
    return charged.length === 0 ? [] : [{ currency, feeCents, count: charged.length }];
  });
  return { cancelled: counts("cancel"), rescheduled: counts("reschedule"), fees };
}

function noticeByHand(made: readonly Made[]) {
  const cancelled = made.filter(({ type, initiatedBy }) => type === "cancel" && initiatedBy === "customer");
  const count = (from: number, until: number) =>
    cancelled.filter(({ noticeHours }) => noticeHours >= from && noticeHours < until).length;
  return [
    { fromHours: 0, untilHours: 2, count: count(0, 2) },
    { fromHours: 2, untilHours: 6, count: count(2, 6) },
    { fromHours: 6, untilHours: 12, count: count(6, 12) },
    { fromHours: 12, untilHours: 24, count: count(12, 24) },
    { fromHours: 24, untilHours: 48, count: count(24, 48) },
    { fromHours: 48, untilHours: 72, count: count(48, 72) },
    { fromHours: 72, untilHours: 168, count: count(72, 168) },
    { fromHours: 168, untilHours: null, count: count(168, Number.POSITIVE_INFINITY) },
  ];
}
