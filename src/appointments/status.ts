import { type Instant, isBefore } from "../clock.ts";
import { currentTime, type Db } from "../db/connect.ts";
import { takeLock } from "../db/locks.ts";
import type { AppointmentStatus } from "../db/schema.ts";
import { transaction } from "../db/transaction.ts";
import { Refusal } from "../errors.ts";
import { emit } from "../events/outbox.ts";
import type { Caller } from "../tenant.ts";
import { assertOurs } from "./owner.ts";
import { type Appointment, getAppointment, getAppointmentForUpdate, updateAppointment } from "./store.ts";
import { type AppointmentView, viewOf } from "./views.ts";

export type Transition = "confirmation" | "completion" | "no-show";

const transitions = {
  confirmation: { from: ["pending", "scheduled", "booked"], to: "confirmed", event: "appointment.confirmed" },
  completion: {
    from: ["scheduled", "confirmed", "booked", "in_progress"],
    to: "completed",
    event: "appointment.completed",
  },
  "no-show": { from: ["scheduled", "confirmed", "booked"], to: "no_show", event: "appointment.no_show" },
} as const satisfies Record<Transition, { from: readonly AppointmentStatus[]; to: AppointmentStatus; event: string }>;

/** Confirms, completes or marks as no-show. @throws Refusal illegalTransition, naming from where it is legal; ownedByHost */
export async function changeStatus(
  db: Db,
  caller: Caller,
  id: number,
  transition: Transition,
): Promise<AppointmentView> {
  const { customerId } = await getAppointment(db, caller, id);
  return transaction(db, async (tx) => {
    await takeLock(tx, caller, "customer", customerId);
    await assertOurs(tx, caller, "change");
    const appointment = await getAppointmentForUpdate(tx, caller, id);
    const now = await currentTime(tx);
    assertLegal(appointment, transition, now);
    const { to, event } = transitions[transition];
    await updateAppointment(tx, caller, appointment, { status: to }, now);
    await emit(
      tx,
      caller,
      { type: event, appointmentId: id, customerId, from: appointment.status, actor: caller.actor },
      now,
    );
    return viewOf({ ...appointment, status: to, version: appointment.version + 1, updatedAt: now });
  });
}

const tooEarly = {
  completion: "The appointment has not begun; only what took place can be completed.",
  "no-show": "The appointment has not begun; nobody can have missed it yet.",
};

function assertLegal(appointment: Appointment, transition: Transition, now: Instant): void {
  const { from, to } = transitions[transition];
  if (!(from as readonly string[]).includes(appointment.status)) {
    throw new Refusal(
      "illegalTransition",
      `The appointment is ${appointment.status}; only one that is ${from.join(" or ")} can become ${to}.`,
    );
  }
  // One in progress has begun, whatever its start says: whoever came early is served early.
  if (transition === "confirmation" || appointment.status === "in_progress") return;
  if (isBefore(now, appointment.startsAt)) throw new Refusal("illegalTransition", tooEarly[transition]);
}
