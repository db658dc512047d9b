import type { Db } from "../db/connect.ts";
import { dayIndex, type LocalDays } from "../tenancy/local-days.ts";
import type { Tenant } from "../tenant.ts";
import { reachedModifications } from "./modification-store.ts";

function modificationsIn(db: Db, tenant: Tenant, { from, until, branchId }: LocalDays) {
  const query = reachedModifications(db, tenant).where("m.created_at", ">=", from).where("m.created_at", "<", until);
  return branchId === undefined ? query : query.where("a.branch_id", "=", branchId);
}

/** How many of each kind there were on which of the days, and what they cost. */
export async function countModifications(db: Db, tenant: Tenant, period: LocalDays) {
  const rows = await modificationsIn(db, tenant, period)
    .select((eb) => [
      dayIndex(eb, "m.created_at", period).as("day_index"),
      "m.modification_type as type",
      "m.within_policy as withinPolicy",
      "m.currency",
      eb.fn.countAll<number>().as("count"),
      eb.fn.sum<number>("m.fee_cents").as("feeCents"),
      eb.fn.sum<number>(eb.case().when("m.fee_cents", ">", 0).then(eb.lit(1)).else(eb.lit(0)).end()).as("charged"),
    ])
    .groupBy(["day_index", "m.modification_type", "m.within_policy", "m.currency"])
    .execute();
  return rows.map(({ day_index, count, feeCents, charged, ...row }) => ({
    ...row,
    dayIndex: Number(day_index),
    count: Number(count),
    feeCents: Number(feeCents),
    charged: Number(charged),
  }));
}
export type CountedModifications = Awaited<ReturnType<typeof countModifications>>[number];

/** What customers cancelled: how long before the start stands in what was written down, if we wrote it. */
export async function cancelledByCustomers(db: Db, tenant: Tenant, period: LocalDays) {
  return modificationsIn(db, tenant, period)
    .select(["m.metadata", "m.created_at as createdAt", "a.starts_at as startsAt"])
    .where("m.modification_type", "=", "cancel")
    .where("m.initiated_by", "=", "customer")
    .execute();
}
export type CancelledByCustomer = Awaited<ReturnType<typeof cancelledByCustomers>>[number];
