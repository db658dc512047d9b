import { calendarOf } from "../calendars/store.ts";
import { type Instant, isoAt, isoOf } from "../clock.ts";
import type { Db } from "../db/connect.ts";
import { findBranch, unknownId } from "../tenancy/hierarchy.ts";
import type { Caller } from "../tenant.ts";
import { ladderOf, settingsOf } from "./configuration-store.ts";
import { type Climb, type LadderStep, nextStep } from "./ladder.ts";
import { type Priority, targetMs } from "./rules.ts";
import { dueAt } from "./sla.ts";

export interface DryRun {
  readonly branchId: string;
  readonly priority: Priority;
  readonly createdAt: Instant;
  /** The ladder in force when left out. */
  readonly steps?: readonly LadderStep[] | undefined;
}

/** "If nobody reacts, then …": what would happen to a callback, and when. Nothing is kept. */
export async function dryRunLadder(db: Db, caller: Caller, { branchId, priority, createdAt, steps }: DryRun) {
  if (!(await findBranch(db, caller, branchId))) throw unknownId("/branchId", "branch");
  const settings = await settingsOf(db, caller, branchId);
  const rules = await calendarOf(db, caller, branchId);
  const clock = {
    targetMs: targetMs(settings, priority),
    consumedMs: 0,
    runningSinceMs: createdAt.epochMilliseconds,
    rules,
    windowEndMs: null,
  };
  const dueMs = dueAt(clock);
  const climb: Climb = {
    ...clock,
    dueMs,
    steps: steps ?? (await ladderOf(db, caller, branchId)),
    taken: 0,
    levels: 0,
    lastEscalatedMs: null,
    maxLevels: settings.maxLevels,
    cooldownMs: settings.cooldownMinutes * 60_000,
    isUrgent: priority === "urgent",
  };
  const { expireAfterHours } = settings;
  const expiresMs = expireAfterHours === null ? null : dueMs + expireAfterHours * 3_600_000;
  const timeline = stepsOf(climb, expiresMs);
  return {
    createdAt: isoOf(createdAt),
    dueAt: isoAt(dueMs),
    expiresAt: expiresMs === null ? null : isoAt(expiresMs),
    timeline,
  };
}

function stepsOf(start: Climb, expiresMs: number | null) {
  const timeline: {
    at: string;
    action: LadderStep["action"];
    level: number | null;
    to: LadderStep["to"];
    text: string;
  }[] = [];
  let climb = start;
  let nowMs = start.runningSinceMs;
  for (let next = nextStep(climb); next; next = nextStep(climb)) {
    nowMs = Math.max(nowMs, next.atMs);
    if (expiresMs !== null && nowMs >= expiresMs) break;
    const { step, index } = next;
    const level = step.action === "escalate" ? climb.levels + 1 : null;
    const at = isoAt(nowMs);
    timeline.push({ at, action: step.action, level, to: step.to, text: textOf(step, level) });
    climb = { ...climb, taken: index + 1, ...(level !== null && { levels: level, lastEscalatedMs: nowMs }) };
  }
  return timeline;
}

function textOf({ to }: LadderStep, level: number | null): string {
  const names = to.map((target) => words[target.type]);
  if (level === null) return `If nobody reacts, then ${names.join(" and ")} is reminded.`;
  return `If nobody reacts, then it goes to ${names.join(", else to ")} (level ${level}).`;
}

const words = {
  assignee: "who has it",
  otherStaff: "somebody else of the branch",
  branchManager: "the branch's manager",
  companyAdmin: "an admin of the company",
  staff: "the staff member who is named",
  email: "the address that is named",
} as const;
