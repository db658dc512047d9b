import { type Instant, isoOf } from "../clock.ts";
import type { Tx } from "../db/connect.ts";
import { insertRow, prepared } from "../db/prepared.ts";
import { eventConsumers, type ModificationType, type PolicyType } from "../db/schema.ts";
import type { Actor, Caller, Tenant } from "../tenant.ts";

/** All that the product tells others: notifications, webhooks and live views read nothing else. Times are ISO 8601 UTC. */
export type DomainEvent =
  | ({ type: "appointment.booked"; status: string; startsAt: string; imported: boolean } & OfAppointment)
  /** Booked by the platform before we began to read its appointments: nobody is told, but reminded. */
  | ({ type: "appointment.seen"; status: string; startsAt: string } & OfAppointment)
  | ({ type: "appointment.confirmed"; from: string } & OfAppointment)
  | ({
      type: "appointment.cancelled";
      initiatedBy: string;
      feeCents: number;
      currency: string;
      /** Null for what the platform did by itself. */
      decisionId: number | null;
    } & OfAppointment)
  | ({
      type: "appointment.rescheduled";
      initiatedBy: string;
      feeCents: number;
      currency: string;
      /** Null for what the platform did by itself. */
      decisionId: number | null;
      from: AppointmentTimes;
      to: AppointmentTimes;
    } & OfAppointment)
  | ({
      type: "appointment.change_reserved";
      initiatedBy: string;
      feeCents: number;
      currency: string;
      from: AppointmentTimes;
      to: AppointmentTimes | null;
      expiresAt: string;
    } & OfReservation)
  | ({ type: "appointment.reservation_expired" } & OfReservation)
  | ({ type: "appointment.reservation_withdrawn" } & OfReservation)
  | ({ type: "appointment.completed" } & OfAppointment)
  | ({ type: "appointment.no_show" } & OfAppointment)
  | ({ type: "appointment.modified" } & OfAppointment)
  | ({ type: "payment.received"; amountCents: number; currency: string; reference: string } & OfAppointment)
  | ({ type: "callback.created" } & OfCallback)
  | ({ type: "callback.assigned"; from: string | null; reason: string } & OfCallback)
  | ({ type: "callback.acknowledged" } & OfCallback)
  | ({ type: "callback.contacted" } & OfCallback)
  | ({ type: "callback.attempt_failed"; attempts: number } & OfCallback)
  | ({ type: "callback.changed" } & OfCallback)
  | ({ type: "callback.completed"; outcome: string } & OfCallback)
  | ({ type: "callback.cancelled" } & OfCallback)
  | ({ type: "callback.expired" } & OfCallback)
  | ({ type: "callback.overdue"; ladderStep: number; recipients: readonly CallbackRecipient[] } & OfCallback)
  | ({
      type: "callback.escalated";
      escalationId: number;
      level: number;
      reason: string;
      escalatedFrom: string | null;
      escalatedTo: string | null;
      recipients: readonly CallbackRecipient[];
    } & OfCallback)
  | ({ type: "callback.escalation_resolved"; escalationId: number } & OfCallback)
  | { [End in DeliveryEnd]: { type: `delivery.${End}` } & OfDelivery }[DeliveryEnd]
  | {
      type: "policy.changed";
      policyId: number;
      policyType: PolicyType;
      level: string;
      targetId: string;
      change: string;
      version: number;
      actor: Actor;
    }
  | { type: "settings.changed"; version: number; actor: Actor };

interface OfAppointment {
  appointmentId: number;
  customerId: number;
  actor: Actor;
}

/** A change that the platform is to make. */
interface OfReservation extends OfAppointment {
  reservationId: number;
  change: ModificationType;
  decisionId: number;
}

/** As of after the change. */
interface OfCallback {
  callbackId: number;
  branchId: string;
  customerId: number | null;
  assignedTo: string | null;
  priority: string;
  expiresAt: string;
  actor: Actor;
  /** Staff are to be alerted then, when the business opens; at once when it is left out. */
  notBefore?: string;
}

/** What can become of a message that was tried. */
export const deliveryEnds = ["sent", "delivered", "bounced", "failed", "unknown"] as const;
export type DeliveryEnd = (typeof deliveryEnds)[number];

/** Its own ids stand apart: a message is no change of the appointment or callback that it is about. */
interface OfDelivery {
  deliveryId: number;
  notification: string;
  channel: string;
  recipient: { type: string; id: string | null };
  about: { appointmentId: number | null; callbackId: number | null };
  attempts: number;
  errorCode: string | null;
  /** Nobody was told, and no other channel takes its place. */
  isDeadLetter: boolean;
  actor: Actor;
}

/** Whom a ladder's step names. */
export type CallbackRecipient =
  | { type: "staff"; staffId: string }
  | { type: "branch"; branchId: string }
  | { type: "email"; address: string };

interface AppointmentTimes {
  startsAt: string;
  endsAt: string;
  staffId: string | null;
}

/**
 * Writes the event in the transaction of the change it tells of, pending for each consumer: all of it happens or nothing.
 * The request that it came of goes along, for the audit log.
 * @returns the event's id
 */
export async function emit(
  tx: Tx,
  tenant: Tenant & Pick<Caller, "origin">,
  event: DomainEvent,
  now: Instant,
): Promise<number> {
  const { type, ...of } = event;
  const requestId = tenant.origin?.requestId ?? null;
  const payload = requestId === null ? of : { ...of, requestId };
  const stamps = { created_at: now, updated_at: now };
  const row = { type, subject_id: subjectOf(event, tenant), payload, occurred_at: now, ...stamps };
  const eventId = await insertRow(tx, tenant, "domain_events", row);
  await pend.run(tx, tenant, { eventId, now });
  return eventId;
}

const pend = prepared((queries, { eventId, now }: { eventId: number; now: Instant }) =>
  queries.insertInto("pending_events").values(
    eventConsumers.map((consumer) => ({
      ...{ consumer, event_id: eventId, next_at: now },
      ...{ created_at: now, updated_at: now },
    })),
  ),
);

function subjectOf(event: DomainEvent, tenant: Tenant): string {
  if ("appointmentId" in event) return String(event.appointmentId);
  if ("callbackId" in event) return String(event.callbackId);
  if ("deliveryId" in event) return String(event.deliveryId);
  return "policyId" in event ? String(event.policyId) : String(tenant.companyId);
}

export function timesOf(appointment: { startsAt: Instant; endsAt: Instant; staffId: string | null }): AppointmentTimes {
  return { startsAt: isoOf(appointment.startsAt), endsAt: isoOf(appointment.endsAt), staffId: appointment.staffId };
}
