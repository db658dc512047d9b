import { channels } from "../db/schema.ts";

export type Channel = (typeof channels)[number];
export { channels };

export const kinds = ["transactional", "reminder", "feedback", "staff"] as const;
/** Transactional messages are exempt from opt-outs, throttle and quiet hours; staff messages from the last two. */
export type Kind = (typeof kinds)[number];

interface CatalogueEntry {
  readonly audience: "customer" | "staff";
  readonly kind: Kind;
  /** In order of preference: the first reachable one is used where nothing is configured. */
  readonly defaultChannels: readonly Channel[];
  /** How long before the start a reminder is due, as elapsed time. */
  readonly leadHours?: number;
  /** Whether the host tells of it by an event of its own: nothing here causes it. */
  readonly postedByHost?: boolean;
}

/**
 * Every event that somebody can be told of. Every company can configure all of them from its first minute; which
 * channels an event may use and which it uses by itself are different things: see `allowedChannels`.
 */
export const catalogue = {
  booking_confirmed: { audience: "customer", kind: "transactional", defaultChannels: ["email", "sms"] },
  booking_pending: { audience: "customer", kind: "transactional", defaultChannels: ["email", "sms"] },
  reminder_1week: { audience: "customer", kind: "reminder", defaultChannels: ["email"], leadHours: 168 },
  reminder_24h: { audience: "customer", kind: "reminder", defaultChannels: ["email", "sms"], leadHours: 24 },
  reminder_2h: { audience: "customer", kind: "reminder", defaultChannels: ["sms", "email"], leadHours: 2 },
  cancellation: { audience: "customer", kind: "transactional", defaultChannels: ["email", "sms"] },
  reschedule_confirmed: { audience: "customer", kind: "transactional", defaultChannels: ["email", "sms"] },
  appointment_modified: {
    audience: "customer",
    kind: "transactional",
    defaultChannels: ["email", "sms"],
    postedByHost: true,
  },
  callback_request_received: { audience: "customer", kind: "transactional", defaultChannels: ["sms", "email"] },
  callback_scheduled: { audience: "customer", kind: "transactional", defaultChannels: ["sms", "email"] },
  callback_unreachable: { audience: "customer", kind: "transactional", defaultChannels: ["email", "sms"] },
  no_show: { audience: "customer", kind: "feedback", defaultChannels: ["email"] },
  appointment_completed: { audience: "customer", kind: "feedback", defaultChannels: ["email"] },
  payment_received: { audience: "customer", kind: "feedback", defaultChannels: ["email"], postedByHost: true },
  staff_cancellation: { audience: "staff", kind: "staff", defaultChannels: ["email", "push"] },
  staff_reschedule: { audience: "staff", kind: "staff", defaultChannels: ["email", "push"] },
  callback_created: { audience: "staff", kind: "staff", defaultChannels: ["email", "push"] },
  callback_assigned: { audience: "staff", kind: "staff", defaultChannels: ["email", "push"] },
  callback_overdue: { audience: "staff", kind: "staff", defaultChannels: ["push", "email"] },
  callback_escalated: { audience: "staff", kind: "staff", defaultChannels: ["push", "email"] },
} as const satisfies Record<string, CatalogueEntry>;

export type NotificationEvent = keyof typeof catalogue;
export const notificationEvents = Object.keys(catalogue) as [NotificationEvent, ...NotificationEvent[]];

export function entryOf(event: NotificationEvent): CatalogueEntry {
  return catalogue[event];
}

/** Push is for staff only: customers have no subscriptions. */
export function allowedChannels(event: NotificationEvent): readonly Channel[] {
  return catalogue[event].audience === "staff" ? channels : channels.filter((channel) => channel !== "push");
}

export const reminders = notificationEvents.filter((event) => entryOf(event).leadHours !== undefined);

export function isReminder(event: NotificationEvent): boolean {
  return entryOf(event).leadHours !== undefined;
}
