import { type Instant, plusMilliseconds } from "../clock.ts";
import type { WebhookStatus } from "../db/schema.ts";
import type { Answer } from "./post.ts";

/** The pauses that Standard Webhooks names, in seconds: ten attempts over 75 hours and a half. */
export const pauses = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400] as const;

export interface Transition {
  readonly status: WebhookStatus;
  readonly nextAt: Instant | null;
  /** Why the endpoint is to get nothing any more; null while it stays. */
  readonly disables: "gone" | "exhausted" | null;
}

/**
 * Any 2xx has taken it; 410 wants no more of any; everything else is tried again until the pauses are used up. Pure.
 * @param jitter from 0 to 1
 */
export function afterAttempt(retriesUsed: number, { status }: Answer, now: Instant, jitter: number): Transition {
  if (status !== null && status >= 200 && status < 300) return { status: "delivered", nextAt: null, disables: null };
  if (status === 410) return { status: "failed", nextAt: null, disables: "gone" };
  const pause = pauses[retriesUsed];
  if (pause === undefined) return { status: "failed", nextAt: null, disables: "exhausted" };
  const nextAt = plusMilliseconds(now, Math.round(pause * 1000 * (1 + jitter / 10)));
  return { status: "queued", nextAt, disables: null };
}
