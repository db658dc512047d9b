import { z } from "zod";
import type { Db } from "../db/connect.ts";
import type { DeliveryStatus } from "../db/schema.ts";
import { type AskedPeriod, daysReply, daysView, localDaysOf } from "../tenancy/local-days.ts";
import type { Tenant } from "../tenant.ts";
import { channels } from "./catalogue.ts";
import { type CountedDeliveries, countDeliveries } from "./delivery-stats-store.ts";
import { channelField } from "./route-fields.ts";

const count = z.int().min(0);
const counts = {
  sent: count.meta({ description: "Handed over, and nothing heard of it since" }),
  delivered: count.meta({ description: "Confirmed by who carried it" }),
  failed: count.meta({ description: "Failed, came back, or nobody knows" }),
  pending: count,
  notSent: count.meta({ description: "Not tried: not wanted, too late, or replaced" }),
  percent: z
    .number()
    .nullable()
    .meta({ description: "Sent and delivered, of those that were tried and are over; two decimals" }),
};
export const deliveryStatsReply = z
  .object({
    ...daysReply,
    ...counts,
    byChannel: z.array(z.object({ channel: channelField, ...counts })),
    byDay: z.array(z.object({ day: z.iso.date(), ...counts })),
  })
  .meta({ id: "DeliveryStats" });

/** What became of the messages that were planned in a period. */
export async function deliveryStats(db: Db, tenant: Tenant, asked: AskedPeriod) {
  const period = await localDaysOf(db, tenant, asked);
  const counted = await countDeliveries(db, tenant, period);
  const onDay = Map.groupBy(counted, ({ dayIndex }) => dayIndex);
  const ofChannel = Map.groupBy(counted, ({ channel }) => channel);
  return {
    ...daysView(period),
    ...totals(counted),
    byChannel: channels.map((channel) => ({ channel, ...totals(ofChannel.get(channel) ?? []) })),
    byDay: period.days.map(({ day }, index) => ({ day, ...totals(onDay.get(index) ?? []) })),
  };
}

type Group = "sent" | "delivered" | "failed" | "pending" | "notSent";
const groupOf: Readonly<Record<DeliveryStatus, Group>> = {
  queued: "pending",
  sending: "pending",
  sent: "sent",
  delivered: "delivered",
  bounced: "failed",
  failed: "failed",
  unknown: "failed",
  skipped: "notSent",
  expired: "notSent",
  superseded: "notSent",
};

function totals(counted: readonly CountedDeliveries[]) {
  const totals = { sent: 0, delivered: 0, failed: 0, pending: 0, notSent: 0 };
  for (const { status, count } of counted) totals[groupOf[status]] += count;
  const arrived = totals.sent + totals.delivered;
  const tried = arrived + totals.failed;
  return { ...totals, percent: tried === 0 ? null : Math.round((arrived * 10_000) / tried) / 100 };
}
