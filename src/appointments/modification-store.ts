import type { Instant } from "../clock.ts";
import type { Db, Tx } from "../db/connect.ts";
import { insertRow } from "../db/prepared.ts";
import type { InitiatedBy, ModificationType } from "../db/schema.ts";
import { inReach } from "../tenancy/reach.ts";
import type { Actor, Tenant } from "../tenant.ts";
import type { Appointment } from "./store.ts";

export interface NewModification {
  readonly appointment: Pick<Appointment, "id" | "customerId">;
  readonly type: ModificationType;
  readonly initiatedBy: InitiatedBy;
  readonly withinPolicy: boolean;
  readonly feeCents: number;
  readonly currency: string;
  readonly reason: string | null;
  readonly actor: Actor;
  readonly countsTowardQuota: boolean;
  readonly metadata: object;
}

export async function insertModification(
  tx: Tx,
  tenant: Tenant,
  modification: NewModification,
  now: Instant,
): Promise<number> {
  return insertRow(tx, tenant, "appointment_modifications", {
    appointment_id: modification.appointment.id,
    customer_id: modification.appointment.customerId,
    modification_type: modification.type,
    initiated_by: modification.initiatedBy,
    within_policy: modification.withinPolicy,
    fee_cents: modification.feeCents,
    currency: modification.currency,
    reason: modification.reason,
    modified_by_type: modification.actor.type,
    modified_by_id: modification.actor.id,
    counts_toward_quota: modification.countsTowardQuota,
    metadata: modification.metadata,
    created_at: now,
    updated_at: now,
  });
}

/** How often the customer moved this appointment: what `maxPerAppointment` limits. */
export async function movesOfAppointment(db: Db, tenant: Tenant, appointmentId: number): Promise<number> {
  const { count } = await db
    .of(tenant)
    .selectFrom("appointment_modifications")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("appointment_id", "=", appointmentId)
    .where("modification_type", "=", "reschedule")
    .where("counts_toward_quota", "=", true)
    .executeTakeFirstOrThrow();
  return Number(count);
}

export interface ModificationFilter {
  readonly appointmentId?: number | undefined;
  readonly customerId?: number | undefined;
  readonly branchId?: string | undefined;
  /** Those the policy allowed, or those that were forced. */
  readonly within?: boolean | undefined;
  readonly type?: ModificationType | undefined;
  readonly from?: Instant | undefined;
  readonly until?: Instant | undefined;
}

/** Those that the caller reaches, beside their appointments; without those that were soft-deleted. */
export function reachedModifications(db: Db, tenant: Tenant) {
  return db
    .of(tenant)
    .selectFrom("appointment_modifications as m")
    .innerJoin("appointments as a", "a.id", "m.appointment_id")
    .where("m.deleted_at", "is", null)
    .where((eb) => inReach(eb, tenant, "a.branch_id", "a.staff_id"));
}

/** Newest first, before the cursor's id. */
export async function listModificationRows(
  db: Db,
  tenant: Tenant,
  filter: ModificationFilter,
  beforeId: number,
  limit: number,
) {
  let query = reachedModifications(db, tenant)
    .select([
      "m.id",
      "m.appointment_id as appointmentId",
      "m.customer_id as customerId",
      "a.branch_id as branchId",
      "a.service_id as serviceId",
      "m.modification_type as type",
      "m.initiated_by as initiatedBy",
      "m.within_policy as withinPolicy",
      "m.fee_cents as feeCents",
      "m.currency",
      "m.reason",
      "m.modified_by_type as actorType",
      "m.modified_by_id as actorId",
      "m.counts_toward_quota as countsTowardQuota",
      "m.metadata",
      "m.created_at as createdAt",
    ])
    .where("m.id", "<", beforeId)
    .orderBy("m.id", "desc")
    .limit(limit);
  const { appointmentId, customerId, branchId, type, within, from, until } = filter;
  if (appointmentId !== undefined) query = query.where("m.appointment_id", "=", appointmentId);
  if (customerId !== undefined) query = query.where("m.customer_id", "=", customerId);
  if (branchId !== undefined) query = query.where("a.branch_id", "=", branchId);
  if (type !== undefined) query = query.where("m.modification_type", "=", type);
  if (within !== undefined) query = query.where("m.within_policy", "=", within);
  if (from !== undefined) query = query.where("m.created_at", ">=", from);
  if (until !== undefined) query = query.where("m.created_at", "<", until);
  return query.execute();
}
