import { deepStrictEqual } from "node:assert";
import { decideCancellation, type Facts } from "../src/policies/decide.ts";
import { policySet } from "../src/policies/effective.ts";
import { cases, chain, configurations } from "./decide-cases.ts";
import { type Peer, peers } from "./decide-peers.ts";
import type { BenchTable } from "./table.ts";

const rounds = 7;
const roundMs = 250;

/** Decisions a second on one core, held against general rule engines that are given the same rules. */
export async function benchDecide(): Promise<BenchTable> {
  const policies = policySet("cancellation", configurations);
  const resolved = policies.effective(chain);
  const deciding = (facts: Facts) => decideCancellation(resolved, facts);
  const resolving = (facts: Facts) => decideCancellation(policies.effective(chain), facts);
  const readingToo = (facts: Facts) =>
    decideCancellation(policySet("cancellation", configurations).effective(chain), facts);
  const others = await peers();
  for (const peer of others) await assertSame(peer, resolving);

  const contenders = [resolving, deciding, readingToo, ...others.map((peer) => (facts: Facts) => peer.decide(facts))];
  const speeds = await median(contenders);
  const [ours = 0, onResolved = 0, madeReady = 0, ...theirs] = speeds;
  const row = (name: string, speed: number, says: string[]) => [name, Math.round(speed), ratio(ours / speed), ...says];
  return {
    name: "decide: decisions a second, one core",
    columns: ["what", "decisions/s", "ours is … times as fast", "names the rule", "provenance", "receipt"],
    rows: [
      row("Frontdesk: resolve four levels, then decide", ours, ["yes", "yes", "yes"]),
      row("Frontdesk: decide on a resolved policy", onResolved, ["yes", "yes", "yes"]),
      row("Frontdesk: make the configurations ready each time too", madeReady, ["yes", "yes", "yes"]),
      ...others.map(({ name, reason }, index) => row(name, theirs[index] ?? 0, [reason, "no", "no"])),
    ],
    note:
      `${cases.length} requests in turn, seven rules; every answer was compared with ours before. Median of ${rounds} rounds, in turns. ` +
      "The peers inherit nothing field by field and calculate nothing: a plain merge of the four levels, what the rules " +
      "compare and the fee are plain code around them, inside the timed part. What is made of the rules beforehand is " +
      "outside it for all: rules added, a matcher compiled, configurations made ready. None of the peers gives a receipt.",
  };
}

/** A comparison of speed is one only where the answers are the same. */
async function assertSame(peer: Peer, ours: (facts: Facts) => ReturnType<typeof decideCancellation>): Promise<void> {
  for (const facts of cases) {
    const { allowed, code, feeCents } = ours(facts);
    const expected = peer.reason === "yes" ? { allowed, code: allowed ? null : code, feeCents } : null;
    deepStrictEqual(await peer.decide(facts), expected ?? { allowed, code: null, feeCents }, peer.name);
  }
}

async function median(contenders: readonly ((facts: Facts) => unknown)[]): Promise<number[]> {
  const measured: number[][] = contenders.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, decide] of contenders.entries()) measured[index]?.push(await perSecond(decide));
  }
  return measured.map((speeds) => speeds.toSorted((one, other) => one - other)[rounds >> 1] ?? 0);
}

/** Results go where the compiler cannot prove them unused, or it would leave the work out. */
const kept: unknown[] = new Array(1024);

async function perSecond(decide: (facts: Facts) => unknown): Promise<number> {
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

function ratio(value: number): number {
  return Math.round(value * 10) / 10;
}
