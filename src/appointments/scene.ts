import { isSameDay, plusMilliseconds } from "../clock.ts";
import type { Db, Tx } from "../db/connect.ts";
import type { InitiatedBy, ModificationType } from "../db/schema.ts";
import { Refusal } from "../errors.ts";
import type { Decision, Facts } from "../policies/decide.ts";
import { chainOfAppointment, type EffectivePolicy, effectivePolicy } from "../policies/effective.ts";
import { configurationsInForce } from "../policies/version-store.ts";
import { normalisedPhone } from "../tenancy/phone.ts";
import { holdsAt } from "../tenancy/reach.ts";
import type { Caller } from "../tenant.ts";
import { type Limits, quotaUsage, type Usage } from "./quota.ts";
import { assertNotReserved, type Held, type Hold, nothingHeld, readHeld } from "./reserve.ts";
import type { Appointment } from "./store.ts";
import { insertSnapshot, readSurroundings, type Surroundings } from "./surroundings-store.ts";

/** What every request to cancel or move brings, whoever types it. */
export interface ChangeRequest {
  /** On whose behalf; the customer's where it is not said, for most call and somebody else types. */
  readonly initiatedBy: InitiatedBy;
  readonly reason: string | null;
  /** The number somebody calls from; a key without `callers:vouch` must send it for a customer. */
  readonly callerPhone: string | null;
  readonly force: Facts["force"];
  /** What the customer was told it costs; for more nothing is done. */
  readonly feeAtMostCents?: number | undefined;
  /** Monotonic milliseconds since the request came in. */
  readonly elapsedMilliseconds: number;
}

/** All that a decision about one appointment looks at. */
export interface Scene<T extends "cancellation" | "reschedule"> {
  readonly appointment: Appointment;
  readonly surroundings: Surroundings;
  readonly snapshot: NonNullable<Surroundings["snapshot"]>;
  readonly policy: EffectivePolicy<T>;
  readonly usage: Usage;
  /** What waits for the platform, and counts as if it were done. */
  readonly held: Held;
}

const actionOf = { cancellation: "cancel", reschedule: "reschedule" } as const;

/**
 * Reads it, in two statements where the stored counts hold. Under the customer's lock in a command; without one in a quote.
 * @throws Refusal alreadyReserved while another change of the appointment waits for the platform
 */
export async function readScene<T extends "cancellation" | "reschedule">(
  db: Db,
  caller: Caller,
  appointment: Appointment,
  type: T,
): Promise<Scene<T>> {
  const surroundings = await readSurroundings(db, caller, appointment.id, actionOf[type]);
  const { now, policyBasis } = surroundings;
  const snapshot = surroundings.snapshot ?? firstSight(appointment, surroundings);
  const chain = chainOfAppointment(appointment, caller.companyId);
  const asOf = policyBasis === "booking" ? snapshot.policyAt : now;
  const policy = effectivePolicy(type, chain, await configurationsInForce(db, caller, type, chain, asOf));
  const held = surroundings.hasReservations ? await readHeld(db, caller, appointment, now) : nothingHeld;
  assertNotReserved(held, now);
  const customer = { customerId: appointment.customerId, type: actionOf[type], stats: surroundings.stats };
  const usage = await quotaUsage(
    db,
    caller,
    customer,
    lessHeld(policy.values as never, held.count[actionOf[type]]),
    now,
  );
  return { appointment, surroundings, snapshot, policy, usage, held };
}

/** What is held takes its place in each window, and is not among the rows that a denial is confirmed by. */
function lessHeld({ maxPer30Days, maxPer90Days }: Limits, held: number): Limits {
  const less = (limit: number | null) => (limit === null ? null : Math.max(0, limit - held));
  return { maxPer30Days: less(maxPer30Days), maxPer90Days: less(maxPer90Days) };
}

/** A booking that the host made by itself: frozen when we first see it. */
export function firstSight(appointment: Appointment, { now, currency, servicePriceCents }: Surroundings) {
  const priceCents = appointment.priceCents ?? servicePriceCents;
  return { bookedAt: appointment.createdAt, policyAt: now, priceCents, currency };
}

export async function keepSnapshot(tx: Tx, caller: Caller, scene: Scene<"cancellation" | "reschedule">): Promise<void> {
  if (scene.surroundings.snapshot !== null) return;
  await insertSnapshot(tx, caller, scene.appointment.id, scene.snapshot, scene.usage.now);
}

/** The facts of a scene, for one request. `move` and `movesSoFar` only when it is about moving. */
export function factsOf(
  scene: Scene<"cancellation" | "reschedule">,
  caller: Caller,
  request: ChangeRequest,
  action: ModificationType,
  moving: Pick<Facts, "move" | "movesSoFar"> = { move: null, movesSoFar: 0 },
): Facts {
  const { appointment, surroundings, snapshot, usage, held } = scene;
  const requestedAt = plusMilliseconds(surroundings.now, -Math.round(request.elapsedMilliseconds));
  return {
    action,
    appointment: {
      id: appointment.id,
      status: appointment.status,
      startsAtMs: appointment.startsAt.epochMilliseconds,
      endsAtMs: appointment.endsAt.epochMilliseconds,
      bookedAtMs: snapshot.bookedAt?.epochMilliseconds ?? null,
      priceCents: snapshot.priceCents,
      currency: snapshot.currency,
      branchId: appointment.branchId,
      serviceId: appointment.serviceId,
      staffId: appointment.staffId,
    },
    requestedAtMs: requestedAt.epochMilliseconds,
    nowMs: usage.now.epochMilliseconds,
    zone: surroundings.zone,
    sameDay: action === "reschedule" && isSameDay(requestedAt, appointment.startsAt, surroundings.zone),
    initiatedBy: request.initiatedBy,
    actor: caller.actor,
    caller: callerIdentity(caller, request, surroundings),
    mayActForBusiness: holdsAt(caller, "appointments:act_for_business", appointment),
    mayForce: holdsAt(caller, "appointments:force", appointment),
    force: request.force,
    reason: request.reason,
    used30Days: usage.windows[0].count + held.count[action],
    used90Days: usage.windows[1].count + held.count[action],
    ...moving,
  };
}

/** What is held for the platform. @param moved the appointment as it is to be, if it is to be moved */
export function reservationFor(
  { held, surroundings }: Scene<"cancellation" | "reschedule">,
  modification: Hold["modification"],
  decisionId: number,
  moved: Hold["moved"],
): Hold {
  return { held, modification, decisionId, moved, minutes: surroundings.reservationMinutes };
}

/** Whoever agreed to a fee is not charged a higher one. @throws Refusal feeHigher: nothing is done */
export function assertFee({ feeAtMostCents }: ChangeRequest, { allowed, feeCents, currency }: Decision): void {
  if (!allowed || feeAtMostCents === undefined || feeCents <= feeAtMostCents) return;
  const [now, agreed] = [feeCents, feeAtMostCents].map((cents) => `${(cents / 100).toFixed(2)} ${currency}`);
  throw new Refusal("feeHigher", `It costs ${now} by now, not ${agreed}; nothing was done. Ask for a quote again.`);
}

/** People of the company vouch for whom they speak with; a key does only if it may. */
function callerIdentity(
  caller: Caller,
  request: ChangeRequest,
  { customerPhone, zone }: Surroundings,
): Facts["caller"] {
  if (request.initiatedBy === "business" || caller.actor.type !== "api_key") return "notRequired";
  if (request.callerPhone === null) return caller.permissions.has("callers:vouch") ? "notRequired" : "unverified";
  const sent = normalisedPhone(request.callerPhone, zone);
  const stored = customerPhone === null ? null : normalisedPhone(customerPhone, zone);
  return sent !== null && sent === stored ? "verified" : "unverified";
}
