import { instantOf, type MovableClock } from "../clock.ts";
import { Refusal } from "../errors.ts";

/** Something that people did. */
export interface Happening {
  readonly atMs: number;
  /** What the product refuses has been tried, and comes to nothing. */
  happen(): Promise<unknown>;
}

/** Long enough for the worker to have noticed. */
const soonMs = 2000;

/** Lets everything happen in the order of time, on a clock moved by hand, and the worker run after each moment. */
export async function liveThrough(
  happenings: readonly Happening[],
  clock: MovableClock,
  work: () => Promise<void>,
): Promise<void> {
  const moments = Map.groupBy(happenings, ({ atMs }) => atMs);
  for (const [atMs, atOnce] of [...moments].sort(([one], [other]) => one - other)) {
    clock.moveTo(instantOf(atMs));
    for (const { happen } of atOnce) await happen().catch(unlessRefused);
    clock.advance(soonMs);
    await work();
  }
}

function unlessRefused(error: unknown): void {
  if (!(error instanceof Refusal)) throw error;
}
