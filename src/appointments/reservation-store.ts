import type { Instant } from "../clock.ts";
import { acrossCompanies } from "../db/across-companies.ts";
import type { JsonValue } from "../db/columns.ts";
import type { Db, Tx } from "../db/connect.ts";
import type { InitiatedBy, ModificationType, ReservationStatus } from "../db/schema.ts";
import { notFound } from "../errors.ts";
import { ofAppointmentInReach } from "../tenancy/reach.ts";
import type { Actor, ActorType, Tenant } from "../tenant.ts";
import type { NewModification } from "./modification-store.ts";

/** A change that was decided and waits until the platform has made it. */
export interface Reservation {
  readonly id: number;
  readonly appointmentId: number;
  readonly customerId: number;
  readonly type: ModificationType;
  readonly status: ReservationStatus;
  readonly decisionId: number;
  readonly modificationId: number | null;
  readonly initiatedBy: InitiatedBy;
  readonly withinPolicy: boolean;
  readonly feeCents: number;
  readonly currency: string;
  readonly reason: string | null;
  readonly actorType: ActorType;
  readonly actorId: string | null;
  readonly countsTowardQuota: boolean;
  readonly metadata: JsonValue;
  /** Of a move: where to. */
  readonly startsAt: Instant | null;
  readonly endsAt: Instant | null;
  readonly staffId: string | null;
  readonly expiresAt: Instant;
  readonly settledAt: Instant | null;
  readonly createdAt: Instant;
}

const columns = [
  "id",
  "appointment_id as appointmentId",
  "customer_id as customerId",
  "modification_type as type",
  "status",
  "decision_id as decisionId",
  "modification_id as modificationId",
  "initiated_by as initiatedBy",
  "within_policy as withinPolicy",
  "fee_cents as feeCents",
  "currency",
  "reason",
  "actor_type as actorType",
  "actor_id as actorId",
  "counts_toward_quota as countsTowardQuota",
  "metadata",
  "starts_at as startsAt",
  "ends_at as endsAt",
  "staff_id as staffId",
  "expires_at as expiresAt",
  "settled_at as settledAt",
  "created_at as createdAt",
] as const;

const appointment = "appointment_reservations.appointment_id";
const reservations = (db: Db, tenant: Tenant) => db.of(tenant).selectFrom("appointment_reservations").select(columns);

/** @throws Refusal notFound, also where the appointment is out of reach */
export async function getReservation(db: Db, tenant: Tenant, id: number): Promise<Reservation> {
  const query = reservations(db, tenant).where("id", "=", id);
  const found = await query.where((eb) => ofAppointmentInReach(eb, tenant, appointment)).executeTakeFirst();
  if (!found) throw notFound("reservation");
  return found;
}

export async function openReservationOf(db: Db, tenant: Tenant, appointmentId: number) {
  return reservations(db, tenant)
    .where("appointment_id", "=", appointmentId)
    .where("is_open", "=", 1)
    .executeTakeFirst();
}

export async function openReservationsOfCustomer(db: Db, tenant: Tenant, customerId: number): Promise<Reservation[]> {
  return reservations(db, tenant).where("customer_id", "=", customerId).where("is_open", "=", 1).execute();
}

/** Those of appointments in reach, newest first, before the cursor's id. */
export async function listReservations(
  db: Db,
  tenant: Tenant,
  filter: { appointmentId?: number | undefined; status?: ReservationStatus | undefined },
  beforeId: number,
  limit: number,
): Promise<Reservation[]> {
  let query = reservations(db, tenant).where("id", "<", beforeId).orderBy("id", "desc").limit(limit);
  query = query.where((eb) => ofAppointmentInReach(eb, tenant, appointment));
  if (filter.appointmentId !== undefined) query = query.where("appointment_id", "=", filter.appointmentId);
  if (filter.status !== undefined) query = query.where("status", "=", filter.status);
  return query.execute();
}

/** Whether a time of the staff member is held for a move that the platform has yet to make. */
export async function slotIsReserved(
  db: Db,
  tenant: Tenant,
  staffId: string,
  time: { startsAt: Instant; endsAt: Instant },
  now: Instant,
): Promise<boolean> {
  const row = await db
    .of(tenant)
    .selectFrom("appointment_reservations")
    .select("id")
    .where("staff_id", "=", staffId)
    .where("is_open", "=", 1)
    .where("expires_at", ">", now)
    .where("starts_at", "<", time.endsAt)
    .where("ends_at", ">", time.startsAt)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

export interface NewReservation {
  readonly modification: NewModification;
  readonly decisionId: number;
  readonly moved: { readonly startsAt: Instant; readonly endsAt: Instant; readonly staffId: string | null } | null;
  readonly expiresAt: Instant;
}

export async function insertReservation(
  tx: Tx,
  tenant: Tenant,
  { modification, decisionId, moved, expiresAt }: NewReservation,
  now: Instant,
): Promise<number> {
  const actor: Actor = modification.actor;
  const { insertId } = await tx
    .of(tenant)
    .insertInto("appointment_reservations")
    .values({
      appointment_id: modification.appointment.id,
      customer_id: modification.appointment.customerId,
      modification_type: modification.type,
      decision_id: decisionId,
      initiated_by: modification.initiatedBy,
      within_policy: modification.withinPolicy,
      fee_cents: modification.feeCents,
      currency: modification.currency,
      reason: modification.reason,
      actor_type: actor.type,
      actor_id: actor.id,
      counts_toward_quota: modification.countsTowardQuota,
      metadata: modification.metadata,
      starts_at: moved?.startsAt ?? null,
      ends_at: moved?.endsAt ?? null,
      staff_id: moved?.staffId ?? null,
      expires_at: expiresAt,
      created_at: now,
      updated_at: now,
    })
    .executeTakeFirstOrThrow();
  return Number(insertId);
}

/** @returns false when it was settled already */
export async function settle(
  tx: Tx,
  tenant: Tenant,
  id: number,
  to: { status: Exclude<ReservationStatus, "reserved">; modificationId: number | null },
  now: Instant,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .of(tenant)
    .updateTable("appointment_reservations")
    .set({ status: to.status, modification_id: to.modificationId, settled_at: now, updated_at: now })
    .where("id", "=", id)
    .where("status", "=", "reserved")
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

export async function expiredReservationsAcrossCompanies(db: Db, now: Instant, limit: number) {
  return acrossCompanies(db)
    .selectFrom("appointment_reservations")
    .select(["id", "company_id as companyId", "customer_id as customerId"])
    .where("is_open", "=", 1)
    .where("expires_at", "<=", now)
    .orderBy("expires_at")
    .limit(limit)
    .execute();
}
