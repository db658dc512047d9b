import type { CalendarRules } from "../calendars/rules.ts";
import { calendarOf, companyScope, inZone } from "../calendars/store.ts";
import type { Instant } from "../clock.ts";
import { currentTime, type Db, type Tx } from "../db/connect.ts";
import { transaction } from "../db/transaction.ts";
import { isUniqueViolation } from "../db/unique-violation.ts";
import { emit } from "../events/outbox.ts";
import type { Caller, Tenant } from "../tenant.ts";
import { deleteRecountAcrossCompanies, openCallbacksAcrossCompanies, recountsAcrossCompanies } from "./due-store.ts";
import { type Sweep, systemOf } from "./escalate.ts";
import { subjectOf } from "./events.ts";
import { perform } from "./lifecycle.ts";
import { targetMs } from "./rules.ts";
import { isOpen, nextDueAt, readSituation, type Situation } from "./situation.ts";
import { type Callback, getCallback, getCallbackForUpdate, updateCallback } from "./store.ts";

/**
 * Asks for the open callbacks of a place to be counted anew, in the transaction that changed what they are counted by.
 * A chore does it, since there may be very many of them.
 */
export async function requestRecount(tx: Tx, tenant: Tenant, branchId: string | null, now: Instant): Promise<void> {
  const scope = branchId ?? companyScope;
  const { numUpdatedRows } = await tx
    .of(tenant)
    .updateTable("callback_recounts")
    .set({ requested_at: now, updated_at: now })
    .where("scope", "=", scope)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows > 0n) return;
  try {
    const row = { scope, requested_at: now, created_at: now, updated_at: now };
    await tx.of(tenant).insertInto("callback_recounts").values(row).execute();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
  }
}

const batch = 200;

/** A chore: what is used up of a target stays used up, and counts on by what is in force now. */
export async function recountAcrossCompanies(sweep: Sweep): Promise<number> {
  const { db, signal, log } = sweep;
  let done = 0;
  for (const recount of await recountsAcrossCompanies(db, batch)) {
    for (let afterId = 0; !signal.aborted; ) {
      const ids = await openCallbacksAcrossCompanies(db, recount, afterId, batch);
      for (const id of ids) {
        await recountCallback(db, systemOf(recount), id).catch((error: unknown) => {
          log.error({ err: error, callbackId: id, companyId: recount.companyId }, "A callback could not be recounted");
        });
      }
      done += ids.length;
      afterId = ids.at(-1) ?? 0;
      if (ids.length < batch) break;
    }
    if (signal.aborted) return done;
    await deleteRecountAcrossCompanies(db, recount);
    done++;
  }
  return done;
}

async function recountCallback(db: Db, caller: Caller, id: number): Promise<void> {
  await getCallback(db, caller, id);
  await transaction(db, async (tx) => {
    const callback = await getCallbackForUpdate(tx, caller, id);
    if (!isOpen(callback)) return;
    const now = await currentTime(tx);
    const situation = await readSituation(tx, caller, callback);
    if (callback.slaRunningSince === null || (await countsAlready(tx, caller, callback, situation))) {
      // A clock that stands still counts on by the new rules when it is started again.
      await updateCallback(tx, caller, { ...callback, nextDueAt: nextDueAt(callback, situation) }, now);
      return;
    }
    const details = { recounted: true };
    const to = await perform(tx, caller, callback, "change", {}, { now, situation, recount: true, details });
    await emit(tx, caller, { type: "callback.changed", ...subjectOf(to, caller) }, now);
  });
}

/** By the very target and calendar that are in force now. */
async function countsAlready(tx: Tx, tenant: Tenant, callback: Callback, situation: Situation): Promise<boolean> {
  const { settings, rules } = situation;
  if (targetMs(settings, callback.priority) !== callback.slaTargetMs) return false;
  const text = (each: CalendarRules) => JSON.stringify(inZone(each, each.timezone));
  return text(await calendarOf(tx, tenant, callback.branchId)) === text(rules);
}
