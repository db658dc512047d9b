import type { DomainEvent } from "../events/outbox.ts";

/** What an endpoint can be told of. Whoever adds a domain event adds it here, or the types do not fit. */
const types = {
  "appointment.booked": true,
  "appointment.seen": true,
  "appointment.confirmed": true,
  "appointment.cancelled": true,
  "appointment.rescheduled": true,
  "appointment.change_reserved": true,
  "appointment.reservation_expired": true,
  "appointment.reservation_withdrawn": true,
  "appointment.completed": true,
  "appointment.no_show": true,
  "appointment.modified": true,
  "payment.received": true,
  "callback.created": true,
  "callback.assigned": true,
  "callback.acknowledged": true,
  "callback.contacted": true,
  "callback.attempt_failed": true,
  "callback.changed": true,
  "callback.completed": true,
  "callback.cancelled": true,
  "callback.expired": true,
  "callback.overdue": true,
  "callback.escalated": true,
  "callback.escalation_resolved": true,
  "delivery.sent": true,
  "delivery.delivered": true,
  "delivery.bounced": true,
  "delivery.failed": true,
  "delivery.unknown": true,
  "policy.changed": true,
  "settings.changed": true,
} as const satisfies Record<DomainEvent["type"], true>;

const groups = ["*", "appointment.*", "payment.*", "callback.*", "delivery.*", "policy.*", "settings.*"] as const;
export const eventFilters = [...groups, ...(Object.keys(types) as (keyof typeof types)[])] as const;
export type EventFilter = (typeof eventFilters)[number];

/** What a test message is called. */
export const testType = "webhook.test";

export function wants(filters: readonly string[], type: string): boolean {
  const [group] = type.split(".");
  return filters.some((filter) => filter === "*" || filter === type || filter === `${group}.*`);
}
