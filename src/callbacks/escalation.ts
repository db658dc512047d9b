import type { Instant } from "../clock.ts";
import type { Tx } from "../db/connect.ts";
import { type CallbackRecipient, emit } from "../events/outbox.ts";
import { findStaff } from "../tenancy/hierarchy.ts";
import type { Caller, Tenant } from "../tenant.ts";
import { chooseAssignee } from "./assign.ts";
import { type EscalationReason, insertEscalation } from "./escalation-store.ts";
import { notBefore, subjectOf } from "./events.ts";
import { defaultLadder, type LadderStep, type LadderTarget } from "./ladder.ts";
import { perform } from "./lifecycle.ts";
import { adminsOf, managersOf, type Person } from "./people.ts";
import type { Situation } from "./situation.ts";
import { type Callback, staffWhoHad } from "./store.ts";

export interface Escalation {
  readonly reason: EscalationReason;
  readonly dedupeKey: string;
  readonly targets: readonly LadderTarget[];
  /** Why, in the words of whoever escalated by hand. */
  readonly detail: string | null;
  /** Where the ladder stands afterwards. */
  readonly ladderStep: number;
}

/** Hands a callback over to the first target who never had it: row, assignee, history and event in one transaction. */
export async function escalate(
  tx: Tx,
  caller: Caller,
  callback: Callback,
  escalation: Escalation,
  situation: Situation,
  now: Instant,
): Promise<{ callback: Callback; escalationId: number }> {
  const { reason, dedupeKey, detail, ladderStep } = escalation;
  const had = await staffWhoHad(tx, caller, callback.id);
  if (callback.assignedTo !== null) had.add(callback.assignedTo);
  const { taker, told } = await findTaker(tx, caller, callback, escalation.targets, had);
  const admins = taker === null ? await tellAdmins(tx, caller, callback.branchId) : [];
  const recipients = unique([...(taker === null ? [] : [staff(taker)]), ...told, ...admins]);

  const level = situation.levels + 1;
  const from = callback.assignedTo;
  const nobodyLeft = taker === null;
  const metadata = { detail, nobodyLeft, ladderStep: callback.ladderStep };
  const row = { callbackId: callback.id, reason, level, from, to: taker, dedupeKey, metadata };
  const escalationId = await insertEscalation(tx, caller, row, now);
  const takeOver = taker === null ? {} : { assignedTo: taker, assignedReason: `Escalated to level ${level}` };
  const to = await perform(
    tx,
    caller,
    callback,
    "escalate",
    { ...takeOver, ladderStep },
    {
      now,
      situation: { ...situation, levels: level, lastEscalatedMs: now.epochMilliseconds },
      details: { escalationId, reason, level, nobodyLeft },
    },
  );
  await emit(
    tx,
    caller,
    {
      type: "callback.escalated",
      ...subjectOf(to, caller),
      escalationId,
      level,
      reason,
      escalatedFrom: from,
      escalatedTo: taker,
      recipients,
      ...notBefore(to, situation.rules, now),
    },
    now,
  );
  return { callback: to, escalationId };
}

/** Who takes over, and who is only told on the way there: those who are no staff, and mail addresses. */
async function findTaker(
  tx: Tx,
  tenant: Tenant,
  callback: Callback,
  targets: readonly LadderTarget[],
  had: ReadonlySet<string>,
): Promise<{ taker: string | null; told: CallbackRecipient[] }> {
  const told: CallbackRecipient[] = [];
  for (const target of targets) {
    const { candidates, recipients } = await resolve(tx, tenant, callback, target, had);
    told.push(...recipients);
    const taker = candidates.find((id) => !had.has(id));
    if (taker !== undefined) return { taker, told };
  }
  return { taker: null, told };
}

/** Whom a target stands for: staff who could take over, and others who can only be told. */
async function resolve(
  tx: Tx,
  tenant: Tenant,
  callback: Callback,
  target: LadderTarget,
  had: ReadonlySet<string>,
): Promise<{ candidates: string[]; recipients: CallbackRecipient[] }> {
  switch (target.type) {
    case "assignee":
      return { candidates: callback.assignedTo === null ? [] : [callback.assignedTo], recipients: [] };
    case "staff": {
      const found = await findStaff(tx, tenant, target.staffId);
      return { candidates: found ? [found.id] : [], recipients: [] };
    }
    case "otherStaff": {
      const { staffId } = await chooseAssignee(tx, tenant, callback, "leastLoaded", had);
      return { candidates: staffId === null ? [] : [staffId], recipients: [] };
    }
    case "branchManager":
      return split(await managersOf(tx, tenant, callback.branchId));
    case "companyAdmin":
      return split(await adminsOf(tx, tenant));
    case "email":
      return { candidates: [], recipients: [{ type: "email", address: target.address }] };
  }
}

function split(people: readonly Person[]): { candidates: string[]; recipients: CallbackRecipient[] } {
  return {
    candidates: people.flatMap(({ staffId }) => (staffId === null ? [] : [staffId])),
    recipients: people.flatMap(({ staffId, email }) => (staffId === null ? [address(email)] : [])),
  };
}

/** Everybody whom a reminder goes to; the branch itself where that is nobody. */
export async function recipientsOf(
  tx: Tx,
  tenant: Tenant,
  callback: Callback,
  targets: readonly LadderTarget[],
): Promise<CallbackRecipient[]> {
  const not = new Set(callback.assignedTo === null ? [] : [callback.assignedTo]);
  const all: CallbackRecipient[] = [];
  for (const target of targets) {
    const { candidates, recipients } = await resolve(tx, tenant, callback, target, not);
    all.push(...candidates.map(staff), ...recipients);
  }
  return all.length > 0 ? unique(all) : [{ type: "branch", branchId: callback.branchId }];
}

async function tellAdmins(tx: Tx, tenant: Tenant, branchId: string): Promise<CallbackRecipient[]> {
  const admins = await adminsOf(tx, tenant);
  return admins.length > 0 ? admins.map(({ email }) => address(email)) : [{ type: "branch", branchId }];
}

/** Whom the ladder escalates to last; that is also who gets what is escalated by hand or after failed attempts. */
export function targetsOf(ladder: readonly LadderStep[]): readonly LadderTarget[] {
  const step = [...ladder, ...defaultLadder].find(({ action }) => action === "escalate");
  return step?.to ?? [];
}

function staff(staffId: string): CallbackRecipient {
  return { type: "staff", staffId };
}

function address(email: string): CallbackRecipient {
  return { type: "email", address: email };
}

function unique(recipients: readonly CallbackRecipient[]): CallbackRecipient[] {
  return [...new Map(recipients.map((each) => [JSON.stringify(each), each])).values()];
}
