import { type Instant, isBefore, isoOf, plusMilliseconds } from "../clock.ts";
import type { Db, Tx } from "../db/connect.ts";
import type { ModificationType } from "../db/schema.ts";
import { Refusal } from "../errors.ts";
import { emit, timesOf } from "../events/outbox.ts";
import type { Tenant } from "../tenant.ts";
import type { NewModification } from "./modification-store.ts";
import {
  getReservation,
  insertReservation,
  openReservationsOfCustomer,
  type Reservation,
  settle,
} from "./reservation-store.ts";
import type { Appointment } from "./store.ts";

/**
 * What is held for a customer: changes that were decided and that the platform, which keeps its appointments itself,
 * has yet to make. They count against the quota as if they were made, until they are confirmed, withdrawn or over.
 */
export interface Held {
  readonly count: Readonly<Record<ModificationType, number>>;
  /** On the very appointment; over ones that nobody has settled yet too. */
  readonly ofAppointment: Reservation | null;
}

export const nothingHeld: Held = { count: { cancel: 0, reschedule: 0 }, ofAppointment: null };

export async function readHeld(db: Db, tenant: Tenant, appointment: Appointment, now: Instant): Promise<Held> {
  const open = await openReservationsOfCustomer(db, tenant, appointment.customerId);
  const counting = open.filter(({ countsTowardQuota, expiresAt }) => countsTowardQuota && isBefore(now, expiresAt));
  const count = (type: ModificationType) => counting.filter((each) => each.type === type).length;
  return {
    count: { cancel: count("cancel"), reschedule: count("reschedule") },
    ofAppointment: open.find(({ appointmentId }) => appointmentId === appointment.id) ?? null,
  };
}

/** @throws Refusal alreadyReserved while another change of the appointment waits for the platform */
export function assertNotReserved({ ofAppointment }: Held, now: Instant): void {
  if (ofAppointment === null || !isBefore(now, ofAppointment.expiresAt)) return;
  throw new Refusal(
    "alreadyReserved",
    `Reservation ${ofAppointment.id} of this appointment waits until ${isoOf(ofAppointment.expiresAt)} to be confirmed. Confirm or withdraw it first.`,
  );
}

/** What is to be held. */
export interface Hold {
  readonly held: Held;
  readonly modification: NewModification & { readonly appointment: Appointment };
  readonly decisionId: number;
  /** The appointment as the platform is to make it; null for a cancellation. */
  readonly moved: Pick<Appointment, "startsAt" | "endsAt" | "staffId"> | null;
  readonly minutes: number;
}

/** Holds what was decided instead of doing it. Under the customer's lock, and for a move the staff member's. */
export async function reserve(
  tx: Tx,
  tenant: Tenant,
  { held, modification, decisionId, moved, minutes }: Hold,
  now: Instant,
): Promise<Reservation> {
  if (held.ofAppointment !== null) await expire(tx, tenant, held.ofAppointment, now);
  const expiresAt = plusMilliseconds(now, minutes * 60_000);
  const id = await insertReservation(tx, tenant, { modification, decisionId, moved, expiresAt }, now);
  const { appointment, type, initiatedBy, feeCents, currency, actor } = modification;
  await emit(
    tx,
    tenant,
    {
      type: "appointment.change_reserved",
      appointmentId: appointment.id,
      customerId: appointment.customerId,
      actor,
      reservationId: id,
      change: type,
      initiatedBy,
      feeCents,
      currency,
      decisionId,
      from: timesOf(appointment),
      to: moved === null ? null : timesOf(moved),
      expiresAt: isoOf(expiresAt),
    },
    now,
  );
  return getReservation(tx, tenant, id);
}

/** Gives back what was held, and tells of it, once. Under the customer's lock. @returns false when it was settled before */
export async function expire(tx: Tx, tenant: Tenant, reservation: Reservation, now: Instant): Promise<boolean> {
  if (!(await settle(tx, tenant, reservation.id, { status: "expired", modificationId: null }, now))) return false;
  const { id, appointmentId, customerId, type, decisionId } = reservation;
  const actor = { type: "system", id: null } as const;
  await emit(
    tx,
    tenant,
    {
      type: "appointment.reservation_expired",
      appointmentId,
      customerId,
      actor,
      reservationId: id,
      change: type,
      decisionId,
    },
    now,
  );
  return true;
}
