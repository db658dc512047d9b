import { text } from "node:stream/consumers";
import autocannon from "autocannon";

/** The load generator, a process of its own: cancels each appointment once, and prints what it saw. */
export interface Load {
  readonly url: string;
  readonly key: string;
  /** More than the amount: autocannon prepares a request more for each connection than it sends. */
  readonly appointmentIds: readonly number[];
  readonly amount: number;
  readonly connections: number;
  readonly idempotent: boolean;
}

export interface LoadResult {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly answered: number;
}

const load = JSON.parse(await text(process.stdin)) as Load;
const { appointmentIds, amount, connections, idempotent } = load;
let next = 0;
let lastAnswerAt = 0;
const began = performance.now();
const result = await autocannon({
  url: load.url,
  connections,
  amount,
  timeout: 60,
  requests: [
    {
      setupRequest(request) {
        const id = appointmentIds[next++];
        const headers = {
          authorization: `Bearer ${load.key}`,
          "content-type": "application/json",
          ...(idempotent && { "idempotency-key": `cancel ${id}` }),
        };
        return { ...request, method: "POST", path: `/api/v1/appointments/${id}/cancellation`, headers, body: "{}" };
      },
      // The tool itself looks once a second whether it is done.
      onResponse() {
        lastAnswerAt = performance.now();
      },
    },
  ],
});
const seconds = (lastAnswerAt - began) / 1000;
console.log(
  JSON.stringify({
    perSecond: amount / seconds,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    answered: result["2xx"],
  } satisfies LoadResult),
);
