import type { Instant } from "../clock.ts";
import type { Db, Tx } from "../db/connect.ts";
import type { DomainEvent } from "../events/outbox.ts";
import type { PendingEvent } from "../events/pending-store.ts";
import { callbackNeedsSomebody, supersedeQueuedAlerts } from "./callback-alert-store.ts";
import type { NotificationEvent } from "./catalogue.ts";
import type { Claimed } from "./claim-store.ts";

/** What asks staff to do something about a callback. */
const alerts: readonly NotificationEvent[] = [
  "callback_created",
  "callback_assigned",
  "callback_overdue",
  "callback_escalated",
];

/** After these nobody is needed any more. */
const answered: ReadonlySet<DomainEvent["type"]> = new Set([
  "callback.acknowledged",
  "callback.contacted",
  "callback.completed",
  "callback.cancelled",
  "callback.expired",
] as const);

/**
 * Calls off alerts that wait to be sent: all of them when somebody has seen to the callback, "it is yours" when it has
 * become another's. Only what earlier events have caused, in whatever order they are planned.
 */
export async function withdrawAlerts(tx: Tx, { event, eventId, ...tenant }: PendingEvent, now: Instant): Promise<void> {
  if (!("callbackId" in event)) return;
  const { callbackId } = event;
  if (answered.has(event.type)) {
    await supersedeQueuedAlerts(tx, tenant, { callbackId, before: eventId, events: alerts, notOf: null }, now);
  } else if (event.type === "callback.assigned" || event.type === "callback.escalated") {
    const theirs = { callbackId, before: eventId, events: ["callback_assigned"], notOf: event.assignedTo } as const;
    await supersedeQueuedAlerts(tx, tenant, theirs, now);
  }
}

/** Whether it is an alert of a callback that somebody has seen to meanwhile, or that is gone. */
export async function isLateAlert(db: Db, delivery: Claimed): Promise<boolean> {
  if (!alerts.includes(delivery.event)) return false;
  return delivery.callbackId === null || !(await callbackNeedsSomebody(db, delivery, delivery.callbackId));
}
