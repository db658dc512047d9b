import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { workThrough } from "./in-hand.ts";

/** A queue of one company's things, each of which takes some milliseconds. */
async function run(count: number, { slotsOfOneCompany = 4, slots = 8, signal = new AbortController().signal } = {}) {
  const queue = Array.from({ length: count }, (_, id) => ({ id, companyId: 1 }));
  let [claims, most, inHand] = [0, 0, 0];
  const seen: number[] = [];
  const start = performance.now();
  const done = await workThrough({
    signal,
    slots,
    slotsOfOneCompany,
    claim: async (limit, saturated) => {
      claims++;
      return saturated.includes(1) ? [] : queue.splice(0, limit);
    },
    work: async ({ id }) => {
      most = Math.max(most, ++inHand);
      await sleep(5);
      seen.push(id);
      inHand--;
    },
  });
  return { done, claims, most, seen, milliseconds: performance.now() - start };
}

test("works through all there is, each once, with no more in hand than there are slots", async () => {
  const { done, most, seen } = await run(100);
  expect(done).toBe(100);
  expect(seen.toSorted((one, other) => one - other)).toEqual(Array.from({ length: 100 }, (_, id) => id));
  expect(most).toBeLessThanOrEqual(8);
});

test("does not ask again for each thing that is done, and ends when the last one is", async () => {
  const { claims, milliseconds } = await run(3);
  expect(claims).toBeLessThanOrEqual(3);
  expect(milliseconds).toBeLessThan(200);
});

test("takes nothing more in hand when it is to end, and finishes what it has", async () => {
  const ending = new AbortController();
  const working = run(1000, { signal: ending.signal });
  await sleep(20);
  ending.abort();
  const { done, seen } = await working;
  expect(seen).toHaveLength(done);
  expect(done).toBeLessThan(1000);
});
