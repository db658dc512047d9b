import { isoOf } from "../clock.ts";
import type { Decision } from "../policies/decide.ts";
import { decisionView } from "../policies/decision-view.ts";
import type { Reservation } from "./reservation-store.ts";
import type { Appointment } from "./store.ts";

/** What goes over the wire. */

export function viewOf(appointment: Appointment) {
  const { startsAt, endsAt, createdAt, updatedAt, ...rest } = appointment;
  return {
    ...rest,
    startsAt: isoOf(startsAt),
    endsAt: isoOf(endsAt),
    createdAt: isoOf(createdAt),
    updatedAt: isoOf(updatedAt),
  };
}
export type AppointmentView = ReturnType<typeof viewOf>;

export function reservationView(reservation: Reservation) {
  const { id, appointmentId, customerId, type, status, decisionId, modificationId, initiatedBy } = reservation;
  const { feeCents, currency, startsAt, endsAt, staffId, expiresAt, settledAt, createdAt } = reservation;
  return {
    id,
    appointmentId,
    customerId,
    type,
    status,
    decisionId,
    modificationId,
    initiatedBy,
    feeCents,
    currency,
    to: startsAt && endsAt ? { startsAt: isoOf(startsAt), endsAt: isoOf(endsAt), staffId } : null,
    expiresAt: isoOf(expiresAt),
    settledAt: settledAt && isoOf(settledAt),
    createdAt: isoOf(createdAt),
  };
}
export type ReservationView = ReturnType<typeof reservationView>;

/** Of a cancel, a move or a quote of one; ids are null where nothing was kept, the reservation where nothing waits for the platform. */
export function outcomeOf(
  appointment: Appointment,
  decision: Decision,
  decisionId: number | null,
  modificationId: number | null,
  reservation: Reservation | null = null,
) {
  return {
    decisionId,
    modificationId,
    reservation: reservation && reservationView(reservation),
    ...decisionView(decision),
    appointment: viewOf(appointment),
  };
}
export type Outcome = ReturnType<typeof outcomeOf>;
