import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { enginesInUse, type ScratchDatabase, scratchDatabase } from "../../test/databases.ts";
import { ensureMaintenanceTables, enterMaintenance, readMaintenance } from "../deploy/maintenance.ts";
import { openTarget, type Target } from "../deploy/target.ts";
import { type Connection, connect } from "./connect.ts";
import { watchMaintenance } from "./maintenance-watch.ts";
import { transaction } from "./transaction.ts";

const timing = { whileOpen: 50, whileClosed: 50, look: 150, doubt: 400 };
const quiet = { info() {}, warn() {} };

describe.each(enginesInUse())("watching for maintenance (%s)", (engine) => {
  let scratch: ScratchDatabase;
  let target: Target;
  const anotherConnection = () => connect(scratch.url, { connections: 1 });
  const watch = (connection: () => Promise<Connection> = anotherConnection) =>
    watchMaintenance({ kind: "serve", version: "1.2.3", log: quiet, timing, connect: connection });

  beforeEach(async () => {
    scratch = await scratchDatabase(engine, "empty");
    target = await openTarget(scratch.url);
    await ensureMaintenanceTables(target);
  });
  afterEach(async () => {
    await target.close();
    await scratch.remove();
  });

  test("acknowledges only when nothing is at work and the aftermath of it is over", async () => {
    const { gate, stop } = await watch();
    const acknowledged = async () => (await readMaintenance(target)).processes[0]?.acknowledgedGeneration;
    const { promise: settled, resolve: settle } = Promise.withResolvers<void>();
    gate.addAftermath(() => settled);
    const end = gate.begin();
    const lease = { owner: "run-1", reason: "tables", retryAfterSeconds: 5, ttlSeconds: 60, allowToken: null };
    const generation = await enterMaintenance(target, lease);

    await vi.waitFor(() => expect(gate.closure()).toMatchObject({ code: "maintenance", retryAfterSeconds: 5 }));
    await sleep(150);
    expect(await acknowledged()).toBe(0);
    end();
    await sleep(100);
    expect(await acknowledged()).toBe(0);
    settle();
    await vi.waitFor(async () => expect(await acknowledged()).toBe(generation));

    expect(await enterMaintenance(target, lease)).toBe(generation + 1);
    await vi.waitFor(async () => expect(await acknowledged()).toBe(generation + 1));
    await stop();
    expect((await readMaintenance(target)).processes).toEqual([]);
  });

  test("stops by itself when its connection hangs, and goes on with another one", async () => {
    const first = await anotherConnection();
    const { promise: mended, resolve: mend } = Promise.withResolvers<void>();
    let connections = 0;
    const { gate, stop } = await watch(async () => {
      if (++connections === 1) return first;
      await mended;
      return anotherConnection();
    });
    expect(gate.closure()).toBeNull();

    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const hanging = transaction(first, () => released);
    await vi.waitFor(() => expect(gate.closure()).toMatchObject({ code: "unavailable" }), { timeout: 3000 });
    mend();
    await vi.waitFor(() => expect(gate.closure()).toBeNull(), { timeout: 3000 });
    expect(connections).toBeGreaterThan(1);
    release();
    await expect(hanging).rejects.toThrow(/not open|closed state/);
    await stop();
  });
});

const servers = enginesInUse().filter((engine) => engine !== "sqlite");
describe.each(servers)("a database user with few rights (%s)", (engine) => {
  test("serves on with one warning, and needs the rights that the manual lists and no more", async () => {
    const scratch = await scratchDatabase(engine, "empty");
    const target = await openTarget(scratch.url);
    const user = `frontdesk_${randomBytes(4).toString("hex")}`;
    const url = new URL(scratch.url);
    [url.username, url.password] = [user, "p"];
    const control = `\`${target.database}_frontdesk\``;
    const warnings: string[] = [];
    const log = { info() {}, warn: (_details: object, message: string) => void warnings.push(message) };
    try {
      await ensureMaintenanceTables(target);
      await target.query(`create user ${user} identified by 'p'`);
      await target.query(`grant all on \`${target.database}\`.* to ${user}`);
      const open = () => connect(url.href, { connections: 1 });
      const { gate, stop } = await watchMaintenance({ kind: "work", version: "1", log, timing, connect: open });
      await sleep(200);
      expect([gate.isWatched(), gate.closure(), warnings.length]).toEqual([false, null, 1]);

      await target.query(`grant select on ${control}.frontdesk_maintenance to ${user}`);
      await target.query(`grant select, insert, update, delete on ${control}.frontdesk_processes to ${user}`);
      await vi.waitFor(() => expect(gate.isWatched()).toBe(true), { timeout: 3000 });
      expect((await readMaintenance(target)).processes).toMatchObject([{ kind: "work", live: true }]);
      await stop();
      expect((await readMaintenance(target)).processes).toEqual([]);
      expect(warnings).toHaveLength(1);
    } finally {
      await target.query(`drop user if exists ${user}`);
      await target.close();
      await scratch.remove();
    }
  });
});
