import { bookAppointment } from "../appointments/book.ts";
import { cancelAppointment } from "../appointments/cancel.ts";
import { rescheduleAppointment } from "../appointments/reschedule.ts";
import type { ChangeRequest } from "../appointments/scene.ts";
import { changeStatus } from "../appointments/status.ts";
import { instantOf } from "../clock.ts";
import type { Db } from "../db/connect.ts";
import type { Caller } from "../tenant.ts";
import type { Places } from "./seed.ts";
import type { Happening } from "./timeline.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

type What = "book" | "cancel" | "cancelAnyway" | "callOff" | "move" | "moveAnyway" | "complete" | "miss";

interface Visit {
  readonly number: number;
  readonly startsAtMs: number;
  readonly branchId: string;
  readonly staffId: string | null;
  readonly customerId: number;
  id?: number;
}

export const byCustomer: ChangeRequest = {
  initiatedBy: "customer",
  reason: null,
  callerPhone: null,
  force: null,
  elapsedMilliseconds: 0,
};

/** How long before their appointment customers cancel: some too late to be allowed to. */
const leadHours = [30, 75, 26, 120, 52, 200, 20, 96] as const;

/** A month of believable life and two weeks ahead, none of it in the future: the same for the same day. */
export function visitsOf(db: Db, places: Places, nowMs: number): Happening[] {
  const today = Math.floor(nowMs / dayMs) * dayMs;
  const all: Happening[] = [];
  for (let number = 0; number < places.visits; number++) {
    const startsAtMs = today + ((number % 45) - 30) * dayMs + (9 + Math.floor(number / 45)) * hourMs;
    const bookedAtMs = Math.min(startsAtMs - (3 + (number % 9)) * dayMs, nowMs - ((number % 50) + 1) * hourMs);
    const visit = visitOf(places, number, startsAtMs);
    const plan = (what: What, atMs: number) => all.push({ atMs, happen: () => happen(db, places, what, visit) });
    const hoursBefore = (hours: number) => Math.max(bookedAtMs + hourMs, startsAtMs - hours * hourMs);
    plan("book", bookedAtMs);
    const lead = leadHours[Math.floor(number / 4) % leadHours.length] ?? 30;
    if (number % 4 === 1) plan("cancel", hoursBefore(lead));
    else if (number % 7 === 2 && number % 3 === 0) plan("moveAnyway", hoursBefore(5));
    else if (number % 7 === 2) plan("move", hoursBefore(30));
    else if (number % 13 === 5) plan("cancel", hoursBefore(8));
    else if (number % 26 === 6) plan("cancelAnyway", hoursBefore(1 + (number % 9)));
    else if (number % 53 === 10) plan("callOff", hoursBefore(20));
    plan(number % 17 === 3 ? "miss" : "complete", startsAtMs + 2 * hourMs);
  }
  return all.filter(({ atMs }) => atMs < nowMs);
}

function visitOf({ branches, customers }: Places, number: number, startsAtMs: number): Visit {
  const branch = branches[number % branches.length];
  // Always the same few call off again and again.
  const customer = number % 4 === 1 ? Math.floor(number / 4) % 11 : number * 7 + Math.floor(number / 24) * 5;
  return {
    number,
    startsAtMs,
    branchId: branch?.id ?? "",
    staffId: branch?.staff[(number * 3) % branch.staff.length] ?? null,
    customerId: customers[customer % customers.length] ?? 0,
  };
}

async function happen(db: Db, places: Places, what: What, visit: Visit): Promise<unknown> {
  if (what === "book") return book(db, places, visit);
  const { id, number, startsAtMs } = visit;
  if (id === undefined) return;
  const { reasons } = places;
  const [customer, staff] = [customerOf(places, visit), staffOf(places, visit)];
  const wish = { ...byCustomer, reason: number % 5 === 0 ? null : said(reasons.cancel, number) };
  const letOff = { reason: said(reasons.anyway, number), ...waiverOf(places, number) };
  const later = { startsAt: instantOf(startsAtMs + 7 * dayMs + 6 * hourMs) };
  const move = { ...byCustomer, ...later, reason: said(reasons.move, number) };
  switch (what) {
    case "cancel":
      return cancelAppointment(db, customer, id, wish);
    case "cancelAnyway":
      return cancelAppointment(db, staff, id, { ...wish, force: letOff });
    case "callOff": {
      const calledOff = { ...byCustomer, initiatedBy: "business", reason: said(reasons.calledOff, number) } as const;
      return cancelAppointment(db, staff, id, calledOff);
    }
    case "move":
      return rescheduleAppointment(db, customer, id, move);
    case "moveAnyway":
      return rescheduleAppointment(db, staff, id, { ...move, force: letOff });
    default:
      return changeStatus(db, staff, id, what === "miss" ? "no-show" : "completion");
  }
}

async function book(db: Db, places: Places, visit: Visit): Promise<void> {
  const { number, startsAtMs, branchId, staffId, customerId } = visit;
  const booking = {
    branchId,
    serviceId: places.services[(number + Math.floor(number / 9)) % places.services.length] ?? 0,
    staffId,
    customerId,
    startsAt: instantOf(startsAtMs),
    durationMinutes: 45,
    priceCents: null,
    status: "booked",
    bookedAt: null,
  } as const;
  visit.id = (await bookAppointment(db, staffOf(places, visit), booking)).id;
}

const said = (reasons: readonly string[], number: number) => reasons[Math.floor(number / 2) % reasons.length] ?? "";

function waiverOf({ reasons }: Places, number: number) {
  const waiveFee = number % 4 === 0;
  return { waiveFee, waiverReason: waiveFee ? reasons.waiver : null };
}

/** As by the link of a message. */
function customerOf({ caller }: Places, { customerId }: Visit): Caller {
  return { ...caller, actor: { type: "customer", id: String(customerId) }, permissions: new Set() };
}

function staffOf({ caller }: Places, { staffId }: Visit): Caller {
  return staffId === null ? caller : { ...caller, actor: { type: "staff", id: staffId } };
}
