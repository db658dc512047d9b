import type { Db } from "../db/connect.ts";
import { decideCancellation } from "../policies/decide.ts";
import type { Caller } from "../tenant.ts";
import { decideMove, type MoveRequest } from "./reschedule.ts";
import { type ChangeRequest, factsOf, readScene } from "./scene.ts";
import { getAppointment } from "./store.ts";
import { type Outcome, outcomeOf } from "./views.ts";

/** What would be decided now, and what it would cost. Nothing is locked, written or kept. */
export async function quoteCancellation(db: Db, caller: Caller, id: number, request: ChangeRequest): Promise<Outcome> {
  const appointment = await getAppointment(db, caller, id);
  const scene = await readScene(db, caller, appointment, "cancellation");
  return outcomeOf(
    appointment,
    decideCancellation(scene.policy, factsOf(scene, caller, request, "cancel")),
    null,
    null,
  );
}

export async function quoteReschedule(db: Db, caller: Caller, id: number, request: MoveRequest): Promise<Outcome> {
  const appointment = await getAppointment(db, caller, id);
  const scene = await readScene(db, caller, appointment, "reschedule");
  return outcomeOf(appointment, await decideMove(db, caller, scene, request), null, null);
}
