import type { Opening } from "../calendars/rules.ts";
import type { KeptCalendar } from "../calendars/store.ts";
import { type Instant, isBefore, isoOf } from "../clock.ts";
import { masked, seesContacts } from "../tenancy/contacts.ts";
import type { Caller } from "../tenant.ts";
import type { KeptLadder } from "./configuration-store.ts";
import type { EscalationRow } from "./escalation-store.ts";
import { statusOf } from "./situation.ts";
import type { Callback } from "./store.ts";

/** What goes over the wire. */

export function viewOf(callback: Callback, now: Instant) {
  const { slaTargetMs, slaConsumedMs, slaRunningSince, nextDueAt, ladderStep: _, ...rest } = callback;
  const status = statusOf(callback);
  return {
    ...rest,
    status,
    assignedAt: iso(rest.assignedAt),
    contactedAt: iso(rest.contactedAt),
    completedAt: iso(rest.completedAt),
    expiredAt: iso(rest.expiredAt),
    cancelledAt: iso(rest.cancelledAt),
    expiresAt: isoOf(rest.expiresAt),
    acknowledgedAt: iso(rest.acknowledgedAt),
    isOverdue: (status === "pending" || status === "assigned") && isBefore(rest.expiresAt, now),
    needsAssignment: status === "pending",
    sla: { targetMs: slaTargetMs, consumedMs: slaConsumedMs, runningSince: iso(slaRunningSince) },
    nextStepAt: iso(nextDueAt),
    createdAt: isoOf(rest.createdAt),
    updatedAt: isoOf(rest.updatedAt),
  };
}
export type CallbackView = ReturnType<typeof viewOf>;

/** What the caller may see of a callback. */
export function viewFor(caller: Caller, now: Instant): (callback: Callback) => CallbackView {
  const isWhole = seesContacts(caller);
  return (callback) => {
    const view = viewOf(callback, now);
    return isWhole ? view : { ...view, phoneNumber: masked(view.phoneNumber) };
  };
}

export function etagOf({ updatedAt }: { readonly updatedAt: string }): string {
  return String(Date.parse(updatedAt));
}

export function escalationView({ escalatedAt, resolvedAt, metadata, ...rest }: EscalationRow) {
  return {
    ...rest,
    escalatedAt: isoOf(escalatedAt),
    resolvedAt: iso(resolvedAt),
    details: (metadata ?? {}) as Record<string, unknown>,
  };
}
export type EscalationView = ReturnType<typeof escalationView>;

export function calendarView({ rules, createdAt, updatedAt, ...rest }: KeptCalendar) {
  const hours = rules.hours as Record<string, readonly Opening[]>;
  return { ...rest, ...rules, hours, createdAt: isoOf(createdAt), updatedAt: isoOf(updatedAt) };
}
export type CalendarView = ReturnType<typeof calendarView>;

export function ladderView({ steps, createdAt, updatedAt, ...rest }: KeptLadder) {
  const wire = steps as unknown as { at: Record<string, number>; action: string; to: Record<string, unknown>[] }[];
  return { ...rest, steps: wire, createdAt: isoOf(createdAt), updatedAt: isoOf(updatedAt) };
}
export type LadderView = ReturnType<typeof ladderView>;

function iso(instant: Instant | null): string | null {
  return instant && isoOf(instant);
}
