import type { Instant } from "../clock.ts";
import { invalid } from "../errors.ts";

const farthestMilliseconds = 5 * 366 * 86_400_000;

/** A mistyped year is not booked, nor moved to. @throws Refusal validationFailed */
export function assertYear(startsAt: Instant, now: Instant): void {
  if (Math.abs(startsAt.epochMilliseconds - now.epochMilliseconds) > farthestMilliseconds) {
    throw invalid("/startsAt", "lies more than five years away; check the year");
  }
}

interface Times {
  readonly startsAt: Instant;
  readonly endsAt: Instant;
}

export function isSameTime(one: Times, other: Times): boolean {
  return (
    one.startsAt.epochMilliseconds === other.startsAt.epochMilliseconds &&
    one.endsAt.epochMilliseconds === other.endsAt.epochMilliseconds
  );
}
