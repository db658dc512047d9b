import { randomUUID } from "node:crypto";
import type { Instant } from "../clock.ts";
import type { Db, Tx } from "../db/connect.ts";
import { skippingDuplicates } from "../db/dialect.ts";
import type { AuditSource } from "../db/schema.ts";
import type { Actor, Tenant } from "../tenant.ts";
import { beginning, type Entry } from "./chain.ts";

/** Where the company's chain ends, locked until the transaction does. */
export async function takeHead(tx: Tx, tenant: Tenant, now: Instant): Promise<{ number: number; hash: string }> {
  const insert = tx
    .of(tenant)
    .insertInto("audit_heads")
    .values({ number: 0, hash: beginning, takes: 0, created_at: now, updated_at: now });
  const { numUpdatedRows } = await tx
    .of(tenant)
    .updateTable("audit_heads")
    .set((eb) => ({ takes: eb("takes", "+", 1), updated_at: now }))
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n) {
    await skippingDuplicates(tx, insert).execute();
    return takeHead(tx, tenant, now);
  }
  return tx.of(tenant).selectFrom("audit_heads").select(["number", "hash"]).executeTakeFirstOrThrow();
}

export async function moveHead(tx: Tx, tenant: Tenant, { number, hash }: Pick<Line, "number" | "hash">): Promise<void> {
  await tx.of(tenant).updateTable("audit_heads").set({ number, hash }).execute();
}

export async function readHead(db: Db, tenant: Tenant) {
  return db.of(tenant).selectFrom("audit_heads").select(["number", "hash"]).executeTakeFirst();
}

/** Under the head's lock. */
export async function tokenOf(tx: Tx, tenant: Tenant, { type, id }: Actor, now: Instant): Promise<string> {
  const known = await tx
    .of(tenant)
    .selectFrom("audit_actors")
    .select("token")
    .where("actor_type", "=", type)
    .where("actor_id", "=", id ?? "")
    .executeTakeFirst();
  if (known) return known.token;
  const token = randomUUID();
  const values = { token, actor_type: type, actor_id: id ?? "", created_at: now, updated_at: now };
  await tx.of(tenant).insertInto("audit_actors").values(values).execute();
  return token;
}

export interface Line extends Entry {
  readonly source: AuditSource;
  readonly customerId: number | null;
  readonly changes: string;
  readonly salt: string | null;
  readonly hash: string;
}

export async function insertLines(tx: Tx, tenant: Tenant, lines: readonly Line[], now: Instant): Promise<void> {
  await tx
    .of(tenant)
    .insertInto("audit_log")
    .values(
      lines.map((line) => ({
        number: line.number,
        actor_token: line.actorToken,
        source: line.source,
        action: line.action,
        subject_type: line.subjectType,
        subject_id: line.subjectId,
        customer_id: line.customerId,
        changes: line.changes,
        salt: line.salt,
        changes_hash: line.changesHash,
        request_id: line.requestId,
        event_id: line.eventId,
        happened_at: line.happenedAt,
        hash: line.hash,
        created_at: now,
        updated_at: now,
      })),
    )
    .execute();
}

/** Which of these events have their line already. */
export async function loggedEvents(db: Db, tenant: Tenant, eventIds: readonly number[]): Promise<ReadonlySet<number>> {
  const rows = await db
    .of(tenant)
    .selectFrom("audit_log")
    .select("event_id")
    .where("event_id", "in", eventIds)
    .execute();
  return new Set(rows.flatMap(({ event_id }) => event_id ?? []));
}

export interface LineFilter {
  readonly subjectType?: string | undefined;
  readonly subjectId?: string | undefined;
  readonly action?: string | undefined;
  readonly actorType?: string | undefined;
  readonly actorId?: string | undefined;
  /** When it happened: from then on. */
  readonly from?: Instant | undefined;
  /** Before then. */
  readonly until?: Instant | undefined;
}

/** In the chain's order, after a number, or before one, newest first. */
export async function linesOf(
  db: Db,
  tenant: Tenant,
  filter: LineFilter,
  place: { after: number } | { before: number },
  limit: number,
) {
  let query = db
    .of(tenant)
    .selectFrom("audit_log as l")
    .leftJoin("audit_actors as a", (join) => join.onRef("a.token", "=", "l.actor_token"))
    .select([
      "l.company_id as companyId",
      "l.number",
      "l.actor_token as actorToken",
      "a.actor_type as actorType",
      "a.actor_id as actorId",
      "l.source",
      "l.action",
      "l.subject_type as subjectType",
      "l.subject_id as subjectId",
      "l.customer_id as customerId",
      "l.changes",
      "l.salt",
      "l.changes_hash as changesHash",
      "l.request_id as requestId",
      "l.event_id as eventId",
      "l.happened_at as happenedAt",
      "l.hash",
    ])
    .limit(limit);
  query =
    "after" in place
      ? query.where("l.number", ">", place.after).orderBy("l.number")
      : query.where("l.number", "<", place.before).orderBy("l.number", "desc");
  if (filter.subjectType !== undefined) query = query.where("l.subject_type", "=", filter.subjectType);
  if (filter.subjectId !== undefined) query = query.where("l.subject_id", "=", filter.subjectId);
  if (filter.action !== undefined) query = query.where("l.action", "=", filter.action);
  if (filter.actorType !== undefined) query = query.where("a.actor_type", "=", filter.actorType);
  if (filter.actorId !== undefined) query = query.where("a.actor_id", "=", filter.actorId);
  if (filter.from !== undefined) query = query.where("l.happened_at", ">=", filter.from);
  if (filter.until !== undefined) query = query.where("l.happened_at", "<", filter.until);
  return query.execute();
}
