import { type Instant, isBefore, isoOf } from "../clock.ts";
import { currentTime, type Db, type Tx } from "../db/connect.ts";
import { takeLock } from "../db/locks.ts";
import { transaction } from "../db/transaction.ts";
import { notFound, Refusal } from "../errors.ts";
import { emit, timesOf } from "../events/outbox.ts";
import type { Caller, Tenant } from "../tenant.ts";
import { insertModification } from "./modification-store.ts";
import { quotaUsage, saveUsage } from "./quota.ts";
import { expiredReservationsAcrossCompanies, getReservation, type Reservation, settle } from "./reservation-store.ts";
import { expire } from "./reserve.ts";
import { updateSighting } from "./sighting-store.ts";
import { findRowForUpdate, type Row } from "./store.ts";
import { readSurroundings } from "./surroundings-store.ts";
import { type ReservationView, reservationView } from "./views.ts";

/**
 * The platform has made the change: now it is one, counted, recorded and told of. Doing it twice does it once.
 * @throws Refusal reservationOver once it is expired or withdrawn, conflict while the platform's row does not show it
 */
export async function confirmReservation(db: Db, caller: Caller, id: number): Promise<ReservationView> {
  return underLock(db, caller, id, async (tx, reservation, now) => {
    if (reservation.status === "confirmed") return;
    assertOpen(reservation, now);
    const row = await findRowForUpdate(tx, caller, reservation.appointmentId);
    if (!row) throw notFound("appointment");
    if (!isMade(reservation, row)) throw notMade(reservation);
    await settleConfirmed(tx, caller, reservation);
    await updateSighting(tx, caller, row.id, { ...row, isDeleted: row.deletedAt !== null }, now);
  });
}

/** The platform will not make the change: what was held is free again. @throws Refusal reservationOver once it is settled */
export async function withdrawReservation(db: Db, caller: Caller, id: number): Promise<ReservationView> {
  return underLock(db, caller, id, async (tx, reservation, now) => {
    if (reservation.status === "withdrawn") return;
    assertOpen(reservation, now);
    await settle(tx, caller, id, { status: "withdrawn", modificationId: null }, now);
    const { appointmentId, customerId, type, decisionId } = reservation;
    const about = { appointmentId, customerId, actor: caller.actor, reservationId: id, change: type, decisionId };
    await emit(tx, caller, { type: "appointment.reservation_withdrawn", ...about }, now);
  });
}

const atOnce = 100;

/** A chore: settles what the platform did not confirm in time. Any number of processes may do so at once. */
export async function expireReservationsAcrossCompanies(db: Db): Promise<number> {
  let expired = 0;
  for (const { id, companyId, customerId } of await expiredReservationsAcrossCompanies(
    db,
    await currentTime(db),
    atOnce,
  )) {
    const tenant = { companyId };
    const isOurs = await transaction(db, async (tx) => {
      await takeLock(tx, tenant, "customer", customerId);
      const now = await currentTime(tx);
      return expire(tx, tenant, await getReservation(tx, tenant, id), now);
    });
    if (isOurs) expired++;
  }
  return expired;
}

/** Whether the platform's row shows the change; a row that is deleted is cancelled too. */
export function isMade({ type, startsAt, endsAt, staffId }: Reservation, row: Row): boolean {
  if (type === "cancel") return row.status === "cancelled" || row.deletedAt !== null;
  if (startsAt === null || endsAt === null || row.deletedAt !== null) return false;
  return isSame(row.startsAt, startsAt) && isSame(row.endsAt, endsAt) && row.staffId === staffId;
}

/** A platform's columns may keep no more than whole seconds. */
function isSame(one: Instant, other: Instant): boolean {
  return Math.floor(one.epochMilliseconds / 1000) === Math.floor(other.epochMilliseconds / 1000);
}

/** The modification counts from now on, where the reservation counted until now. Under the customer's lock. */
export async function settleConfirmed(tx: Tx, tenant: Tenant, reservation: Reservation): Promise<void> {
  const { id, appointmentId, customerId, type, countsTowardQuota, initiatedBy, decisionId } = reservation;
  const { feeCents, currency, withinPolicy, reason } = reservation;
  const { now: clock, stats } = await readSurroundings(tx, tenant, appointmentId, type);
  const usage = await quotaUsage(tx, tenant, { customerId, type, stats }, unlimited, clock);
  const { now } = usage;
  await saveUsage(tx, tenant, usage, countsTowardQuota);
  const actor = { type: reservation.actorType, id: reservation.actorId };
  const modificationId = await insertModification(
    tx,
    tenant,
    {
      appointment: { id: appointmentId, customerId },
      type,
      initiatedBy,
      withinPolicy,
      feeCents,
      currency,
      reason,
      actor,
      countsTowardQuota,
      metadata: { ...(reservation.metadata as object), reservationId: id },
    },
    now,
  );
  await settle(tx, tenant, id, { status: "confirmed", modificationId }, now);
  const about = { appointmentId, customerId, actor, initiatedBy, feeCents, currency, decisionId };
  if (type === "cancel") await emit(tx, tenant, { type: "appointment.cancelled", ...about }, now);
  else await emit(tx, tenant, { type: "appointment.rescheduled", ...about, ...movedOf(reservation) }, now);
}

const unlimited = { maxPer30Days: null, maxPer90Days: null };

function movedOf({ metadata, startsAt, endsAt, staffId }: Reservation) {
  if (startsAt === null || endsAt === null) throw new Error("A move is reserved with its times.");
  const { from } = metadata as unknown as { from: ReturnType<typeof timesOf> };
  return { from, to: timesOf({ startsAt, endsAt, staffId }) };
}

async function underLock(
  db: Db,
  caller: Caller,
  id: number,
  work: (tx: Tx, reservation: Reservation, now: Instant) => Promise<void>,
): Promise<ReservationView> {
  const { customerId } = await getReservation(db, caller, id);
  return transaction(db, async (tx) => {
    await takeLock(tx, caller, "customer", customerId);
    const now = await currentTime(tx);
    await work(tx, await getReservation(tx, caller, id), now);
    return reservationView(await getReservation(tx, caller, id));
  });
}

function assertOpen({ status, expiresAt }: Reservation, now: Instant): void {
  if (status === "reserved" && isBefore(now, expiresAt)) return;
  const how = status === "reserved" ? "expired" : status;
  throw new Refusal(
    "reservationOver",
    `The reservation is ${how}${how === "expired" ? ` since ${isoOf(expiresAt)}` : ""}; it holds nothing any more. Ask for the change again.`,
  );
}

function notMade({ type, startsAt }: Reservation): Refusal {
  const change =
    type === "cancel" || startsAt === null
      ? "set its status to cancelled"
      : `move it to ${isoOf(startsAt)}, as reserved`;
  return new Refusal(
    "conflict",
    `The platform's row of the appointment does not show the change: ${change}, then confirm.`,
  );
}
