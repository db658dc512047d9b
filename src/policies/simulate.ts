import { type Instant, isSameDay, plusMilliseconds } from "../clock.ts";
import { currentTime, type Db } from "../db/connect.ts";
import type { InitiatedBy } from "../db/schema.ts";
import { invalid } from "../errors.ts";
import { currencyOf, findBranch, findService, findStaff, unknownId } from "../tenancy/hierarchy.ts";
import type { Caller } from "../tenant.ts";
import { type Decision, decideCancellation, decideReschedule, type Facts } from "./decide.ts";
import { chainOfAppointment, effectivePolicy } from "./effective.ts";
import { configurationsInForce } from "./version-store.ts";

/** An appointment that nobody has booked, and what its customer wants at a moment. */
export interface Simulation {
  readonly branchId: string;
  readonly serviceId: number;
  readonly staffId: string | null;
  readonly startsAt: Instant;
  readonly durationMinutes: number | null;
  /** Null for the service's own. */
  readonly priceCents: number | null;
  /** Null where nobody knows: then there is no grace. */
  readonly bookedAt: Instant | null;
  /** When the customer asks; null for now. */
  readonly at: Instant | null;
  /** Where it is to be moved to; null for cancelling it. */
  readonly moveTo: Instant | null;
  readonly initiatedBy: InitiatedBy;
  readonly reason: string | null;
  readonly used30Days: number;
  readonly used90Days: number;
  readonly movesSoFar: number;
}

/**
 * Decides by the policies of now, as for a real appointment, about one that is made up. Nothing is kept.
 * @throws Refusal validationFailed for a place that is not the company's, and for a staff member of another branch
 */
export async function simulate(db: Db, caller: Caller, simulation: Simulation): Promise<Decision> {
  const { branchId, serviceId, staffId, startsAt, moveTo } = simulation;
  const branch = await findBranch(db, caller, branchId);
  if (!branch) throw unknownId("/branchId", "branch");
  const service = await findService(db, caller, serviceId);
  if (!service) throw unknownId("/serviceId", "service");
  if (service.branchId !== null && service.branchId !== branchId)
    throw invalid("/serviceId", "is a service of another branch; name one of the branch's own or of every branch");
  await assertStaffOf(db, caller, branchId, staffId);
  const [now, currency] = [await currentTime(db), await currencyOf(db, caller)];
  const at = simulation.at ?? now;
  const milliseconds = (simulation.durationMinutes ?? service.durationMinutes) * 60_000;
  const facts: Facts = {
    action: moveTo === null ? "cancel" : "reschedule",
    appointment: {
      id: 0,
      status: "booked",
      startsAtMs: startsAt.epochMilliseconds,
      endsAtMs: plusMilliseconds(startsAt, milliseconds).epochMilliseconds,
      bookedAtMs: simulation.bookedAt?.epochMilliseconds ?? null,
      priceCents: simulation.priceCents ?? service.priceCents,
      currency,
      branchId,
      serviceId,
      staffId,
    },
    requestedAtMs: at.epochMilliseconds,
    nowMs: at.epochMilliseconds,
    zone: branch.timezone,
    sameDay: moveTo !== null && isSameDay(at, startsAt, branch.timezone),
    initiatedBy: simulation.initiatedBy,
    actor: caller.actor,
    caller: "notRequired",
    mayActForBusiness: true,
    mayForce: false,
    force: null,
    reason: simulation.reason,
    used30Days: simulation.used30Days,
    used90Days: simulation.used90Days,
    movesSoFar: simulation.movesSoFar,
    move: moveTo && {
      startsAtMs: moveTo.epochMilliseconds,
      endsAtMs: plusMilliseconds(moveTo, milliseconds).epochMilliseconds,
      staffId,
      slotFree: true,
    },
  };
  const chain = chainOfAppointment(simulation, caller.companyId);
  if (moveTo === null) {
    const configurations = await configurationsInForce(db, caller, "cancellation", chain, now);
    return decideCancellation(effectivePolicy("cancellation", chain, configurations), facts);
  }
  const configurations = await configurationsInForce(db, caller, "reschedule", chain, now);
  return decideReschedule(effectivePolicy("reschedule", chain, configurations), facts);
}

async function assertStaffOf(db: Db, caller: Caller, branchId: string, staffId: string | null): Promise<void> {
  if (staffId === null) return;
  const staff = await findStaff(db, caller, staffId);
  if (!staff) throw unknownId("/staffId", "staff member");
  if (staff.branchId !== branchId)
    throw invalid("/staffId", "works at another branch; name a staff member of the branch");
}
