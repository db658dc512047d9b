import { randomUUID } from "node:crypto";
import { type Instant, isoOf } from "../clock.ts";
import type { Tx } from "../db/connect.ts";
import type { PendingEvent } from "../events/pending-store.ts";
import { wants } from "./catalogue.ts";
import { insertDeliveries } from "./delivery-store.ts";
import { enabledEndpointsAcrossCompanies } from "./endpoint-store.ts";

/**
 * Makes a message of each event for each endpoint that wants it, in the transaction that takes the events off the
 * queue: all are planned or none. Doing it twice does nothing the second time.
 */
export async function planWebhooks(tx: Tx, events: readonly PendingEvent[], now: Instant): Promise<void> {
  if (events.length === 0) return;
  const byCompany = Map.groupBy(events, ({ companyId }) => companyId);
  const endpoints = await enabledEndpointsAcrossCompanies(tx, [...byCompany.keys()]);
  for (const [companyId, ofCompany] of Map.groupBy(endpoints, (endpoint) => endpoint.companyId)) {
    const messages = (byCompany.get(companyId) ?? []).flatMap((pending) =>
      ofCompany
        .filter(({ eventTypes }) => wants(eventTypes, pending.event.type))
        .map(({ id }) => messageOf(id, pending)),
    );
    await insertDeliveries(tx, { companyId }, messages, now);
  }
}

function messageOf(endpointId: number, { companyId, eventId, occurredAt, event: { type, ...data } }: PendingEvent) {
  const body = bodyOf(type, occurredAt, { companyId, ...data });
  return { endpointId, eventId, type, messageId: newMessageId(), body };
}

/** What the receiver tells messages apart by: the same for every attempt, and no other message's. */
export function newMessageId(): string {
  return `msg_${randomUUID()}`;
}

export function bodyOf(type: string, timestamp: Instant, data: object): string {
  return JSON.stringify({ type, timestamp: isoOf(timestamp), data });
}
