import { calendarOf, keepSnapshot } from "../calendars/store.ts";
import { type Instant, instantOf } from "../clock.ts";
import type { Tx } from "../db/connect.ts";
import type { CallbackAction } from "../db/schema.ts";
import { Refusal } from "../errors.ts";
import type { Caller } from "../tenant.ts";
import { endRun, insertRun } from "./clock-store.ts";
import { targetMs } from "./rules.ts";
import { nextDueAt, type Situation, statusOf } from "./situation.ts";
import { consumedOf, dueAt } from "./sla.ts";
import { type Callback, type CallbackStatus, insertTransition, updateCallback } from "./store.ts";

/**
 * From where each action is legal and where it leads; null keeps the status. Nothing else in the product writes a
 * callback's status, assignee or clock.
 */
export const transitions: Readonly<
  Record<
    Exclude<CallbackAction, "create">,
    { readonly from: readonly CallbackStatus[]; readonly to: CallbackStatus | null; readonly name: string | null }
  >
> = {
  assign: { from: ["pending"], to: "assigned", name: "assignment" },
  autoAssign: { from: ["pending"], to: "assigned", name: "auto-assignment" },
  reassign: { from: ["assigned", "contacted"], to: null, name: "reassignment" },
  acknowledge: { from: ["assigned"], to: null, name: "acknowledgement" },
  contact: { from: ["pending", "assigned"], to: "contacted", name: "contact" },
  attempt: { from: ["assigned", "contacted"], to: "assigned", name: "attempts" },
  complete: { from: ["contacted"], to: "completed", name: "completion" },
  cancel: { from: ["pending", "assigned", "contacted"], to: "cancelled", name: "cancellation" },
  escalate: { from: ["pending", "assigned"], to: null, name: "escalations" },
  change: { from: ["pending", "assigned", "contacted"], to: null, name: null },
  expire: { from: ["pending", "assigned", "contacted"], to: "expired", name: null },
  giveUp: { from: ["assigned", "contacted"], to: "completed", name: null },
  orphan: { from: ["pending"], to: "pending", name: null },
};

export type Action = keyof typeof transitions;
/** What may change besides; status, clock and timestamps follow from the action. */
export type Change = Partial<
  Pick<
    Callback,
    | "customerId"
    | "serviceId"
    | "staffId"
    | "phoneNumber"
    | "customerName"
    | "preferredWindow"
    | "priority"
    | "outcome"
    | "assignedTo"
    | "assignedReason"
    | "acknowledgedAt"
    | "contactAttempts"
    | "ladderStep"
    | "notes"
  >
>;

export interface Moment {
  readonly now: Instant;
  readonly situation: Situation;
  /** Counts on by the calendar and target in force now. */
  readonly recount?: boolean;
  /** Kept with the transition. */
  readonly details?: object;
}

/** @throws Refusal illegalTransition, naming what is legal instead */
export function assertLegal(callback: Pick<Callback, "status" | "assignedTo">, action: Action): void {
  const status = statusOf(callback);
  if (transitions[action].from.includes(status)) return;
  const legal = Object.values(transitions).flatMap(({ from, name }) => (name && from.includes(status) ? [name] : []));
  const advice = legal.length === 0 ? "It can no longer be changed." : `Legal now: ${legal.join(", ")}.`;
  throw new Refusal("illegalTransition", `The callback is ${status}. ${advice}`);
}

/** Does one action on a callback whose row is locked: status, clock, next look and history in step. */
export async function perform(
  tx: Tx,
  caller: Caller,
  from: Callback,
  action: Action,
  change: Change,
  moment: Moment,
): Promise<Callback> {
  assertLegal(from, action);
  const { now, details = null } = moment;
  const turned = await turnClock(tx, caller, from, after(from, action, change, moment), moment);
  const next = nextDueAt(turned.callback, turned.situation);
  const saved = await updateCallback(tx, caller, { ...turned.callback, nextDueAt: next }, now);
  const { id: callbackId, status: to, assignedTo } = saved;
  const { actor } = caller;
  await insertTransition(tx, caller, { callbackId, action, from: from.status, to, assignedTo, actor, details }, now);
  return saved;
}

function after(from: Callback, action: Action, change: Change, { now, situation }: Moment): Callback {
  const to: Callback = { ...from, ...change };
  const status = statusAfter(action, to);
  const handedOver = to.assignedTo !== from.assignedTo;
  const priorityChanged = to.priority !== from.priority;
  return {
    ...to,
    status,
    slaTargetMs: priorityChanged ? targetMs(situation.settings, to.priority) : from.slaTargetMs,
    assignedAt: handedOver ? (to.assignedTo === null ? null : now) : from.assignedAt,
    // Whoever gets it has not seen it yet; and after a failed attempt somebody has to see to it again.
    acknowledgedAt: handedOver || action === "attempt" ? null : to.acknowledgedAt,
    ...(action === "contact" && { contactedAt: now }),
    ...(status === "completed" && { completedAt: now }),
    ...(status === "expired" && { expiredAt: now }),
    ...(status === "cancelled" && { cancelledAt: now }),
  };
}

function statusAfter(action: Action, to: Callback): CallbackStatus {
  const { to: target } = transitions[action];
  if (target !== null) return target;
  const status = statusOf(to);
  return status === "pending" && to.assignedTo !== null ? "assigned" : status;
}

/** The clock runs while somebody still has to call: it is stopped, started or begun anew as the change asks. */
async function turnClock(
  tx: Tx,
  caller: Caller,
  from: Callback,
  to: Callback,
  { now, situation, recount = false }: Moment,
): Promise<{ callback: Callback; situation: Situation }> {
  const runs = to.status === "pending" || to.status === "assigned";
  const anew = recount || to.slaTargetMs !== from.slaTargetMs;
  const since = from.slaRunningSince;
  let consumedMs = from.slaConsumedMs;
  if (since !== null && (!runs || anew)) {
    consumedMs = consumedOf(
      { consumedMs, runningSinceMs: since.epochMilliseconds, rules: situation.rules },
      now.epochMilliseconds,
    );
    await endRun(tx, caller, from.id, now);
  }
  if (!runs) return { callback: { ...to, slaConsumedMs: consumedMs, slaRunningSince: null }, situation };
  if (since !== null && !anew) {
    const moved = to.preferredWindow !== from.preferredWindow;
    return { callback: moved ? withDeadline(to, since, situation) : to, situation };
  }

  const rules = await calendarOf(tx, caller, to.branchId);
  const slaTargetMs = targetMs(situation.settings, to.priority);
  const snapshotId = await keepSnapshot(tx, caller, rules, now);
  await insertRun(tx, caller, { callbackId: to.id, snapshotId, targetMs: slaTargetMs }, now);
  const started = { ...to, slaTargetMs, slaConsumedMs: consumedMs, slaRunningSince: now };
  const next = { ...situation, rules };
  return { callback: withDeadline(started, now, next), situation: next };
}

function withDeadline(callback: Callback, since: Instant, { rules }: Situation): Callback {
  const { slaTargetMs, slaConsumedMs, preferredWindow } = callback;
  const due = dueAt({
    targetMs: slaTargetMs,
    consumedMs: slaConsumedMs,
    runningSinceMs: since.epochMilliseconds,
    rules,
    windowEndMs: windowEndOf(preferredWindow),
  });
  return { ...callback, expiresAt: instantOf(due) };
}

export function windowEndOf(window: Callback["preferredWindow"]): number | null {
  return window && Date.parse(window.until);
}
