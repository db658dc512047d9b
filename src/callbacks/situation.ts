import type { CalendarRules } from "../calendars/rules.ts";
import { calendarOf } from "../calendars/store.ts";
import { type Instant, instantOf, plusMilliseconds } from "../clock.ts";
import type { Db } from "../db/connect.ts";
import type { Tenant } from "../tenant.ts";
import { presentRun } from "./clock-store.ts";
import { ladderOf, settingsOf } from "./configuration-store.ts";
import { climbedSoFar } from "./escalation-store.ts";
import { type Climb, type LadderStep, nextStep } from "./ladder.ts";
import type { CallbackSettings } from "./rules.ts";
import type { Callback, CallbackStatus } from "./store.ts";

/** What, besides its row, says what happens to a callback next. */
export interface Situation {
  readonly settings: CallbackSettings;
  readonly ladder: readonly LadderStep[];
  /** By which its clock runs; the branch's calendar while it stands still. */
  readonly rules: CalendarRules;
  readonly levels: number;
  readonly lastEscalatedMs: number | null;
}

export async function readSituation(
  db: Db,
  tenant: Tenant,
  { id, branchId }: Pick<Callback, "id" | "branchId">,
): Promise<Situation> {
  const settings = await settingsOf(db, tenant, branchId);
  const ladder = await ladderOf(db, tenant, branchId);
  const { levels, lastAt } = await climbedSoFar(db, tenant, id);
  const rules = (await presentRun(db, tenant, id)) ?? (await calendarOf(db, tenant, branchId));
  return { settings, ladder, rules, levels, lastEscalatedMs: lastAt?.epochMilliseconds ?? null };
}

/** Before anything has happened to it. */
export async function firstSituation(db: Db, tenant: Tenant, branchId: string): Promise<Situation> {
  const settings = await settingsOf(db, tenant, branchId);
  const ladder = await ladderOf(db, tenant, branchId);
  return { settings, ladder, rules: await calendarOf(db, tenant, branchId), levels: 0, lastEscalatedMs: null };
}

/** One whose assignee was deleted, with the platform's row, waits for somebody again. */
export function statusOf({ status, assignedTo }: Pick<Callback, "status" | "assignedTo">): CallbackStatus {
  return (status === "assigned" || status === "contacted") && assignedTo === null ? "pending" : status;
}

export function isOpen({ status }: Pick<Callback, "status">): boolean {
  return status === "pending" || status === "assigned" || status === "contacted";
}

/** Null while the ladder stands still: the clock does, or somebody has seen to it. */
export function climbOf(callback: Callback, situation: Situation): Climb | null {
  const { slaRunningSince, acknowledgedAt, priority, ladderStep, slaConsumedMs, expiresAt } = callback;
  if (slaRunningSince === null || acknowledgedAt !== null) return null;
  const { settings, ladder, rules, levels, lastEscalatedMs } = situation;
  return {
    steps: ladder,
    taken: ladderStep,
    levels,
    lastEscalatedMs,
    maxLevels: settings.maxLevels,
    cooldownMs: settings.cooldownMinutes * 60_000,
    isUrgent: priority === "urgent",
    rules,
    consumedMs: slaConsumedMs,
    runningSinceMs: slaRunningSince.epochMilliseconds,
    dueMs: expiresAt.epochMilliseconds,
  };
}

/** When the callback expires; null for never. */
export function expiryOf(callback: Callback, { settings: { expireAfterHours } }: Situation): Instant | null {
  if (!isOpen(callback) || expireAfterHours === null) return null;
  return plusMilliseconds(callback.expiresAt, expireAfterHours * 3_600_000);
}

/** When the sweep has to look at it next. */
export function nextDueAt(callback: Callback, situation: Situation): Instant | null {
  if (!isOpen(callback)) return null;
  const climb = climbOf(callback, situation);
  const times = [climb && nextStep(climb)?.atMs, expiryOf(callback, situation)?.epochMilliseconds];
  const known = times.filter((time) => time !== undefined && time !== null);
  return known.length === 0 ? null : instantOf(Math.min(...known));
}
