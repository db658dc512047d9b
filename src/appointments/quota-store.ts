import type { Instant } from "../clock.ts";
import type { Db, Tx } from "../db/connect.ts";
import { byWindowIndex } from "../db/dialect.ts";
import type { ModificationType, StatType } from "../db/schema.ts";
import type { Tenant } from "../tenant.ts";

interface StatsRow {
  readonly statType: StatType;
  readonly count: number;
  readonly validUntil: Instant | null;
  readonly periodStart: Instant;
  readonly calculatedAt: Instant;
}

interface Subject {
  readonly db: Db;
  readonly tenant: Tenant;
  readonly customerId: number;
  readonly type: ModificationType;
}

/** How many counting ones lie after `from` and, if given, at or before `to`. */
export async function countBetween(subject: Subject, from: Instant, to: Instant | null): Promise<number> {
  let query = counting(subject)
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("created_at", ">", from);
  if (to !== null) query = query.where("created_at", "<=", to);
  const { count } = await query.executeTakeFirstOrThrow();
  return Number(count);
}

export async function oldestSince(subject: Subject, start: Instant): Promise<Instant | null> {
  const row = await counting(subject)
    .select("created_at")
    .where("created_at", ">", start)
    .orderBy("created_at")
    .limit(1)
    .executeTakeFirst();
  return row?.created_at ?? null;
}

/** Whether at least `n` counting ones lie after `start`: one seek to the n-th newest. */
export async function nthNewestExists(subject: Subject, n: number, start: Instant): Promise<boolean> {
  const row = await counting(subject)
    .select("created_at")
    .where("created_at", ">", start)
    .orderBy("created_at", "desc")
    .limit(1)
    .offset(n - 1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Soft-deleted ones count too: deleted_at hides a row from lists, it gives no quota back. */
function counting({ db, tenant, customerId, type }: Subject) {
  return db
    .of(tenant)
    .selectFrom("appointment_modifications")
    .modifyFront(byWindowIndex)
    .where("customer_id", "=", customerId)
    .where("modification_type", "=", type)
    .where("counts_toward_quota", "=", true);
}

export async function insertStats(
  tx: Tx,
  tenant: Tenant,
  customerId: number,
  rows: readonly StatsRow[],
): Promise<void> {
  await tx
    .of(tenant)
    .insertInto("appointment_modification_stats")
    .values(
      rows.map((row) => ({
        customer_id: customerId,
        stat_type: row.statType,
        count: row.count,
        valid_until: row.validUntil,
        period_start: row.periodStart,
        period_end: row.calculatedAt,
        calculated_at: row.calculatedAt,
        created_at: row.calculatedAt,
        updated_at: row.calculatedAt,
      })),
    )
    .execute();
}

/** All rows in one statement: each column picks its row's value by stat_type. */
export async function updateStats(
  tx: Tx,
  tenant: Tenant,
  customerId: number,
  rows: readonly StatsRow[],
  now: Instant,
): Promise<void> {
  const [first, second = first] = rows as [StatsRow, StatsRow?];
  await tx
    .of(tenant)
    .updateTable("appointment_modification_stats")
    .set((eb) => {
      const each = <T>(of: (row: StatsRow) => T) =>
        eb
          .case("stat_type")
          .when(first.statType)
          .then(eb.val(of(first)))
          .else(eb.val(of(second)))
          .end();
      return {
        count: each((row) => row.count),
        valid_until: each((row) => row.validUntil),
        period_start: each((row) => row.periodStart),
        period_end: now,
        calculated_at: now,
        updated_at: now,
      };
    })
    .where("customer_id", "=", customerId)
    .where("stat_type", "in", [first.statType, second.statType])
    .execute();
}
