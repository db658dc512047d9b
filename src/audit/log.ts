import type { Instant } from "../clock.ts";
import type { Tx } from "../db/connect.ts";
import type { AuditSource } from "../db/schema.ts";
import type { PendingEvent } from "../events/pending-store.ts";
import type { Actor, Caller, Tenant } from "../tenant.ts";
import { hashOf, sealChanges } from "./chain.ts";
import { changesBetween } from "./changes.ts";
import { insertLines, type Line, loggedEvents, moveHead, takeHead, tokenOf } from "./store.ts";

export interface Act {
  readonly action: string;
  readonly subject: { readonly type: string; readonly id: string | number };
  /** Null for what was not there before, or is not any more. No secrets. */
  readonly from: object | null;
  readonly to: object | null;
  /** Whose data it holds: erasing this customer reaches it. */
  readonly customerId?: number | null;
}

/** Writes down who changed what, in the transaction of the change, after its own locks: both happen or neither. */
export async function audit(tx: Tx, caller: Caller, act: Act, now: Instant): Promise<void> {
  const { actor, origin } = caller;
  const source = origin?.source ?? "cli";
  const requestId = origin?.requestId ?? null;
  await append(
    tx,
    caller,
    [{ ...act, actor, source, requestId, eventId: null, customerId: act.customerId ?? null, happenedAt: now }],
    now,
  );
}

/**
 * Appointments and callbacks tell what happens to them by events; their lines are written from those, so that a
 * cancellation waits for nothing more. What is shown twice is written once.
 */
export async function auditEvents(tx: Tx, events: readonly PendingEvent[], now: Instant): Promise<void> {
  const changes = events.filter(({ event }) => "appointmentId" in event || "callbackId" in event);
  // In the same order in every process: each company's chain is a lock.
  const byCompany = Map.groupBy(
    changes.toSorted((one, other) => one.companyId - other.companyId),
    ({ companyId }) => companyId,
  );
  for (const [companyId, ofCompany] of byCompany) {
    const eventIds = ofCompany.map(({ eventId }) => eventId);
    const known = await loggedEvents(tx, { companyId }, eventIds);
    const fresh = ofCompany.filter(({ eventId }) => !known.has(eventId));
    await append(tx, { companyId }, fresh.map(deedOf), now);
  }
}

/** An act with who did it, and how it came about. */
interface Deed extends Act {
  readonly actor: Actor;
  readonly source: AuditSource;
  readonly requestId: string | null;
  readonly eventId: number | null;
  readonly customerId: number | null;
  readonly happenedAt: Instant;
}

function deedOf({ event, eventId, occurredAt, requestId }: PendingEvent): Deed {
  const { type, actor, ...to } = event;
  return {
    action: type,
    subject:
      "appointmentId" in event
        ? { type: "appointment", id: event.appointmentId }
        : { type: "callback", id: "callbackId" in event ? event.callbackId : 0 },
    from: null,
    to,
    actor,
    source: actor.type === "system" ? "worker" : "api",
    requestId,
    eventId,
    customerId: "customerId" in event ? event.customerId : null,
    happenedAt: occurredAt,
  };
}

async function append(tx: Tx, tenant: Tenant, deeds: readonly Deed[], now: Instant): Promise<void> {
  if (deeds.length === 0) return;
  const head = await takeHead(tx, tenant, now);
  const lines: Line[] = [];
  for (const { action, subject, from, to, actor, ...about } of deeds) {
    const last = lines.at(-1) ?? head;
    const changes = JSON.stringify(changesBetween(from, to));
    const entry = {
      companyId: tenant.companyId,
      number: last.number + 1,
      actorToken: await tokenOf(tx, tenant, actor, now),
      action,
      subjectType: subject.type,
      subjectId: String(subject.id),
      ...sealChanges(changes),
      ...about,
    };
    lines.push({ ...entry, changes, hash: hashOf(last.hash, entry) });
  }
  await insertLines(tx, tenant, lines, now);
  await moveHead(tx, tenant, lines.at(-1) as Line);
}
