import { deepStrictEqual } from "node:assert";
import { decideCancellation, type Facts } from "../src/policies/decide.ts";
import { policySet } from "../src/policies/effective.ts";
import { cases, chain, configurations } from "./decide-cases.ts";
import { type Peer, peers } from "./decide-peers.ts";
import { median } from "./median.ts";

/** A process for decide.ts: prints, as JSON, how many decisions a second each contender makes, ours first. */
export interface Speed {
  readonly name: string;
  /** Whether it names the rule, and whether it tells provenance and gives a receipt. */
  readonly says: readonly ("yes" | "no")[];
  readonly perSecond: number;
}

interface Contender extends Omit<Speed, "perSecond"> {
  decide(facts: Facts): unknown;
}

const rounds = 5;
const roundMs = 200;

const policies = policySet("cancellation", configurations);
const resolved = policies.effective(chain);
const resolving = (facts: Facts) => decideCancellation(policies.effective(chain), facts);

const others = await peers();
for (const peer of others) await assertSame(peer);
const all = ["yes", "yes", "yes"] as const;
const contenders: readonly Contender[] = [
  { name: "Frontdesk: resolve four levels, then decide", says: all, decide: resolving },
  {
    ...{ name: "Frontdesk: decide on a resolved policy", says: all },
    decide: (facts) => decideCancellation(resolved, facts),
  },
  {
    ...{ name: "Frontdesk: make the configurations ready each time too", says: all },
    decide: (facts) => decideCancellation(policySet("cancellation", configurations).effective(chain), facts),
  },
  ...others.map(
    (peer): Contender => ({
      ...{ name: peer.name, says: [peer.reason, "no", "no"] },
      decide: (facts) => peer.decide(facts),
    }),
  ),
];
console.log(JSON.stringify(await inTurns(contenders)));

/** A comparison of speed is one only where the answers are the same. */
async function assertSame(peer: Peer): Promise<void> {
  for (const facts of cases) {
    const { allowed, code, feeCents } = resolving(facts);
    const expected = peer.reason === "yes" ? { allowed, code: allowed ? null : code, feeCents } : null;
    deepStrictEqual(await peer.decide(facts), expected ?? { allowed, code: null, feeCents }, peer.name);
  }
}

async function inTurns(contenders: readonly Contender[]): Promise<Speed[]> {
  const measured: number[][] = contenders.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, { decide }] of contenders.entries()) measured[index]?.push(await perSecond(decide));
  }
  return contenders.map(({ name, says }, index) => ({ name, says, perSecond: median(measured[index]) }));
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
