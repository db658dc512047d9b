import type { Instant } from "../clock.ts";
import { acrossCompanies } from "../db/across-companies.ts";
import { claimAcrossCompanies } from "../db/claims.ts";
import type { Db, Tx } from "../db/connect.ts";
import { skippingDuplicates } from "../db/dialect.ts";
import type { WebhookStatus } from "../db/schema.ts";
import type { Tenant } from "../tenant.ts";
import type { Transition } from "./outcome.ts";
import type { Answer } from "./post.ts";

export interface NewMessage {
  readonly endpointId: number;
  /** Null for one that no event stands behind. */
  readonly eventId: number | null;
  readonly type: string;
  readonly messageId: string;
  readonly body: string;
}

const rowsOfOneInsert = 100;

export async function insertDeliveries(
  tx: Tx,
  tenant: Tenant,
  messages: readonly NewMessage[],
  now: Instant,
): Promise<void> {
  for (let from = 0; from < messages.length; from += rowsOfOneInsert) {
    const insert = tx
      .of(tenant)
      .insertInto("webhook_deliveries")
      .values(
        messages.slice(from, from + rowsOfOneInsert).map(({ endpointId, eventId, type, messageId, body }) => ({
          endpoint_id: endpointId,
          event_id: eventId,
          event_type: type,
          message_id: messageId,
          body,
          next_at: now,
          queued_at: now,
          created_at: now,
          updated_at: now,
        })),
      );
    await skippingDuplicates(tx, insert).execute();
  }
}

/** A delivery that this process may send until its lease ends. */
export interface Claimed extends Tenant {
  readonly id: number;
  readonly endpointId: number;
  readonly messageId: string;
  readonly body: string;
  readonly attempts: number;
  readonly retriesUsed: number;
  readonly queuedAt: Instant;
  readonly url: string;
  readonly secret: string;
  readonly secretKeyId: string;
  readonly isEnabled: boolean;
}

export async function claimDueAcrossCompanies(
  db: Db,
  limit: number,
  saturated: readonly number[],
): Promise<readonly Claimed[]> {
  const { ids } = await claimAcrossCompanies(db, "webhook_deliveries", { limit, saturated });
  if (ids.length === 0) return [];
  return acrossCompanies(db)
    .selectFrom("webhook_deliveries as d")
    .innerJoin("webhook_endpoints as e", "e.id", "d.endpoint_id")
    .select([
      "d.id",
      "d.company_id as companyId",
      "d.endpoint_id as endpointId",
      "d.message_id as messageId",
      "d.body",
      "d.attempts",
      "d.retries_used as retriesUsed",
      "d.queued_at as queuedAt",
      "e.url",
      "e.secret",
      "e.secret_key_id as secretKeyId",
      "e.is_enabled as isEnabled",
    ])
    .where("d.id", "in", ids)
    .where("d.status", "=", "sending")
    .execute();
}

/** That a message was delivered is true whoever holds the lease by now; everything else is written only by who holds it. */
export async function recordEnding(
  tx: Tx,
  delivery: Pick<Claimed, "id" | "companyId" | "attempts">,
  { status, nextAt }: Pick<Transition, "status" | "nextAt">,
  answer: Answer,
  now: Instant,
): Promise<boolean> {
  const query = tx
    .of(delivery)
    .updateTable("webhook_deliveries")
    .set((eb) => ({
      status,
      next_at: nextAt,
      response_status: answer.status,
      last_error: answer.error,
      updated_at: now,
      ...(nextAt === null ? { finished_at: now } : { retries_used: eb("retries_used", "+", 1) }),
    }))
    .where("id", "=", delivery.id);
  const { numUpdatedRows } = await (status === "delivered"
    ? query.where("status", "!=", "delivered")
    : query.where("status", "=", "sending").where("attempts", "=", delivery.attempts)
  ).executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

export async function insertAttempt(
  tx: Tx,
  delivery: Pick<Claimed, "id" | "companyId" | "attempts">,
  { status, body, error }: Answer,
  milliseconds: number,
  now: Instant,
): Promise<void> {
  await tx
    .of(delivery)
    .insertInto("webhook_attempts")
    .values({
      delivery_id: delivery.id,
      number: delivery.attempts,
      response_status: status,
      response_body: body,
      error,
      milliseconds,
      happened_at: now,
      created_at: now,
      updated_at: now,
    })
    .execute();
}

const columns = [
  "id",
  "endpoint_id as endpointId",
  "event_id as eventId",
  "event_type as eventType",
  "message_id as messageId",
  "body",
  "status",
  "attempts",
  "next_at as nextAt",
  "response_status as responseStatus",
  "last_error as error",
  "created_at as createdAt",
  "finished_at as finishedAt",
] as const;

export type DeliveryRow = NonNullable<Awaited<ReturnType<typeof findDelivery>>>;

export async function findDelivery(db: Db, tenant: Tenant, id: number) {
  return db.of(tenant).selectFrom("webhook_deliveries").select(columns).where("id", "=", id).executeTakeFirst();
}

/** Newest first. */
export async function listDeliveries(
  db: Db,
  tenant: Tenant,
  filter: { endpointId?: number | undefined; status?: WebhookStatus | undefined },
  before: number,
  limit: number,
) {
  let query = db.of(tenant).selectFrom("webhook_deliveries").select(columns).where("id", "<", before);
  if (filter.endpointId !== undefined) query = query.where("endpoint_id", "=", filter.endpointId);
  if (filter.status !== undefined) query = query.where("status", "=", filter.status);
  return query.orderBy("id", "desc").limit(limit).execute();
}

export async function attemptsOf(db: Db, tenant: Tenant, deliveryId: number) {
  return db
    .of(tenant)
    .selectFrom("webhook_attempts")
    .select([
      "number",
      "response_status as responseStatus",
      "response_body as responseBody",
      "error",
      "milliseconds",
      "happened_at as happenedAt",
    ])
    .where("delivery_id", "=", deliveryId)
    .orderBy("id")
    .execute();
}

/** From the schedule's beginning, with the same id and body. @returns how many were put back: none that is on its way */
export async function requeue(tx: Tx, tenant: Tenant, ids: readonly number[], now: Instant): Promise<number> {
  if (ids.length === 0) return 0;
  const { numUpdatedRows } = await tx
    .of(tenant)
    .updateTable("webhook_deliveries")
    .set({ status: "queued", next_at: now, retries_used: 0, queued_at: now, finished_at: null, updated_at: now })
    .where("id", "in", ids)
    .where("status", "in", ["failed", "delivered"])
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}

/** A few thousand at a time, so that no transaction grows long. */
export async function deleteFinishedBeforeAcrossCompanies(tx: Tx, before: Instant): Promise<number> {
  const old = await acrossCompanies(tx)
    .selectFrom("webhook_deliveries")
    .select("id")
    .where("finished_at", "<", before)
    .limit(2000)
    .execute();
  if (old.length === 0) return 0;
  await acrossCompanies(tx)
    .deleteFrom("webhook_deliveries")
    .where(
      "id",
      "in",
      old.map(({ id }) => id),
    )
    .execute();
  return old.length;
}
