import type { Db } from "../db/connect.ts";
import { takeLock } from "../db/locks.ts";
import { transaction } from "../db/transaction.ts";
import { emit } from "../events/outbox.ts";
import { decideCancellation } from "../policies/decide.ts";
import { recordDecision } from "../policies/decisions.ts";
import type { Caller } from "../tenant.ts";
import { recordModification } from "./modifications.ts";
import { saveUsage } from "./quota.ts";
import { assertFee, type ChangeRequest, factsOf, keepSnapshot, readScene } from "./scene.ts";
import { getAppointment, getAppointmentForUpdate, updateAppointment } from "./store.ts";
import { type Outcome, outcomeOf } from "./views.ts";

/** Decide, record, count, tell: one transaction under the customer's lock, so that none of them disagrees with another. */
export async function cancelAppointment(db: Db, caller: Caller, id: number, request: ChangeRequest): Promise<Outcome> {
  const { customerId } = await getAppointment(db, caller, id);

  return transaction(db, async (tx) => {
    await takeLock(tx, caller, "customer", customerId);
    const appointment = await getAppointmentForUpdate(tx, caller, id);
    const scene = await readScene(tx, caller, appointment, "cancellation");
    const { now } = scene.usage;

    const decision = decideCancellation(scene.policy, factsOf(scene, caller, request, "cancel"));
    assertFee(request, decision);
    await keepSnapshot(tx, caller, scene);
    const decisionId = await recordDecision(tx, caller, appointment, decision, now);
    await saveUsage(tx, caller, scene.usage, decision.countsTowardQuota);
    if (!decision.allowed) return outcomeOf(appointment, decision, decisionId, null);

    await updateAppointment(tx, caller, appointment, { status: "cancelled" }, now);
    const modificationId = await recordModification(tx, caller, appointment, request, decision, decisionId, now);
    const { feeCents, currency } = decision;
    await emit(
      tx,
      caller,
      {
        type: "appointment.cancelled",
        ...subject(appointment, caller),
        initiatedBy: request.initiatedBy,
        feeCents,
        currency,
        decisionId,
      },
      now,
    );
    const cancelled = {
      ...appointment,
      status: "cancelled" as const,
      version: appointment.version + 1,
      updatedAt: now,
    };
    return outcomeOf(cancelled, decision, decisionId, modificationId);
  });
}

function subject(appointment: { id: number; customerId: number }, { actor }: Caller) {
  return { appointmentId: appointment.id, customerId: appointment.customerId, actor };
}
