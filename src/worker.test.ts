import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { expect, test, vi } from "vitest";
import { onEveryDatabase } from "../test/databases.ts";
import { createGate } from "./gate.ts";
import { bareInstallation } from "./installation.ts";
import { chores, startWorker } from "./worker.ts";

const silent = pino({ level: "silent" });

test("every chore has a name of its own and a pause", () => {
  expect(new Set(chores.map(({ name }) => name)).size).toBe(chores.length);
  for (const { name, everySeconds } of chores) expect(everySeconds, name).toBeGreaterThan(0);
});

onEveryDatabase("the worker", (db) => {
  test("runs every chore of the list without a request or a company at hand", async () => {
    for (const { name, run } of chores) {
      const { signal } = new AbortController();
      await expect(run({ db: db(), log: silent, installation: bareInstallation, signal }), name).resolves.toEqual(
        expect.any(Number),
      );
    }
  });

  test("runs a chore again at once while it finds something, then pauses", async () => {
    let runs = 0;
    const busy = { name: "busy", everySeconds: 600, run: async () => (++runs < 5 ? 1 : 0) };
    const worker = startWorker({ db: db(), log: silent, chores: [busy] });

    await vi.waitFor(() => expect(runs).toBe(5));
    await sleep(20);
    expect(runs).toBe(5);
    await worker.stop();
  });

  test("goes on with the others, and with it, when a chore fails", async () => {
    let [failures, runs] = [0, 0];
    const failing = { name: "failing", everySeconds: 0.001, run: () => Promise.reject(new Error(String(++failures))) };
    const other = { name: "other", everySeconds: 0.001, run: async () => Math.min(0, ++runs) };
    const worker = startWorker({ db: db(), log: silent, chores: [failing, other] });

    await vi.waitFor(() => expect(Math.min(failures, runs)).toBeGreaterThan(2));
    await worker.stop();
  });

  test("ends only after the chore at hand has finished, and told it to", async () => {
    let [told, finished] = [false, false];
    const slow = {
      name: "slow",
      everySeconds: 1,
      run: async ({ signal }: { signal: AbortSignal }) => {
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        told = true;
        await sleep(30);
        finished = true;
        return 1;
      },
    };
    await startWorker({ db: db(), log: silent, chores: [slow] }).stop();
    expect([told, finished]).toEqual([true, true]);
  });

  test("while its gate is closed, finishes the chore at hand, told to be quick, and begins none; then goes on", async () => {
    const gate = createGate();
    const events: string[] = [];
    const slow = {
      name: "slow",
      everySeconds: 0.001,
      run: async ({ signal }: { signal: AbortSignal }) => {
        events.push("began");
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        await sleep(20);
        events.push("ended");
        return 1;
      },
    };
    const worker = startWorker({ db: db(), log: silent, chores: [slow], gate });
    await vi.waitFor(() => expect(gate.atWork()).toBe(1));

    gate.set({ code: "maintenance", message: "", retryAfterSeconds: 1, allowTokenHash: null });
    expect(gate.atWork()).toBe(1);
    await vi.waitFor(() => expect(gate.atWork()).toBe(0));
    await sleep(30);
    expect(events).toEqual(["began", "ended"]);

    gate.set(null);
    await vi.waitFor(() => expect(events).toEqual(["began", "ended", "began"]));
    await worker.stop();
  });

  test("ends while its gate is closed", async () => {
    const gate = createGate();
    gate.set({ code: "maintenance", message: "", retryAfterSeconds: 1, allowTokenHash: null });
    let runs = 0;
    const chore = { name: "never", everySeconds: 1, run: async () => ++runs };
    await startWorker({ db: db(), log: silent, chores: [chore], gate }).stop();
    expect(runs).toBe(0);
  });
});
