import { type Instant, isoOf } from "../clock.ts";
import type { Tx } from "../db/connect.ts";
import type { PolicyType } from "../db/schema.ts";
import type { Actor, Tenant } from "../tenant.ts";

/** All that the product tells others: notifications, webhooks and live views read nothing else. Times are ISO 8601 UTC. */
export type DomainEvent =
  | ({ type: "appointment.booked"; startsAt: string; imported: boolean } & OfAppointment)
  | ({ type: "appointment.confirmed" } & OfAppointment)
  | ({
      type: "appointment.cancelled";
      initiatedBy: string;
      feeCents: number;
      currency: string;
      decisionId: number;
    } & OfAppointment)
  | ({
      type: "appointment.rescheduled";
      initiatedBy: string;
      feeCents: number;
      currency: string;
      decisionId: number;
      from: AppointmentTimes;
      to: AppointmentTimes;
    } & OfAppointment)
  | ({ type: "appointment.completed" } & OfAppointment)
  | ({ type: "appointment.no_show" } & OfAppointment)
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

interface AppointmentTimes {
  startsAt: string;
  endsAt: string;
  staffId: string | null;
}

/** Writes the event in the transaction of the change it tells of: both happen or neither. */
export async function emit(tx: Tx, tenant: Tenant, event: DomainEvent, now: Instant): Promise<void> {
  const { type, ...payload } = event;
  await tx
    .of(tenant)
    .insertInto("domain_events")
    .values({ type, subject_id: subjectOf(event, tenant), payload, occurred_at: now, created_at: now, updated_at: now })
    .execute();
}

function subjectOf(event: DomainEvent, tenant: Tenant): string {
  if ("appointmentId" in event) return String(event.appointmentId);
  return "policyId" in event ? String(event.policyId) : String(tenant.companyId);
}

export function timesOf(appointment: { startsAt: Instant; endsAt: Instant; staffId: string | null }): AppointmentTimes {
  return { startsAt: isoOf(appointment.startsAt), endsAt: isoOf(appointment.endsAt), staffId: appointment.staffId };
}
