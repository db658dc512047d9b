import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Migration } from "../src/db/migration.ts";
import { migrations as shipped } from "../src/db/migrations.ts";
import { latestRuns, openRun, updateRun } from "../src/deploy/journal.ts";
import { DeploymentRunning } from "../src/deploy/lock.ts";
import { leaveMaintenance, readMaintenance } from "../src/deploy/maintenance.ts";
import { abort, deploy, migrate, resume } from "../src/deploy/run.ts";
import { defaultSettings, type MaintenanceSettings, type Settings } from "../src/deploy/settings.ts";
import { openTarget, type Target } from "../src/deploy/target.ts";
import { enginesInUse, type ScratchDatabase, scratchDatabase } from "./databases.ts";
import { bareEnvironment } from "./programs.ts";

const cli = join(import.meta.dirname, "../src/cli.ts");
const patience = { timeout: 15_000, interval: 50 };

/** What an update would bring: one more table. */
const update = {
  id: "9999_visits",
  release: "phase-4-services",
  steps: Object.fromEntries(
    ["sqlite", "mariadb", "mysql"].map((engine) => [
      engine,
      {
        tables: [{ up: "create table visits (id integer primary key)", down: "drop table visits" }],
        foreignKeys: [],
      },
    ]),
  ),
} as unknown as Migration;

describe.each(enginesInUse())("a deployment beside a server at work (%s)", (engine) => {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-freeze-"));
  const [stopped, order] = [join(folder, "stopped"), join(folder, "order")];
  let scratch: ScratchDatabase;
  let target: Target;
  let server: ChildProcess;
  let address = "";

  const maintenance: MaintenanceSettings = {
    reason: "new tables",
    retryAfterSeconds: 7,
    acknowledgeSeconds: 10,
    freezeHook: `touch ${stopped}; echo freeze >>${order}`,
    thawHook: `rm -f ${stopped}; echo thaw >>${order}`,
    hookSeconds: 5,
  };
  const options = (settings: Partial<Settings> = {}) => ({
    migrations: [...shipped, update],
    environment: process.env,
    settings: { ...defaultSettings, maintenance, ...settings },
  });
  const steps = () => (existsSync(order) ? readFileSync(order, "utf8").trim().split("\n") : []);
  const back = async () => {
    rmSync(order, { force: true });
    const [run] = await latestRuns(target, 1);
    if (run?.progress.end !== "migrated") return;
    await target.query("drop table visits");
    const schema = engine === "sqlite" ? "" : `${target.database}_frontdesk.`;
    await target.query(`delete from ${schema}frontdesk_migrations where id = '9999_visits'`);
    await target.query(`delete from ${schema}frontdesk_runs where id = ?`, [run.id]);
  };
  const expectServing = () =>
    vi.waitFor(async () => expect((await fetch(`${address}/api/v1/appointments`)).status).toBe(401), patience);

  beforeAll(async () => {
    scratch = await scratchDatabase(engine, "empty");
    target = await openTarget(scratch.url);
    await migrate(target);
    const env = { ...bareEnvironment, DATABASE_URL: scratch.url, PORT: "0", DRAIN_SECONDS: "0" };
    server = spawn(process.execPath, [cli, "serve"], { env, stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    server.stdout?.setEncoding("utf8").on("data", (text: string) => (output += text));
    await vi.waitFor(() => expect(output).toMatch(/listening at/), patience);
    address = /listening at (http:[\w.:/]+)/.exec(output)?.[1]?.replace(/\/$/, "") ?? "";
  });
  afterAll(async () => {
    server?.kill("SIGKILL");
    await target?.close();
    await scratch?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it("closes it meanwhile, stops the host, tries the new version with the token, and opens again", async () => {
    const smoke = {
      command: `echo smoke >>${order}; test -e ${stopped} && test "$(${process.execPath} ${join(import.meta.dirname, "faults/ask.ts")} ${address})" = "503 401"`,
      seconds: 20,
    };
    const health = { urls: [`${address}/readyz`], patienceSeconds: 10 };
    const ending = await deploy(target, options({ smoke, health }));
    expect(ending).toMatchObject({ end: "migrated", reason: null, frozen: false });
    expect(steps()).toEqual(["freeze", "smoke", "thaw"]);
    expect(existsSync(stopped)).toBe(false);
    await expectServing();
    const [run] = await latestRuns(target, 1);
    expect(run?.notes).toMatchObject({
      maintenance: { acknowledged: [expect.stringContaining(`pid ${server.pid}`)] },
      smoke: { failure: null },
      health: [{ failure: null, status: 200 }],
      frozenMilliseconds: expect.any(Number),
      hostStopped: false,
    });
    expect(JSON.stringify(run)).not.toMatch(/frontdesk-maintenance-token|allowToken/i);
    await back();
  });

  it.each([
    { what: "the freeze command fails", change: { freezeHook: "echo no mains; exit 3" }, end: "untouched" },
    { what: "the freeze command hangs", change: { freezeHook: "sleep 60", hookSeconds: 1 }, end: "untouched" },
  ])("$what: nothing was touched, and everybody is let in again", async ({ change, end }) => {
    const ending = await deploy(target, options({ maintenance: { ...maintenance, ...change } }));
    expect(ending).toMatchObject({ end, reason: expect.stringContaining("The freeze command failed") });
    expect(steps()).toEqual(["thaw"]);
    expect((await readMaintenance(target)).lease).toBeNull();
    await expectServing();
    await back();
  });

  it.each([
    { what: "the smoke command fails", settings: { smoke: { command: "exit 1", seconds: 5 } }, freezes: 1 },
    {
      what: "it is not healthy afterwards",
      settings: { health: { urls: ["http://127.0.0.1:9/readyz"], patienceSeconds: 1 } },
      freezes: 2,
    },
  ])("$what: all is taken back, and everybody is let in again", async ({ settings, freezes }) => {
    expect(await deploy(target, options(settings))).toMatchObject({ end: "undone", frozen: false });
    expect(steps().filter((step) => step === "freeze")).toHaveLength(freezes);
    expect(steps().at(-1)).toBe("thaw");
    await expect(target.query("select 1 from visits")).rejects.toThrow(/visits/);
    await expectServing();
    await back();
  });

  it("a thaw command that fails holds: maintenance stays on until a person has helped", async () => {
    const isMended = join(folder, "mended");
    const thawHook = `test -e ${isMended} && rm -f ${stopped}`;
    const ending = await deploy(target, options({ maintenance: { ...maintenance, thawHook } }));
    expect(ending).toMatchObject({ end: "held", frozen: true });
    expect((await fetch(`${address}/api/v1/appointments`)).status).toBe(503);
    expect(await deploy(target, options())).toMatchObject({ end: "held" });
    writeFileSync(isMended, "");
    expect(await resume(target, options())).toMatchObject({ end: "migrated", frozen: false });
    await expectServing();
    await back();
  });

  it("goes on under maintenance again where a person had let everybody in after a death", async () => {
    expect(await deploy(target, options())).toMatchObject({ end: "migrated" });
    const [run] = await latestRuns(target, 1);
    if (run === undefined) throw new Error("There is no run.");
    const progress = { ...run.progress, phase: "verifying" as const, frozen: true, end: null };
    await updateRun(target, run.id, { progress, endedAt: null });
    await leaveMaintenance(target, run.id);
    rmSync(order, { force: true });
    expect(await abort(target, options())).toMatchObject({ end: "undone", frozen: false });
    expect(steps().slice(0, 1)).toEqual(["freeze"]);
    expect(steps().at(-1)).toBe("thaw");
    await back();
  });

  it("a process that does not stop is named, and nothing was touched", { timeout: 30_000 }, async () => {
    server.kill("SIGSTOP");
    const ending = await deploy(target, options({ maintenance: { ...maintenance, acknowledgeSeconds: 1 } }));
    server.kill("SIGCONT");
    expect(ending).toMatchObject({ end: "untouched", reason: expect.stringContaining(`(pid ${server.pid})`) });
    expect(steps()).toEqual([]);
    await expectServing();
    await back();
  });

  it.skipIf(engine === "sqlite")("stops where another process went on while its connection was lost", async () => {
    const other = await openTarget(scratch.url);
    const migrations = [...shipped, update];
    const [me] = await target.query<{ id: number }>("select connection_id() as id");
    const fragile: Target = {
      ...target,
      async query(sql, parameters) {
        if (sql.startsWith("create table visits")) await other.query(`kill ${me?.id}`);
        return target.query(sql, parameters);
      },
      async reopen() {
        expect(await resume(other, { migrations })).toMatchObject({ end: "migrated" });
        await target.reopen();
      },
    };
    await expect(deploy(fragile, { migrations })).rejects.toThrow(DeploymentRunning);
    expect(await openRun(target)).toBeNull();
    await other.query("select * from visits");
    await other.close();
    await back();
  });
});
