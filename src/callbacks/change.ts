import type { Instant } from "../clock.ts";
import { currentTime, type Db } from "../db/connect.ts";
import { transaction } from "../db/transaction.ts";
import { emit } from "../events/outbox.ts";
import { assertMatch } from "../http/preconditions.ts";
import { customerExists, unknownId } from "../tenancy/hierarchy.ts";
import type { Caller } from "../tenant.ts";
import { assertStaff } from "./assign.ts";
import { subjectOf } from "./events.ts";
import { assertLegal, type Change, perform } from "./lifecycle.ts";
import { assertService, phoneFor, windowOf } from "./open.ts";
import type { Priority } from "./rules.ts";
import { readSituation } from "./situation.ts";
import { getCallbackForUpdate } from "./store.ts";
import { type CallbackView, etagOf, viewOf } from "./views.ts";

/** Fields that are left out stay as they are. */
export interface CallbackChange {
  readonly phoneNumber?: string | undefined;
  readonly customerName?: string | undefined;
  readonly customerId?: number | null | undefined;
  readonly serviceId?: number | null | undefined;
  readonly staffId?: string | null | undefined;
  readonly preferredWindow?: { readonly from: Instant; readonly until: Instant } | null | undefined;
  readonly priority?: Priority | undefined;
  readonly notes?: string | null | undefined;
}

/**
 * Changes what an open callback is about. Another priority has another target: what is used up stays used up.
 * @param ifMatch the version it was read at (an ETag), or null to change whatever is there
 */
export async function changeCallback(
  db: Db,
  caller: Caller,
  id: number,
  change: CallbackChange,
  ifMatch: string | null,
): Promise<CallbackView> {
  return transaction(db, async (tx) => {
    const from = await getCallbackForUpdate(tx, caller, id);
    const now = await currentTime(tx);
    assertMatch(ifMatch, etagOf(viewOf(from, now)));
    assertLegal(from, "change");
    const { phoneNumber, preferredWindow, customerId, serviceId, staffId, ...plain } = change;
    if (customerId && !(await customerExists(tx, caller, customerId))) throw unknownId("/customerId", "customer");
    if (serviceId) await assertService(tx, caller, from.branchId, serviceId);
    if (staffId) await assertStaff(tx, caller, from.branchId, staffId, "/staffId");
    const number =
      phoneNumber === undefined ? {} : { phoneNumber: await phoneFor(tx, caller, from.branchId, phoneNumber) };
    const window = preferredWindow === undefined ? {} : { preferredWindow: windowOf(preferredWindow, now) };
    const ids = defined({ customerId, serviceId, staffId });
    const situation = await readSituation(tx, caller, from);
    const fields = Object.keys(defined(change));
    const values: Change = { ...defined(plain), ...ids, ...number, ...window };
    const to = await perform(tx, caller, from, "change", values, { now, situation, details: { fields } });
    await emit(tx, caller, { type: "callback.changed", ...subjectOf(to, caller) }, now);
    return viewOf(to, now);
  });
}

function defined<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}
