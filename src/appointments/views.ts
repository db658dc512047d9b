import { isoOf } from "../clock.ts";
import type { Decision } from "../policies/decide.ts";
import { explain, languages, registers } from "../policies/explain.ts";
import { decisionDocument } from "../policies/receipts.ts";
import type { Appointment } from "./store.ts";

/** What goes over the wire. */

export function viewOf(appointment: Appointment) {
  const { startsAt, endsAt, createdAt, updatedAt, ...rest } = appointment;
  return {
    ...rest,
    startsAt: isoOf(startsAt),
    endsAt: isoOf(endsAt),
    createdAt: isoOf(createdAt),
    updatedAt: isoOf(updatedAt),
  };
}
export type AppointmentView = ReturnType<typeof viewOf>;

/** Of a cancel, a move or a quote of one; ids are null where nothing was kept. */
export function outcomeOf(
  appointment: Appointment,
  decision: Decision,
  decisionId: number | null,
  modificationId: number | null,
) {
  const { allowed, code, feeCents, currency, feeIfForcedCents, priceUnknown, withinPolicy, forced, forceable } =
    decision;
  const { required, receipt } = decisionDocument(decision);
  return {
    decisionId,
    modificationId,
    allowed,
    code,
    feeCents,
    currency,
    feeIfForcedCents,
    priceUnknown,
    withinPolicy,
    forced,
    forceable,
    required: (required ?? null) as Record<string, unknown> | null,
    explanation: explanationsOf(decision),
    appointment: viewOf(appointment),
    receipt: receipt as Record<string, unknown>,
  };
}
export type Outcome = ReturnType<typeof outcomeOf>;

function explanationsOf(decision: Decision) {
  const each = <K extends string, V>(keys: readonly K[], of: (key: K) => V) =>
    Object.fromEntries(keys.map((key) => [key, of(key)])) as Record<K, V>;
  return each(languages, (language) => each(registers, (register) => explain(decision, { language, register })));
}
