import { type Instant, plusMilliseconds } from "../clock.ts";
import { acrossCompanies } from "../db/across-companies.ts";
import type { Db, Tx } from "../db/connect.ts";
import type { EventConsumer } from "../db/schema.ts";
import type { Tenant } from "../tenant.ts";
import type { DomainEvent } from "./outbox.ts";

/** An event that a consumer has not consumed yet. */
export interface PendingEvent extends Tenant {
  readonly pendingId: number;
  readonly eventId: number;
  readonly attempts: number;
  readonly occurredAt: Instant;
  /** Of the request that it came of; null for what no request asked for. */
  readonly requestId: string | null;
  readonly event: DomainEvent;
}

/**
 * The next events of a consumer, locked until the transaction ends, so that any number of processes take different ones.
 * An event is pending by a row of its own: ids are committed out of order, and "the last id seen" would skip some.
 */
export async function takePendingEventsAcrossCompanies(
  tx: Tx,
  consumer: EventConsumer,
  now: Instant,
  limit: number,
): Promise<PendingEvent[]> {
  const due = acrossCompanies(tx)
    .selectFrom("pending_events")
    .select(["id", "company_id", "event_id", "attempts"])
    .where("consumer", "=", consumer)
    .where("next_at", "<=", now)
    .orderBy("next_at")
    .limit(limit);
  const rows = await (tx.engine === "sqlite" ? due : due.forUpdate().skipLocked()).execute();
  if (rows.length === 0) return [];
  const eventIds = rows.map((row) => row.event_id);
  const events = await acrossCompanies(tx)
    .selectFrom("domain_events")
    .select(["id", "type", "payload", "occurred_at"])
    .where("id", "in", eventIds)
    .execute();
  const byId = new Map(events.map((event) => [event.id, event]));
  return rows
    .flatMap((row) => {
      const event = byId.get(row.event_id);
      return event === undefined ? [] : [{ row, event }];
    })
    .map(({ row, event }) => ({ row, event, payload: event.payload as unknown as Payload }))
    .map(({ row, event, payload: { requestId = null, ...payload } }) => ({
      companyId: row.company_id,
      pendingId: row.id,
      eventId: event.id,
      attempts: row.attempts,
      occurredAt: event.occurred_at,
      requestId,
      event: { type: event.type, ...payload } as DomainEvent,
    }))
    .sort((one, other) => one.eventId - other.eventId);
}

type Payload = object & { readonly requestId?: string };

/** In the transaction of what the consumer made of it: both or neither. */
export async function markConsumed(tx: Tx, tenant: Tenant, pendingIds: readonly number[]): Promise<void> {
  if (pendingIds.length === 0) return;
  await tx.of(tenant).deleteFrom("pending_events").where("id", "in", pendingIds).execute();
}

/** The same of events of several companies. */
export async function markAllConsumed(tx: Tx, events: readonly PendingEvent[]): Promise<void> {
  for (const [companyId, ofCompany] of Map.groupBy(events, (pending) => pending.companyId)) {
    await markConsumed(
      tx,
      { companyId },
      ofCompany.map(({ pendingId }) => pendingId),
    );
  }
}

const longestPauseMilliseconds = 3_600_000;
const attemptsBeforeGivingUp = 10;

/** One that fails is tried again, ever later, and holds up no other; after ten times it waits for a person. */
export async function markFailed(tx: Tx, pending: PendingEvent, error: string, now: Instant): Promise<void> {
  const attempts = pending.attempts + 1;
  const pause = Math.min(1000 * 2 ** attempts, longestPauseMilliseconds);
  await tx
    .of(pending)
    .updateTable("pending_events")
    .set({
      attempts,
      last_error: error.slice(0, 500),
      next_at: attempts >= attemptsBeforeGivingUp ? null : plusMilliseconds(now, pause),
      updated_at: now,
    })
    .where("id", "=", pending.pendingId)
    .execute();
}

/** Those that were given up. */
export async function stuckEventsAcrossCompanies(db: Db, consumer: EventConsumer) {
  return acrossCompanies(db)
    .selectFrom("pending_events")
    .select(["company_id as companyId", "event_id as eventId", "last_error as lastError"])
    .where("consumer", "=", consumer)
    .where("next_at", "is", null)
    .limit(100)
    .execute();
}
