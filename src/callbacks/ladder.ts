import { addOpenTime, nextOpen, openTimeBetween, subtractOpenTime } from "../calendars/business-time.ts";
import type { CalendarRules } from "../calendars/rules.ts";

/** Who is told or takes over when nobody reacts, and when. Pure; all times are (epoch) milliseconds. */

export type LadderTarget =
  | { readonly type: "assignee" | "otherStaff" | "branchManager" | "companyAdmin" }
  | { readonly type: "staff"; readonly staffId: string }
  | { readonly type: "email"; readonly address: string };

export interface LadderStep {
  /** How much of the target is used up, or business minutes after (negative: before) the deadline. */
  readonly at: { readonly percent: number } | { readonly minutes: number };
  /** To escalate is to hand over to the first target that can take it, in a row of its own; to notify changes nothing. */
  readonly action: "notify" | "escalate";
  readonly to: readonly LadderTarget[];
}

export const defaultLadder: readonly LadderStep[] = [
  { at: { percent: 75 }, action: "notify", to: [{ type: "assignee" }] },
  { at: { minutes: 0 }, action: "escalate", to: [{ type: "branchManager" }, { type: "otherStaff" }] },
];

/** What the time of a step depends on. */
export interface Climb {
  readonly steps: readonly LadderStep[];
  /** How many steps were taken or left out. */
  readonly taken: number;
  /** How often it was escalated, for whatever reason. */
  readonly levels: number;
  readonly lastEscalatedMs: number | null;
  readonly maxLevels: number;
  readonly cooldownMs: number;
  readonly isUrgent: boolean;
  readonly rules: CalendarRules;
  readonly consumedMs: number;
  readonly runningSinceMs: number;
  readonly dueMs: number;
}

export interface TimedStep {
  readonly index: number;
  readonly step: LadderStep;
  readonly atMs: number;
}

/** The next step; null when the ladder ends. The last escalation is repeated, a cooldown apart, up to the last level. */
export function nextStep(climb: Climb): TimedStep | null {
  for (let index = climb.taken; index < climb.steps.length; index++) {
    const step = climb.steps[index];
    if (step && (step.action === "notify" || climb.levels < climb.maxLevels)) return timed(climb, index, step);
  }
  const last = climb.steps.findLast(({ action }) => action === "escalate");
  if (!last || climb.levels >= climb.maxLevels) return null;
  return timed(climb, Math.max(climb.taken, climb.steps.length), last);
}

/** The step to take now; a reminder is left out when what follows it is due as well. Null when none is due yet. */
export function dueStep(climb: Climb, nowMs: number): TimedStep | null {
  const next = nextStep(climb);
  if (!next || next.atMs > nowMs) return null;
  if (next.step.action === "escalate") return next;
  return dueStep({ ...climb, taken: next.index + 1 }, nowMs) ?? next;
}

function timed(climb: Climb, index: number, step: LadderStep): TimedStep {
  const { rules, isUrgent, cooldownMs, lastEscalatedMs } = climb;
  const isRepeated = index >= climb.steps.length;
  const planned = isRepeated ? climb.dueMs : plannedAt(climb, step.at);
  const waits = step.action === "escalate" && lastEscalatedMs !== null;
  const atMs = waits ? Math.max(planned, addOpenTime(rules, lastEscalatedMs, cooldownMs)) : planned;
  return { index, step, atMs: isUrgent ? atMs : nextOpen(rules, atMs) };
}

function plannedAt({ rules, consumedMs, runningSinceMs, dueMs }: Climb, at: LadderStep["at"]): number {
  if ("minutes" in at) {
    const offsetMs = at.minutes * 60_000;
    return offsetMs >= 0 ? addOpenTime(rules, dueMs, offsetMs) : subtractOpenTime(rules, dueMs, -offsetMs);
  }
  const wholeMs = consumedMs + openTimeBetween(rules, runningSinceMs, dueMs);
  return addOpenTime(rules, runningSinceMs, Math.round((wholeMs * at.percent) / 100) - consumedMs);
}
