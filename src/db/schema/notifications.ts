import {
  bigint,
  boolean,
  code,
  defaulted,
  id,
  instant,
  integer,
  type JsonValue,
  json,
  oneOf,
  optional,
  optionalJson,
  owner,
  reference,
  text,
  varchar,
} from "../columns.ts";
import { table } from "../table.ts";
import { channels } from "./core.ts";

/** Telling people: which events are still to be looked at, what was planned for whom, and what became of it. */

export const eventConsumers = ["notifications"] as const;
export type EventConsumer = (typeof eventConsumers)[number];
export const preferenceOwners = ["customer", "staff"] as const;
export const deliveryRecipients = ["customer", "staff", "branch", "address"] as const;
export const deliveryStatuses = [
  "queued",
  "sending",
  "sent",
  "delivered",
  "bounced",
  "failed",
  "skipped",
  "expired",
  "superseded",
  "unknown",
] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];
export const attemptOutcomes = [
  "sent",
  "retry",
  "failed",
  "ambiguous",
  "taken_over",
  "delivered",
  "bounced",
  "replayed",
  "edited",
] as const;
export type AttemptOutcome = (typeof attemptOutcomes)[number];
export const providerKinds = ["smtp", "twilio_sms", "twilio_whatsapp", "web_push", "mailbox"] as const;
export type ProviderKind = (typeof providerKinds)[number];
export const alertKinds = [
  "provider_ill",
  "dead_letters",
  "unknown_outcomes",
  "event_not_planned",
  "webhook_disabled",
] as const;
export const reminderStates = ["planned", "done", "withdrawn"] as const;

const companyId = owner();
const timestamps = { created_at: instant(), updated_at: instant() };
const ofCompany = { company_id: ["companies(id)", "cascade"] } as const;

/** A row for each consumer of a domain event, gone when that has consumed it. */
export const pendingEvents = table(
  "pending_events",
  {
    id: id(),
    company_id: companyId,
    consumer: oneOf(eventConsumers),
    event_id: reference<number>("domain_events.id"),
    next_at: optional(instant()),
    attempts: defaulted(integer(0, 1_000_000), 0),
    last_error: optional(varchar(500)),
    ...timestamps,
  },
  {
    unique: { event: ["company_id", "consumer", "event_id"] },
    index: { due: ["consumer", "next_at"], event_id: ["event_id"] },
    foreign: { ...ofCompany, event_id: ["domain_events(id)", "cascade"] },
  },
);

export const notificationSettings = table(
  "notification_settings",
  {
    id: id(),
    company_id: companyId,
    is_muted: defaulted(boolean(), true),
    quiet_from: optional(code(5)),
    quiet_until: optional(code(5)),
    throttle_per_day: optional(integer(1, 1000)),
    retention_days: defaulted(integer(1, 3650), 400),
    version: defaulted(integer(1, 2_000_000_000), 1),
    ...timestamps,
  },
  { unique: { company: ["company_id"] }, foreign: ofCompany },
);

export const notificationTemplates = table(
  "notification_templates",
  {
    id: id(),
    company_id: companyId,
    event_type: code(100),
    channel: oneOf(channels),
    locale: code(10),
    name: code(100),
    subject: optional(varchar(500)),
    text: text(),
    html: optional(text()),
    version: defaulted(integer(1, 2_000_000_000), 1),
    ...timestamps,
  },
  { unique: { key: ["company_id", "event_type", "channel", "locale", "name"] }, foreign: ofCompany },
);

export const notificationPreferences = table(
  "notification_preferences",
  {
    id: id(),
    company_id: companyId,
    owner_type: oneOf(preferenceOwners),
    owner_id: code(36),
    locale: optional(code(10)),
    timezone: optional(code(64)),
    quiet_from: optional(code(5)),
    quiet_until: optional(code(5)),
    preferred_channel: optional(oneOf(channels)),
    opt_outs: json<JsonValue[]>(),
    version: defaulted(integer(1, 2_000_000_000), 1),
    ...timestamps,
  },
  { unique: { owner: ["company_id", "owner_type", "owner_id"] }, foreign: ofCompany },
);

export const providerAccounts = table(
  "provider_accounts",
  {
    id: id(),
    company_id: companyId,
    channel: oneOf(channels),
    kind: oneOf(providerKinds),
    settings: json<JsonValue>(),
    secrets: optional(text()),
    secret_key_id: optional(code(16)),
    version: defaulted(integer(1, 2_000_000_000), 1),
    ...timestamps,
  },
  { unique: { channel: ["company_id", "channel"] }, index: { key: ["secret_key_id"] }, foreign: ofCompany },
);

export const pushSubscriptions = table(
  "push_subscriptions",
  {
    id: id(),
    company_id: companyId,
    staff_id: reference<string>("staff.id"),
    endpoint_hash: code(64),
    endpoint: text(),
    p256dh: code(200),
    auth: code(100),
    ...timestamps,
  },
  {
    unique: { endpoint: ["company_id", "endpoint_hash"] },
    index: { staff: ["staff_id"] },
    foreign: { ...ofCompany, staff_id: ["staff(id)", "cascade"] },
  },
);

/** One for each appointment and kind of reminder; planned anew when the appointment moves. */
export const notificationReminders = table(
  "notification_reminders",
  {
    id: id(),
    company_id: companyId,
    appointment_id: reference<number>("appointments.id"),
    event_type: code(100),
    event_id: bigint(),
    starts_at: instant(),
    state: defaulted(oneOf(reminderStates), "planned"),
    next_at: optional(instant()),
    ...timestamps,
  },
  {
    unique: { appointment: ["company_id", "appointment_id", "event_type"] },
    index: { due: ["next_at"], appointment: ["appointment_id"] },
    foreign: { ...ofCompany, appointment_id: ["appointments(id)", "cascade"] },
  },
);

export const notificationDeliveries = table(
  "notification_deliveries",
  {
    id: id(),
    company_id: companyId,
    public_id: code(36),
    event_id: bigint(),
    event_type: code(100),
    recipient_type: oneOf(deliveryRecipients),
    recipient_id: code(64),
    recipient_name: varchar(255),
    channel: oneOf(channels),
    address: optional(varchar(320)),
    locale: code(10),
    template: optional(code(100)),
    payload: json<JsonValue>(),
    content: optionalJson<JsonValue>(),
    status: oneOf(deliveryStatuses),
    reason: optional(code(40)),
    reason_level: optional(code(20)),
    planned_from: code(20),
    instead_of: optional(oneOf(channels)),
    fallback_channel: optional(oneOf(channels)),
    fallback_address: optional(varchar(320)),
    fallback_of_id: optional(bigint()),
    has_fallen_back: defaulted(boolean(), false),
    attempts: defaulted(integer(0, 1_000_000), 0),
    retries_left: integer(0, 1000),
    retry_delay_minutes: integer(1, 1440),
    is_ambiguous: defaulted(boolean(), false),
    due_at: instant(),
    not_after: optional(instant()),
    next_at: optional(instant()),
    appointment_id: optional(reference<number>("appointments.id")),
    callback_id: optional(reference<number>("callback_requests.id")),
    provider: optional(oneOf(providerKinds)),
    provider_reference: optional(code(200)),
    last_error_code: optional(code(60)),
    last_error: optional(varchar(500)),
    sent_at: optional(instant()),
    finished_at: optional(instant()),
    ...timestamps,
  },
  {
    unique: {
      plan: ["company_id", "event_id", "event_type", "recipient_type", "recipient_id", "channel"],
      public: ["company_id", "public_id"],
    },
    index: {
      due: ["next_at"],
      status: ["company_id", "status", "created_at"],
      created: ["company_id", "created_at"],
      recipient: ["company_id", "recipient_type", "recipient_id", "created_at"],
      provider: ["company_id", "provider", "provider_reference"],
      finished: ["finished_at"],
      appointment: ["appointment_id", "status"],
      callback: ["callback_id"],
    },
    foreign: {
      ...ofCompany,
      appointment_id: ["appointments(id)", "set null"],
      callback_id: ["callback_requests(id)", "set null"],
    },
  },
);

export const notificationAttempts = table(
  "notification_attempts",
  {
    id: id(),
    company_id: companyId,
    delivery_id: reference<number>("notification_deliveries.id"),
    number: integer(0, 1_000_000),
    channel: oneOf(channels),
    outcome: oneOf(attemptOutcomes),
    error_code: optional(code(60)),
    detail: optional(varchar(500)),
    milliseconds: optional(integer(0, 2_000_000_000)),
    happened_at: instant(),
    ...timestamps,
  },
  {
    index: {
      recent: ["company_id", "happened_at"],
      delivery: ["delivery_id", "happened_at"],
    },
    foreign: { ...ofCompany, delivery_id: ["notification_deliveries(id)", "cascade"] },
  },
);

/** What operators are told: open until the cause has gone. */
export const operatorAlerts = table(
  "operator_alerts",
  {
    id: id(),
    company_id: companyId,
    kind: oneOf(alertKinds),
    subject: code(100),
    detail: varchar(500),
    raised_at: instant(),
    told_at: optional(instant()),
    resolved_at: optional(instant()),
    ...timestamps,
  },
  {
    unique: { alert: ["company_id", "kind", "subject", "raised_at"] },
    index: { untold: ["told_at"] },
    foreign: ofCompany,
  },
);

/** In the order in which they are created. */
export const notificationTables = [
  pendingEvents,
  notificationSettings,
  notificationTemplates,
  notificationPreferences,
  providerAccounts,
  pushSubscriptions,
  notificationReminders,
  notificationDeliveries,
  notificationAttempts,
  operatorAlerts,
] as const;
