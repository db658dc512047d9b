import type { Logger } from "pino";
import { type Instant, isBefore, isoOf } from "../clock.ts";
import { currentTime, type Db, type Tx } from "../db/connect.ts";
import { transaction } from "../db/transaction.ts";
import { emit } from "../events/outbox.ts";
import { findStaff } from "../tenancy/hierarchy.ts";
import type { Caller } from "../tenant.ts";
import { assignToSomebody } from "./assign.ts";
import { takeDesk } from "./desk.ts";
import { abandonedAcrossCompanies, type Due, dueAcrossCompanies, orphansAcrossCompanies } from "./due-store.ts";
import { escalate, recipientsOf } from "./escalation.ts";
import { notBefore, subjectOf } from "./events.ts";
import { dueStep, type TimedStep } from "./ladder.ts";
import { perform } from "./lifecycle.ts";
import { climbOf, expiryOf, isOpen, nextDueAt, readSituation, type Situation } from "./situation.ts";
import { type Callback, getCallback, takeCallback, updateCallback } from "./store.ts";

export interface Sweep {
  readonly db: Db;
  readonly log: Pick<Logger, "error">;
  readonly signal: AbortSignal;
}

const batch = 200;

/**
 * A chore: gives away what has lost its assignee, and takes each callback whose time has come one step up its ladder.
 * Any number of workers may run it at once: whoever locks the row looks again whether it is still due.
 * @returns how many callbacks it did something about
 */
export async function escalateDueAcrossCompanies(sweep: Sweep): Promise<number> {
  const { db, signal } = sweep;
  const now = await currentTime(db);
  let done = await reassignOrphansAcrossCompanies(sweep);
  for (let after: Due | null = null; !signal.aborted; ) {
    const due = await dueAcrossCompanies(db, now, after, batch);
    done += await eachOf(sweep, shuffled(due), (each) => takeStep(db, systemOf(each), each.id));
    after = due.at(-1) ?? null;
    if (due.length < batch) break;
  }
  return done;
}

async function reassignOrphansAcrossCompanies(sweep: Sweep): Promise<number> {
  const orphans = await orphansAcrossCompanies(sweep.db, batch);
  return eachOf(sweep, orphans, (each) => reassign(sweep.db, systemOf(each), each.id));
}

/** A chore: gives away what belongs to somebody who works no longer; where there is nobody it is pending, and flagged. */
export async function reassignAbandonedAcrossCompanies(sweep: Sweep): Promise<number> {
  const abandoned = await abandonedAcrossCompanies(sweep.db, batch);
  return eachOf(sweep, abandoned, (each) => reassign(sweep.db, systemOf(each), each.id));
}

/** One that fails is logged and left for the next sweep; it stops no other. */
async function eachOf<T extends { id: number; companyId: number }>(
  { log, signal }: Sweep,
  list: readonly T[],
  work: (item: T) => Promise<boolean>,
): Promise<number> {
  let done = 0;
  for (const item of list) {
    if (signal.aborted) break;
    try {
      if (await work(item)) done++;
    } catch (error) {
      log.error({ err: error, callbackId: item.id, companyId: item.companyId }, "A callback could not be escalated");
    }
  }
  return done;
}

/** Workers that read the same list meet less often. */
function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((item) => ({ item, place: Math.random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ item }) => item);
}

/** The program itself, at work for one company. */
export function systemOf({ companyId }: { companyId: number }): Caller {
  return { companyId, actor: { type: "system", id: null }, permissions: new Set() };
}

/** False where it has an assignee who works by now. */
async function reassign(db: Db, caller: Caller, id: number): Promise<boolean> {
  const { branchId } = await getCallback(db, caller, id);
  return transaction(db, async (tx) => {
    await takeDesk(tx, caller, branchId);
    const callback = await takeCallback(tx, caller, id);
    if (!callback || !isOpen(callback) || callback.status === "pending") return false;
    if (callback.assignedTo !== null && (await findStaff(tx, caller, callback.assignedTo))) return false;
    const situation = await readSituation(tx, caller, callback);
    await assignToSomebody(tx, caller, { ...callback, assignedTo: null }, situation, await currentTime(tx));
    return true;
  });
}

/** False where somebody else was quicker, or it is not due any more. */
async function takeStep(db: Db, caller: Caller, id: number): Promise<boolean> {
  return transaction(db, async (tx) => {
    const callback = await takeCallback(tx, caller, id);
    if (!callback) return false;
    const now = await currentTime(tx);
    const { nextDueAt: due } = callback;
    if (due === null || isBefore(now, due) || !isOpen(callback)) return false;

    const situation = await readSituation(tx, caller, callback);
    const expiry = expiryOf(callback, situation);
    if (expiry !== null && !isBefore(now, expiry)) return expire(tx, caller, callback, situation, now);
    const climb = climbOf(callback, situation);
    const step = climb && dueStep(climb, now.epochMilliseconds);
    if (step?.step.action === "notify") return remind(tx, caller, callback, step, situation, now);
    if (step) return breach(tx, caller, callback, step, situation, now);
    await updateCallback(tx, caller, { ...callback, nextDueAt: nextDueAt(callback, situation) }, now);
    return false;
  });
}

async function expire(tx: Tx, caller: Caller, callback: Callback, situation: Situation, now: Instant): Promise<true> {
  const to = await perform(tx, caller, callback, "expire", {}, { now, situation });
  await emit(tx, caller, { type: "callback.expired", ...subjectOf(to, caller) }, now);
  return true;
}

async function remind(
  tx: Tx,
  caller: Caller,
  callback: Callback,
  { index, step }: TimedStep,
  situation: Situation,
  now: Instant,
): Promise<true> {
  const recipients = await recipientsOf(tx, caller, callback, step.to);
  const climbed = { ...callback, ladderStep: index + 1 };
  await updateCallback(tx, caller, { ...climbed, nextDueAt: nextDueAt(climbed, situation) }, now);
  const alert = notBefore(callback, situation.rules, now);
  await emit(
    tx,
    caller,
    { type: "callback.overdue", ...subjectOf(callback, caller), ladderStep: index, recipients, ...alert },
    now,
  );
  return true;
}

async function breach(
  tx: Tx,
  caller: Caller,
  callback: Callback,
  { index, step }: TimedStep,
  situation: Situation,
  now: Instant,
): Promise<true> {
  const dedupeKey = `sla:${isoOf(callback.expiresAt)}:${index}`;
  const escalation = {
    reason: "sla_breach",
    dedupeKey,
    targets: step.to,
    detail: null,
    ladderStep: index + 1,
  } as const;
  await escalate(tx, caller, callback, escalation, situation, now);
  return true;
}
