import type { callbackPriorities } from "../db/schema.ts";

/** How a company, or one of its branches, wants its callbacks kept. Minutes and hours of targets are business time. */
export interface CallbackSettings {
  readonly urgentMinutes: number;
  readonly highMinutes: number;
  readonly normalMinutes: number;
  readonly strategy: (typeof strategies)[number];
  /** Whether a new callback is handed to somebody at once. */
  readonly autoAssign: boolean;
  /** Between two escalations of one callback, business time. */
  readonly cooldownMinutes: number;
  readonly maxLevels: number;
  /** Elapsed time after the deadline at which an open callback expires; null for never. */
  readonly expireAfterHours: number | null;
}

export const strategies = ["leastLoaded", "roundRobin"] as const;
export type Priority = (typeof callbackPriorities)[number];

export const defaultSettings: CallbackSettings = {
  urgentMinutes: 120,
  highMinutes: 240,
  normalMinutes: 1440,
  strategy: "leastLoaded",
  autoAssign: true,
  cooldownMinutes: 240,
  maxLevels: 3,
  expireAfterHours: null,
};

/** Ten days and nights of business time: what fits into any calendar that is accepted. */
export const longestTargetMinutes = 14_400;

export function targetMs(settings: CallbackSettings, priority: Priority): number {
  return settings[`${priority}Minutes`] * 60_000;
}

const rank: Record<Priority, number> = { urgent: 1, high: 2, normal: 3 };

export function moreUrgent(one: Priority, other: Priority): Priority {
  return rank[one] <= rank[other] ? one : other;
}

/** After so many failed attempts, and again after each so many more, somebody else has to try. */
export const attemptsPerRound = 3;
/** Who asks again within this time is the same callback. */
export const duplicateWindowMs = 30 * 60_000;
