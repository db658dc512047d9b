import { Agent, request } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

/** The load generator, a process of its own: asks for the paths in turns, as fast as it can or so many times a second. */
export interface ReadLoad {
  readonly url: string;
  readonly key: string;
  readonly paths: readonly string[];
  readonly amount: number;
  readonly connections: number;
  /** Null for as fast as the answers come. */
  readonly perSecond: number | null;
}

export interface ReadResult {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly answered: number;
}

const { url, key, paths, amount, connections, perSecond } = JSON.parse(await text(process.stdin)) as ReadLoad;
const { hostname, port } = new URL(url);
const agent = new Agent({ keepAlive: true, maxSockets: connections });
const headers = { authorization: `Bearer ${key}` };
const took: number[] = [];
let [sent, answered] = [0, 0];
const began = performance.now();
if (perSecond === null) await Promise.all(Array.from({ length: connections }, asFastAsAnswered));
else await evenly(perSecond);
const seconds = (performance.now() - began) / 1000;
took.sort((one, other) => one - other);
agent.destroy();
console.log(
  JSON.stringify({
    perSecond: amount / seconds,
    p50Ms: took[took.length >> 1] ?? 0,
    p99Ms: took[Math.floor(took.length * 0.99)] ?? 0,
    answered,
  } satisfies ReadResult),
);

async function asFastAsAnswered(): Promise<void> {
  while (sent < amount) await ask(performance.now());
}

/** One after the other at its time, whether or not those before were answered; one that comes late counts from its time. */
async function evenly(rate: number): Promise<void> {
  const asked: Promise<void>[] = [];
  while (sent < amount) {
    const due = began + (sent * 1000) / rate;
    if (performance.now() < due) await sleep(1);
    else asked.push(ask(due));
  }
  await Promise.all(asked);
}

function ask(since: number): Promise<void> {
  const path = paths[sent++ % paths.length];
  return new Promise((resolve, reject) => {
    request({ agent, hostname, port, path, headers }, (response) => {
      response.resume().on("end", () => {
        took.push(performance.now() - since);
        if (response.statusCode === 200) answered++;
        resolve();
      });
    })
      .on("error", reject)
      .end();
  });
}
