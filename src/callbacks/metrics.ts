import type { Instant } from "../clock.ts";
import { currentTime, type Db } from "../db/connect.ts";
import { callbackOutcomes, callbackPriorities } from "../db/schema.ts";
import { assertNotTooLong } from "../tenancy/local-days.ts";
import type { Tenant } from "../tenant.ts";
import { countEscalations, firstTimes, type MetricRow, metricRows, openRows } from "./metrics-store.ts";

export interface Period {
  readonly from: Instant;
  readonly until: Instant;
  readonly branchId?: string | undefined;
}

/** How the promises made in a period were kept. @throws Refusal validationFailed for more than 93 days */
export async function callbackStats(db: Db, tenant: Tenant, period: Period) {
  const { from, until } = period;
  assertNotTooLong(from, until);
  const nowMs = (await currentTime(db)).epochMilliseconds;
  const rows = await metricRows(db, tenant, period);
  const open = await openRows(db, tenant, period.branchId);
  const first = await firstTimes(db, tenant, period);
  return {
    created: rows.length,
    assigned: first.assigned.size,
    contacted: first.contacted.size,
    completed: rows.filter(({ status }) => status === "completed").length,
    completedByOutcome: counted(callbackOutcomes, rows, ({ outcome }) => outcome),
    expired: rows.filter(({ status }) => status === "expired").length,
    cancelled: rows.filter(({ status }) => status === "cancelled").length,
    escalated: await countEscalations(db, tenant, period),
    timeToAssign: durations(rows.map((row) => since(row, first.assigned.get(row.id)))),
    timeToContact: durations(rows.map((row) => since(row, first.contacted.get(row.id)))),
    /** How much after (negative: before) the promised time somebody called. */
    lateness: durations(rows.map(({ contactedAt, expiresAt }) => contactedAt && msBetween(expiresAt, contactedAt))),
    sla: share(rows, nowMs),
    slaByPriority: callbackPriorities.map((priority) => ({
      priority,
      ...share(
        rows.filter((row) => row.priority === priority),
        nowMs,
      ),
    })),
    slaByBranch: grouped(rows, ({ branchId }) => branchId).map(([branchId, of]) => ({ branchId, ...share(of, nowMs) })),
    slaByStaff: grouped(rows, ({ assignedTo }) => assignedTo).map(([staffId, of]) => ({
      staffId,
      ...share(of, nowMs),
    })),
    openByAge: ages.map(({ label, belowMs }, index) => ({
      age: label,
      count: open.filter(({ createdAt }) => {
        const age = nowMs - createdAt.epochMilliseconds;
        return age < belowMs && age >= (ages[index - 1]?.belowMs ?? Number.NEGATIVE_INFINITY);
      }).length,
    })),
  };
}

const hourMs = 3_600_000;
const ages = [
  { label: "under 1 h", belowMs: hourMs },
  { label: "1 to 4 h", belowMs: 4 * hourMs },
  { label: "4 to 24 h", belowMs: 24 * hourMs },
  { label: "over 24 h", belowMs: Number.POSITIVE_INFINITY },
] as const;

function counted<const K extends string>(
  keys: readonly K[],
  rows: readonly MetricRow[],
  of: (row: MetricRow) => K | null,
) {
  return Object.fromEntries(keys.map((key) => [key, rows.filter((row) => of(row) === key).length])) as Record<
    K,
    number
  >;
}

function grouped(rows: readonly MetricRow[], of: (row: MetricRow) => string | null): [string, MetricRow[]][] {
  const groups = Map.groupBy(rows, of);
  return [...groups].flatMap(([key, group]): [string, MetricRow[]][] => (key === null ? [] : [[key, group]]));
}

/** Kept: somebody called, or it was settled, in time. What is still to be done in time counts for neither. */
function share(rows: readonly MetricRow[], nowMs: number) {
  const verdicts = rows.map((row) => wasKept(row, nowMs));
  const met = verdicts.filter((verdict) => verdict === true).length;
  const missed = verdicts.filter((verdict) => verdict === false).length;
  const total = met + missed;
  // Two decimals, in integers.
  return { met, missed, percent: total === 0 ? null : Math.round((met * 10_000) / total) / 100 };
}

function wasKept({ contactedAt, expiresAt, cancelledAt }: MetricRow, nowMs: number): boolean | null {
  const due = expiresAt.epochMilliseconds;
  if (contactedAt !== null) return contactedAt.epochMilliseconds <= due;
  const until = cancelledAt?.epochMilliseconds ?? nowMs;
  return until > due ? false : null;
}

function since({ createdAt }: MetricRow, at: Instant | undefined): number | null {
  return at === undefined ? null : msBetween(createdAt, at);
}

function msBetween(from: Instant, until: Instant): number {
  return until.epochMilliseconds - from.epochMilliseconds;
}

function durations(values: readonly (number | null)[]) {
  const known = values.filter((value) => value !== null).sort((one, other) => one - other);
  const at = (share: number) => known[Math.min(known.length - 1, Math.floor(known.length * share))] ?? null;
  const averageMs = known.length === 0 ? null : Math.round(known.reduce((sum, each) => sum + each, 0) / known.length);
  return { count: known.length, averageMs, medianMs: at(0.5), p90Ms: at(0.9) };
}
