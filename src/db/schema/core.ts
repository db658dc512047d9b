import { actorTypes } from "../../tenant.ts";
import {
  bigint,
  boolean,
  code,
  defaulted,
  generated,
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

/** The six tables, each of one company, that everything after the booking is kept in. */

export const configurableTypes = ["company", "branch", "service", "staff"] as const;
export type ConfigurableType = (typeof configurableTypes)[number];
export const channels = ["email", "sms", "whatsapp", "push"] as const;
export const policyTypes = ["cancellation", "reschedule", "recurring"] as const;
export type PolicyType = (typeof policyTypes)[number];
export const callbackPriorities = ["normal", "high", "urgent"] as const;
export const callbackStatuses = ["pending", "assigned", "contacted", "completed", "expired", "cancelled"] as const;
export const callbackOutcomes = ["reached", "unreachable", "wrong_number", "declined"] as const;
export const modificationTypes = ["cancel", "reschedule"] as const;
export type ModificationType = (typeof modificationTypes)[number];
export const initiators = ["customer", "business"] as const;
export type InitiatedBy = (typeof initiators)[number];
export const escalationReasons = ["sla_breach", "manual_escalation", "multiple_attempts_failed"] as const;
export const statTypes = ["cancel_30d", "reschedule_30d", "cancel_90d", "reschedule_90d"] as const;
export type StatType = (typeof statTypes)[number];

const companyId = owner();
const timestamps = { created_at: instant(), updated_at: instant() };
const ofCompany = { company_id: ["companies(id)", "cascade"] } as const;

export const notificationConfigurations = table(
  "notification_configurations",
  {
    id: id(),
    company_id: companyId,
    configurable_type: oneOf(configurableTypes),
    configurable_id: code(36),
    event_type: code(100),
    channel: oneOf(channels),
    fallback_channel: optional(oneOf(channels)),
    is_enabled: defaulted(boolean(), true),
    retry_count: defaulted(integer(0, 10), 3),
    retry_delay_minutes: defaulted(integer(1, 1440), 5),
    template_override: optional(varchar(255)),
    metadata: optionalJson<JsonValue>(),
    ...timestamps,
  },
  {
    unique: { target: ["company_id", "configurable_type", "configurable_id", "event_type", "channel"] },
    index: { event: ["company_id", "event_type", "is_enabled"] },
    foreign: ofCompany,
  },
);

export const policyConfigurations = table(
  "policy_configurations",
  {
    id: id(),
    company_id: companyId,
    configurable_type: oneOf(configurableTypes),
    configurable_id: code(36),
    policy_type: oneOf(policyTypes),
    config: json<JsonValue>(),
    is_override: defaulted(boolean(), true),
    overrides_id: optional(reference<number>("policy_configurations.id")),
    version: defaulted(integer(1, 2_000_000_000), 1),
    deleted_at: optional(instant()),
    live: generated<number | null>({ server: "tinyint", sqlite: "INTEGER" }, "case when deleted_at is null then 1 end"),
    ...timestamps,
  },
  {
    unique: { live: ["company_id", "configurable_type", "configurable_id", "policy_type", "live"] },
    index: { type: ["company_id", "policy_type"], overrides: ["overrides_id"] },
    foreign: { ...ofCompany, overrides_id: ["policy_configurations(id)", "cascade"] },
  },
);

export const callbackRequests = table(
  "callback_requests",
  {
    id: id(),
    company_id: companyId,
    customer_id: optional(reference<number>("customers.id")),
    branch_id: reference<string>("branches.id"),
    service_id: optional(reference<number>("services.id")),
    staff_id: optional(reference<string>("staff.id")),
    phone_number: varchar(50),
    customer_name: varchar(255),
    preferred_time_window: optionalJson<JsonValue>(),
    priority: defaulted(oneOf(callbackPriorities), "normal"),
    priority_rank: generated<number>(
      { server: "tinyint unsigned", sqlite: "INTEGER" },
      "case priority when 'urgent' then 1 when 'high' then 2 else 3 end",
    ),
    status: defaulted(oneOf(callbackStatuses), "pending"),
    outcome: optional(oneOf(callbackOutcomes)),
    assigned_to: optional(reference<string>("staff.id")),
    assigned_at: optional(instant()),
    contacted_at: optional(instant()),
    completed_at: optional(instant()),
    expired_at: optional(instant()),
    cancelled_at: optional(instant()),
    expires_at: instant(),
    sla_target_ms: bigint(),
    sla_consumed_ms: defaulted(bigint(), 0),
    sla_running_since: optional(instant()),
    next_due_at: optional(instant()),
    ladder_step: defaulted(integer(0, 1000), 0),
    acknowledged_at: optional(instant()),
    assigned_reason: optional(varchar(255)),
    decision_id: optional(bigint()),
    contact_attempts: defaulted(integer(0, 1_000_000), 0),
    notes: optional(text()),
    metadata: optionalJson<JsonValue>(),
    deleted_at: optional(instant()),
    ...timestamps,
  },
  {
    unique: { company_id: ["company_id", "id"] },
    index: {
      queue: ["company_id", "status", "priority_rank", "expires_at"],
      assignee: ["company_id", "assigned_to", "status"],
      company_customer: ["company_id", "customer_id"],
      created: ["company_id", "created_at"],
      due: ["next_due_at"],
      customer: ["customer_id"],
      branch: ["branch_id"],
      service: ["service_id"],
      staff: ["staff_id"],
      assigned_to: ["assigned_to"],
    },
    foreign: {
      ...ofCompany,
      customer_id: ["customers(id)", "set null"],
      branch_id: ["branches(id)", "cascade"],
      service_id: ["services(id)", "set null"],
      staff_id: ["staff(id)", "set null"],
      assigned_to: ["staff(id)", "set null"],
    },
  },
);

export const appointmentModifications = table(
  "appointment_modifications",
  {
    id: id(),
    company_id: companyId,
    appointment_id: reference<number>("appointments.id"),
    customer_id: reference<number>("customers.id"),
    modification_type: oneOf(modificationTypes),
    initiated_by: oneOf(initiators),
    within_policy: boolean(),
    fee_cents: defaulted(integer(0, 2_000_000_000), 0),
    currency: code(3),
    reason: optional(text()),
    modified_by_type: oneOf(actorTypes),
    modified_by_id: optional(code(36)),
    counts_toward_quota: boolean(),
    metadata: optionalJson<JsonValue>(),
    deleted_at: optional(instant()),
    ...timestamps,
  },
  {
    index: {
      window: ["company_id", "customer_id", "modification_type", "counts_toward_quota", "created_at"],
      company_appointment: ["company_id", "appointment_id", "created_at"],
      policy: ["company_id", "within_policy", "modification_type"],
      fee: ["company_id", "fee_cents", "created_at"],
      created: ["company_id", "created_at"],
      actor: ["company_id", "modified_by_type", "modified_by_id"],
      appointment: ["appointment_id"],
      customer: ["customer_id"],
    },
    foreign: {
      ...ofCompany,
      appointment_id: ["appointments(id)", "cascade"],
      customer_id: ["customers(id)", "cascade"],
    },
  },
);

export const callbackEscalations = table(
  "callback_escalations",
  {
    id: id(),
    company_id: companyId,
    callback_request_id: reference<number>("callback_requests.id"),
    escalation_reason: oneOf(escalationReasons),
    level: defaulted(integer(1, 1000), 1),
    escalated_from: optional(reference<string>("staff.id")),
    escalated_to: optional(reference<string>("staff.id")),
    escalated_at: instant(),
    resolved_at: optional(instant()),
    resolution_notes: optional(text()),
    metadata: optionalJson<JsonValue>(),
    dedupe_key: code(64),
    ...timestamps,
  },
  {
    unique: { dedupe: ["company_id", "callback_request_id", "dedupe_key"] },
    index: {
      open: ["company_id", "escalated_to", "resolved_at"],
      reason: ["company_id", "escalation_reason"],
      escalated: ["company_id", "escalated_at"],
      escalated_from: ["escalated_from"],
      escalated_to: ["escalated_to"],
    },
    foreign: {
      ...ofCompany,
      "company_id, callback_request_id": ["callback_requests(company_id, id)", "cascade"],
      escalated_from: ["staff(id)", "set null"],
      escalated_to: ["staff(id)", "set null"],
    },
  },
);

export const appointmentModificationStats = table(
  "appointment_modification_stats",
  {
    id: id(),
    company_id: companyId,
    customer_id: reference<number>("customers.id"),
    stat_type: oneOf(statTypes),
    period_start: instant(),
    period_end: instant(),
    count: integer(0, 2_000_000_000),
    valid_until: optional(instant()),
    calculated_at: instant(),
    ...timestamps,
  },
  {
    unique: { current: ["company_id", "customer_id", "stat_type"] },
    index: { customer: ["customer_id"] },
    foreign: { ...ofCompany, customer_id: ["customers(id)", "cascade"] },
  },
);

/** In the order in which they are created. */
export const coreTables = [
  notificationConfigurations,
  policyConfigurations,
  callbackRequests,
  appointmentModifications,
  callbackEscalations,
  appointmentModificationStats,
] as const;
