import type { Instant } from "../clock.ts";
import type { Db, Tx } from "../db/connect.ts";
import type { Tenant } from "../tenant.ts";
import type { NotificationEvent } from "./catalogue.ts";

export interface QueuedAlerts {
  readonly callbackId: number;
  /** Those of events before this one. */
  readonly before: number;
  readonly events: readonly NotificationEvent[];
  /** Null for everybody's, else of every staff member but this one. */
  readonly notOf: string | null;
}

export async function supersedeQueuedAlerts(
  tx: Tx,
  tenant: Tenant,
  { callbackId, before, events, notOf }: QueuedAlerts,
  now: Instant,
): Promise<void> {
  let query = tx
    .of(tenant)
    .updateTable("notification_deliveries")
    .set({ status: "superseded", reason: "superseded", next_at: null, finished_at: now, updated_at: now })
    .where("callback_id", "=", callbackId)
    .where("event_id", "<", before)
    .where("status", "=", "queued")
    .where("event_type", "in", [...events]);
  if (notOf !== null) query = query.where("recipient_type", "=", "staff").where("recipient_id", "!=", notOf);
  await query.execute();
}

/** It is open, nobody is calling, and nobody has said that they have seen it. */
export async function callbackNeedsSomebody(db: Db, tenant: Tenant, id: number): Promise<boolean> {
  const found = await db
    .of(tenant)
    .selectFrom("callback_requests")
    .select("id")
    .where("id", "=", id)
    .where("status", "in", ["pending", "assigned"])
    .where("acknowledged_at", "is", null)
    .where("deleted_at", "is", null)
    .executeTakeFirst();
  return found !== undefined;
}
