import {
  bigint,
  boolean,
  code,
  defaulted,
  id,
  instant,
  integer,
  json,
  oneOf,
  optional,
  owner,
  reference,
  text,
  varchar,
} from "../columns.ts";
import { table } from "../table.ts";

/** Telling other systems: where a company wants to be told, of what, and what became of each message. */

export const webhookStatuses = ["queued", "sending", "delivered", "failed"] as const;
export type WebhookStatus = (typeof webhookStatuses)[number];

const timestamps = { created_at: instant(), updated_at: instant() };
const ofCompany = { company_id: ["companies(id)", "cascade"] } as const;

export const webhookEndpoints = table(
  "webhook_endpoints",
  {
    id: id(),
    company_id: owner(),
    url: varchar(2000),
    description: varchar(255),
    event_types: json<string[]>(),
    secret: text(),
    secret_key_id: code(16),
    is_enabled: defaulted(boolean(), true),
    disabled_at: optional(instant()),
    disabled_reason: optional(code(40)),
    last_delivered_at: optional(instant()),
    version: defaulted(integer(1, 2_000_000_000), 1),
    ...timestamps,
  },
  {
    index: { company: ["company_id"], key: ["secret_key_id"], disabled: ["disabled_at"] },
    foreign: ofCompany,
  },
);

/** One message to one endpoint. The body is kept as it is sent, byte for byte, each time. */
export const webhookDeliveries = table(
  "webhook_deliveries",
  {
    id: id(),
    company_id: owner(),
    endpoint_id: reference<number>("webhook_endpoints.id"),
    event_id: optional(bigint()),
    event_type: code(100),
    message_id: code(40),
    body: text(),
    status: defaulted(oneOf(webhookStatuses), "queued"),
    attempts: defaulted(integer(0, 1_000_000), 0),
    next_at: optional(instant()),
    retries_used: defaulted(integer(0, 1000), 0),
    response_status: optional(integer(0, 999)),
    last_error: optional(varchar(500)),
    queued_at: instant(),
    finished_at: optional(instant()),
    ...timestamps,
  },
  {
    unique: { event: ["company_id", "endpoint_id", "event_id"], message: ["company_id", "message_id"] },
    index: {
      due: ["next_at"],
      endpoint: ["endpoint_id", "id"],
      finished: ["finished_at"],
    },
    foreign: { ...ofCompany, endpoint_id: ["webhook_endpoints(id)", "cascade"] },
  },
);

export const webhookAttempts = table(
  "webhook_attempts",
  {
    id: id(),
    company_id: owner(),
    delivery_id: reference<number>("webhook_deliveries.id"),
    number: integer(0, 1_000_000),
    response_status: optional(integer(0, 999)),
    response_body: optional(varchar(1024)),
    error: optional(varchar(500)),
    milliseconds: integer(0, 2_000_000_000),
    happened_at: instant(),
    ...timestamps,
  },
  {
    index: { company: ["company_id"], delivery: ["delivery_id", "id"] },
    foreign: { ...ofCompany, delivery_id: ["webhook_deliveries(id)", "cascade"] },
  },
);

/** In the order in which they are created. */
export const webhookTables = [webhookEndpoints, webhookDeliveries, webhookAttempts] as const;
