import type { Db } from "../db/connect.ts";
import { inReach } from "../tenancy/reach.ts";
import type { Tenant } from "../tenant.ts";
import type { Period } from "./metrics.ts";
import { openStatuses } from "./store.ts";

const columns = [
  "id",
  "branch_id as branchId",
  "assigned_to as assignedTo",
  "priority",
  "status",
  "outcome",
  "created_at as createdAt",
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
    .where("deleted_at", "is", null)
    .where((eb) => inReach(eb, tenant, "branch_id", "assigned_to"));
  if (branchId !== undefined) query = query.where("branch_id", "=", branchId);
  return query.execute();
}
export type MetricRow = Awaited<ReturnType<typeof metricRows>>[number];

/** When each was first given to somebody, and when somebody first called: the row itself keeps the latest. */
export async function firstTimes(db: Db, tenant: Tenant, { from, until, branchId }: Period) {
  let query = db
    .of(tenant)
    .selectFrom("callback_transitions as t")
    .innerJoin("callback_requests as r", "r.id", "t.callback_request_id")
    .select(["r.id", "t.action", "t.occurred_at as at"])
    .where("r.created_at", ">=", from)
    .where("r.created_at", "<", until)
    .where("t.action", "in", ["assign", "autoAssign", "escalate", "contact"])
    .where("t.assigned_to", "is not", null)
    .where((eb) => inReach(eb, tenant, "r.branch_id", "r.assigned_to"))
    .orderBy("t.occurred_at", "desc");
  if (branchId !== undefined) query = query.where("r.branch_id", "=", branchId);
  const rows = await query.execute();
  const contacts = rows.filter(({ action }) => action === "contact");
  return {
    assigned: new Map(rows.map(({ id, at }) => [id, at])),
    contacted: new Map(contacts.map(({ id, at }) => [id, at])),
  };
}

export async function openRows(db: Db, tenant: Tenant, branchId: string | undefined) {
  let query = db
    .of(tenant)
    .selectFrom("callback_requests")
    .select("created_at as createdAt")
    .where("status", "in", openStatuses)
    .where("deleted_at", "is", null)
    .where((eb) => inReach(eb, tenant, "branch_id", "assigned_to"));
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
    .where("e.escalated_at", "<", until)
    .where((eb) => inReach(eb, tenant, "r.branch_id", "r.assigned_to"));
  if (branchId !== undefined) query = query.where("r.branch_id", "=", branchId);
  return Number((await query.executeTakeFirstOrThrow()).count);
}
