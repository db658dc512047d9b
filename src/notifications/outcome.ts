import { type Instant, isBefore, plusMilliseconds } from "../clock.ts";
import type { AttemptOutcome, DeliveryStatus } from "../db/schema.ts";
import type { SendResult } from "./channels/channel.ts";

/** What the state machine looks at when an attempt has ended. */
export interface Attempted {
  /** How many attempts there were, this one included. */
  readonly attempts: number;
  readonly retriesLeft: number;
  readonly retryDelayMinutes: number;
  readonly notAfter: Instant | null;
  readonly hasFallback: boolean;
  /** Whether the provider can be asked what became of an ambiguous one, and must be: it would send twice. */
  readonly isLookedUp: boolean;
}

/** What becomes of the delivery. */
export interface Transition {
  readonly status: DeliveryStatus;
  readonly attempt: AttemptOutcome;
  readonly nextAt: Instant | null;
  readonly isAmbiguous: boolean;
  readonly usesRetry: boolean;
  readonly fallsBack: boolean;
  readonly reference: string | null;
  readonly errorCode: string | null;
  readonly detail: string | null;
}

const longestDelayMinutes = 1440;

/**
 * queued → sending → sent; or queued again with a growing pause, at last failed (and then the fallback, once) or, where
 * nobody can know whether it was sent, unknown: held for a person and never sent again by itself. Pure.
 * @param jitter from 0 to 1
 */
export function afterAttempt(attempted: Attempted, result: SendResult, now: Instant, jitter: number): Transition {
  if (result.outcome === "sent") {
    return { ...plain("sent", "sent"), reference: result.reference };
  }
  const error = { errorCode: result.code, detail: result.detail };
  if (result.outcome === "permanent") return { ...failed(attempted), ...error };
  const seconds = result.outcome === "temporary" ? (result.retryAfterSeconds ?? 0) : 0;
  const nextAt = plusMilliseconds(now, Math.max(delayMs(attempted, jitter), seconds * 1000));
  const isAmbiguous = result.outcome === "ambiguous";
  const isTooLate = attempted.notAfter !== null && !isBefore(nextAt, attempted.notAfter);
  if (attempted.retriesLeft > 0 && !isTooLate) {
    return { ...plain("queued", isAmbiguous ? "ambiguous" : "retry"), ...error, nextAt, isAmbiguous, usesRetry: true };
  }
  if (isAmbiguous && attempted.isLookedUp) return { ...plain("unknown", "ambiguous"), ...error, isAmbiguous };
  return { ...failed(attempted), ...error };
}

function failed({ hasFallback }: Attempted): Transition {
  return { ...plain("failed", "failed"), fallsBack: hasFallback };
}

function plain(status: DeliveryStatus, attempt: AttemptOutcome): Transition {
  return {
    status,
    attempt,
    nextAt: null,
    isAmbiguous: false,
    usesRetry: false,
    fallsBack: false,
    reference: null,
    errorCode: null,
    detail: null,
  };
}

/** 5, 10, 20, 40 minutes for a base of 5, and up to a tenth more, so that what failed together does not come back so. */
export function delayMs(
  { attempts, retryDelayMinutes }: Pick<Attempted, "attempts" | "retryDelayMinutes">,
  jitter: number,
): number {
  const minutes = retryDelayMinutes * 2 ** (attempts - 1) * (1 + jitter / 10);
  return Math.round(Math.min(minutes, longestDelayMinutes) * 60_000);
}
