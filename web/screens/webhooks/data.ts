import { getRouteApi } from "@tanstack/react-router";
import type { Schemas } from "../../api/client.ts";

export const route = getRouteApi("/settings/webhooks");
export type Endpoint = Schemas["WebhookEndpoint"];
export type Delivery = Schemas["WebhookDelivery"];
export type EventFilter = Endpoint["eventTypes"][number];

/** In the order they are offered. A type that the API knows and this list does not, or the reverse, fits no more. */
const known = {
  "*": true,
  "appointment.*": true,
  "payment.*": true,
  "callback.*": true,
  "delivery.*": true,
  "policy.*": true,
  "settings.*": true,
  "appointment.booked": true,
  "appointment.confirmed": true,
  "appointment.cancelled": true,
  "appointment.rescheduled": true,
  "appointment.completed": true,
  "appointment.no_show": true,
  "appointment.modified": true,
  "appointment.seen": true,
  "appointment.change_reserved": true,
  "appointment.reservation_withdrawn": true,
  "appointment.reservation_expired": true,
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
} as const satisfies Record<EventFilter, true>;
export const eventFilters = Object.keys(known) as EventFilter[];
