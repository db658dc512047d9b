import { bookAppointment } from "../appointments/book.ts";
import { cancelAppointment } from "../appointments/cancel.ts";
import { rescheduleAppointment } from "../appointments/reschedule.ts";
import type { ChangeRequest } from "../appointments/scene.ts";
import { changeStatus } from "../appointments/status.ts";
import { type Instant, instantOf, type MovableClock } from "../clock.ts";
import type { Db } from "../db/connect.ts";
import { Refusal } from "../errors.ts";
import type { Places } from "./seed.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

interface Happening {
  readonly atMs: number;
  readonly what: "book" | "cancel" | "cancelAnyway" | "move" | "complete" | "miss";
  readonly visit: Visit;
}

interface Visit {
  readonly number: number;
  readonly startsAtMs: number;
  id?: number;
}

export const byCustomer: ChangeRequest = {
  initiatedBy: "customer",
  reason: "Something came up",
  callerPhone: null,
  force: null,
  elapsedMilliseconds: 0,
};

const force = { reason: "Has fallen ill", waiveFee: false, waiverReason: null };

/** A month of believable life and two weeks ahead, made by the product's own commands on a clock moved by hand. */
export async function liveThroughAMonth(db: Db, clock: MovableClock, places: Places, now: Instant): Promise<void> {
  for (const happening of happenings(now.epochMilliseconds)) {
    clock.moveTo(instantOf(happening.atMs));
    await happen(db, places, happening).catch((error: unknown) => {
      if (!(error instanceof Refusal)) throw error;
    });
  }
}

/** How long before their appointment customers cancel: some too late to be allowed to. */
const leadHours = [30, 75, 26, 120, 52, 200, 20, 96] as const;

/** In the order of time, and none of it in the future: the same for the same day. */
function happenings(nowMs: number): Happening[] {
  const today = Math.floor(nowMs / dayMs) * dayMs;
  const all: Happening[] = [];
  for (let number = 0; number < 330; number++) {
    const startsAtMs = today + ((number % 45) - 30) * dayMs + (8 + Math.floor(number / 45)) * hourMs;
    const visit: Visit = { number, startsAtMs };
    const bookedAtMs = Math.min(startsAtMs - (3 + (number % 9)) * dayMs, nowMs - ((number % 50) + 1) * hourMs);
    all.push({ atMs: bookedAtMs, what: "book", visit });
    const hoursBefore = (hours: number) => Math.max(bookedAtMs + hourMs, startsAtMs - hours * hourMs);
    const lead = leadHours[Math.floor(number / 4) % leadHours.length] ?? 30;
    if (number % 4 === 1) all.push({ atMs: hoursBefore(lead), what: "cancel", visit });
    else if (number % 11 === 2) all.push({ atMs: hoursBefore(number % 3 === 0 ? 5 : 30), what: "move", visit });
    else if (number % 13 === 5) all.push({ atMs: hoursBefore(8), what: "cancel", visit });
    else if (number % 26 === 6) all.push({ atMs: hoursBefore(1 + (number % 9)), what: "cancelAnyway", visit });
    all.push({ atMs: startsAtMs + 2 * hourMs, what: number % 17 === 3 ? "miss" : "complete", visit });
  }
  return all.filter(({ atMs }) => atMs < nowMs).sort((one, other) => one.atMs - other.atMs);
}

async function happen(db: Db, { caller, ...places }: Places, { what, visit }: Happening): Promise<unknown> {
  const { number, startsAtMs } = visit;
  if (what === "book") {
    const branch = places.branches[number % places.branches.length];
    const booking = {
      branchId: branch?.id ?? "",
      serviceId: places.services[(number * 7) % places.services.length] ?? 0,
      staffId: branch?.staff[(number * 3) % branch.staff.length] ?? null,
      customerId: places.customers[(number * 5 + Math.floor(number / 7)) % places.customers.length] ?? 0,
      startsAt: instantOf(startsAtMs),
      durationMinutes: 45,
      priceCents: null,
      status: "booked",
      bookedAt: null,
    } as const;
    visit.id = (await bookAppointment(db, caller, booking)).id;
    return;
  }
  if (visit.id === undefined) return;
  switch (what) {
    case "cancel":
      return cancelAppointment(db, caller, visit.id, byCustomer);
    case "cancelAnyway":
      return cancelAppointment(db, caller, visit.id, { ...byCustomer, force });
    case "move":
      return rescheduleAppointment(db, caller, visit.id, {
        ...byCustomer,
        force,
        startsAt: instantOf(startsAtMs + 7 * dayMs + 8 * hourMs),
      });
    default:
      return changeStatus(db, caller, visit.id, what === "miss" ? "no-show" : "completion");
  }
}
