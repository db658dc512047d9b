import type { Instant } from "../clock.ts";
import type { Db, Tx } from "../db/connect.ts";
import { byWindowIndex } from "../db/dialect.ts";
import { prepared } from "../db/prepared.ts";
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
  await updateTwo.run(tx, tenant, {
    ...{ customerId, now },
    ...{
      one: first.statType,
      oneCount: first.count,
      oneValidUntil: first.validUntil,
      onePeriodStart: first.periodStart,
    },
    ...{ other: second.statType, otherCount: second.count },
    ...{ otherValidUntil: second.validUntil, otherPeriodStart: second.periodStart },
  });
}

interface TwoRows extends Record<string, unknown> {
  readonly customerId: number;
  readonly now: Instant;
  readonly one: StatType;
  readonly oneCount: number;
  readonly oneValidUntil: Instant | null;
  readonly onePeriodStart: Instant;
  readonly other: StatType;
  readonly otherCount: number;
  readonly otherValidUntil: Instant | null;
  readonly otherPeriodStart: Instant;
}

const updateTwo = prepared((queries, two: TwoRows) =>
  queries
    .updateTable("appointment_modification_stats")
    .set((eb) => {
      const each = <T>(one: T, other: T) =>
        eb.case("stat_type").when(two.one).then(eb.val(one)).else(eb.val(other)).end();
      return {
        count: each(two.oneCount, two.otherCount),
        valid_until: each(two.oneValidUntil, two.otherValidUntil),
        period_start: each(two.onePeriodStart, two.otherPeriodStart),
        period_end: two.now,
        calculated_at: two.now,
        updated_at: two.now,
      };
    })
    .where("customer_id", "=", two.customerId)
    .where((eb) => eb.or([eb("stat_type", "=", two.one), eb("stat_type", "=", two.other)])),
);
