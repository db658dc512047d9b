/** Two clocks that stand still while this thread does not run: what it sleeps through is no wait of others. */
export interface Awake {
  /** Milliseconds in which this thread ran. */
  readonly total: number;
  /** Those of them in which a statement of ours ran or waited. */
  readonly guilty: number;
}

/** How often the clocks are wound; a longer gap counts as twice this. */
export const tickMilliseconds = 10;

export interface AwakeClock {
  /** Winds the clocks up to now. */
  read(): Awake;
  /** The longest gap in which this thread did not run. */
  worstDelay(): number;
}

/** @param isGuilty asked at each reading, for the time since the one before */
export function awakeClock(isGuilty: () => boolean, now: () => number = () => performance.now()): AwakeClock {
  let last = now();
  let total = 0;
  let guilty = 0;
  let worst = 0;
  return {
    read() {
      const gap = now() - last;
      last += gap;
      const counted = Math.min(gap, 2 * tickMilliseconds);
      total += counted;
      if (isGuilty()) guilty += counted;
      worst = Math.max(worst, gap - tickMilliseconds);
      return { total, guilty };
    },
    worstDelay: () => Math.round(worst),
  };
}
