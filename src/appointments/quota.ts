import { type Instant, isBefore, latest, plusMilliseconds } from "../clock.ts";
import type { Db, Tx } from "../db/connect.ts";
import type { ModificationType, StatType } from "../db/schema.ts";
import type { Tenant } from "../tenant.ts";
import { countBetween, insertStats, nthNewestExists, oldestSince, updateStats } from "./quota-store.ts";
import type { StoredStats } from "./surroundings-store.ts";

/**
 * How often a customer cancelled or moved within the last 30 and 90 days, exact and in O(1): a stored count with the
 * instant until which it holds. The only module that writes appointment_modification_stats, always under the
 * customer's lock. The stored count can only be too high (a host that deletes an appointment takes its modifications
 * along), so what it allows is allowed, and what it denies is first confirmed.
 */
export interface Usage {
  readonly type: ModificationType;
  readonly customerId: number;
  /** Never before the time at which a count was last calculated, whatever the clock did meanwhile. */
  readonly now: Instant;
  readonly windows: readonly [WindowUsage, WindowUsage];
}

export interface WindowUsage {
  readonly days: 30 | 90;
  readonly count: number;
  /** When the oldest counted one leaves the window; null if none is counted. */
  readonly validUntil: Instant | null;
  readonly stored: "as it is" | "outdated" | "missing";
}

export interface Limits {
  readonly maxPer30Days: number | null;
  readonly maxPer90Days: number | null;
}

const dayMilliseconds = 86_400_000;

/** Whose usage of what, and what is stored of it. */
export interface Counted {
  readonly customerId: number;
  readonly type: ModificationType;
  readonly stats: readonly StoredStats[];
}

/** Brings what is stored up to date and, where a limit would deny, confirms. Writes nothing: see `saveUsage`. */
export async function quotaUsage(
  db: Db,
  tenant: Tenant,
  { customerId, type, stats }: Counted,
  limits: Limits,
  clock: Instant,
): Promise<Usage> {
  const subject: Subject = { db, tenant, customerId, type };
  const now = latest(clock, ...stats.map(({ calculatedAt }) => calculatedAt));
  const windows: WindowUsage[] = [];
  for (const days of [30, 90] as const) {
    const stored = stats.find((each) => each.days === days);
    const window = stored ? await upToDate(subject, stored, now) : await recount(subject, days, now, "missing");
    windows.push(await confirmed(subject, window, days === 30 ? limits.maxPer30Days : limits.maxPer90Days, now));
  }
  return { type, customerId, now, windows: windows as [WindowUsage, WindowUsage] };
}

/** Stores what was brought up to date, with one more counted at `usage.now` if it was. Under the customer's lock. */
export async function saveUsage(tx: Tx, tenant: Tenant, usage: Usage, oneMore: boolean): Promise<void> {
  const { now, customerId, type } = usage;
  const rows = usage.windows.map(({ days, count, validUntil, stored }) => ({
    stored,
    statType: statType(type, days),
    count: oneMore ? count + 1 : count,
    validUntil: oneMore && validUntil === null ? plusMilliseconds(now, days * dayMilliseconds) : validUntil,
    periodStart: plusMilliseconds(now, -days * dayMilliseconds),
    calculatedAt: now,
  }));
  const missing = rows.filter(({ stored }) => stored === "missing");
  const outdated = rows.filter(({ stored }) => stored === "outdated" || (oneMore && stored === "as it is"));
  if (missing.length > 0) await insertStats(tx, tenant, customerId, missing);
  if (outdated.length > 0) await updateStats(tx, tenant, customerId, outdated, now);
}

interface Subject {
  readonly db: Db;
  readonly tenant: Tenant;
  readonly customerId: number;
  readonly type: ModificationType;
}

async function upToDate(
  subject: Subject,
  { days, count, validUntil, periodStart }: StoredStats,
  now: Instant,
): Promise<WindowUsage> {
  if (validUntil === null || isBefore(now, validUntil)) return { days, count, validUntil, stored: "as it is" };
  const start = plusMilliseconds(now, -days * dayMilliseconds);
  const left = await countBetween(subject, periodStart, start);
  return counted(subject, days, count - left, start, "outdated");
}

async function recount(
  subject: Subject,
  days: 30 | 90,
  now: Instant,
  stored: WindowUsage["stored"],
): Promise<WindowUsage> {
  const start = plusMilliseconds(now, -days * dayMilliseconds);
  return counted(subject, days, await countBetween(subject, start, null), start, stored);
}

async function counted(
  subject: Subject,
  days: 30 | 90,
  count: number,
  start: Instant,
  stored: WindowUsage["stored"],
): Promise<WindowUsage> {
  const oldest = count > 0 ? await oldestSince(subject, start) : null;
  if (oldest === null) return { days, count: 0, validUntil: null, stored };
  return { days, count, validUntil: plusMilliseconds(oldest, days * dayMilliseconds), stored };
}

/** A denial stands only if the N-th newest counting modification really lies in the window (N = the limit). */
async function confirmed(
  subject: Subject,
  window: WindowUsage,
  limit: number | null,
  now: Instant,
): Promise<WindowUsage> {
  if (limit === null || limit === 0 || window.count < limit) return window;
  const start = plusMilliseconds(now, -window.days * dayMilliseconds);
  if (await nthNewestExists(subject, limit, start)) return window;
  return recount(subject, window.days, now, window.stored === "missing" ? "missing" : "outdated");
}

function statType(type: ModificationType, days: 30 | 90): StatType {
  return `${type}_${days}d`;
}
