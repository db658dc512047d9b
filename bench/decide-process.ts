import { deepStrictEqual } from "node:assert";
import { decideCancellation, type Facts } from "../src/policies/decide.ts";
import { policySet } from "../src/policies/effective.ts";
import { cases, chain, configurations } from "./decide-cases.ts";
import { type Peer, peers } from "./decide-peers.ts";
import { median } from "./median.ts";

/** A process for decide.ts: prints, as JSON, how many decisions a second each contender makes. */
export interface Speeds {
  readonly resolving: number;
  readonly onResolved: number;
  readonly madeReady: number;
  readonly peers: readonly { readonly name: string; readonly reason: Peer["reason"]; readonly speed: number }[];
}

const rounds = 5;
const roundMs = 200;

const policies = policySet("cancellation", configurations);
const resolved = policies.effective(chain);
const deciding = (facts: Facts) => decideCancellation(resolved, facts);
const resolving = (facts: Facts) => decideCancellation(policies.effective(chain), facts);
const readingToo = (facts: Facts) =>
  decideCancellation(policySet("cancellation", configurations).effective(chain), facts);

const others = await peers();
for (const peer of others) await assertSame(peer);
const contenders = [resolving, deciding, readingToo, ...others.map((peer) => (facts: Facts) => peer.decide(facts))];
const [ours = 0, onResolved = 0, madeReady = 0, ...theirs] = await inTurns(contenders);
const speeds: Speeds = {
  ...{ resolving: ours, onResolved, madeReady },
  peers: others.map(({ name, reason }, index) => ({ name, reason, speed: theirs[index] ?? 0 })),
};
console.log(JSON.stringify(speeds));

/** A comparison of speed is one only where the answers are the same. */
async function assertSame(peer: Peer): Promise<void> {
  for (const facts of cases) {
    const { allowed, code, feeCents } = resolving(facts);
    const expected = peer.reason === "yes" ? { allowed, code: allowed ? null : code, feeCents } : null;
    deepStrictEqual(await peer.decide(facts), expected ?? { allowed, code: null, feeCents }, peer.name);
  }
}

async function inTurns(contenders: readonly ((facts: Facts) => unknown)[]): Promise<number[]> {
  const measured: number[][] = contenders.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, decide] of contenders.entries()) measured[index]?.push(await perSecond(decide));
  }
  return measured.map(median);
}

async function perSecond(decide: (facts: Facts) => unknown): Promise<number> {
  // Results go where the compiler cannot prove them unused, or it would leave the work out.
  const kept: unknown[] = new Array(1024);
  const began = performance.now();
  let count = 0;
  do {
    for (let index = 0; index < 500; index++, count++) {
      const answer = decide(cases[count % cases.length] as Facts);
      kept[count % kept.length] = answer instanceof Promise ? await answer : answer;
    }
  } while (performance.now() - began < roundMs);
  return (count / (performance.now() - began)) * 1000;
}
