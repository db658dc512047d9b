import type { Instant } from "../clock.ts";
import type { Db, Tx } from "../db/connect.ts";
import { insertRow } from "../db/prepared.ts";
import type { InitiatedBy, ModificationType } from "../db/schema.ts";
import { ofAppointmentInReach } from "../tenancy/reach.ts";
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
  readonly type?: ModificationType | undefined;
  readonly from?: Instant | undefined;
  readonly until?: Instant | undefined;
}

/** Newest first, before the cursor's id; without those that were soft-deleted. */
export async function listModificationRows(
  db: Db,
  tenant: Tenant,
  filter: ModificationFilter,
  beforeId: number,
  limit: number,
) {
  let query = db
    .of(tenant)
    .selectFrom("appointment_modifications")
    .select([
      "id",
      "appointment_id as appointmentId",
      "customer_id as customerId",
      "modification_type as type",
      "initiated_by as initiatedBy",
      "within_policy as withinPolicy",
      "fee_cents as feeCents",
      "currency",
      "reason",
      "modified_by_type as actorType",
      "modified_by_id as actorId",
      "counts_toward_quota as countsTowardQuota",
      "metadata",
      "created_at as createdAt",
    ])
    .where("deleted_at", "is", null)
    .where("id", "<", beforeId)
    .where((eb) => ofAppointmentInReach(eb, tenant, "appointment_modifications.appointment_id"))
    .orderBy("id", "desc")
    .limit(limit);
  if (filter.appointmentId !== undefined) query = query.where("appointment_id", "=", filter.appointmentId);
  if (filter.customerId !== undefined) query = query.where("customer_id", "=", filter.customerId);
  if (filter.type !== undefined) query = query.where("modification_type", "=", filter.type);
  if (filter.from !== undefined) query = query.where("created_at", ">=", filter.from);
  if (filter.until !== undefined) query = query.where("created_at", "<", filter.until);
  return query.execute();
}
