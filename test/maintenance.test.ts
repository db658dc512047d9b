import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { connect as openSocket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { parseInstant } from "../src/clock.ts";
import { type Connection, connect } from "../src/db/connect.ts";
import { transaction } from "../src/db/transaction.ts";
import {
  awaitAcknowledged,
  awaitDiscovery,
  enterMaintenance,
  leaveMaintenance,
  MaintenanceLost,
  MaintenanceTaken,
  markBegun,
  newAllowToken,
  readMaintenance,
  renewLease,
} from "../src/deploy/maintenance.ts";
import { migrate } from "../src/deploy/run.ts";
import { openTarget, type Target } from "../src/deploy/target.ts";
import { insertClaim } from "../src/http/idempotency-store.ts";
import { aCompanyWithKey } from "../src/tenancy/testing.ts";
import { enginesInUse, type ScratchDatabase, scratchDatabase } from "./databases.ts";
import { bareEnvironment } from "./programs.ts";

const cli = join(import.meta.dirname, "../src/cli.ts");
const patience = { timeout: 15_000, interval: 50 };

/** A process of the real command line; `address` is null for one that does not listen. */
interface Running {
  readonly child: ChildProcess;
  readonly address: string | null;
  output(): string;
}

describe.each(enginesInUse())("maintenance (%s)", { concurrent: true }, (engine) => {
  let scratch: ScratchDatabase;
  let target: Target;
  let db: Connection;
  let servers: Running[];
  let worker: Running;
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-maintenance-"));
  const tokenFile = join(folder, "token");
  const running: Running[] = [];

  const environment = () => ({ ...bareEnvironment, DATABASE_URL: scratch.url, PORT: "0", DRAIN_SECONDS: "0" });
  const run = (...args: string[]) =>
    new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
      const child = execFile(process.execPath, [cli, "maintenance", ...args], { env: environment() }, (_e, out, err) =>
        resolve({ code: child.exitCode, stdout: out, stderr: err }),
      );
    });

  async function start(command: "serve" | "work"): Promise<Running> {
    const child = spawn(process.execPath, [cli, command], { env: environment(), stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    await vi.waitFor(() => expect(output).toMatch(command === "serve" ? /listening at/ : /Working/), patience);
    const address = /listening at (http:[\w.:/]+)/.exec(output)?.[1] ?? null;
    const process_ = { child, address, output: () => output };
    running.push(process_);
    return process_;
  }

  const ask = async (server: Running | undefined, path = "/", headers: Record<string, string> = {}) => {
    const response = await fetch(`${server?.address}${path}`, { headers });
    const body = (await response.json()) as Record<string, unknown>;
    return { status: response.status, body, retryAfter: response.headers.get("retry-after") };
  };
  const statuses = () => Promise.all(servers.map(async (server) => (await ask(server)).status));
  const enter = (owner: string, ttlSeconds: number | null, allowToken: string | null = null) =>
    enterMaintenance(target, { owner, reason: "new tables", retryAfterSeconds: 7, ttlSeconds, allowToken });
  const pids = (rows: readonly { pid: number }[]) => rows.map(({ pid }) => pid).sort();
  const pidsOf = (processes: readonly Running[]) => processes.map(({ child }) => child.pid).sort();

  beforeAll(async () => {
    scratch = await scratchDatabase(engine, "empty");
    target = await openTarget(scratch.url);
    await migrate(target);
    db = await connect(scratch.url, { connections: 2 });
    const [one, other, third] = await Promise.all([start("serve"), start("serve"), start("work")]);
    [servers, worker] = [[one, other], third];
  });
  afterEach(async () => {
    const { lease } = await readMaintenance(target);
    if (lease !== null) await leaveMaintenance(target, lease.owner);
  });
  afterAll(async () => {
    for (const { child } of running) child.kill("SIGKILL");
    await db?.close();
    await target?.close();
    await scratch?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it("closes every process; one with a request in flight is named until that has ended, and is answered", {
    concurrent: false,
  }, async () => {
    const slow = openSocket(Number(new URL(servers[0]?.address ?? "").port), "127.0.0.1");
    let reply = "";
    slow.setEncoding("utf8").on("data", (part) => (reply += part));
    slow.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{");
    await sleep(100);

    const stateFile = join(folder, "maintenance.json");
    const files = ["--token-file", tokenFile, "--maintenance-file", stateFile];
    const on = await run("on", "--reason", "new tables", "--retry-after", "7", "--wait", "3", ...files);
    expect(on).toMatchObject({ code: 1, stderr: "" });
    expect(on.stdout.match(/STILL AT WORK.*/g)).toEqual([expect.stringContaining(`pid ${servers[0]?.child.pid},`)]);
    expect(on.stdout.match(/stopped {2}/g)).toHaveLength(2);
    expect(JSON.parse(readFileSync(stateFile, "utf8"))).toMatchObject({ on: true, reason: "new tables", until: null });

    for (const server of servers) {
      expect(await ask(server, "/api/v1/appointments")).toMatchObject({
        status: 503,
        retryAfter: "7",
        body: { code: "maintenance", status: 503, detail: expect.stringContaining("(new tables)") },
      });
      expect(await ask(server, "/nowhere")).toMatchObject({ status: 503 });
      expect(await ask(server, "/livez")).toMatchObject({ status: 200 });
      expect(await ask(server, "/readyz")).toMatchObject({ status: 200, body: { status: "maintenance" } });
    }
    expect(reply).toBe("");
    slow.write("}");
    const { generation } = (await readMaintenance(target)).lease ?? { generation: 0 };
    const { acknowledged, missing } = await awaitAcknowledged(target, generation, { timeoutMs: 3000 });
    expect(reply).toMatch(/^HTTP\/1.1 405 /);
    slow.destroy();
    expect({ acknowledged: pids(acknowledged), missing }).toEqual({
      acknowledged: pidsOf([...servers, worker]),
      missing: [],
    });

    const token = readFileSync(tokenFile, "utf8").trim();
    expect(statSync(tokenFile).mode & 0o777).toBe(0o600);
    expect(on.stdout).not.toContain(token);
    expect(await ask(servers[0], "/", { "frontdesk-maintenance-token": token })).toMatchObject({ status: 200 });
    expect(await ask(servers[0], "/", { "frontdesk-maintenance-token": `${token}x` })).toMatchObject({ status: 503 });
    const status = await run("status", "--json");
    expect(status.stdout).not.toContain("allow");
    expect(JSON.parse(status.stdout)).toMatchObject({
      on: true,
      owner: "person",
      processes: Array(3).fill({ state: "stopped" }),
    });

    expect(await run("off", ...files)).toMatchObject({ code: 0 });
    await vi.waitFor(async () => expect(await statuses()).toEqual([200, 200]), { timeout: 1500 });
    expect(await ask(servers[0], "/readyz")).toMatchObject({ status: 200, body: { status: "ok" } });
    expect([tokenFile, stateFile].filter((file) => existsSync(file))).toEqual([]);
  });

  it("lets no worker begin a chore, nor one that is started meanwhile; afterwards it catches up", {
    concurrent: false,
  }, async () => {
    const generation = await enter("run-1", 30);
    await awaitAcknowledged(target, generation, { timeoutMs: 3000 });
    const company = await aCompanyWithKey(db);
    const claim = { keyHash: "k".repeat(64), requestHash: "r".repeat(64), owner: "o".repeat(36) };
    await transaction(db, (tx) => insertClaim(tx, company, claim, parseInstant("2020-01-01T00:00:00Z")));
    const keys = async () => (await target.query("select id from idempotency_keys")).length;

    const late = await start("work");
    const { acknowledged, missing } = await awaitAcknowledged(target, generation, { timeoutMs: 3000 });
    expect({ missing, acknowledged: pids(acknowledged) }).toEqual({
      missing: [],
      acknowledged: pidsOf([...servers, worker, late]),
    });
    await sleep(500);
    expect(await keys()).toBe(1);

    await leaveMaintenance(target, "run-1");
    await vi.waitFor(async () => expect(await keys()).toBe(0), patience);
    late.child.kill("SIGTERM");
    await once(late.child, "exit");
    expect(pids((await readMaintenance(target)).processes)).toEqual(pidsOf([...servers, worker]));
  });

  it("ends by itself when its owner dies before anything had begun, and never afterwards", {
    concurrent: false,
  }, async () => {
    await enter("run-1", 1.5);
    await vi.waitFor(async () => expect(await statuses()).toEqual([503, 503]), patience);
    await renewLease(target, "run-1", 1);
    await vi.waitFor(async () => expect(await statuses()).toEqual([200, 200]), patience);
    await expect(markBegun(target, "run-1")).rejects.toThrow(MaintenanceLost);
    await expect(renewLease(target, "run-1", 10)).rejects.toThrow(MaintenanceLost);

    await enter("run-2", 1);
    await markBegun(target, "run-2");
    await vi.waitFor(async () => expect(await statuses()).toEqual([503, 503]), patience);
    await sleep(800);
    expect(await statuses()).toEqual([503, 503]);
    expect(await enter("run-2", 0.001)).toBeGreaterThan(0);
    expect((await readMaintenance(target)).lease).toMatchObject({ owner: "run-2", begun: true });
    await leaveMaintenance(target, "run-2");
    await vi.waitFor(async () => expect(await statuses()).toEqual([200, 200]), { timeout: 1500 });
  });

  it("is one owner's: nobody else puts it on or takes it off, but a person may force it", {
    concurrent: false,
  }, async () => {
    await enter("run-1", null);
    await expect(enter("run-2", 30)).rejects.toThrow(MaintenanceTaken);
    await leaveMaintenance(target, "run-2");
    await expect(enter("person", 30)).rejects.toThrow("already on, by run-1");
    const off = await run("off", "--token-file", tokenFile);
    expect(off).toMatchObject({ code: 1, stderr: expect.stringContaining("frontdesk deploy resume") });
    expect((await readMaintenance(target)).lease?.owner).toBe("run-1");
    expect(await run("off", "--force", "--token-file", tokenFile)).toMatchObject({ code: 0 });
    expect((await readMaintenance(target)).lease).toBeNull();
  });

  it("serves on where its tables are missing, says so, and hears of maintenance once they are there", {
    concurrent: false,
  }, async () => {
    const schema = engine === "sqlite" ? "" : `${target.database}_frontdesk.`;
    for (const table of ["maintenance", "processes"]) await target.query(`drop table ${schema}frontdesk_${table}`);
    const unknown = { status: 200, body: { status: "ok", maintenance: "unknown" } };
    await vi.waitFor(async () => expect(await ask(servers[0], "/readyz")).toMatchObject(unknown), patience);
    await sleep(1200);
    expect(await statuses()).toEqual([200, 200]);
    expect(servers[0]?.output().match(/cannot hear of maintenance/g)).toHaveLength(1);
    expect(await readMaintenance(target)).toEqual({ lease: null, processes: [] });

    await awaitDiscovery(target);
    const known = pidsOf([...servers, worker]);
    expect(pids((await readMaintenance(target)).processes)).toEqual(known);
    expect((await ask(servers[0], "/readyz")).body).not.toHaveProperty("maintenance");
  });

  it("does not wait for a process that was killed, once it was not seen for the time given", {
    concurrent: false,
  }, async () => {
    const [survivor, victim] = servers;
    victim?.child.kill("SIGKILL");
    const generation = await enter("run-1", 30, newAllowToken());
    const early = await awaitAcknowledged(target, generation, { timeoutMs: 0 });
    expect(pids(early.missing)).toContain(victim?.child.pid);

    const began = performance.now();
    const { acknowledged, missing } = await awaitAcknowledged(target, generation, {
      timeoutMs: 8000,
      livenessMs: 2500,
    });
    expect(performance.now() - began).toBeLessThan(6000);
    expect(missing).toEqual([]);
    expect(pids(acknowledged)).toEqual(pidsOf([survivor as Running, worker]));
  });
});
