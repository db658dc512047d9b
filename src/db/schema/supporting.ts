import { actorTypes } from "../../tenant.ts";
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
import { configurableTypes, initiators, modificationTypes, policyTypes } from "./core.ts";

/** What the services need besides: settings, locks, history of policies, decisions, the outbox, keys. */

export const policyBases = ["booking", "now"] as const;
export const lockKinds = ["customer", "staff", "policies"] as const;
export type LockKind = (typeof lockKinds)[number];
export const policyChangeKinds = ["create", "change", "reset", "delete"] as const;
export const idempotencyStates = ["in_flight", "done"] as const;

const companyId = owner();
const timestamps = { created_at: instant(), updated_at: instant() };
const ofCompany = { company_id: ["companies(id)", "cascade"] } as const;

export const companySettings = table(
  "company_settings",
  {
    id: id(),
    company_id: companyId,
    policy_basis: defaulted(oneOf(policyBases), "booking"),
    version: defaulted(integer(1, 2_000_000_000), 1),
    ...timestamps,
  },
  { unique: { company: ["company_id"] }, foreign: ofCompany },
);

export const companyLocks = table(
  "company_locks",
  {
    id: id(),
    company_id: companyId,
    kind: oneOf(lockKinds),
    subject: code(36),
    n: defaulted(bigint(), 1),
  },
  { unique: { subject: ["company_id", "kind", "subject"] }, foreign: ofCompany },
);

export const policyVersions = table(
  "policy_versions",
  {
    id: id(),
    company_id: companyId,
    configuration_id: reference<number>("policy_configurations.id"),
    version: integer(1, 2_000_000_000),
    configurable_type: oneOf(configurableTypes),
    configurable_id: code(36),
    policy_type: oneOf(policyTypes),
    config: json<JsonValue>(),
    is_override: boolean(),
    overrides_id: optional(bigint()),
    change_kind: oneOf(policyChangeKinds),
    comment: optional(text()),
    valid_from: instant(),
    valid_until: optional(instant()),
    actor_type: oneOf(actorTypes),
    actor_id: optional(code(36)),
    ...timestamps,
  },
  {
    unique: { version: ["company_id", "configuration_id", "version"] },
    index: {
      target: ["company_id", "policy_type", "configurable_type", "configurable_id", "valid_from"],
      configuration: ["configuration_id"],
    },
    foreign: { ...ofCompany, configuration_id: ["policy_configurations(id)", "cascade"] },
  },
);

export const bookingSnapshots = table(
  "booking_snapshots",
  {
    id: id(),
    company_id: companyId,
    appointment_id: reference<number>("appointments.id"),
    booked_at: optional(instant()),
    policy_at: instant(),
    price_cents: optional(integer(0, 2_000_000_000)),
    currency: code(3),
    ...timestamps,
  },
  {
    unique: { appointment: ["company_id", "appointment_id"] },
    index: { appointment: ["appointment_id"] },
    foreign: { ...ofCompany, appointment_id: ["appointments(id)", "cascade"] },
  },
);

export const policyDecisions = table(
  "policy_decisions",
  {
    id: id(),
    company_id: companyId,
    appointment_id: optional(reference<number>("appointments.id")),
    customer_id: optional(reference<number>("customers.id")),
    action: oneOf(modificationTypes),
    allowed: boolean(),
    code: code(40),
    fee_cents: defaulted(integer(0, 2_000_000_000), 0),
    currency: code(3),
    initiated_by: oneOf(initiators),
    actor_type: oneOf(actorTypes),
    actor_id: optional(code(36)),
    receipt: json<JsonValue>(),
    decided_at: instant(),
    ...timestamps,
  },
  {
    index: {
      decided: ["company_id", "decided_at", "allowed"],
      company_appointment: ["company_id", "appointment_id", "decided_at"],
      code: ["company_id", "code", "decided_at"],
      appointment: ["appointment_id"],
      customer: ["customer_id"],
    },
    foreign: {
      ...ofCompany,
      appointment_id: ["appointments(id)", "set null"],
      customer_id: ["customers(id)", "set null"],
    },
  },
);

export const domainEvents = table(
  "domain_events",
  {
    id: id(),
    company_id: companyId,
    type: code(100),
    subject_id: code(36),
    payload: json<JsonValue>(),
    occurred_at: instant(),
    ...timestamps,
  },
  {
    index: { type: ["company_id", "type", "occurred_at"], subject: ["company_id", "subject_id"] },
    foreign: ofCompany,
  },
);

export const idempotencyKeys = table(
  "idempotency_keys",
  {
    id: id(),
    company_id: companyId,
    key_hash: code(64),
    request_hash: code(64),
    state: oneOf(idempotencyStates),
    owner: code(36),
    lease_until: instant(),
    response_status: optional(integer(100, 599)),
    response_body: optionalJson<JsonValue>(),
    expires_at: instant(),
    ...timestamps,
  },
  {
    unique: { key: ["company_id", "key_hash"] },
    index: { expires: ["expires_at"] },
    foreign: ofCompany,
  },
);

export const apiKeys = table(
  "api_keys",
  {
    id: id(),
    company_id: companyId,
    name: varchar(100),
    prefix: code(16),
    key_hash: code(64),
    scopes: json<string[]>(),
    expires_at: optional(instant()),
    revoked_at: optional(instant()),
    last_used_at: optional(instant()),
    ...timestamps,
  },
  {
    unique: { hash: ["key_hash"] },
    index: { company: ["company_id", "revoked_at"] },
    foreign: ofCompany,
  },
);

export const supportingTables = [
  companySettings,
  companyLocks,
  policyVersions,
  bookingSnapshots,
  policyDecisions,
  domainEvents,
  idempotencyKeys,
  apiKeys,
] as const;
