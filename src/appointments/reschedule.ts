import { type Instant, isBefore, plusMilliseconds } from "../clock.ts";
import type { Db } from "../db/connect.ts";
import { takeLock } from "../db/locks.ts";
import { transaction } from "../db/transaction.ts";
import { invalid, Refusal } from "../errors.ts";
import { emit, timesOf } from "../events/outbox.ts";
import { type Decision, decideReschedule, type Facts } from "../policies/decide.ts";
import { recordDecision } from "../policies/decisions.ts";
import { findStaff, unknownId } from "../tenancy/hierarchy.ts";
import { assertPerforms } from "../tenancy/offering.ts";
import type { Caller } from "../tenant.ts";
import { insertModification, movesOfAppointment } from "./modification-store.ts";
import { modificationOf } from "./modifications.ts";
import { saveUsage } from "./quota.ts";
import { slotIsReserved } from "./reservation-store.ts";
import { reserve } from "./reserve.ts";
import {
  assertFee,
  type ChangeRequest,
  factsOf,
  keepSnapshot,
  readScene,
  reservationFor,
  type Scene,
} from "./scene.ts";
import { type Appointment, getAppointment, getAppointmentForUpdate, staffIsBusy, updateAppointment } from "./store.ts";
import { assertYear, isSameTime } from "./times.ts";
import { type Outcome, outcomeOf } from "./views.ts";

export interface MoveRequest extends ChangeRequest {
  /** The new start; the duration stays. */
  readonly startsAt: Instant;
  /** Another staff member of the same branch; undefined keeps the one there is. */
  readonly staffId?: string | undefined;
}

/** As cancelling, and also under the staff member's lock: two customers cannot be moved into the same slot. */
export async function rescheduleAppointment(
  db: Db,
  caller: Caller,
  id: number,
  request: MoveRequest,
): Promise<Outcome> {
  const before = await getAppointment(db, caller, id);
  const staffId = request.staffId ?? before.staffId;

  return transaction(db, async (tx) => {
    await takeLock(tx, caller, "customer", before.customerId);
    if (staffId !== null) await takeLock(tx, caller, "staff", staffId);
    const appointment = await getAppointmentForUpdate(tx, caller, id);
    if (appointment.staffId !== before.staffId) {
      throw new Refusal("conflict", "The appointment was given to somebody else just now. Read it again and retry.");
    }
    const scene = await readScene(tx, caller, appointment, "reschedule");
    const { now } = scene.usage;

    const decision = await decideMove(tx, caller, scene, request);
    assertFee(request, decision);
    await keepSnapshot(tx, caller, scene);
    const decisionId = await recordDecision(tx, caller, appointment, decision, now);
    const isReserved = decision.allowed && scene.surroundings.owner === "host";
    await saveUsage(tx, caller, scene.usage, decision.countsTowardQuota && !isReserved);
    if (!decision.allowed) return outcomeOf(appointment, decision, decisionId, null);

    const moved = {
      ...appointment,
      ...newTimes(appointment, request),
      version: appointment.version + 1,
      updatedAt: now,
    };
    const modification = modificationOf(caller, appointment, request, decision, decisionId, now, moved);
    if (isReserved) {
      const reservation = await reserve(tx, caller, reservationFor(scene, modification, decisionId, moved), now);
      return outcomeOf(appointment, decision, decisionId, null, reservation);
    }
    await updateAppointment(tx, caller, appointment, moved, now);
    const modificationId = await insertModification(tx, caller, modification, now);
    await emit(tx, caller, movedEvent(caller, appointment, moved, decision, decisionId), now);
    return outcomeOf(moved, decision, decisionId, modificationId);
  });
}

/** Decides a move without making it. @throws Refusal for a start in the past, no move at all, or a staff member of elsewhere */
export async function decideMove(
  db: Db,
  caller: Caller,
  scene: Scene<"reschedule">,
  request: MoveRequest,
): Promise<Decision> {
  const { appointment, usage } = scene;
  if (!isBefore(usage.now, request.startsAt))
    throw invalid("/startsAt", "lies in the past; choose a start in the future");
  assertYear(request.startsAt, usage.now);
  await assertStaff(db, caller, appointment, request.staffId);
  const times = newTimes(appointment, request);
  assertElsewhere(appointment, times);
  const busy =
    times.staffId !== null &&
    ((await staffIsBusy(db, caller, times.staffId, times, appointment.id)) ||
      (await slotIsReserved(db, caller, times.staffId, times, usage.now)));
  const move: Facts["move"] = {
    startsAtMs: times.startsAt.epochMilliseconds,
    endsAtMs: times.endsAt.epochMilliseconds,
    staffId: times.staffId,
    slotFree: !busy,
  };
  const movesSoFar = await movesOfAppointment(db, caller, appointment.id);
  return decideReschedule(scene.policy, factsOf(scene, caller, request, "reschedule", { move, movesSoFar }));
}

async function assertStaff(
  db: Db,
  caller: Caller,
  appointment: Appointment,
  staffId: string | undefined,
): Promise<void> {
  if (staffId === undefined || staffId === appointment.staffId) return;
  const found = await findStaff(db, caller, staffId);
  if (!found) throw unknownId("/staffId", "active staff member");
  if (found.branchId !== appointment.branchId) {
    throw invalid("/staffId", "works at another branch; name a staff member of the appointment's own branch");
  }
  await assertPerforms(db, caller, staffId, appointment.serviceId);
}

/** A move that is sent twice is none the second time: it is not counted, and nobody is told of it. */
function assertElsewhere(appointment: Appointment, to: ReturnType<typeof newTimes>): void {
  if (!isSameTime(appointment, to) || appointment.staffId !== to.staffId) return;
  throw invalid("/startsAt", "is when it begins already; choose another start, or another staff member");
}

function newTimes(appointment: Appointment, { startsAt, staffId }: MoveRequest) {
  const duration = appointment.endsAt.epochMilliseconds - appointment.startsAt.epochMilliseconds;
  return { startsAt, endsAt: plusMilliseconds(startsAt, duration), staffId: staffId ?? appointment.staffId };
}

function movedEvent(caller: Caller, from: Appointment, to: Appointment, decision: Decision, decisionId: number) {
  return {
    type: "appointment.rescheduled" as const,
    appointmentId: from.id,
    customerId: from.customerId,
    actor: caller.actor,
    initiatedBy: decision.receipt.facts.initiatedBy,
    feeCents: decision.feeCents,
    currency: decision.currency,
    decisionId,
    from: timesOf(from),
    to: timesOf(to),
  };
}
