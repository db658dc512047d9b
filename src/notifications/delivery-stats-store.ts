import type { Db } from "../db/connect.ts";
import { dayIndex, type LocalDays } from "../tenancy/local-days.ts";
import type { Tenant } from "../tenant.ts";
import { inReachOf } from "./delivery-store.ts";

/** How many messages of each channel, planned on which of the days, stand how. A branch's are those about its appointments and callbacks. */
export async function countDeliveries(db: Db, tenant: Tenant, period: LocalDays) {
  const { from, until, branchId } = period;
  let query = db
    .of(tenant)
    .selectFrom("notification_deliveries")
    .select((eb) => [
      dayIndex(eb, "created_at", period).as("day_index"),
      "channel",
      "status",
      eb.fn.countAll<number>().as("count"),
    ])
    .where("created_at", ">=", from)
    .where("created_at", "<", until)
    .where((eb) => inReachOf(eb, tenant))
    .groupBy(["day_index", "channel", "status"]);
  if (branchId !== undefined) {
    const branch = { ...tenant, reach: { branches: [branchId], staff: [] } };
    query = query.where((eb) => inReachOf(eb, branch));
  }
  const rows = await query.execute();
  return rows.map(({ day_index, count, ...row }) => ({ ...row, dayIndex: Number(day_index), count: Number(count) }));
}
export type CountedDeliveries = Awaited<ReturnType<typeof countDeliveries>>[number];
