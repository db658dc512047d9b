export const checks = [
  "health",
  "log",
  "error rate",
  "figures",
  "references",
  "slow queries",
  "connections",
  "memory",
  "database",
] as const;
export type Check = (typeof checks)[number];

/** What a look found of one thing; a thing that could not be looked at this time is left out. */
export interface Sighting {
  readonly check: Check;
  /** Which URL, file, table. */
  readonly subject: string;
  /** A sentence; null where it is well. */
  readonly wrong: string | null;
  /** Why taking the deployment back would not mend it; null where it may. */
  readonly notMendable: string | null;
}

export interface NotChecked {
  readonly check: Check;
  readonly why: string;
}

/** Looks at its things once. It keeps what it needs to compare them with the last time. */
export type Look = () => Promise<Sighting[]>;

export interface Limits {
  /** Percent of the answers between two looks. */
  readonly errorPercent: number;
  /** Fewer requests than this between two looks say nothing about a share. */
  readonly fewestRequests: number;
  readonly slowQueriesPerMinute: number;
  /** Percent of what the server allows. */
  readonly connectionPercent: number;
  /** Since the first look. */
  readonly memoryGrowthMebibytes: number;
  /** Looks in a row after which something noisy is an alarm. */
  readonly looksInARow: number;
}

export const usualLimits: Limits = {
  errorPercent: 5,
  fewestRequests: 20,
  slowQueriesPerMinute: 30,
  connectionPercent: 80,
  memoryGrowthMebibytes: 512,
  looksInARow: 3,
};

/** Seen once it is true: a line that matched was written, a row that refers to nothing is there. */
const certain: ReadonlySet<Check> = new Set(["log", "references"]);

export function looksNeeded(check: Check, { looksInARow }: Limits): number {
  return certain.has(check) ? 1 : looksInARow;
}
