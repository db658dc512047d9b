import { instantOf, plusMilliseconds } from "../src/clock.ts";
import { currentTime, type Db } from "../src/db/connect.ts";
import { transaction } from "../src/db/transaction.ts";
import { issueApiKey } from "../src/tenancy/api-keys.ts";
import { type ACompany, aCompany, aPolicy } from "../test/factories.ts";

/** A company with a policy on each of the four levels, and a key that may cancel. */
export interface Shop extends ACompany {
  readonly key: string;
}

export interface Booking {
  readonly appointmentId: number;
  readonly customerId: number;
}

const dayMs = 86_400_000;
const perCustomer = 5;
const rowsAStatement = 500;

export async function openShop(db: Db): Promise<Shop> {
  const company = await aCompany(db);
  await aPolicy(db, company, "cancellation", { lateCancellation: "deny", maxPer90Days: 900 });
  await aPolicy(db, company, "cancellation", { maxPer30Days: 900 }, { level: "branch", targetId: company.branchId });
  const service = { level: "service", targetId: company.serviceId } as const;
  const fee = { type: "percentage", percent: 25 };
  await aPolicy(db, company, "cancellation", { fee, feeWhen: "always" }, service);
  await aPolicy(db, company, "cancellation", { minNoticeHours: 24 }, { level: "staff", targetId: company.staffId });
  const scopes = ["appointments:cancel", "callers:vouch"] as const;
  const { key } = await issueApiKey(db, company, { name: "bench", scopes, expiresAt: null });
  return { ...company, key };
}

/**
 * Appointments as the product books them, five to a customer who has cancelled before: with snapshot, lock row and
 * stored quota. Neighbours in the list belong to different customers.
 */
export async function bookMany(db: Db, shop: Shop, count: number): Promise<Booking[]> {
  const customers = await insertCustomers(db, shop, Math.ceil(count / perCustomer));
  const now = await currentTime(db);
  const firstStart = plusMilliseconds(now, 10 * dayMs);
  const { branchId: branch_id, serviceId: service_id, staffId: staff_id } = shop;
  const each = Array.from({ length: count }, (_, index) => customers[index % customers.length] as number);
  const ids = await insertMany(db, shop, "appointments", each, (customer_id, index) => {
    const starts_at = plusMilliseconds(firstStart, index * 3_600_000);
    const ends_at = plusMilliseconds(starts_at, 3_600_000);
    return { branch_id, customer_id, service_id, staff_id, starts_at, ends_at, status: "booked", price_cents: 5000 };
  });
  const times = { created_at: now, updated_at: now };
  await insertMany(db, shop, "booking_snapshots", ids, (appointment_id) => {
    const booked = { booked_at: plusMilliseconds(now, -5 * dayMs), policy_at: now };
    return { appointment_id, ...booked, price_cents: 5000, currency: "EUR", ...times };
  });
  return ids.map((appointmentId, index) => ({ appointmentId, customerId: each[index] as number }));
}

async function insertCustomers(db: Db, shop: Shop, count: number): Promise<number[]> {
  const numbers = Array.from({ length: count }, (_, index) => index);
  const ids = await insertMany(db, shop, "customers", numbers, () => ({
    name: "Petra O'Neil",
    phone: "+493012345678",
  }));
  await insertMany(db, shop, "company_locks", ids, (id) => ({ kind: "customer", subject: String(id) }));
  const now = instantOf((await currentTime(db)).epochMilliseconds - 1000);
  for (const days of [30, 90] as const) {
    await insertMany(db, shop, "appointment_modification_stats", ids, (customer_id) => ({
      customer_id,
      stat_type: `cancel_${days}d`,
      count: 0,
      valid_until: null,
      period_start: plusMilliseconds(now, -days * dayMs),
      period_end: now,
      calculated_at: now,
      created_at: now,
      updated_at: now,
    }));
  }
  return ids;
}

type Table = Parameters<ReturnType<Db["of"]>["insertInto"]>[0];

/** In bulk. @returns the ids: one after the other, as nobody else inserts */
export async function insertMany<T>(
  db: Db,
  { caller }: ACompany,
  table: Table,
  from: readonly T[],
  rowOf: (item: T, index: number) => object,
): Promise<number[]> {
  const ids: number[] = [];
  for (let start = 0; start < from.length; start += rowsAStatement) {
    const rows = from.slice(start, start + rowsAStatement).map((item, index) => rowOf(item, start + index));
    const { insertId, firstId } = await transaction(db, async (tx) => {
      const result = await tx
        .of(caller)
        .insertInto(table)
        .values(rows as never)
        .executeTakeFirstOrThrow();
      // The servers name the first row's id, SQLite the last one's.
      const id = Number(result.insertId ?? 0);
      return { insertId: id, firstId: db.engine === "sqlite" ? id - rows.length + 1 : id };
    });
    if (insertId > 0) ids.push(...rows.map((_, index) => firstId + index));
  }
  return ids;
}
