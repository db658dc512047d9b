import type { Instant } from "../clock.ts";
import type { Db, Tx } from "../db/connect.ts";
import type { escalationReasons } from "../db/schema.ts";
import { ofCallbackInReach } from "../tenancy/reach.ts";
import type { Tenant } from "../tenant.ts";

export type EscalationReason = (typeof escalationReasons)[number];

export interface NewEscalation {
  readonly callbackId: number;
  readonly reason: EscalationReason;
  readonly level: number;
  readonly from: string | null;
  readonly to: string | null;
  /** One breach, one row: names the deadline and step, the round of attempts, or the request that asked for it. */
  readonly dedupeKey: string;
  readonly metadata: object;
}

export async function insertEscalation(tx: Tx, tenant: Tenant, row: NewEscalation, now: Instant): Promise<number> {
  const { insertId } = await tx
    .of(tenant)
    .insertInto("callback_escalations")
    .values({
      callback_request_id: row.callbackId,
      escalation_reason: row.reason,
      level: row.level,
      escalated_from: row.from,
      escalated_to: row.to,
      escalated_at: now,
      dedupe_key: row.dedupeKey,
      metadata: row.metadata,
      created_at: now,
      updated_at: now,
    })
    .executeTakeFirstOrThrow();
  return Number(insertId);
}

/** How often it was escalated, and when last. */
export async function climbedSoFar(
  db: Db,
  tenant: Tenant,
  callbackId: number,
): Promise<{ levels: number; lastAt: Instant | null }> {
  const row = await db
    .of(tenant)
    .selectFrom("callback_escalations")
    .select(["level", "escalated_at as lastAt"])
    .where("callback_request_id", "=", callbackId)
    .orderBy("level", "desc")
    .limit(1)
    .executeTakeFirst();
  return { levels: row?.level ?? 0, lastAt: row?.lastAt ?? null };
}

const columns = [
  "id",
  "callback_request_id as callbackId",
  "escalation_reason as reason",
  "level",
  "escalated_from as escalatedFrom",
  "escalated_to as escalatedTo",
  "escalated_at as escalatedAt",
  "resolved_at as resolvedAt",
  "resolution_notes as resolutionNotes",
  "metadata",
] as const;

export interface EscalationFilter {
  readonly callbackId?: number | undefined;
  readonly reason?: EscalationReason | undefined;
  readonly escalatedTo?: string | undefined;
  readonly resolved?: boolean | undefined;
}

/** Newest first, before the cursor's id. */
export async function listEscalationRows(
  db: Db,
  tenant: Tenant,
  filter: EscalationFilter,
  beforeId: number,
  limit: number,
) {
  let query = db
    .of(tenant)
    .selectFrom("callback_escalations")
    .select(columns)
    .where("id", "<", beforeId)
    .where((eb) => ofCallbackInReach(eb, tenant, "callback_escalations.callback_request_id"))
    .orderBy("id", "desc")
    .limit(limit);
  if (filter.callbackId !== undefined) query = query.where("callback_request_id", "=", filter.callbackId);
  if (filter.reason !== undefined) query = query.where("escalation_reason", "=", filter.reason);
  if (filter.escalatedTo !== undefined) query = query.where("escalated_to", "=", filter.escalatedTo);
  if (filter.resolved !== undefined) query = query.where("resolved_at", filter.resolved ? "is not" : "is", null);
  return query.execute();
}

export type EscalationRow = Awaited<ReturnType<typeof listEscalationRows>>[number];

export async function findEscalation(db: Db, tenant: Tenant, id: number): Promise<EscalationRow | undefined> {
  return db
    .of(tenant)
    .selectFrom("callback_escalations")
    .select(columns)
    .where("id", "=", id)
    .where((eb) => ofCallbackInReach(eb, tenant, "callback_escalations.callback_request_id"))
    .executeTakeFirst();
}

/** False when somebody resolved it before. */
export async function markResolved(
  tx: Tx,
  tenant: Tenant,
  id: number,
  notes: string | null,
  now: Instant,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .of(tenant)
    .updateTable("callback_escalations")
    .set({ resolved_at: now, resolution_notes: notes, updated_at: now })
    .where("id", "=", id)
    .where("resolved_at", "is", null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}
