import { type Instant, instantOf } from "../clock.ts";
import type { Db } from "../db/connect.ts";
import { inReach } from "../tenancy/reach.ts";
import type { Tenant } from "../tenant.ts";
import type { Priority } from "./rules.ts";
import { type Callback, type CallbackStatus, callbackColumns, openStatuses } from "./store.ts";

/** The queue: who is to be called next. */

export interface QueueFilter {
  readonly status?: CallbackStatus | undefined;
  readonly priority?: Priority | undefined;
  readonly branchId?: string | undefined;
  readonly assignedTo?: string | undefined;
  readonly customerId?: number | undefined;
  readonly open?: boolean | undefined;
  readonly unassigned?: boolean | undefined;
  /** Due before, and nobody has called yet. */
  readonly overdueAt?: Instant | undefined;
  readonly dueFrom?: Instant | undefined;
  readonly dueUntil?: Instant | undefined;
}

export type QueuePlace = readonly [rank: number, expiresAt: string, id: number];

/** The more urgent first, each oldest deadline first; after the cursor's. */
export async function listQueue(
  db: Db,
  tenant: Tenant,
  filter: QueueFilter,
  after: QueuePlace | null,
  limit: number,
): Promise<(Callback & { readonly priorityRank: number })[]> {
  let query = filtered(db, tenant, filter)
    .select([...callbackColumns, "priority_rank as priorityRank"])
    .orderBy("priority_rank")
    .orderBy("expires_at")
    .orderBy("id")
    .limit(limit);
  if (after !== null) {
    const [rank, expiresAtText, id] = after;
    const expiresAt = instantOf(Date.parse(expiresAtText));
    query = query
      .where("priority_rank", ">=", rank)
      .where((eb) =>
        eb.or([
          eb("priority_rank", ">", rank),
          eb("expires_at", ">", expiresAt),
          eb.and([eb("expires_at", "=", expiresAt), eb("id", ">", id)]),
        ]),
      );
  }
  return (await query.execute()) as (Callback & { priorityRank: number })[];
}

/** Newest first, before the cursor's id. */
export async function listNewest(
  db: Db,
  tenant: Tenant,
  filter: QueueFilter,
  beforeId: number,
  limit: number,
): Promise<Callback[]> {
  const query = filtered(db, tenant, filter).select(callbackColumns).where("id", "<", beforeId);
  return (await query.orderBy("id", "desc").limit(limit).execute()) as Callback[];
}

function filtered(db: Db, tenant: Tenant, filter: QueueFilter) {
  const { status, priority, branchId, assignedTo, customerId, open, unassigned, overdueAt, dueFrom, dueUntil } = filter;
  let query = db
    .of(tenant)
    .selectFrom("callback_requests")
    .where("deleted_at", "is", null)
    .where((eb) => inReach(eb, tenant, "branch_id", "assigned_to"));
  if (status === "pending" || unassigned) {
    // One whose assignee was deleted waits for somebody again.
    query = query.where((eb) =>
      eb.or([
        eb("status", "=", "pending"),
        eb.and([eb("status", "in", ["assigned", "contacted"]), eb("assigned_to", "is", null)]),
      ]),
    );
  } else if (status === "assigned" || status === "contacted") {
    query = query.where("status", "=", status).where("assigned_to", "is not", null);
  } else if (status !== undefined) query = query.where("status", "=", status);
  if (open) query = query.where("status", "in", openStatuses);
  if (priority !== undefined) query = query.where("priority", "=", priority);
  if (branchId !== undefined) query = query.where("branch_id", "=", branchId);
  if (assignedTo !== undefined) query = query.where("assigned_to", "=", assignedTo);
  if (customerId !== undefined) query = query.where("customer_id", "=", customerId);
  if (overdueAt !== undefined) {
    query = query.where("status", "in", ["pending", "assigned"]).where("expires_at", "<", overdueAt);
  }
  if (dueFrom !== undefined) query = query.where("expires_at", ">=", dueFrom);
  if (dueUntil !== undefined) query = query.where("expires_at", "<", dueUntil);
  return query;
}
