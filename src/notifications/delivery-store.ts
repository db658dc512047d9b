import type { ExpressionBuilder } from "kysely";
import type { Instant } from "../clock.ts";
import type { Db, Tx } from "../db/connect.ts";
import type { DeliveryStatus, Schema } from "../db/schema.ts";
import { ofAppointmentInReach, ofCallbackInReach } from "../tenancy/reach.ts";
import type { Tenant } from "../tenant.ts";
import type { Channel, NotificationEvent } from "./catalogue.ts";

function deliveryRows(db: Db, tenant: Tenant) {
  return db
    .of(tenant)
    .selectFrom("notification_deliveries")
    .select([
      "id",
      "public_id as publicId",
      "event_id as eventId",
      "event_type as event",
      "recipient_type as recipientType",
      "recipient_id as recipientId",
      "recipient_name as recipientName",
      "channel",
      "address",
      "locale",
      "template",
      "content",
      "payload",
      "status",
      "reason",
      "reason_level as reasonLevel",
      "planned_from as plannedFrom",
      "instead_of as insteadOf",
      "fallback_channel as fallbackChannel",
      "fallback_of_id as fallbackOfId",
      "has_fallen_back as hasFallenBack",
      "attempts",
      "retries_left as retriesLeft",
      "due_at as dueAt",
      "not_after as notAfter",
      "next_at as nextAt",
      "appointment_id as appointmentId",
      "callback_id as callbackId",
      "provider",
      "provider_reference as providerReference",
      "last_error_code as errorCode",
      "last_error as error",
      "sent_at as sentAt",
      "finished_at as finishedAt",
      "created_at as createdAt",
    ])
    .where((eb) => inReachOf(eb, tenant));
}

/** What is about an appointment or a callback in reach, and what was sent to the staff members themselves. */
export function inReachOf(eb: ExpressionBuilder<Schema, "notification_deliveries">, tenant: Tenant) {
  const { reach } = tenant;
  if (reach === undefined) return eb.and([]);
  const toThemselves = eb.and([eb("recipient_type", "=", "staff"), eb("recipient_id", "in", reach.staff)]);
  return eb.or([
    ofAppointmentInReach(eb, tenant, "notification_deliveries.appointment_id"),
    ofCallbackInReach(eb, tenant, "notification_deliveries.callback_id"),
    ...(reach.staff.length === 0 ? [] : [toThemselves]),
  ]);
}

export type DeliveryRow = Awaited<ReturnType<ReturnType<typeof deliveryRows>["executeTakeFirstOrThrow"]>>;

export interface DeliveryFilter {
  readonly status?: DeliveryStatus | undefined;
  readonly event?: NotificationEvent | undefined;
  readonly channel?: Channel | undefined;
  readonly appointmentId?: number | undefined;
  readonly errorCode?: string | undefined;
}

/** Newest first, before the cursor's id. */
export async function listDeliveries(
  db: Db,
  tenant: Tenant,
  filter: DeliveryFilter,
  beforeId: number,
  limit: number,
): Promise<DeliveryRow[]> {
  let query = deliveryRows(db, tenant).where("id", "<", beforeId).orderBy("id", "desc").limit(limit);
  if (filter.status) query = query.where("status", "=", filter.status);
  if (filter.event) query = query.where("event_type", "=", filter.event);
  if (filter.channel) query = query.where("channel", "=", filter.channel);
  if (filter.appointmentId) query = query.where("appointment_id", "=", filter.appointmentId);
  if (filter.errorCode) query = query.where("last_error_code", "=", filter.errorCode);
  return query.execute();
}

export async function findDelivery(db: Db, tenant: Tenant, id: number): Promise<DeliveryRow | undefined> {
  return deliveryRows(db, tenant).where("id", "=", id).executeTakeFirst();
}

export async function findByPublicId(db: Db, tenant: Tenant, publicId: string): Promise<DeliveryRow | undefined> {
  return deliveryRows(db, tenant).where("public_id", "=", publicId).executeTakeFirst();
}

export async function findForUpdate(tx: Tx, tenant: Tenant, id: number): Promise<DeliveryRow | undefined> {
  const query = deliveryRows(tx, tenant).where("id", "=", id);
  return (tx.engine === "sqlite" ? query : query.forUpdate()).executeTakeFirst();
}

export async function attemptsOf(db: Db, tenant: Tenant, deliveryId: number) {
  return db
    .of(tenant)
    .selectFrom("notification_attempts")
    .select([
      "number",
      "channel",
      "outcome",
      "error_code as errorCode",
      "detail",
      "milliseconds",
      "happened_at as happenedAt",
    ])
    .where("delivery_id", "=", deliveryId)
    .orderBy("id")
    .execute();
}

/** What ended without being sent, and without a fallback that took its place: nobody was told. */
export const deadStatuses = ["failed", "bounced", "unknown"] as const;

/** Dead letters by what they died of, most frequent first. */
export async function deadLetterCauses(db: Db, tenant: Tenant) {
  const rows = await db
    .of(tenant)
    .selectFrom("notification_deliveries")
    .select((eb) => [
      "event_type as event",
      "channel",
      "status",
      "last_error_code as errorCode",
      eb.fn.countAll<number>().as("count"),
      eb.fn.max("id").as("newestId"),
    ])
    .where("status", "in", deadStatuses)
    .where("has_fallen_back", "=", false)
    .where((eb) => inReachOf(eb, tenant))
    .groupBy(["event_type", "channel", "status", "last_error_code"])
    .execute();
  return rows
    .map((row) => ({ ...row, count: Number(row.count), newestId: Number(row.newestId) }))
    .sort((one, other) => other.count - one.count || other.newestId - one.newestId);
}

/** The appointment as it stands, for asking whether a message still makes sense. */
export async function appointmentNow(db: Db, tenant: Tenant, id: number) {
  return db
    .of(tenant)
    .selectFrom("appointments")
    .select(["status", "starts_at as startsAt"])
    .where("id", "=", id)
    .where("deleted_at", "is", null)
    .executeTakeFirst();
}

/** Puts it back into the queue: a new attempt of the same row. */
export async function requeue(tx: Tx, tenant: Tenant, id: number, address: string | null, now: Instant): Promise<void> {
  await tx
    .of(tenant)
    .updateTable("notification_deliveries")
    .set({
      status: "queued",
      reason: null,
      next_at: now,
      retries_left: 3,
      finished_at: null,
      updated_at: now,
      ...(address === null ? {} : { address }),
    })
    .where("id", "=", id)
    .execute();
}

/** @returns false where it was noted already, or says nothing new */
export async function updateReceipt(
  tx: Tx,
  tenant: Tenant,
  id: number,
  status: "delivered" | "bounced",
  errorCode: string | null,
  now: Instant,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .of(tenant)
    .updateTable("notification_deliveries")
    .set({ status, finished_at: now, updated_at: now, ...(errorCode === null ? {} : { last_error_code: errorCode }) })
    .where("id", "=", id)
    .where("status", "in", status === "delivered" ? ["sending", "sent", "bounced"] : ["sending", "sent"])
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

export async function insertRemark(
  tx: Tx,
  tenant: Tenant,
  row: { id: number; attempts: number; channel: Channel },
  outcome: "delivered" | "bounced" | "replayed" | "edited",
  detail: string | null,
  now: Instant,
): Promise<void> {
  await tx
    .of(tenant)
    .insertInto("notification_attempts")
    .values({
      delivery_id: row.id,
      number: row.attempts,
      channel: row.channel,
      outcome,
      detail,
      happened_at: now,
      created_at: now,
      updated_at: now,
    })
    .execute();
}
