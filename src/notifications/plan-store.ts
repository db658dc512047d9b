import { randomUUID } from "node:crypto";
import type { Instant } from "../clock.ts";
import type { Tx } from "../db/connect.ts";
import { skippingDuplicates } from "../db/dialect.ts";
import type { ProviderKind } from "../db/schema.ts";
import type { Tenant } from "../tenant.ts";
import type { Payload } from "./payloads.ts";
import type { NotSent, Plan, PlannedMessage } from "./route.ts";

export interface PlanContext {
  readonly eventId: number;
  readonly payload: Payload;
  readonly notAfter: Instant | null;
  readonly appointmentId: number | null;
  readonly callbackId: number | null;
}

/**
 * A row for each message, and for each channel that is not used one that says why. Their key is unique: planning the
 * same event twice adds nothing.
 */
export async function insertPlan(
  tx: Tx,
  tenant: Tenant,
  plan: Plan,
  context: PlanContext,
  now: Instant,
): Promise<void> {
  const rows = [
    ...plan.messages.map((message) => messageRow(plan, message, context, now)),
    ...plan.notSent
      .filter(({ reason }) => reason !== "firstReachableUsed")
      .map((each) => notSentRow(plan, each, context, now)),
  ];
  if (rows.length === 0) return;
  await skippingDuplicates(tx, tx.of(tenant).insertInto("notification_deliveries").values(rows)).execute();
}

function messageRow(plan: Plan, message: PlannedMessage, context: PlanContext, now: Instant) {
  const { muted } = plan;
  return {
    ...common(plan, context, now),
    channel: message.channel,
    address: message.address,
    locale: message.locale,
    template: message.template,
    status: muted ? ("skipped" as const) : ("queued" as const),
    reason: muted ? "companyMuted" : null,
    planned_from: message.from.level,
    instead_of: message.insteadOf,
    fallback_channel: message.fallback?.channel ?? null,
    fallback_address: message.fallback?.address ?? null,
    retries_left: message.retryCount,
    retry_delay_minutes: message.retryDelayMinutes,
    due_at: message.sendAt,
    next_at: muted ? null : message.sendAt,
    provider: message.provider as ProviderKind,
    finished_at: muted ? now : null,
  };
}

function notSentRow(plan: Plan, { channel, reason, level }: NotSent, context: PlanContext, now: Instant) {
  return {
    ...common(plan, context, now),
    channel,
    locale: plan.recipient.locale,
    status: "skipped" as const,
    reason,
    reason_level: level,
    planned_from: level ?? plan.mode,
    retries_left: 0,
    retry_delay_minutes: 1,
    due_at: now,
    finished_at: now,
  };
}

function common({ event, recipient }: Plan, context: PlanContext, now: Instant) {
  return {
    public_id: randomUUID(),
    event_id: context.eventId,
    event_type: event,
    recipient_type: recipient.type,
    recipient_id: recipient.id,
    recipient_name: recipient.name,
    payload: context.payload,
    not_after: context.notAfter,
    appointment_id: context.appointmentId,
    callback_id: context.callbackId,
    created_at: now,
    updated_at: now,
  };
}
