import { type Instant, plusMilliseconds } from "../clock.ts";
import type { Db, TenantQueries, Tx } from "../db/connect.ts";
import type { Engine } from "../db/engine.ts";
import { prepared } from "../db/prepared.ts";
import type { AppointmentStatus } from "../db/schema.ts";
import { notFound } from "../errors.ts";
import { inReach } from "../tenancy/reach.ts";
import type { Tenant } from "../tenant.ts";
import { updateSighting } from "./sighting-store.ts";

export interface Appointment {
  readonly id: number;
  readonly branchId: string;
  readonly serviceId: number;
  readonly staffId: string | null;
  readonly customerId: number;
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  readonly status: AppointmentStatus;
  readonly seriesId: string | null;
  readonly priceCents: number | null;
  readonly version: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

/** Statuses in which an appointment takes its staff member's time. */
export const activeStatuses = ["pending", "scheduled", "confirmed", "booked", "in_progress"] as const;

const columns = [
  "id",
  "branch_id as branchId",
  "service_id as serviceId",
  "staff_id as staffId",
  "customer_id as customerId",
  "starts_at as startsAt",
  "ends_at as endsAt",
  "status",
  "series_id as seriesId",
  "price_cents as priceCents",
  "version",
  "created_at as createdAt",
  "updated_at as updatedAt",
] as const;

/** @throws Refusal notFound, for another company's id as for an unknown one */
export async function getAppointment(db: Db, tenant: Tenant, id: number): Promise<Appointment> {
  const found = tenant.reach ? await one(db, tenant, id).executeTakeFirst() : await anywhere.first(db, tenant, { id });
  if (!found) throw notFound("appointment");
  return found;
}

const anywhere = prepared((queries, { id }: { id: number }) => live(queries).where("id", "=", id));
const anywhereForUpdate = prepared((queries, { id }: { id: number }, engine) =>
  lockedOn(engine, live(queries).where("id", "=", id)),
);

/** SQLite's transaction is the only one that writes. */
function lockedOn<Q extends { forUpdate(): Q }>(engine: Engine, query: Q): Q {
  return engine === "sqlite" ? query : query.forUpdate();
}

/** The row, locked against the host's own writes too. Only after the customer's lock. */
export async function getAppointmentForUpdate(tx: Tx, tenant: Tenant, id: number): Promise<Appointment> {
  const found = tenant.reach
    ? await lockedOn(tx.engine, one(tx, tenant, id)).executeTakeFirst()
    : await anywhereForUpdate.first(tx, tenant, { id });
  if (!found) throw notFound("appointment");
  return found;
}

/** A row as it stands, whether or not it counts as deleted. */
export interface Row extends Appointment {
  readonly deletedAt: Instant | null;
}

export async function findRow(db: Db, tenant: Tenant, id: number): Promise<Row | undefined> {
  return row(db, tenant, id).executeTakeFirst();
}

/** Locked against the host's own writes too. Only after the customer's lock. */
export async function findRowForUpdate(tx: Tx, tenant: Tenant, id: number): Promise<Row | undefined> {
  return lockedOn(tx.engine, row(tx, tenant, id)).executeTakeFirst();
}

function row(db: Db, tenant: Tenant, id: number) {
  return db
    .of(tenant)
    .selectFrom("appointments")
    .select([...columns, "deleted_at as deletedAt"])
    .where("id", "=", id);
}

function one(db: Db, tenant: Tenant, id: number) {
  return reached(db, tenant).where("id", "=", id);
}

/** Those that are not deleted, as far as the tenant reaches. */
function reached(db: Db, tenant: Tenant) {
  return live(db.of(tenant)).where((eb) => inReach(eb, tenant, "branch_id", "staff_id"));
}

function live(queries: TenantQueries) {
  return queries.selectFrom("appointments").select(columns).where("deleted_at", "is", null);
}

export interface AppointmentFilter {
  readonly customerId?: number | undefined;
  readonly branchId?: string | undefined;
  readonly staffId?: string | undefined;
  readonly status?: AppointmentStatus | undefined;
  readonly from?: Instant | undefined;
  readonly until?: Instant | undefined;
}

/** In order of start and id, after the cursor's. */
export async function listAppointmentRows(
  db: Db,
  tenant: Tenant,
  filter: AppointmentFilter,
  after: { startsAt: Instant; id: number } | null,
  limit: number,
): Promise<Appointment[]> {
  let query = reached(db, tenant).orderBy("starts_at").orderBy("id").limit(limit);
  if (filter.customerId !== undefined) query = query.where("customer_id", "=", filter.customerId);
  if (filter.branchId !== undefined) query = query.where("branch_id", "=", filter.branchId);
  if (filter.staffId !== undefined) query = query.where("staff_id", "=", filter.staffId);
  if (filter.status !== undefined) query = query.where("status", "=", filter.status);
  if (filter.from !== undefined) query = query.where("starts_at", ">=", filter.from);
  if (filter.until !== undefined) query = query.where("starts_at", "<", filter.until);
  if (after !== null) {
    query = query
      .where("starts_at", ">=", after.startsAt)
      .where((eb) => eb.or([eb("starts_at", ">", after.startsAt), eb("id", ">", after.id)]));
  }
  return query.execute();
}

/** Of customers by id, those that are deleted too. */
export async function customerNames(db: Db, tenant: Tenant, ids: readonly number[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .of(tenant)
    .selectFrom("customers")
    .select(["id", "name"])
    .where("id", "in", [...new Set(ids)])
    .execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** No appointment is booked for longer, so an overlapping one cannot have begun earlier than this before. */
export const longestAppointmentMilliseconds = 7 * 86_400_000;

/** Another active appointment of the staff member that overlaps the time, if any. Under the staff member's lock. */
export async function staffIsBusy(
  db: Db,
  tenant: Tenant,
  staffId: string,
  time: { startsAt: Instant; endsAt: Instant },
  exceptId: number | null,
): Promise<boolean> {
  let query = db
    .of(tenant)
    .selectFrom("appointments")
    .select("id")
    .where("staff_id", "=", staffId)
    .where("starts_at", "<", time.endsAt)
    .where("starts_at", ">", plusMilliseconds(time.startsAt, -longestAppointmentMilliseconds))
    .where("ends_at", ">", time.startsAt)
    .where("status", "in", activeStatuses)
    .where("deleted_at", "is", null)
    .limit(1);
  if (exceptId !== null) query = query.where("id", "!=", exceptId);
  return (await query.executeTakeFirst()) !== undefined;
}

export interface NewAppointment {
  readonly branchId: string;
  readonly serviceId: number;
  readonly staffId: string | null;
  readonly customerId: number;
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  readonly status: AppointmentStatus;
  readonly priceCents: number | null;
}

export async function insertAppointment(
  tx: Tx,
  tenant: Tenant,
  appointment: NewAppointment,
  now: Instant,
): Promise<number> {
  const { insertId } = await tx
    .of(tenant)
    .insertInto("appointments")
    .values({
      branch_id: appointment.branchId,
      service_id: appointment.serviceId,
      staff_id: appointment.staffId,
      customer_id: appointment.customerId,
      starts_at: appointment.startsAt,
      ends_at: appointment.endsAt,
      status: appointment.status,
      price_cents: appointment.priceCents,
      created_at: now,
      updated_at: now,
    })
    .executeTakeFirstOrThrow();
  return Number(insertId);
}

export interface AppointmentChange {
  readonly status?: AppointmentStatus;
  readonly startsAt?: Instant;
  readonly endsAt?: Instant;
  readonly staffId?: string | null;
}

/** The one statement that changes an appointment. The row is locked; the version guards against a host that ignores locks. */
export async function updateAppointment(
  tx: Tx,
  tenant: Tenant,
  from: Appointment,
  to: AppointmentChange,
  now: Instant,
): Promise<void> {
  const { numAffectedRows } = await change.run(tx, tenant, {
    id: from.id,
    version: from.version,
    status: to.status ?? from.status,
    startsAt: to.startsAt ?? from.startsAt,
    endsAt: to.endsAt ?? from.endsAt,
    staffId: to.staffId === undefined ? from.staffId : to.staffId,
    nextVersion: from.version + 1,
    now,
  });
  if (numAffectedRows !== 1n) throw new Error(`Appointment ${from.id} changed although its row was locked.`);
  if (tx.host !== null) await updateSighting(tx, tenant, from.id, to, now);
}

type Changed = Pick<Appointment, "id" | "version" | "status" | "startsAt" | "endsAt" | "staffId">;

const change = prepared((queries, to: Changed & { nextVersion: number; now: Instant }) =>
  queries
    .updateTable("appointments")
    .set({
      status: to.status,
      starts_at: to.startsAt,
      ends_at: to.endsAt,
      staff_id: to.staffId,
      version: to.nextVersion,
      updated_at: to.now,
    })
    .where("id", "=", to.id)
    .where("version", "=", to.version),
);
