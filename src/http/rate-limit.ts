import rateLimit from "@fastify/rate-limit";
import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from "fastify";
import { Refusal } from "../errors.ts";
import type { Caller } from "../tenant.ts";

export interface RateLimits {
  /** One allowance per API key, over all routes. Runs after it is known who is asking. */
  readonly perKey: onRequestAsyncHookHandler;
  /** For pages that need no key: one allowance per address. */
  readonly perAddress: onRequestAsyncHookHandler;
  /** As much for each link, from whatever address: a platform's server asks on behalf of all its customers. */
  readonly perLink: onRequestAsyncHookHandler;
  /**
   * Asks who is calling, and counts failures per address. Only they are refused when there are too many: a valid key is
   * heard from an address that others misuse too.
   */
  readonly onFailure: (authenticate: Authenticate) => Authenticate;
}

type Authenticate = (request: FastifyRequest, reply: FastifyReply) => Promise<Caller>;

const failuresPerMinute = 60;
const pagesPerMinute = 120;
/** How many keys and addresses are remembered at most. */
const remembered = 10_000;

/** Limits of this process alone: with several processes, each grants the allowance. */
export async function rateLimits(app: FastifyInstance, perMinute: number): Promise<RateLimits> {
  await app.register(rateLimit, {
    global: false,
    max: perMinute,
    timeWindow: 60_000,
    cache: remembered,
    enableDraftSpec: true,
    keyGenerator: ({ caller, ip }) => (caller === null ? ip : `${caller.actor.type} ${caller.actor.id}`),
    errorResponseBuilder: (_request, { after }) => tooMany(after),
  });
  const failures = app.createRateLimit({ max: failuresPerMinute, keyGenerator: ({ ip }) => ip });
  return {
    perKey: app.rateLimit() as unknown as onRequestAsyncHookHandler,
    perAddress: app.rateLimit({
      max: pagesPerMinute,
      keyGenerator: ({ ip }) => ip,
    }) as unknown as onRequestAsyncHookHandler,
    perLink: app.rateLimit({
      max: pagesPerMinute,
      keyGenerator: ({ caller }) => `link ${caller?.appointmentId}`,
    }) as unknown as onRequestAsyncHookHandler,
    onFailure: (authenticate) => async (request, reply) => {
      try {
        return await authenticate(request, reply);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const failed = await failures(request);
        if (failed.isAllowed || !failed.isExceeded) throw error;
        reply.header("retry-after", failed.ttlInSeconds);
        throw tooMany(`${failed.ttlInSeconds} seconds`);
      }
    },
  };
}

function tooMany(after: string): Refusal {
  return new Refusal("rateLimited", `That was too often. Go on in ${after}.`);
}
