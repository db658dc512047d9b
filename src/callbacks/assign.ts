import type { Instant } from "../clock.ts";
import { currentTime, type Db, type Tx } from "../db/connect.ts";
import { transaction } from "../db/transaction.ts";
import { invalid } from "../errors.ts";
import { emit } from "../events/outbox.ts";
import { findStaff, unknownId } from "../tenancy/hierarchy.ts";
import { staffOffering } from "../tenancy/offering.ts";
import type { Caller, Tenant } from "../tenant.ts";
import { activeStaffOf, lastAssigned, openCallbacksOf, rememberAssigned, takeDesk } from "./desk.ts";
import { notBefore, subjectOf } from "./events.ts";
import { assertLegal, perform } from "./lifecycle.ts";
import type { CallbackSettings } from "./rules.ts";
import { readSituation, type Situation } from "./situation.ts";
import { type Callback, getCallback, getCallbackForUpdate } from "./store.ts";
import { type CallbackView, viewOf } from "./views.ts";

/** Gives it to somebody by hand, who is active and of its branch. @throws Refusal validationFailed otherwise */
export async function assignCallback(
  db: Db,
  caller: Caller,
  id: number,
  { action, staffId }: { action: "assign" | "reassign"; staffId: string },
): Promise<CallbackView> {
  return transaction(db, async (tx) => {
    const callback = await getCallbackForUpdate(tx, caller, id);
    const now = await currentTime(tx);
    assertLegal(callback, action);
    await assertStaff(tx, caller, callback.branchId, staffId, "/staffId");
    if (callback.assignedTo === staffId) throw invalid("/staffId", "has this callback already; name somebody else");
    const situation = await readSituation(tx, caller, callback);
    const to = await handOver(tx, caller, callback, action, { staffId, reason: "Chosen by hand" }, situation, now);
    return viewOf(to, now);
  });
}

/** @throws Refusal validationFailed unless the staff member is active and of that branch */
export async function assertStaff(
  db: Db,
  tenant: Tenant,
  branchId: string,
  staffId: string,
  pointer: string,
): Promise<void> {
  const staff = await findStaff(db, tenant, staffId);
  if (!staff) throw unknownId(pointer, "active staff member");
  if (staff.branchId !== branchId) throw invalid(pointer, "works at another branch; name one of the callback's branch");
}

/** Gives a pending one to whom the company's strategy says; it stays pending where there is nobody. */
export async function assignAutomatically(db: Db, caller: Caller, id: number): Promise<CallbackView> {
  const { branchId } = await getCallback(db, caller, id);
  return transaction(db, async (tx) => {
    await takeDesk(tx, caller, branchId);
    const callback = await getCallbackForUpdate(tx, caller, id);
    const now = await currentTime(tx);
    assertLegal(callback, "autoAssign");
    const situation = await readSituation(tx, caller, callback);
    return viewOf(await assignToSomebody(tx, caller, callback, situation, now), now);
  });
}

/** Under the desk's lock. */
export async function assignToSomebody(
  tx: Tx,
  caller: Caller,
  callback: Callback,
  situation: Situation,
  now: Instant,
): Promise<Callback> {
  const { strategy } = situation.settings;
  const choice = await chooseAssignee(tx, caller, callback, strategy, new Set());
  if (choice.staffId === null) {
    // Also takes the status of one whose assignee was deleted back to pending.
    return perform(tx, caller, callback, "orphan", { assignedReason: choice.reason }, { now, situation });
  }
  await rememberAssigned(tx, caller, callback.branchId, choice.staffId);
  return handOver(tx, caller, callback, "autoAssign", { ...choice, staffId: choice.staffId }, situation, now);
}

async function handOver(
  tx: Tx,
  caller: Caller,
  from: Callback,
  action: "assign" | "reassign" | "autoAssign",
  { staffId, reason }: { staffId: string; reason: string },
  situation: Situation,
  now: Instant,
): Promise<Callback> {
  const change = { assignedTo: staffId, assignedReason: reason };
  const to = await perform(tx, caller, from, action, change, { now, situation, details: { reason } });
  const alert = notBefore(to, situation.rules, now);
  await emit(
    tx,
    caller,
    { type: "callback.assigned", ...subjectOf(to, caller), from: from.assignedTo, reason, ...alert },
    now,
  );
  return to;
}

export interface Choice {
  readonly staffId: string | null;
  /** Why, in words. */
  readonly reason: string;
}

/** Whom the customer asked for, else somebody who offers the service, else somebody of the branch; `not` are left out. */
export async function chooseAssignee(
  tx: Tx,
  tenant: Tenant,
  { branchId, serviceId, staffId }: Pick<Callback, "branchId" | "serviceId" | "staffId">,
  strategy: CallbackSettings["strategy"],
  not: ReadonlySet<string>,
): Promise<Choice> {
  const all = (await activeStaffOf(tx, tenant, branchId)).filter((id) => !not.has(id));
  if (staffId !== null && all.includes(staffId)) return { staffId, reason: "The customer asked for this staff member" };
  const offering = serviceId === null ? new Set<string>() : await staffOffering(tx, tenant, serviceId);
  const skilled = all.filter((id) => offering.has(id));
  const [candidates, who] = skilled.length > 0 ? [skilled, "offer the service"] : [all, "work at the branch"];
  const [first] = candidates;
  if (first === undefined) return { staffId: null, reason: "Nobody: the branch has no (other) active staff" };
  if (strategy === "roundRobin") {
    const last = await lastAssigned(tx, tenant, branchId);
    const next = candidates.find((id) => last !== null && id > last) ?? first;
    return { staffId: next, reason: `Next in turn of the ${candidates.length} who ${who}` };
  }
  const loads = await openCallbacksOf(tx, tenant, candidates);
  const loadOf = (id: string) => loads.get(id) ?? 0;
  const least = candidates.reduce((one, other) => (loadOf(other) < loadOf(one) ? other : one), first);
  const count = `${loadOf(least)} open ${loadOf(least) === 1 ? "callback" : "callbacks"}`;
  return { staffId: least, reason: `Least loaded of the ${candidates.length} who ${who}: ${count}` };
}
