import type { Db } from "../db/connect.ts";
import type { Tenant } from "../tenant.ts";
import type { Period } from "./metrics.ts";
import { openStatuses } from "./store.ts";

const columns = [
  "branch_id as branchId",
  "assigned_to as assignedTo",
  "priority",
  "status",
  "outcome",
  "created_at as createdAt",
  "assigned_at as assignedAt",
  "contacted_at as contactedAt",
  "cancelled_at as cancelledAt",
  "expires_at as expiresAt",
] as const;

export async function metricRows(db: Db, tenant: Tenant, { from, until, branchId }: Period) {
  let query = db
    .of(tenant)
    .selectFrom("callback_requests")
    .select(columns)
    .where("created_at", ">=", from)
    .where("created_at", "<", until)
    .where("deleted_at", "is", null);
  if (branchId !== undefined) query = query.where("branch_id", "=", branchId);
  return query.execute();
}
export type MetricRow = Awaited<ReturnType<typeof metricRows>>[number];

export async function openRows(db: Db, tenant: Tenant, branchId: string | undefined) {
  let query = db
    .of(tenant)
    .selectFrom("callback_requests")
    .select("created_at as createdAt")
    .where("status", "in", openStatuses)
    .where("deleted_at", "is", null);
  if (branchId !== undefined) query = query.where("branch_id", "=", branchId);
  return query.execute();
}

export async function countEscalations(db: Db, tenant: Tenant, { from, until, branchId }: Period): Promise<number> {
  let query = db
    .of(tenant)
    .selectFrom("callback_escalations as e")
    .innerJoin("callback_requests as r", "r.id", "e.callback_request_id")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("e.escalated_at", ">=", from)
    .where("e.escalated_at", "<", until);
  if (branchId !== undefined) query = query.where("r.branch_id", "=", branchId);
  return Number((await query.executeTakeFirstOrThrow()).count);
}
