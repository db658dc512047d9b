import { type Instant, isBefore, isoOf } from "../clock.ts";
import { currentTime, type Db, type Tx } from "../db/connect.ts";
import { lacksColumn } from "../db/host-shape.ts";
import { takeLock } from "../db/locks.ts";
import { transaction } from "../db/transaction.ts";
import { notFound, Refusal } from "../errors.ts";
import { type DomainEvent, emit, timesOf } from "../events/outbox.ts";
import { hasEvent } from "../events/told-store.ts";
import { readOwnership } from "../tenancy/settings.ts";
import type { Tenant } from "../tenant.ts";
import { type HostChange, hostChange, isActiveNow } from "./host-change.ts";
import { findReading, insertReading, type Reading } from "./reading-store.ts";
import { openReservationOf } from "./reservation-store.ts";
import { firstSight } from "./scene.ts";
import { isMade, settleConfirmed } from "./settle.ts";
import { findSighting, keepSighting, type Seen } from "./sighting-store.ts";
import { findRow, findRowForUpdate, type Row } from "./store.ts";
import { insertSnapshot, readSurroundings, type Surroundings } from "./surroundings-store.ts";

/** What can be news of an appointment. */
type News = Extract<
  DomainEvent,
  { type: "appointment.booked" | "appointment.seen" | "appointment.confirmed" | `appointment.${HostChange}` }
>;

export interface Sighting {
  readonly appointmentId: number;
  readonly event: News["type"] | null;
}

/** Whoever changed it in the platform; we know no more of them. */
const host = { type: "system", id: "host" } as const;

/**
 * Looks at an appointment that the platform may have booked or changed, and tells what is news: what it says and what we
 * know by then are committed together, so that however often somebody looks, it is told once.
 * @returns the type of what was told, null where there is no news
 * @throws Refusal notFound, conflict where this company's appointments are not the platform's
 */
export async function sightAppointment(db: Db, tenant: Tenant, id: number): Promise<Sighting> {
  const before = await findRow(db, tenant, id);
  if (!before) throw notFound("appointment");
  return transaction(db, async (tx) => {
    await takeLock(tx, tenant, "customer", before.customerId);
    const reading = await readingOf(tx, tenant);
    const row = await findRowForUpdate(tx, tenant, id);
    if (!row) throw notFound("appointment");
    if (row.customerId !== before.customerId) {
      throw new Refusal("conflict", "The appointment was given to another customer just now. Send it again.");
    }
    const now = await currentTime(tx);
    const seen = await findSighting(tx, tenant, reading.id, id);
    const surroundings = await readSurroundings(tx, tenant, id, "cancel");
    if (surroundings.snapshot === null) await insertSnapshot(tx, tenant, id, firstSight(row, surroundings), now);
    await keepSighting(tx, tenant, reading.id, id, seenOf(row), now);
    const confirmed = await confirmedBy(tx, tenant, row, now);
    if (confirmed !== null) return { appointmentId: id, event: confirmed };
    const event =
      seen === undefined
        ? await firstNews(tx, tenant, reading, row, now)
        : news(row, seen, hostChange(seen, seenOf(row)), surroundings);
    if (event !== null) await emit(tx, tenant, event, now);
    return { appointmentId: id, event: event?.type ?? null };
  });
}

/** Whether the platform may change this company's appointments by itself. */
async function readingOf(tx: Tx, tenant: Tenant): Promise<Reading> {
  const isHosts = tx.host !== null || (await readOwnership(tx, tenant)).appointmentOwner === "host";
  if (!isHosts) {
    throw new Refusal(
      "conflict",
      "This company's appointments are changed here and nowhere else. Set appointmentOwner to host first.",
    );
  }
  const known = await findReading(tx, tenant);
  if (known) return known;
  await insertReading(tx, tenant, await currentTime(tx));
  return readingOf(tx, tenant);
}

export function seenOf({ status, startsAt, endsAt, branchId, serviceId, staffId, deletedAt }: Row): Seen {
  return { status, startsAt, endsAt, branchId, serviceId, staffId, isDeleted: deletedAt !== null };
}

/** The platform has made what was reserved for it: the row is the proof, whether or not it confirms as well. */
async function confirmedBy(tx: Tx, tenant: Tenant, row: Row, now: Instant): Promise<News["type"] | null> {
  const open = await openReservationOf(tx, tenant, row.id);
  if (!open || !isBefore(now, open.expiresAt) || !isMade(open, row)) return null;
  await settleConfirmed(tx, tenant, open);
  return open.type === "cancel" ? "appointment.cancelled" : "appointment.rescheduled";
}

/** A booking of since we began to read is told as one; of an older one that is still to come only reminders are planned. */
async function firstNews(tx: Tx, tenant: Tenant, reading: Reading, row: Row, now: Instant): Promise<News | null> {
  if (!isActiveNow(seenOf(row)) || !isBefore(now, row.endsAt)) return null;
  if (await hasEvent(tx, tenant, row.id, ["appointment.booked", "appointment.seen"])) return null;
  const about = { ...subjectOf(row), status: row.status, startsAt: isoOf(row.startsAt) };
  return isNew(tx, reading, row)
    ? { type: "appointment.booked", ...about, imported: false }
    : { type: "appointment.seen", ...about };
}

/** A platform's column may keep no more than whole seconds, or not be there. */
function isNew(tx: Tx, { startedAt, firstPassAfterId }: Reading, { createdAt }: Row): boolean {
  if (lacksColumn(tx.host, "appointments", "created_at")) return firstPassAfterId === null;
  return createdAt.epochMilliseconds >= Math.floor(startedAt.epochMilliseconds / 1000) * 1000;
}

function news(row: Row, seen: Seen, change: HostChange | null, { currency }: Surroundings): News | null {
  const about = subjectOf(row);
  const undecided = { initiatedBy: "business", feeCents: 0, currency, decisionId: null };
  switch (change) {
    case null:
      return null;
    case "cancelled":
      return { type: "appointment.cancelled", ...about, ...undecided };
    case "rescheduled":
      return { type: "appointment.rescheduled", ...about, ...undecided, from: timesOf(seen), to: timesOf(row) };
    case "confirmed":
      return { type: "appointment.confirmed", ...about, from: seen.status };
    default:
      return { type: `appointment.${change}`, ...about };
  }
}

function subjectOf({ id, customerId }: Row) {
  return { appointmentId: id, customerId, actor: host };
}
