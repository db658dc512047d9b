import { monitorEventLoopDelay } from "node:perf_hooks";
import type { FastifyInstance } from "fastify";
import { Refusal } from "../errors.ts";

export interface Overload {
  /** How late this process's turns come, on average over the last sample, before it takes no more requests. */
  readonly mostDelayMilliseconds: number;
  readonly sampleMilliseconds: number;
}

export const usualOverload: Overload = { mostDelayMilliseconds: 500, sampleMilliseconds: 1000 };
const resolutionMilliseconds = 10;
const retryAfterSeconds = 2;

/** Refuses what it could only answer too late, before everybody waits; whether the process lives is answered always. */
export function refuseWhenOverloaded(app: FastifyInstance, limit: Overload): void {
  const delay = monitorEventLoopDelay({ resolution: resolutionMilliseconds });
  let isOverloaded = false;
  delay.enable();
  const timer = setInterval(() => {
    isOverloaded = delay.count > 0 && delay.mean / 1e6 - resolutionMilliseconds > limit.mostDelayMilliseconds;
    delay.reset();
  }, limit.sampleMilliseconds);
  timer.unref();
  app.addHook("onClose", async () => {
    clearInterval(timer);
    delay.disable();
  });
  app.addHook("onRequest", (request, reply, done) => {
    if (!isOverloaded || request.url === "/livez") return done();
    reply.header("retry-after", String(retryAfterSeconds));
    done(new Refusal("unavailable", "This server has more to do than it can. Try again in a moment."));
  });
}
