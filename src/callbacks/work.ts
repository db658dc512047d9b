import { randomUUID } from "node:crypto";
import type { Instant } from "../clock.ts";
import { currentTime, type Db, type Tx } from "../db/connect.ts";
import { transaction } from "../db/transaction.ts";
import { invalid, notFound, Refusal } from "../errors.ts";
import { emit } from "../events/outbox.ts";
import { staffIdOf } from "../tenancy/staff.ts";
import type { Caller } from "../tenant.ts";
import { assertStaff } from "./assign.ts";
import { escalate, targetsOf } from "./escalation.ts";
import { findEscalation, markResolved } from "./escalation-store.ts";
import { subjectOf } from "./events.ts";
import { type Action, assertLegal, type Change, perform } from "./lifecycle.ts";
import { attemptsPerRound } from "./rules.ts";
import { readSituation, type Situation } from "./situation.ts";
import { type Callback, type CallbackOutcome, getCallback, getCallbackForUpdate } from "./store.ts";
import { type CallbackView, type EscalationView, escalationView, viewOf } from "./views.ts";

/** "I have seen it": stops the ladder. Saying so again changes nothing. */
export async function acknowledgeCallback(db: Db, caller: Caller, id: number): Promise<CallbackView> {
  return working(db, caller, id, "acknowledge", async (tx, callback, situation, now) => {
    if (callback.acknowledgedAt !== null) return callback;
    const to = await perform(tx, caller, callback, "acknowledge", { acknowledgedAt: now }, { now, situation });
    await emit(tx, caller, { type: "callback.acknowledged", ...subjectOf(to, caller) }, now);
    return to;
  });
}

/**
 * Somebody is calling: stops the clock. A pending one becomes the caller's own.
 * @throws Refusal validationFailed where a pending one is contacted by someone who is not staff
 */
export async function contactCallback(db: Db, caller: Caller, id: number): Promise<CallbackView> {
  return working(db, caller, id, "contact", async (tx, callback, situation, now) => {
    const change = callback.assignedTo === null ? await claimed(tx, caller) : {};
    const to = await perform(tx, caller, callback, "contact", change, { now, situation });
    await emit(tx, caller, { type: "callback.contacted", ...subjectOf(to, caller) }, now);
    return to;
  });
}

async function claimed(tx: Tx, caller: Caller): Promise<Change> {
  const staffId = await staffIdOf(tx, caller);
  if (staffId !== null) return { assignedTo: staffId, assignedReason: "Called the customer" };
  throw invalid("", "Nobody has this callback, and who sends this is not staff. Assign it to a staff member first.");
}

/**
 * Nobody was reached: the clock runs on. Each third time somebody else has to try; when the last level has failed too,
 * it is completed as unreachable.
 */
export async function recordFailedAttempt(
  db: Db,
  caller: Caller,
  id: number,
  { notes }: { notes: string | null },
): Promise<CallbackView> {
  return working(db, caller, id, "attempt", async (tx, callback, situation, now) => {
    const contactAttempts = callback.contactAttempts + 1;
    const details = { attempt: contactAttempts, notes };
    const round = contactAttempts % attemptsPerRound === 0 ? contactAttempts / attemptsPerRound : null;
    if (round !== null && situation.levels >= situation.settings.maxLevels) {
      const change = { contactAttempts, outcome: "unreachable" } as const;
      const to = await perform(tx, caller, callback, "giveUp", change, { now, situation, details });
      await emit(tx, caller, { type: "callback.completed", ...subjectOf(to, caller), outcome: "unreachable" }, now);
      return to;
    }
    const to = await perform(tx, caller, callback, "attempt", { contactAttempts }, { now, situation, details });
    await emit(
      tx,
      caller,
      { type: "callback.attempt_failed", ...subjectOf(to, caller), attempts: contactAttempts },
      now,
    );
    if (round === null) return to;
    return (
      await escalate(
        tx,
        caller,
        to,
        {
          reason: "multiple_attempts_failed",
          dedupeKey: `attempts:${round}`,
          targets: targetsOf(situation.ladder),
          detail: null,
          ladderStep: to.ladderStep,
        },
        await readSituation(tx, caller, to),
        now,
      )
    ).callback;
  });
}

export async function completeCallback(
  db: Db,
  caller: Caller,
  id: number,
  { outcome, notes }: { outcome: CallbackOutcome; notes: string | null },
): Promise<CallbackView> {
  return working(db, caller, id, "complete", async (tx, callback, situation, now) => {
    const details = { outcome, notes };
    const to = await perform(tx, caller, callback, "complete", { outcome }, { now, situation, details });
    await emit(tx, caller, { type: "callback.completed", ...subjectOf(to, caller), outcome }, now);
    return to;
  });
}

export async function cancelCallback(
  db: Db,
  caller: Caller,
  id: number,
  { reason }: { reason: string | null },
): Promise<CallbackView> {
  return working(db, caller, id, "cancel", async (tx, callback, situation, now) => {
    const to = await perform(tx, caller, callback, "cancel", {}, { now, situation, details: { reason } });
    await emit(tx, caller, { type: "callback.cancelled", ...subjectOf(to, caller) }, now);
    return to;
  });
}

export interface ManualEscalation {
  /** Why. */
  readonly detail: string;
  /** To whom; the ladder's own targets when left out. */
  readonly staffId?: string | undefined;
}

export async function escalateByHand(
  db: Db,
  caller: Caller,
  id: number,
  { detail, staffId }: ManualEscalation,
): Promise<CallbackView> {
  return working(db, caller, id, "escalate", async (tx, callback, situation, now) => {
    if (staffId !== undefined) await assertStaff(tx, caller, callback.branchId, staffId, "/staffId");
    const targets = staffId === undefined ? targetsOf(situation.ladder) : [{ type: "staff", staffId } as const];
    const dedupeKey = `manual:${randomUUID()}`;
    const { ladderStep } = callback;
    const escalation = { reason: "manual_escalation", dedupeKey, targets, detail, ladderStep } as const;
    return (await escalate(tx, caller, callback, escalation, situation, now)).callback;
  });
}

/** Closes an escalation with notes; the callback goes on as it is. @throws Refusal conflict if it is closed already */
export async function resolveEscalation(
  db: Db,
  caller: Caller,
  id: number,
  { notes }: { notes: string | null },
): Promise<EscalationView> {
  const found = await findEscalation(db, caller, id);
  if (!found) throw notFound("escalation");
  return transaction(db, async (tx) => {
    const callback = await getCallbackForUpdate(tx, caller, found.callbackId);
    const now = await currentTime(tx);
    if (!(await markResolved(tx, caller, id, notes, now))) {
      throw new Refusal("conflict", "The escalation was resolved before. Its notes stay as they are.");
    }
    const event = { type: "callback.escalation_resolved", ...subjectOf(callback, caller), escalationId: id } as const;
    await emit(tx, caller, event, now);
    return escalationView({ ...found, resolvedAt: now, resolutionNotes: notes });
  });
}

async function working(
  db: Db,
  caller: Caller,
  id: number,
  action: Action,
  work: (tx: Tx, callback: Callback, situation: Situation, now: Instant) => Promise<Callback>,
): Promise<CallbackView> {
  return transaction(db, async (tx) => {
    const callback = await getCallbackForUpdate(tx, caller, id);
    const now = await currentTime(tx);
    assertLegal(callback, action);
    return viewOf(await work(tx, callback, await readSituation(tx, caller, callback), now), now);
  });
}

/** As it is now. @throws Refusal notFound */
export async function readCallback(db: Db, caller: Caller, id: number): Promise<CallbackView> {
  return viewOf(await getCallback(db, caller, id), await currentTime(db));
}
