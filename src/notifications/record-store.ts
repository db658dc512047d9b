import { randomUUID } from "node:crypto";
import type { Instant } from "../clock.ts";
import type { Tx } from "../db/connect.ts";
import { skippingDuplicates } from "../db/dialect.ts";
import type { AttemptOutcome, DeliveryStatus, ProviderKind } from "../db/schema.ts";
import type { Claimed } from "./claim-store.ts";
import type { Transition } from "./outcome.ts";
import type { Content } from "./templates.ts";

/** How an attempt ended, to be written down. */
export interface Ending {
  readonly delivery: Claimed;
  readonly transition: Transition;
  readonly provider: ProviderKind | null;
  readonly content: Content | null;
  readonly milliseconds: number;
}

const terminal = ["sent", "delivered", "bounced"] as const;

/**
 * Writes an ending. That a message was sent is true whoever holds the lease by now; everything else is written only by
 * who still holds it. @returns whether it was
 */
export async function recordEnding(tx: Tx, ending: Ending, now: Instant): Promise<boolean> {
  const { delivery, transition, provider, content } = ending;
  const isSent = transition.status === "sent";
  let query = tx
    .of(delivery)
    .updateTable("notification_deliveries")
    .set((eb) => ({
      status: transition.status,
      next_at: transition.nextAt,
      is_ambiguous: transition.isAmbiguous,
      last_error_code: transition.errorCode,
      last_error: transition.detail,
      has_fallen_back: transition.fallsBack,
      updated_at: now,
      ...(provider === null ? {} : { provider }),
      ...(content === null ? {} : { content: { subject: content.subject, text: content.text } }),
      ...(transition.usesRetry ? { retries_left: eb("retries_left", "-", 1) } : {}),
      ...(isSent ? { sent_at: now, provider_reference: transition.reference } : {}),
      ...(transition.nextAt === null ? { finished_at: now } : {}),
    }))
    .where("id", "=", delivery.id);
  query = isSent
    ? query.where("status", "not in", terminal)
    : query.where("status", "=", "sending").where("attempts", "=", delivery.attempts);
  const { numUpdatedRows } = await query.executeTakeFirstOrThrow();
  if (numUpdatedRows === 1n && transition.fallsBack) await insertFallback(tx, delivery, now);
  return numUpdatedRows === 1n;
}

/** The second and last channel: it has no fallback of its own. */
async function insertFallback(tx: Tx, delivery: Claimed, now: Instant): Promise<void> {
  if (delivery.fallbackChannel === null) return;
  const insert = tx.of(delivery).insertInto("notification_deliveries").values({
    public_id: randomUUID(),
    event_id: delivery.eventId,
    event_type: delivery.event,
    recipient_type: delivery.recipientType,
    recipient_id: delivery.recipientId,
    recipient_name: delivery.recipientName,
    channel: delivery.fallbackChannel,
    address: delivery.fallbackAddress,
    locale: delivery.locale,
    payload: delivery.payload,
    status: "queued",
    planned_from: "fallback",
    fallback_of_id: delivery.id,
    retries_left: 3,
    retry_delay_minutes: delivery.retryDelayMinutes,
    due_at: now,
    not_after: delivery.notAfter,
    next_at: now,
    appointment_id: delivery.appointmentId,
    callback_id: delivery.callbackId,
    created_at: now,
    updated_at: now,
  });
  await skippingDuplicates(tx, insert).execute();
}

/** Ends a delivery that was not attempted. */
export async function recordUnsent(
  tx: Tx,
  delivery: Claimed,
  status: Extract<DeliveryStatus, "skipped" | "expired" | "superseded">,
  reason: string,
  now: Instant,
): Promise<void> {
  await tx
    .of(delivery)
    .updateTable("notification_deliveries")
    .set({ status, reason, next_at: null, finished_at: now, updated_at: now })
    .where("id", "=", delivery.id)
    .where("status", "=", "sending")
    .where("attempts", "=", delivery.attempts)
    .execute();
}

export interface AttemptRow {
  readonly delivery: Claimed;
  readonly outcome: AttemptOutcome;
  readonly errorCode: string | null;
  readonly detail: string | null;
  readonly milliseconds: number | null;
}

export async function insertAttempts(tx: Tx, attempts: readonly AttemptRow[], now: Instant): Promise<void> {
  for (const [companyId, ofCompany] of Map.groupBy(attempts, ({ delivery }) => delivery.companyId)) {
    const rows = ofCompany.map(({ delivery, outcome, errorCode, detail, milliseconds }) => ({
      delivery_id: delivery.id,
      number: delivery.attempts,
      channel: delivery.channel,
      outcome,
      error_code: errorCode,
      detail,
      milliseconds,
      happened_at: now,
      created_at: now,
      updated_at: now,
    }));
    await tx.of({ companyId }).insertInto("notification_attempts").values(rows).execute();
  }
}
