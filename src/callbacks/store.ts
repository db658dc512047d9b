import type { SelectQueryBuilder } from "kysely";
import type { Instant } from "../clock.ts";
import { instantOf } from "../clock.ts";
import type { Db, Tx } from "../db/connect.ts";
import type { CallbackAction, callbackOutcomes, callbackStatuses, Schema } from "../db/schema.ts";
import { notFound } from "../errors.ts";
import { inReach } from "../tenancy/reach.ts";
import type { Actor, Tenant } from "../tenant.ts";
import type { Priority } from "./rules.ts";

export type CallbackStatus = (typeof callbackStatuses)[number];
export type CallbackOutcome = (typeof callbackOutcomes)[number];
export const openStatuses = ["pending", "assigned", "contacted"] as const;

export interface PreferredWindow {
  readonly from: string;
  readonly until: string;
}

export interface Callback {
  readonly id: number;
  readonly customerId: number | null;
  readonly branchId: string;
  readonly serviceId: number | null;
  /** Whom the customer would like to be called by. */
  readonly staffId: string | null;
  readonly phoneNumber: string;
  readonly customerName: string;
  readonly preferredWindow: PreferredWindow | null;
  readonly priority: Priority;
  readonly status: CallbackStatus;
  readonly outcome: CallbackOutcome | null;
  readonly assignedTo: string | null;
  readonly assignedAt: Instant | null;
  readonly contactedAt: Instant | null;
  readonly completedAt: Instant | null;
  readonly expiredAt: Instant | null;
  readonly cancelledAt: Instant | null;
  /** The promise: by when somebody has to have called. */
  readonly expiresAt: Instant;
  readonly slaTargetMs: number;
  /** Used up before the present run of the clock. */
  readonly slaConsumedMs: number;
  /** Null while the clock stands still. */
  readonly slaRunningSince: Instant | null;
  /** When the sweep has to look at it next. */
  readonly nextDueAt: Instant | null;
  readonly ladderStep: number;
  readonly acknowledgedAt: Instant | null;
  readonly assignedReason: string | null;
  readonly decisionId: number | null;
  readonly contactAttempts: number;
  readonly notes: string | null;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export const callbackColumns = [
  "id",
  "customer_id as customerId",
  "branch_id as branchId",
  "service_id as serviceId",
  "staff_id as staffId",
  "phone_number as phoneNumber",
  "customer_name as customerName",
  "preferred_time_window as preferredWindow",
  "priority",
  "status",
  "outcome",
  "assigned_to as assignedTo",
  "assigned_at as assignedAt",
  "contacted_at as contactedAt",
  "completed_at as completedAt",
  "expired_at as expiredAt",
  "cancelled_at as cancelledAt",
  "expires_at as expiresAt",
  "sla_target_ms as slaTargetMs",
  "sla_consumed_ms as slaConsumedMs",
  "sla_running_since as slaRunningSince",
  "next_due_at as nextDueAt",
  "ladder_step as ladderStep",
  "acknowledged_at as acknowledgedAt",
  "assigned_reason as assignedReason",
  "decision_id as decisionId",
  "contact_attempts as contactAttempts",
  "notes",
  "created_at as createdAt",
  "updated_at as updatedAt",
] as const;

/** @throws Refusal notFound, for another company's id as for an unknown one */
export async function getCallback(db: Db, tenant: Tenant, id: number): Promise<Callback> {
  const row = await one(db, tenant, id).executeTakeFirst();
  if (!row) throw notFound("callback");
  return row as Callback;
}

/** The row, locked: first statement of everything that changes a callback, after the desk's lock where that is needed. */
export async function getCallbackForUpdate(tx: Tx, tenant: Tenant, id: number): Promise<Callback> {
  const row = await locking(tx, one(tx, tenant, id)).executeTakeFirst();
  if (!row) throw notFound("callback");
  return row as Callback;
}

/** For sweeps: null where it is gone, or somebody else is at it. */
export async function takeCallback(tx: Tx, tenant: Tenant, id: number): Promise<Callback | null> {
  const query = one(tx, tenant, id);
  const row = await (tx.engine === "sqlite" ? query : query.forUpdate().skipLocked()).executeTakeFirst();
  return (row as Callback | undefined) ?? null;
}

function one(db: Db, tenant: Tenant, id: number) {
  return db
    .of(tenant)
    .selectFrom("callback_requests")
    .select(callbackColumns)
    .where("id", "=", id)
    .where("deleted_at", "is", null)
    .where((eb) => inReach(eb, tenant, "branch_id", "assigned_to"));
}

function locking<O>(tx: Tx, query: SelectQueryBuilder<Schema, "callback_requests", O>) {
  return tx.engine === "sqlite" ? query : query.forUpdate();
}

/** The newest one for this number at this branch that nobody has called yet. Under the desk's lock. */
export async function findRecentDuplicate(
  tx: Tx,
  tenant: Tenant,
  { branchId, phoneNumber }: Pick<Callback, "branchId" | "phoneNumber">,
  since: Instant,
): Promise<Callback | null> {
  const query = tx
    .of(tenant)
    .selectFrom("callback_requests")
    .select(callbackColumns)
    .where("created_at", ">", since)
    .where("branch_id", "=", branchId)
    .where("phone_number", "=", phoneNumber)
    .where("status", "in", ["pending", "assigned"])
    .where("deleted_at", "is", null)
    .orderBy("id", "desc")
    .limit(1);
  return ((await locking(tx, query).executeTakeFirst()) as Callback | undefined) ?? null;
}

type NewCallback = Pick<
  Callback,
  | "customerId"
  | "branchId"
  | "serviceId"
  | "staffId"
  | "phoneNumber"
  | "customerName"
  | "preferredWindow"
  | "priority"
  | "expiresAt"
  | "slaTargetMs"
  | "decisionId"
  | "notes"
>;

export async function insertCallback(tx: Tx, tenant: Tenant, callback: NewCallback, now: Instant): Promise<number> {
  const { insertId } = await tx
    .of(tenant)
    .insertInto("callback_requests")
    .values({
      customer_id: callback.customerId,
      branch_id: callback.branchId,
      service_id: callback.serviceId,
      staff_id: callback.staffId,
      phone_number: callback.phoneNumber,
      customer_name: callback.customerName,
      preferred_time_window: callback.preferredWindow,
      priority: callback.priority,
      expires_at: callback.expiresAt,
      sla_target_ms: callback.slaTargetMs,
      sla_running_since: now,
      decision_id: callback.decisionId,
      notes: callback.notes,
      created_at: now,
      updated_at: now,
    })
    .executeTakeFirstOrThrow();
  return Number(insertId);
}

/** The one statement that changes a callback; its row is locked. `updatedAt` is its version and never stays the same. */
export async function updateCallback(tx: Tx, tenant: Tenant, to: Callback, now: Instant): Promise<Callback> {
  const updatedAt = instantOf(Math.max(now.epochMilliseconds, to.updatedAt.epochMilliseconds + 1));
  await tx
    .of(tenant)
    .updateTable("callback_requests")
    .set({
      customer_id: to.customerId,
      service_id: to.serviceId,
      staff_id: to.staffId,
      phone_number: to.phoneNumber,
      customer_name: to.customerName,
      preferred_time_window: to.preferredWindow,
      priority: to.priority,
      status: to.status,
      outcome: to.outcome,
      assigned_to: to.assignedTo,
      assigned_at: to.assignedAt,
      contacted_at: to.contactedAt,
      completed_at: to.completedAt,
      expired_at: to.expiredAt,
      cancelled_at: to.cancelledAt,
      expires_at: to.expiresAt,
      sla_target_ms: to.slaTargetMs,
      sla_consumed_ms: to.slaConsumedMs,
      sla_running_since: to.slaRunningSince,
      next_due_at: to.nextDueAt,
      ladder_step: to.ladderStep,
      acknowledged_at: to.acknowledgedAt,
      assigned_reason: to.assignedReason,
      contact_attempts: to.contactAttempts,
      notes: to.notes,
      updated_at: updatedAt,
    })
    .where("id", "=", to.id)
    .executeTakeFirstOrThrow();
  return { ...to, updatedAt };
}

export interface Transition {
  readonly callbackId: number;
  readonly action: CallbackAction;
  readonly from: CallbackStatus | null;
  readonly to: CallbackStatus;
  readonly assignedTo: string | null;
  readonly actor: Actor;
  readonly details: object | null;
}

export async function insertTransition(tx: Tx, tenant: Tenant, transition: Transition, now: Instant): Promise<void> {
  await tx
    .of(tenant)
    .insertInto("callback_transitions")
    .values({
      callback_request_id: transition.callbackId,
      action: transition.action,
      from_status: transition.from,
      to_status: transition.to,
      assigned_to: transition.assignedTo,
      actor_type: transition.actor.type,
      actor_id: transition.actor.id,
      details: transition.details,
      occurred_at: now,
      created_at: now,
      updated_at: now,
    })
    .execute();
}

/** Oldest first. */
export async function transitionsOf(db: Db, tenant: Tenant, callbackId: number) {
  return db
    .of(tenant)
    .selectFrom("callback_transitions")
    .select([
      "id",
      "action",
      "from_status as from",
      "to_status as to",
      "assigned_to as assignedTo",
      "actor_type as actorType",
      "actor_id as actorId",
      "details",
      "occurred_at as occurredAt",
    ])
    .where("callback_request_id", "=", callbackId)
    .orderBy("occurred_at")
    .orderBy("id")
    .execute();
}

/** Everybody who had it at some time. */
export async function staffWhoHad(db: Db, tenant: Tenant, callbackId: number): Promise<Set<string>> {
  const rows = await db
    .of(tenant)
    .selectFrom("callback_transitions")
    .select("assigned_to as staffId")
    .distinct()
    .where("callback_request_id", "=", callbackId)
    .where("assigned_to", "is not", null)
    .execute();
  return new Set(rows.flatMap(({ staffId }) => (staffId === null ? [] : [staffId])));
}
