import { type Instant, isBefore, isoOf, plusMilliseconds } from "../clock.ts";
import { currentTime, type Db, type Tx } from "../db/connect.ts";
import { takeLock } from "../db/locks.ts";
import { transaction } from "../db/transaction.ts";
import { invalid, Refusal } from "../errors.ts";
import { emit } from "../events/outbox.ts";
import { customerExists, findBranch, findService, findStaff, type Service, unknownId } from "../tenancy/hierarchy.ts";
import { assertOfBranch, assertOfferedAt, assertPerforms } from "../tenancy/offering.ts";
import { reachesPlace } from "../tenancy/reach.ts";
import type { Caller } from "../tenant.ts";
import { assertOurs } from "./owner.ts";
import { findReading } from "./reading-store.ts";
import { slotIsReserved } from "./reservation-store.ts";
import { seenOf } from "./sight.ts";
import { keepSighting } from "./sighting-store.ts";
import { findRow, getAppointment, insertAppointment, longestAppointmentMilliseconds, staffIsBusy } from "./store.ts";
import { insertSnapshot } from "./surroundings-store.ts";
import { assertYear } from "./times.ts";
import { type AppointmentView, viewOf } from "./views.ts";

export interface Booking {
  readonly branchId: string;
  readonly serviceId: number;
  readonly staffId: string | null;
  readonly customerId: number;
  readonly startsAt: Instant;
  /** The service's own duration when left out. */
  readonly durationMinutes: number | null;
  /** The service's own price when left out. */
  readonly priceCents: number | null;
  readonly status: "pending" | "scheduled" | "confirmed" | "booked";
  /** Set for an appointment that was booked elsewhere, which may lie in the past; needs the permission to import. */
  readonly bookedAt: Instant | null;
}

/** Books, freezing the price and the policy that applies from now on. @throws Refusal slotTaken, validationFailed, ownedByHost */
export async function bookAppointment(db: Db, caller: Caller, booking: Booking): Promise<AppointmentView> {
  return transaction(db, async (tx) => {
    await takeLock(tx, caller, "customer", booking.customerId);
    if (booking.staffId !== null) await takeLock(tx, caller, "staff", booking.staffId);
    await assertOurs(tx, caller, "book");
    const now = await currentTime(tx);
    assertTimes(booking, now, caller);
    const service = await assertPlace(tx, caller, booking);
    const endsAt = plusMilliseconds(booking.startsAt, (booking.durationMinutes ?? service.durationMinutes) * 60_000);
    await assertSlot(tx, caller, booking, endsAt, now);

    const priceCents = booking.priceCents ?? service.priceCents;
    const id = await insertAppointment(tx, caller, { ...booking, endsAt, priceCents }, booking.bookedAt ?? now);
    if (tx.host !== null) await seeOwnBooking(tx, caller, id, now);
    const { currency } = await currencyOf(tx, caller);
    await insertSnapshot(
      tx,
      caller,
      id,
      { bookedAt: booking.bookedAt ?? now, policyAt: now, priceCents, currency },
      now,
    );
    const imported = booking.bookedAt !== null;
    const { customerId, status } = booking;
    const startsAt = isoOf(booking.startsAt);
    await emit(
      tx,
      caller,
      { type: "appointment.booked", appointmentId: id, customerId, actor: caller.actor, status, startsAt, imported },
      now,
    );
    return viewOf(await getAppointment(tx, caller, id));
  });
}

function assertTimes({ startsAt, bookedAt, durationMinutes }: Booking, now: Instant, caller: Caller): void {
  if (bookedAt !== null && !caller.permissions.has("appointments:import")) {
    throw new Refusal("forbidden", "Only a key with the scope appointments:import may state when it was booked.");
  }
  if (bookedAt === null && isBefore(startsAt, now)) {
    throw invalid("/startsAt", "lies in the past; choose a start in the future, or import with bookedAt");
  }
  if (bookedAt !== null && isBefore(now, bookedAt))
    throw invalid("/bookedAt", "lies in the future; say when it was booked");
  assertYear(startsAt, now);
  if (durationMinutes !== null && durationMinutes * 60_000 > longestAppointmentMilliseconds) {
    throw invalid("/durationMinutes", "is more than seven days; book the days one by one");
  }
}

async function assertPlace(tx: Tx, caller: Caller, booking: Booking): Promise<Service> {
  if (!(await customerExists(tx, caller, booking.customerId))) throw unknownId("/customerId", "customer");
  const isReached = reachesPlace(caller.reach, booking);
  if (!isReached || !(await findBranch(tx, caller, booking.branchId))) throw unknownId("/branchId", "branch");
  const service = await findService(tx, caller, booking.serviceId);
  if (!service) throw unknownId("/serviceId", "service");
  const isNew = booking.bookedAt === null;
  if (isNew) await assertOfferedAt(tx, caller, service, booking.branchId);
  else assertOfBranch(service, booking.branchId);
  if (booking.staffId === null) return service;
  const staff = await findStaff(tx, caller, booking.staffId);
  if (!staff) throw unknownId("/staffId", "active staff member");
  if (staff.branchId !== booking.branchId)
    throw invalid("/staffId", "works at another branch; name one of this branch");
  if (isNew) await assertPerforms(tx, caller, staff.id, service.id);
  return service;
}

async function assertSlot(
  tx: Tx,
  caller: Caller,
  { staffId, startsAt, bookedAt }: Booking,
  endsAt: Instant,
  now: Instant,
): Promise<void> {
  if (staffId === null || bookedAt !== null) return;
  const time = { startsAt, endsAt };
  if ((await staffIsBusy(tx, caller, staffId, time, null)) || (await slotIsReserved(tx, caller, staffId, time, now))) {
    throw new Refusal(
      "slotTaken",
      "The staff member has another appointment then. Choose another time or another person.",
    );
  }
}

/** What is booked here is no news to who reads the platform's table. */
async function seeOwnBooking(tx: Tx, caller: Caller, id: number, now: Instant): Promise<void> {
  const reading = await findReading(tx, caller);
  const row = await findRow(tx, caller, id);
  if (reading && row) await keepSighting(tx, caller, reading.id, id, seenOf(row), now);
}

async function currencyOf(tx: Tx, caller: Caller): Promise<{ currency: string }> {
  return tx.of(caller).selectFrom("companies").select("currency").executeTakeFirstOrThrow();
}
