import { expect, test } from "vitest";
import { parseInstant, plusMilliseconds } from "../clock.ts";
import type { SendResult } from "./channels/channel.ts";
import { type Attempted, afterAttempt, delayMs } from "./outcome.ts";

const now = parseInstant("2026-03-02T09:00:00Z");
const first: Attempted = {
  attempts: 1,
  retriesLeft: 3,
  retryDelayMinutes: 5,
  notAfter: null,
  hasFallback: true,
  isLookedUp: false,
};
const temporary: SendResult = { outcome: "temporary", code: "451", detail: "later" };
const ambiguous: SendResult = { outcome: "ambiguous", code: "timeout", detail: "?" };

test("the pause doubles, differs by up to a tenth, and is never longer than a day", () => {
  const minutes = (attempts: number, jitter: number, retryDelayMinutes = 5) =>
    delayMs({ attempts, retryDelayMinutes }, jitter) / 60_000;
  expect([1, 2, 3, 4].map((attempts) => minutes(attempts, 0))).toEqual([5, 10, 20, 40]);
  expect(minutes(1, 1)).toBe(5.5);
  expect(minutes(10, 1, 1440)).toBe(1440);
});

const soon = plusMilliseconds(now, 60_000);
test.each<[string, Partial<Attempted>, SendResult, object]>([
  ["sent ends it", {}, { outcome: "sent", reference: "x" }, { status: "sent", fallsBack: false }],
  ["temporary is tried again", {}, temporary, { status: "queued", usesRetry: true }],
  ["the last retry falls back", { retriesLeft: 0 }, temporary, { status: "failed", fallsBack: true }],
  ["permanent falls back at once", {}, { ...temporary, outcome: "permanent" }, { status: "failed", fallsBack: true }],
  ["without a fallback it is dead", { retriesLeft: 0, hasFallback: false }, temporary, { fallsBack: false }],
  ["a retry after the start is too late", { notAfter: soon }, temporary, { status: "failed", fallsBack: true }],
  ["ambiguous is tried again, and known to be so", {}, ambiguous, { status: "queued", isAmbiguous: true }],
  ["in the end nobody knows", { retriesLeft: 0, isLookedUp: true }, ambiguous, { status: "unknown", fallsBack: false }],
])("%s", (_, overrides, result, expected) => {
  expect(afterAttempt({ ...first, ...overrides }, result, now, 0)).toMatchObject(expected);
});

test("a provider that asks for a longer pause gets it", () => {
  const { nextAt } = afterAttempt(first, { ...temporary, retryAfterSeconds: 3600 }, now, 0);
  expect(nextAt?.epochMilliseconds).toBe(now.epochMilliseconds + 3_600_000);
});
