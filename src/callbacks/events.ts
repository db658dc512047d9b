import { nextOpen } from "../calendars/business-time.ts";
import type { CalendarRules } from "../calendars/rules.ts";
import { type Instant, isoAt, isoOf } from "../clock.ts";
import type { Caller } from "../tenant.ts";
import type { Callback } from "./store.ts";

/** What every event of a callback says of it. */
export function subjectOf(callback: Callback, { actor }: Pick<Caller, "actor">) {
  const { id: callbackId, branchId, customerId, assignedTo, priority, expiresAt } = callback;
  return { callbackId, branchId, customerId, assignedTo, priority, expiresAt: isoOf(expiresAt), actor };
}

/** Staff are not alerted while the business is closed, unless it is urgent. */
export function notBefore({ priority }: Pick<Callback, "priority">, rules: CalendarRules, now: Instant) {
  const open = nextOpen(rules, now.epochMilliseconds);
  const waits = priority !== "urgent" && open > now.epochMilliseconds;
  return waits ? { notBefore: isoAt(open) } : {};
}
