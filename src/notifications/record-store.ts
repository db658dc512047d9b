import { randomUUID } from "node:crypto";
import type { Instant } from "../clock.ts";
import type { Tx } from "../db/connect.ts";
import { skippingDuplicates } from "../db/dialect.ts";
import type { AttemptOutcome, DeliveryStatus, ProviderKind } from "../db/schema.ts";
import type { Tenant } from "../tenant.ts";
import type { Claimed } from "./claim-store.ts";
import { hasListeners, tellOfDelivery } from "./delivery-events.ts";
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

/** Writes endings: those of what was sent, which are nearly all, in one statement for each company and provider. */
export async function recordEndings(tx: Tx, endings: readonly Ending[], now: Instant): Promise<void> {
  const sent = endings.filter(({ transition }) => transition.status === "sent");
  const listening = await listeningOf(tx, endings);
  for (const [companyId, ofCompany] of Map.groupBy(sent, ({ delivery }) => delivery.companyId)) {
    if (listening.has(companyId)) await tellOfSent(tx, { companyId }, ofCompany, now);
  }
  const kinds = Map.groupBy(sent, ({ delivery, provider }) => `${delivery.companyId} ${provider}`);
  for (const ofOneKind of kinds.values()) await recordSent(tx, ofOneKind, now);
  for (const ending of endings) {
    if (ending.transition.status === "sent" || !(await recordUnsuccessful(tx, ending, now))) continue;
    const { status, errorCode, fallsBack } = ending.transition;
    if (!listening.has(ending.delivery.companyId) || (status !== "failed" && status !== "unknown")) continue;
    await tellOfDelivery(tx, ending.delivery, ending.delivery, { status, errorCode, fallsBack }, now);
  }
}

async function listeningOf(tx: Tx, endings: readonly Ending[]): Promise<ReadonlySet<number>> {
  const listening = new Set<number>();
  for (const companyId of new Set(endings.map(({ delivery }) => delivery.companyId))) {
    if (await hasListeners(tx, { companyId })) listening.add(companyId);
  }
  return listening;
}

/** Before it is written: what another process has written down already was told by that one. */
async function tellOfSent(tx: Tx, tenant: Tenant, endings: readonly Ending[], now: Instant): Promise<void> {
  const open = tx
    .of(tenant)
    .selectFrom("notification_deliveries")
    .select("id")
    .where(
      "id",
      "in",
      endings.map(({ delivery }) => delivery.id),
    )
    .where("status", "not in", terminal);
  const rows = await (tx.engine === "sqlite" ? open : open.forUpdate()).execute();
  const ids = new Set(rows.map(({ id }) => id));
  for (const { delivery } of endings) {
    if (!ids.has(delivery.id)) continue;
    await tellOfDelivery(tx, tenant, delivery, { status: "sent", errorCode: null, fallsBack: false }, now);
  }
}

/** That a message was sent is true whoever holds the lease by now. @param endings of one company and one provider */
async function recordSent(tx: Tx, endings: readonly Ending[], now: Instant): Promise<void> {
  const [first, ...rest] = endings;
  if (first === undefined) return;
  await tx
    .of(first.delivery)
    .updateTable("notification_deliveries")
    .set((eb) => {
      const each = <T>(of: (ending: Ending) => T) => {
        const start = eb
          .case("id")
          .when(first.delivery.id)
          .then(eb.val(of(first)));
        return rest.reduce((cases, one) => cases.when(one.delivery.id).then(eb.val(of(one))), start).end();
      };
      return {
        status: "sent" as const,
        next_at: null,
        is_ambiguous: false,
        last_error_code: null,
        last_error: null,
        has_fallen_back: false,
        provider: first.provider,
        content: each(({ content }) => stored(content)),
        provider_reference: each(({ transition }) => transition.reference),
        sent_at: now,
        finished_at: now,
        updated_at: now,
      };
    })
    .where(
      "id",
      "in",
      endings.map(({ delivery }) => delivery.id),
    )
    .where("status", "not in", terminal)
    .execute();
}

function stored(content: Content | null) {
  return content && { subject: content.subject, text: content.text };
}

/** Everything else is written only by who still holds the lease. @returns whether it was this one's */
async function recordUnsuccessful(tx: Tx, ending: Ending, now: Instant): Promise<boolean> {
  const { delivery, transition, provider, content } = ending;
  const { numUpdatedRows } = await tx
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
      ...(content === null ? {} : { content: stored(content) }),
      ...(transition.usesRetry ? { retries_left: eb("retries_left", "-", 1) } : {}),
      ...(transition.nextAt === null ? { finished_at: now } : {}),
    }))
    .where("id", "=", delivery.id)
    .where("status", "=", "sending")
    .where("attempts", "=", delivery.attempts)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows !== 1n) return false;
  if (transition.fallsBack) await insertFallback(tx, delivery, now);
  return true;
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

/** Gives back what was claimed and could not be begun: due at once, for whoever has a hand free, and no attempt. */
export async function putBack(tx: Tx, delivery: Claimed, now: Instant): Promise<void> {
  await tx
    .of(delivery)
    .updateTable("notification_deliveries")
    .set((eb) => ({ status: "queued" as const, attempts: eb("attempts", "-", 1), next_at: now, updated_at: now }))
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
