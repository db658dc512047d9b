import type { Instant } from "../clock.ts";
import { acrossCompanies } from "../db/across-companies.ts";
import type { Db, Tx } from "../db/connect.ts";
import type { Tenant } from "../tenant.ts";

/** What of an appointment is compared: a platform may change the rest as it likes. */
export interface Seen {
  readonly status: string;
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  readonly branchId: string;
  readonly serviceId: number;
  readonly staffId: string | null;
  readonly isDeleted: boolean;
}

const columns = [
  "status",
  "starts_at as startsAt",
  "ends_at as endsAt",
  "branch_id as branchId",
  "service_id as serviceId",
  "staff_id as staffId",
  "is_deleted as isDeleted",
] as const;

/** As this reading last saw it. */
export async function findSighting(
  db: Db,
  tenant: Tenant,
  readingId: number,
  appointmentId: number,
): Promise<Seen | undefined> {
  return db
    .of(tenant)
    .selectFrom("appointment_sightings")
    .select(columns)
    .where("appointment_id", "=", appointmentId)
    .where("reading_id", "=", readingId)
    .executeTakeFirst();
}

/** Under the customer's lock. */
export async function keepSighting(
  tx: Tx,
  tenant: Tenant,
  readingId: number,
  appointmentId: number,
  seen: Seen,
  now: Instant,
): Promise<void> {
  const values = { ...valuesOf(seen), reading_id: readingId, updated_at: now };
  const { numUpdatedRows } = await tx
    .of(tenant)
    .updateTable("appointment_sightings")
    .set(values)
    .where("appointment_id", "=", appointmentId)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows > 0n) return;
  await tx
    .of(tenant)
    .insertInto("appointment_sightings")
    .values({ ...values, appointment_id: appointmentId, created_at: now })
    .execute();
}

/** A change of our own is no news. Nothing where the appointment was not seen yet. */
export async function updateSighting(
  tx: Tx,
  tenant: Tenant,
  appointmentId: number,
  seen: Partial<Seen>,
  now: Instant,
): Promise<void> {
  await tx
    .of(tenant)
    .updateTable("appointment_sightings")
    .set({ ...valuesOf(seen), updated_at: now })
    .where("appointment_id", "=", appointmentId)
    .execute();
}

function valuesOf({ status, startsAt, endsAt, branchId, serviceId, staffId, isDeleted }: Partial<Seen>) {
  const values = {
    status,
    starts_at: startsAt,
    ends_at: endsAt,
    branch_id: branchId,
    service_id: serviceId,
    staff_id: staffId,
    is_deleted: isDeleted,
  };
  type Values = { [K in keyof typeof values]: Exclude<(typeof values)[K], undefined> };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Values;
}

/** By appointment. */
export async function sightingsAcrossCompanies(
  db: Db,
  appointmentIds: readonly number[],
): Promise<ReadonlyMap<number, Seen & { readonly readingId: number }>> {
  if (appointmentIds.length === 0) return new Map();
  const rows = await acrossCompanies(db)
    .selectFrom("appointment_sightings")
    .select([...columns, "appointment_id as appointmentId", "reading_id as readingId"])
    .where("appointment_id", "in", appointmentIds)
    .execute();
  return new Map(rows.map(({ appointmentId, ...seen }) => [appointmentId, seen]));
}
