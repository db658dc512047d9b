import { type Instant, isoOf } from "../clock.ts";
import { timesOf } from "../events/outbox.ts";
import type { Decision } from "../policies/decide.ts";
import type { Caller } from "../tenant.ts";
import type { NewModification } from "./modification-store.ts";
import type { ChangeRequest } from "./scene.ts";
import type { Appointment } from "./store.ts";

/** The one audit row of a cancel or move. @param moved the appointment as it is afterwards, if it was moved */
export function modificationOf(
  caller: Caller,
  appointment: Appointment,
  request: ChangeRequest,
  decision: Decision,
  decisionId: number,
  now: Instant,
  moved?: Appointment,
): NewModification & { readonly appointment: Appointment } {
  const { facts, noticeMs, policy } = decision.receipt;
  return {
    appointment,
    type: facts.action,
    initiatedBy: facts.initiatedBy,
    withinPolicy: decision.withinPolicy,
    feeCents: decision.feeCents,
    currency: decision.currency,
    reason: decision.forced ? (request.force?.reason ?? null) : request.reason,
    actor: caller.actor,
    countsTowardQuota: decision.countsTowardQuota,
    metadata: {
      decisionId,
      noticeMs,
      requiredNoticeHours: policy.values.minNoticeHours,
      requestedAt: isoOf(now),
      from: timesOf(appointment),
      ...(moved ? { to: timesOf(moved) } : {}),
      ...(decision.forced && request.force?.waiveFee ? { waiverReason: request.force.waiverReason } : {}),
    },
  };
}
