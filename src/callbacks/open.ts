import { keepSnapshot } from "../calendars/store.ts";
import { type Instant, instantOf, isBefore, isoOf, plusMilliseconds } from "../clock.ts";
import { currentTime, type Db, type Tx } from "../db/connect.ts";
import { transaction } from "../db/transaction.ts";
import { invalid } from "../errors.ts";
import { emit } from "../events/outbox.ts";
import { findBranch, findService, unknownId } from "../tenancy/hierarchy.ts";
import { assertOfBranch } from "../tenancy/offering.ts";
import { callablePhone } from "../tenancy/phone.ts";
import { reachesPlace } from "../tenancy/reach.ts";
import type { Caller } from "../tenant.ts";
import { assertStaff, assignToSomebody } from "./assign.ts";
import { insertRun } from "./clock-store.ts";
import { takeDesk } from "./desk.ts";
import { notBefore, subjectOf } from "./events.ts";
import { perform, windowEndOf } from "./lifecycle.ts";
import { findCustomer, findDeniedDecision } from "./prefill-store.ts";
import { duplicateWindowMs, moreUrgent, type Priority, targetMs } from "./rules.ts";
import { firstSituation, nextDueAt, readSituation } from "./situation.ts";
import { dueAt } from "./sla.ts";
import {
  type Callback,
  findRecentDuplicate,
  getCallback,
  insertCallback,
  insertTransition,
  type PreferredWindow,
  updateCallback,
} from "./store.ts";
import { type CallbackView, viewOf } from "./views.ts";

/** What is left out is taken from the decision, then from the customer. */
export interface CallbackRequest {
  readonly phoneNumber?: string | undefined;
  readonly customerName?: string | undefined;
  readonly branchId?: string | undefined;
  readonly customerId?: number | undefined;
  readonly serviceId?: number | undefined;
  readonly staffId?: string | undefined;
  readonly preferredWindow: { readonly from: Instant; readonly until: Instant } | null;
  readonly priority: Priority;
  readonly notes: string | null;
  /** A cancellation or a move that was denied. */
  readonly decisionId: number | null;
}

/**
 * Promises to call back. Whoever asked for the same number at the same branch within half an hour, and was not called
 * yet, gets the callback there is, with the note added and never with a lower priority.
 */
export async function openCallback(
  db: Db,
  caller: Caller,
  request: CallbackRequest,
): Promise<CallbackView & { isNew: boolean }> {
  const branchId = request.branchId ?? (await findDeniedDecision(db, caller, request.decisionId))?.branchId;
  if (branchId === undefined) throw invalid("/branchId", "is missing; say which branch is to call back");
  const isReached = reachesPlace(caller.reach, { branchId, staffId: null });
  if (!isReached || !(await findBranch(db, caller, branchId))) throw unknownId("/branchId", "branch");

  return transaction(db, async (tx) => {
    await takeDesk(tx, caller, branchId);
    const now = await currentTime(tx);
    const wanted = await complete(tx, caller, { ...request, branchId }, now);
    const since = plusMilliseconds(now, -duplicateWindowMs);
    const twin = await findRecentDuplicate(tx, caller, wanted, since);
    if (twin) return { ...viewOf(await addTo(tx, caller, twin, wanted, now), now), isNew: false };
    return { ...viewOf(await promise(tx, caller, wanted, now), now), isNew: true };
  });
}

type Wanted = Pick<
  Callback,
  | "phoneNumber"
  | "customerName"
  | "branchId"
  | "customerId"
  | "serviceId"
  | "staffId"
  | "preferredWindow"
  | "priority"
  | "notes"
  | "decisionId"
>;

/** Every id is looked up in the company, and what the request leaves out is filled in. */
async function complete(
  tx: Tx,
  caller: Caller,
  request: CallbackRequest & { branchId: string },
  now: Instant,
): Promise<Wanted> {
  const { branchId, decisionId, priority, notes } = request;
  const decision = await findDeniedDecision(tx, caller, decisionId);
  const customerId = request.customerId ?? decision?.customerId ?? null;
  const customer = customerId === null ? null : await findCustomer(tx, caller, customerId);
  if (customerId !== null && !customer) throw unknownId("/customerId", "customer");
  const atItsBranch = decision?.branchId === branchId;
  const serviceId = request.serviceId ?? (atItsBranch ? decision.serviceId : null);
  if (request.serviceId !== undefined) await assertService(tx, caller, branchId, request.serviceId);
  if (request.staffId !== undefined) await assertStaff(tx, caller, branchId, request.staffId, "/staffId");
  const staffId = request.staffId ?? (atItsBranch ? decision.staffId : null);
  const customerName = request.customerName ?? customer?.name;
  if (customerName === undefined) throw invalid("/customerName", "is missing; say who is to be called");
  const phoneNumber = await phoneFor(tx, caller, branchId, request.phoneNumber ?? customer?.phone ?? "");
  const preferredWindow = windowOf(request.preferredWindow, now);
  return {
    phoneNumber,
    customerName,
    branchId,
    customerId,
    serviceId,
    staffId,
    preferredWindow,
    priority,
    notes,
    decisionId,
  };
}

/** @throws Refusal validationFailed: a callback that nobody can call is no promise */
export async function phoneFor(db: Db, caller: Caller, branchId: string, number: string): Promise<string> {
  const branch = await findBranch(db, caller, branchId);
  const phone = callablePhone(number, branch?.timezone ?? "UTC");
  if (phone === null) throw invalid("/phoneNumber", "is no number that can be called; send one like +49 151 23456789");
  return phone;
}

export async function assertService(db: Db, caller: Caller, branchId: string, serviceId: number): Promise<void> {
  const service = await findService(db, caller, serviceId);
  if (!service) throw unknownId("/serviceId", "service");
  assertOfBranch(service, branchId);
}

const farthestMs = 366 * 86_400_000;

export function windowOf(window: CallbackRequest["preferredWindow"], now: Instant): PreferredWindow | null {
  if (window === null) return null;
  const { from, until } = window;
  if (!isBefore(from, until)) throw invalid("/preferredWindow/until", "must lie after from");
  if (!isBefore(now, until)) throw invalid("/preferredWindow/until", "lies in the past; ask for a time to come");
  if (until.epochMilliseconds > now.epochMilliseconds + farthestMs) {
    throw invalid("/preferredWindow/until", "lies more than a year away; check the year");
  }
  return { from: isoOf(from), until: isoOf(until) };
}

async function promise(tx: Tx, caller: Caller, wanted: Wanted, now: Instant): Promise<Callback> {
  const situation = await firstSituation(tx, caller, wanted.branchId);
  const { settings, rules } = situation;
  const slaTargetMs = targetMs(settings, wanted.priority);
  const windowEndMs = windowEndOf(wanted.preferredWindow);
  const clock = { targetMs: slaTargetMs, consumedMs: 0, runningSinceMs: now.epochMilliseconds, rules, windowEndMs };
  const id = await insertCallback(tx, caller, { ...wanted, slaTargetMs, expiresAt: instantOf(dueAt(clock)) }, now);
  const snapshotId = await keepSnapshot(tx, caller, rules, now);
  await insertRun(tx, caller, { callbackId: id, snapshotId, targetMs: slaTargetMs }, now);
  const { actor } = caller;
  const first = { callbackId: id, action: "create", from: null, to: "pending", assignedTo: null, actor } as const;
  await insertTransition(tx, caller, { ...first, details: null }, now);
  const created = await getCallback(tx, caller, id);
  const alert = notBefore(created, rules, now);
  await emit(tx, caller, { type: "callback.created", ...subjectOf(created, caller), ...alert }, now);
  if (settings.autoAssign) return assignToSomebody(tx, caller, created, situation, now);
  return updateCallback(tx, caller, { ...created, nextDueAt: nextDueAt(created, situation) }, now);
}

/** What fits into the column in any alphabet. */
const longestNotes = 15_000;

async function addTo(tx: Tx, caller: Caller, twin: Callback, wanted: Wanted, now: Instant): Promise<Callback> {
  const notes = [twin.notes, wanted.notes].filter((note) => note !== null && note !== "").join("\n\n");
  if (notes.length > longestNotes) throw invalid("/notes", "do not fit beside the notes it has; shorten them");
  const priority = moreUrgent(twin.priority, wanted.priority);
  const change = { notes: notes === "" ? null : notes, priority };
  const situation = await readSituation(tx, caller, twin);
  const to = await perform(tx, caller, twin, "change", change, { now, situation, details: { askedAgain: true } });
  await emit(tx, caller, { type: "callback.changed", ...subjectOf(to, caller) }, now);
  return to;
}
