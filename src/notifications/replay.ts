import { audit } from "../audit/log.ts";
import { isBefore, isoOf } from "../clock.ts";
import { currentTime, type Db, type Tx } from "../db/connect.ts";
import { transaction } from "../db/transaction.ts";
import { notFound, Refusal } from "../errors.ts";
import type { Caller } from "../tenant.ts";
import { isReminder, type NotificationEvent } from "./catalogue.ts";
import {
  appointmentNow,
  type DeliveryRow,
  findDelivery,
  findForUpdate,
  insertRemark,
  listDeliveries,
  requeue,
} from "./delivery-store.ts";
import { activeStatuses } from "./scene-store.ts";
import { type DeliveryView, deliveryView } from "./views.ts";

/** What says that something will take place: nonsense once it will not. */
const announcing: ReadonlySet<NotificationEvent> = new Set([
  "booking_confirmed",
  "booking_pending",
  "reschedule_confirmed",
  "appointment_modified",
]);
const replayable: readonly string[] = ["failed", "bounced", "unknown", "expired", "skipped"];

/**
 * A new attempt of the same delivery, to another address if one is given. @throws Refusal conflict for one that was sent,
 * is on its way, was replaced by its fallback, or makes no sense any more
 */
export async function replayDelivery(
  db: Db,
  caller: Caller,
  id: number,
  address: string | null,
): Promise<DeliveryView> {
  return transaction(db, async (tx) => {
    const row = await findForUpdate(tx, caller, id);
    if (!row) throw notFound("delivery");
    const obstacle = await obstacleTo(tx, caller, row, address);
    if (obstacle !== null) throw new Refusal("conflict", obstacle);
    await requeueRow(tx, caller, row, address);
    return deliveryView((await findDelivery(tx, caller, id)) as DeliveryRow);
  });
}

const mostAtOnce = 500;

/** All dead letters of a cause that still make sense. @returns how many were put back, and how many were left */
export async function replayDeadLetters(
  db: Db,
  caller: Caller,
  cause: {
    event?: NotificationEvent | undefined;
    channel?: DeliveryRow["channel"] | undefined;
    errorCode?: string | undefined;
  },
): Promise<{ replayed: number; left: number }> {
  return transaction(db, async (tx) => {
    let [replayed, left] = [0, 0];
    for (const { id } of await listDeliveries(
      tx,
      caller,
      { ...cause, status: "failed" },
      Number.MAX_SAFE_INTEGER,
      mostAtOnce,
    )) {
      const row = await findForUpdate(tx, caller, id);
      if (!row || (await obstacleTo(tx, caller, row, null)) !== null) {
        left++;
        continue;
      }
      await requeueRow(tx, caller, row, null);
      replayed++;
    }
    return { replayed, left };
  });
}

async function requeueRow(tx: Tx, caller: Caller, row: DeliveryRow, address: string | null): Promise<void> {
  const now = await currentTime(tx);
  await requeue(tx, caller, row.id, address, now);
  await insertRemark(tx, caller, row, address === null ? "replayed" : "edited", null, now);
  const customerId = row.recipientType === "customer" ? Number(row.recipientId) : null;
  const [from, to] = [
    { status: row.status, address: row.address },
    { status: "queued", address: address ?? row.address },
  ];
  await audit(
    tx,
    caller,
    { action: "delivery.replayed", subject: { type: "delivery", id: row.id }, from, to, customerId },
    now,
  );
}

async function obstacleTo(tx: Tx, caller: Caller, row: DeliveryRow, address: string | null): Promise<string | null> {
  if (!replayable.includes(row.status))
    return `It is ${row.status}; only one that is ${replayable.join(", ")} can be replayed.`;
  if (row.hasFallenBack) return `It was sent by ${row.fallbackChannel} in its place; replay that one if it failed too.`;
  if (row.address === null && address === null) return "There is no address; send one along.";
  if (row.notAfter !== null && !isBefore(await currentTime(tx), row.notAfter))
    return "The appointment has begun; it would come too late.";
  const event = row.event as NotificationEvent;
  if (row.appointmentId === null || !(announcing.has(event) || isReminder(event))) return null;
  const appointment = await appointmentNow(tx, caller, row.appointmentId);
  const { startsAt } = row.payload as { startsAt?: string };
  const isAsTold =
    appointment && activeStatuses.includes(appointment.status) && isoOf(appointment.startsAt) === startsAt;
  return isAsTold ? null : "The appointment was cancelled or moved since; the message would be wrong.";
}
