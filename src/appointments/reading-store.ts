import { type Instant, plusMilliseconds } from "../clock.ts";
import { acrossCompanies } from "../db/across-companies.ts";
import type { Db, Tx } from "../db/connect.ts";
import { skippingDuplicates } from "../db/dialect.ts";
import { transaction } from "../db/transaction.ts";
import type { Tenant } from "../tenant.ts";
import type { Seen } from "./sighting-store.ts";

/** How far a company's appointments are read. */
export interface Reading {
  readonly id: number;
  readonly startedAt: Instant;
  /** Null once every appointment to come was seen. */
  readonly firstPassAfterId: number | null;
  readonly readUntil: Instant;
}

export interface DueReading extends Reading, Tenant {}

const columns = [
  "id",
  "started_at as startedAt",
  "first_pass_after_id as firstPassAfterId",
  "read_until as readUntil",
] as const;

export async function findReading(db: Db, tenant: Tenant): Promise<Reading | undefined> {
  return db.of(tenant).selectFrom("appointment_readings").select(columns).executeTakeFirst();
}

/** Nothing where it is there already. */
export async function insertReading(tx: Tx, tenant: Tenant, now: Instant): Promise<void> {
  const insert = tx.of(tenant).insertInto("appointment_readings").values({
    started_at: now,
    first_pass_after_id: 0,
    read_until: now,
    next_at: now,
    created_at: now,
    updated_at: now,
  });
  await skippingDuplicates(tx, insert).execute();
}

/** Open companies whose appointments are to be read and are not yet: all of an adopted platform, else those of hosts. */
export async function unreadCompaniesAcrossCompanies(db: Db, limit: number): Promise<Tenant[]> {
  let query = acrossCompanies(db)
    .selectFrom("companies as c")
    .leftJoin("appointment_readings as r", "r.company_id", "c.id")
    .leftJoin("appointment_settings as s", "s.company_id", "c.id")
    .select("c.id as companyId")
    .where("r.id", "is", null)
    .where("c.deleted_at", "is", null)
    .limit(limit);
  if (db.host === null) query = query.where("s.appointment_owner", "=", "host");
  return query.execute();
}

/** Takes readings that are due, so that no other process does for `pauseMilliseconds`, whatever becomes of this one. */
export async function claimReadingsAcrossCompanies(
  db: Db,
  now: Instant,
  { limit, pauseMilliseconds }: { limit: number; pauseMilliseconds: number },
): Promise<DueReading[]> {
  return transaction(db, async (tx) => {
    const due = acrossCompanies(tx)
      .selectFrom("appointment_readings")
      .select([...columns, "company_id as companyId"])
      .where("next_at", "<=", now)
      .orderBy("next_at")
      .limit(limit);
    const taken = await (tx.engine === "sqlite" ? due : due.forUpdate().skipLocked()).execute();
    if (taken.length === 0) return [];
    const ids = taken.map(({ id }) => id);
    await acrossCompanies(tx)
      .updateTable("appointment_readings")
      .set({ next_at: plusMilliseconds(now, pauseMilliseconds), updated_at: now })
      .where("id", "in", ids)
      .execute();
    return taken;
  });
}

/** Once all that changed until then was looked at. */
export async function markReadAcrossCompanies(db: Db, ids: readonly number[], until: Instant): Promise<void> {
  await transaction(db, (tx) =>
    acrossCompanies(tx)
      .updateTable("appointment_readings")
      .set({ read_until: until, updated_at: until })
      .where("id", "in", ids)
      .where("read_until", "<", until)
      .execute(),
  );
}

export async function markFirstPass(tx: Tx, tenant: Tenant, id: number, afterId: number | null, now: Instant) {
  await tx
    .of(tenant)
    .updateTable("appointment_readings")
    .set({ first_pass_after_id: afterId, updated_at: now })
    .where("id", "=", id)
    .execute();
}

/** An appointment's row as it stands. */
export interface HostRow extends Seen, Tenant {
  readonly id: number;
  readonly customerId: number;
  readonly at: Instant;
}

const rowColumns = [
  "id",
  "company_id as companyId",
  "customer_id as customerId",
  "status",
  "starts_at as startsAt",
  "ends_at as endsAt",
  "branch_id as branchId",
  "service_id as serviceId",
  "staff_id as staffId",
  "deleted_at as deletedAt",
] as const;

const hostRow = <T extends { deletedAt: Instant | null }>({ deletedAt, ...row }: T) => ({
  ...row,
  isDeleted: deletedAt !== null,
});

/**
 * What these companies' platforms changed since then, in order of time and id, after the row given.
 * @param by the time that the platform writes: of the change, or, where it left that out, of the booking
 */
export async function rowsSinceAcrossCompanies(
  db: Db,
  companyIds: readonly number[],
  by: "updated_at" | "created_at",
  since: Instant,
  after: Pick<HostRow, "at" | "id"> | null,
  limit: number,
): Promise<HostRow[]> {
  let query = acrossCompanies(db)
    .selectFrom("appointments")
    .select([...rowColumns, `${by} as at`])
    .where("company_id", "in", companyIds)
    .where(by, ">=", after?.at ?? since)
    .orderBy(by)
    .orderBy("id")
    .limit(limit);
  if (after !== null) query = query.where((eb) => eb.or([eb(by, ">", after.at), eb("id", ">", after.id)]));
  if (by === "created_at") query = query.where("updated_at", "is", null);
  return (await query.execute()).map(hostRow);
}

/** Appointments that are not over, in order of their ids. */
export async function rowsToCome(
  db: Db,
  tenant: Tenant,
  now: Instant,
  afterId: number,
  limit: number,
): Promise<Omit<HostRow, "at">[]> {
  const rows = await db
    .of(tenant)
    .selectFrom("appointments")
    .select(rowColumns)
    .where("id", ">", afterId)
    .where("ends_at", ">", now)
    .where("deleted_at", "is", null)
    .orderBy("id")
    .limit(limit)
    .execute();
  return rows.map(hostRow);
}
