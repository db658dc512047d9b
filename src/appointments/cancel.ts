import type { Db } from "../db/connect.ts";
import { takeLock } from "../db/locks.ts";
import { transaction } from "../db/transaction.ts";
import { emit } from "../events/outbox.ts";
import { decideCancellation } from "../policies/decide.ts";
import { recordDecision } from "../policies/decisions.ts";
import type { Caller } from "../tenant.ts";
import { insertModification } from "./modification-store.ts";
import { modificationOf } from "./modifications.ts";
import { saveUsage } from "./quota.ts";
import { reserve } from "./reserve.ts";
import { assertFee, type ChangeRequest, factsOf, keepSnapshot, readScene, reservationFor } from "./scene.ts";
import { getAppointment, getAppointmentForUpdate, updateAppointment } from "./store.ts";
import { type Outcome, outcomeOf } from "./views.ts";

/**
 * Decide, record, count, tell: one transaction under the customer's lock, so that none of them disagrees with another.
 * Where the platform keeps its appointments itself, the change is held for it and the row stays as it is.
 */
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
    const isReserved = decision.allowed && scene.surroundings.owner === "host";
    await saveUsage(tx, caller, scene.usage, decision.countsTowardQuota && !isReserved);
    if (!decision.allowed) return outcomeOf(appointment, decision, decisionId, null);

    const modification = modificationOf(caller, appointment, request, decision, decisionId, now);
    if (isReserved) {
      const reservation = await reserve(tx, caller, reservationFor(scene, modification, decisionId, null), now);
      return outcomeOf(appointment, decision, decisionId, null, reservation);
    }
    await updateAppointment(tx, caller, appointment, { status: "cancelled" }, now);
    const modificationId = await insertModification(tx, caller, modification, now);
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
