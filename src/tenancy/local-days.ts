import type { ExpressionBuilder, ExpressionWrapper, ReferenceExpression } from "kysely";
import { z } from "zod";
import { type Instant, instantOf, isoOf } from "../clock.ts";
import { currentTime, type Db } from "../db/connect.ts";
import { invalid } from "../errors.ts";
import { instantReply } from "../http/fields.ts";
import type { Tenant } from "../tenant.ts";
import { findBranch } from "./hierarchy.ts";

/** A period of figures, cut into days by the clocks of one zone. */
export interface LocalDays {
  readonly from: Instant;
  readonly until: Instant;
  readonly branchId: string | undefined;
  readonly timeZone: string;
  readonly days: readonly LocalDay[];
}

interface LocalDay {
  /** Such as 2026-11-24. */
  readonly day: string;
  /** When the next one begins. */
  readonly end: Instant;
}

/** What a reply says of its period. */
export const daysReply = {
  from: instantReply,
  until: instantReply,
  timeZone: z.string().meta({ description: "Whose days they are" }),
};
export function daysView({ from, until, timeZone }: LocalDays) {
  return { from: isoOf(from), until: isoOf(until), timeZone };
}

export const aboutDays =
  "At most 93 days; today and the 29 days before it when left out. A day is one of the branch asked for, by its time zone, or else of the company.";

export interface AskedPeriod {
  readonly from?: Instant | undefined;
  readonly until?: Instant | undefined;
  readonly branchId?: string | undefined;
}

const longestMs = 93 * 86_400_000;
const usualDays = 30;

/** @throws Refusal validationFailed for more than 93 days */
export function assertNotTooLong(from: Instant, until: Instant): void {
  const lengthMs = until.epochMilliseconds - from.epochMilliseconds;
  if (lengthMs <= 0 || lengthMs > longestMs) throw invalid("query/until", "must lie after from, by at most 93 days");
}

/**
 * The days of a period in the zone of the branch asked for, or else of the company; today and the 29 days before it when
 * left out. @throws Refusal validationFailed for more than 93 days
 */
export async function localDaysOf(db: Db, tenant: Tenant, { branchId, ...asked }: AskedPeriod): Promise<LocalDays> {
  const timeZone = await zoneOf(db, tenant, branchId);
  const until = asked.until ?? (await currentTime(db));
  const from = asked.from ?? startOfDays(until, timeZone, usualDays);
  assertNotTooLong(from, until);
  return { from, until, branchId, timeZone, days: daysBetween(from, until, timeZone) };
}

/** Every day that a part of the period lies in. Pure. */
export function daysBetween(from: Instant, until: Instant, timeZone: string): LocalDay[] {
  const days: LocalDay[] = [];
  let start = from.toZonedDateTimeISO(timeZone).startOfDay();
  while (start.epochMilliseconds < until.epochMilliseconds) {
    // Where a day's first hour is skipped, the day after it begins at midnight all the same.
    const next = start.add({ days: 1 }).startOfDay();
    days.push({ day: start.toPlainDate().toString(), end: instantOf(next.epochMilliseconds) });
    start = next;
  }
  return days;
}

/** In which of the days a column's instant lies, counted from 0: for the database to group by. */
export function dayIndex<Tables, Table extends keyof Tables>(
  eb: ExpressionBuilder<Tables, Table>,
  column: ReferenceExpression<Tables, Table>,
  { days: [first, ...later] }: LocalDays,
): ExpressionWrapper<Tables, Table, number | null> {
  if (first === undefined) throw new Error("A period has at least one day.");
  let chain = eb
    .case()
    .when(column, "<", first.end as never)
    .then(eb.lit<number>(0));
  for (const [index, { end }] of later.entries()) {
    chain = chain.when(column, "<", end as never).then(eb.lit<number>(index + 1));
  }
  return chain.end();
}

function startOfDays(until: Instant, timeZone: string, count: number): Instant {
  const last = until.subtract({ milliseconds: 1 }).toZonedDateTimeISO(timeZone);
  return instantOf(last.subtract({ days: count - 1 }).startOfDay().epochMilliseconds);
}

async function zoneOf(db: Db, tenant: Tenant, branchId: string | undefined): Promise<string> {
  const branch = branchId === undefined ? undefined : await findBranch(db, tenant, branchId);
  if (branch) return branch.timezone;
  const company = await db.of(tenant).selectFrom("companies").select("timezone").executeTakeFirstOrThrow();
  return company.timezone;
}
