import { z } from "zod";
import type { Db } from "../db/connect.ts";
import { type AskedPeriod, daysReply, daysView, localDaysOf } from "../tenancy/local-days.ts";
import type { Tenant } from "../tenant.ts";
import {
  type CancelledByCustomer,
  type CountedModifications,
  cancelledByCustomers,
  countModifications,
} from "./modification-stats-store.ts";

const count = z.int().min(0);
const byPolicy = z.object({
  withinPolicy: count,
  outsidePolicy: count.meta({ description: "Forced against what the policy said" }),
});
const counts = {
  cancelled: byPolicy,
  rescheduled: byPolicy,
  fees: z.array(
    z.object({ currency: z.string(), feeCents: count, count: count.meta({ description: "How many cost something" }) }),
  ),
};
export const modificationStatsReply = z
  .object({
    ...daysReply,
    ...counts,
    byDay: z.array(z.object({ day: z.iso.date(), ...counts })),
    byNotice: z.array(z.object({ fromHours: count, untilHours: count.nullable(), count })).meta({
      description: "How long before the start customers cancelled; `untilHours` is excluded, null for no end",
    }),
  })
  .meta({ id: "ModificationStats" });

/** What was cancelled and moved, day by day, what it cost, and how early customers cancelled. */
export async function modificationStats(db: Db, tenant: Tenant, asked: AskedPeriod) {
  const period = await localDaysOf(db, tenant, asked);
  const counted = await countModifications(db, tenant, period);
  const onDay = Map.groupBy(counted, ({ dayIndex }) => dayIndex);
  return {
    ...daysView(period),
    ...totals(counted),
    byDay: period.days.map(({ day }, index) => ({ day, ...totals(onDay.get(index) ?? []) })),
    byNotice: histogram(await cancelledByCustomers(db, tenant, period)),
  };
}

function totals(counted: readonly CountedModifications[]) {
  const byCurrency = Map.groupBy(counted, ({ currency }) => currency);
  return {
    cancelled: policyCounts(counted.filter(({ type }) => type === "cancel")),
    rescheduled: policyCounts(counted.filter(({ type }) => type === "reschedule")),
    fees: [...byCurrency]
      .map(([currency, rows]) => ({
        currency,
        feeCents: sum(rows, ({ feeCents }) => feeCents),
        count: sum(rows, ({ charged }) => charged),
      }))
      .filter(({ count }) => count > 0)
      .sort((one, other) => one.currency.localeCompare(other.currency)),
  };
}

function policyCounts(counted: readonly CountedModifications[]) {
  const of = (isWithin: boolean) => sum(counted, ({ withinPolicy, count }) => (withinPolicy === isWithin ? count : 0));
  return { withinPolicy: of(true), outsidePolicy: of(false) };
}

function sum<T>(rows: readonly T[], of: (row: T) => number): number {
  return rows.reduce((total, row) => total + of(row), 0);
}

const noticeHours = [0, 2, 6, 12, 24, 48, 72, 168] as const;
const hourMs = 3_600_000;

function histogram(rows: readonly CancelledByCustomer[]) {
  const hours = rows.map((row) => Math.max(0, noticeMsOf(row) / hourMs));
  return noticeHours.map((fromHours, index) => {
    const untilHours = noticeHours[index + 1] ?? null;
    const isIn = (each: number) => each >= fromHours && (untilHours === null || each < untilHours);
    return { fromHours, untilHours, count: hours.filter(isIn).length };
  });
}

/** As the decision saw it; where nothing was written down, what can be told from the appointment. */
function noticeMsOf({ metadata, createdAt, startsAt }: CancelledByCustomer): number {
  const { noticeMs } = (metadata ?? {}) as { readonly noticeMs?: unknown };
  return typeof noticeMs === "number" ? noticeMs : startsAt.epochMilliseconds - createdAt.epochMilliseconds;
}
