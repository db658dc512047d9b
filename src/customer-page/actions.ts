import { cancelAppointment } from "../appointments/cancel.ts";
import { quoteCancellation, quoteReschedule } from "../appointments/quote.ts";
import { rescheduleAppointment } from "../appointments/reschedule.ts";
import type { ChangeRequest } from "../appointments/scene.ts";
import type { Outcome } from "../appointments/views.ts";
import { openCallback } from "../callbacks/open.ts";
import type { CallbackView } from "../callbacks/views.ts";
import { type Instant, isBefore } from "../clock.ts";
import type { Db } from "../db/connect.ts";
import { savePreferences } from "../notifications/preferences.ts";
import type { StoredPreferences } from "../notifications/settings-store.ts";
import type { Visit } from "./visit.ts";

/** What a customer may do by a link, whether a page asks for it or a platform's own front end. */

/** What a policy says to a wish, and whether it wants to know why. */
export interface Asked {
  readonly quote: Outcome;
  readonly needsReason: boolean;
}

/** What the customer says along with a change. Nothing that was not shown is charged. */
export interface Agreed {
  readonly reason: string | null;
  readonly feeAtMostCents: number;
}

export function askCancellation(db: Db, { caller, appointmentId }: Visit, elapsedMilliseconds: number): Promise<Asked> {
  const change = asCustomer(elapsedMilliseconds);
  return askedFor((reason) => quoteCancellation(db, caller, appointmentId, { ...change, reason }));
}

export function askRescheduling(
  db: Db,
  { caller, appointmentId }: Visit,
  startsAt: Instant,
  elapsedMilliseconds: number,
): Promise<Asked> {
  const change = { ...asCustomer(elapsedMilliseconds), startsAt };
  return askedFor((reason) => quoteReschedule(db, caller, appointmentId, { ...change, reason }));
}

/** Where the policy wants a reason, what it says once there is one: the customer is asked for it. */
async function askedFor(quote: (reason: string | null) => Promise<Outcome>): Promise<Asked> {
  const first = await quote(null);
  return first.code === "reasonRequired" ? { quote: await quote("…"), needsReason: true } : unasked(first);
}

export const unasked = (quote: Outcome): Asked => ({ quote, needsReason: false });

export function cancel(
  db: Db,
  { caller, appointmentId }: Visit,
  agreed: Agreed,
  elapsedMilliseconds: number,
): Promise<Outcome> {
  return cancelAppointment(db, caller, appointmentId, { ...asCustomer(elapsedMilliseconds), ...agreed });
}

export function reschedule(
  db: Db,
  { caller, appointmentId }: Visit,
  startsAt: Instant,
  agreed: Agreed,
  elapsedMilliseconds: number,
): Promise<Outcome> {
  return rescheduleAppointment(db, caller, appointmentId, { ...asCustomer(elapsedMilliseconds), ...agreed, startsAt });
}

/** What is shown beside the appointment: whether it can be cancelled now; null where nothing can be changed any more. */
export async function quoteNow(db: Db, { caller, appointmentId, isAhead }: Visit): Promise<Outcome | null> {
  return isAhead ? quoteCancellation(db, caller, appointmentId, asCustomer(0)) : null;
}

/** @param phone null for the number that is known */
export function callBack(db: Db, visit: Visit, phone: string | null, notes: string | null): Promise<CallbackView> {
  return openCallback(db, visit.caller, {
    branchId: visit.branchId,
    customerId: visit.customerId,
    serviceId: visit.serviceId,
    ...(phone === null ? {} : { phoneNumber: phone }),
    preferredWindow: null,
    priority: "normal",
    notes,
    decisionId: null,
  });
}

/** Which messages a customer wants, of those that can be refused; in which language, null for the company's. */
export interface Messages {
  readonly reminder: boolean;
  readonly feedback: boolean;
  readonly locale: string | null;
}

export function messagesOf({ optOuts, locale }: StoredPreferences): Messages {
  const wants = (kind: string) => !optOuts.some((each) => each.kind === kind && each.event === null);
  return { reminder: wants("reminder"), feedback: wants("feedback"), locale };
}

export function chooseMessages(db: Db, visit: Visit, { locale, ...wanted }: Messages): Promise<StoredPreferences> {
  const { version: _, ...from } = visit.preferences;
  const kinds = ["reminder", "feedback"] as const;
  const kept = from.optOuts.filter(({ kind, event }) => event !== null || (kind !== "reminder" && kind !== "feedback"));
  const refused = kinds.filter((kind) => !wanted[kind]).map((kind) => ({ kind, channel: null, event: null }));
  const to = { ...from, locale, optOuts: [...kept, ...refused] };
  return savePreferences(db, visit.caller, { type: "customer", id: String(visit.customerId) }, to, null);
}

/** A time that somebody plans for. */
export function isSensible({ now }: Visit, at: Instant): boolean {
  return isBefore(now, at) && isBefore(at, now.add({ hours: 2 * 366 * 24 }));
}

const asCustomer = (elapsedMilliseconds: number): ChangeRequest => ({
  initiatedBy: "customer",
  reason: null,
  callerPhone: null,
  force: null,
  elapsedMilliseconds,
});
