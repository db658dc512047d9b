import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { Migration } from "../src/db/migration.ts";
import { migrations as shipped } from "../src/db/migrations.ts";
import { fingerprint, readCatalogue } from "../src/deploy/catalogue.ts";
import { latestRuns } from "../src/deploy/journal.ts";
import { readMaintenance } from "../src/deploy/maintenance.ts";
import { reportOf } from "../src/deploy/report.ts";
import { reportSchema } from "../src/deploy/report-schema.ts";
import { deploy, migrate, rollBack } from "../src/deploy/run.ts";
import { openTarget, type Target } from "../src/deploy/target.ts";
import type { Alarm } from "../src/deploy/watch/alarms.ts";
import type { WatchSettings } from "../src/deploy/watch/eyes.ts";
import { usualLimits } from "../src/deploy/watch/sighting.ts";
import { RunIsOpen, watch } from "../src/deploy/watch/watch.ts";
import { enginesInUse, type ScratchDatabase, scratchDatabase } from "./databases.ts";
import { wire } from "./faults/wire.ts";
import { bareEnvironment } from "./programs.ts";
import { freePort } from "./servers/server.ts";

const cli = join(import.meta.dirname, "../src/cli.ts");
const patience = { timeout: 20_000, interval: 50 };
const newest = shipped.at(-1)?.release ?? "phase-5-platform";
const step = (name: string) => ({ up: `create table ${name} (id integer primary key)`, down: `drop table ${name}` });
const migration = (id: string, tables: { up: string; down: string }[]): Migration => {
  const parts = { tables, foreignKeys: [] };
  return { id, release: newest, steps: { sqlite: parts, mariadb: parts, mysql: parts } };
};
/** More of the release that is there already: only this is to be taken back. */
const migrations = [...shipped, migration("9998_visits", [step("visits"), step("visit_notes")])];

describe.each(enginesInUse())("watching after a deployment (%s)", (engine) => {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-watching-"));
  const [log, hooks] = [join(folder, "app.log"), join(folder, "hooks")];
  let scratch: ScratchDatabase;
  let target: Target;
  let before = "";
  let status = 200;
  let text = "";
  const server = createServer((request, response) => {
    response.writeHead(request.url === "/metrics" ? 200 : status).end(text);
  });
  let address = "";
  const fallIll = () => {
    status = 500;
  };

  beforeAll(async () => {
    server.listen(0, "127.0.0.1");
    await vi.waitFor(() => expect(server.listening).toBe(true));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    scratch = await scratchDatabase(engine, "empty");
    target = await openTarget(scratch.url);
    await migrate(target);
    before = fingerprint(await readCatalogue(target));
    // So that no run waits for processes to find the registry.
    await deploy(target, { migrations, settings: { maintenance } });
    await rollBackLast();
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await target?.close();
    await scratch?.remove();
    rmSync(folder, { recursive: true, force: true });
  });
  const maintenance = {
    ...{ reason: "visits", retryAfterSeconds: 5, acknowledgeSeconds: 5, hookSeconds: 5 },
    ...{ freezeHook: `echo freeze >>${hooks}`, thawHook: `echo thaw >>${hooks}` },
  };
  const hooksRun = () => (existsSync(hooks) ? readFileSync(hooks, "utf8").trim().split("\n") : []);

  beforeEach(async () => {
    writeFileSync(log, "");
    rmSync(hooks, { force: true });
    [status, text] = [200, ""];
    const health = { urls: [`${address}/readyz`], patienceSeconds: 1 };
    expect(await deploy(target, { migrations, settings: { maintenance, health } })).toMatchObject({ end: "migrated" });
    rmSync(hooks, { force: true });
  });
  afterEach(rollBackLast);

  /** Only what the last deployment brought. */
  async function rollBackLast(): Promise<void> {
    for (const table of ["visit_notes", "visits"]) await target.query(`drop table if exists ${table}`);
    const schema = engine === "sqlite" ? "" : `${target.database}_frontdesk.`;
    await target.query(`delete from ${schema}frontdesk_processes`);
    await target.query(`delete from ${schema}frontdesk_migrations where id like '999%'`);
    await target.query(`delete from ${schema}frontdesk_runs where releases like '%9998_visits%'`);
  }

  const quick: WatchSettings = {
    forMilliseconds: 1500,
    everyMilliseconds: 150,
    referencesEveryMilliseconds: 200,
    healthUrls: [],
    metrics: null,
    logs: [],
    limits: { ...usualLimits, slowQueriesPerMinute: 1_000_000 },
    undo: false,
  };
  const watched = async (change: Partial<WatchSettings> = {}, wish: () => string | null = () => null) => {
    const told: Alarm[] = [];
    const outcome = await watch(
      target,
      { ...quick, ...change },
      { migrations, environment: process.env, wish, say: () => {}, tell: async (alarm) => void told.push(alarm) },
    );
    return { ...outcome, told };
  };
  const limits = (change: Partial<typeof usualLimits>) => ({ ...quick.limits, ...change });
  /** Of the run that brought the visits. */
  const report = async () => {
    const run = (await latestRuns(target, 10)).find(({ progress }) => progress.goal === "migrate");
    if (run === undefined) throw new Error("There was no run.");
    const found = JSON.parse(JSON.stringify(await reportOf(target, run)));
    expect(reportSchema.parse(found)).toEqual(found);
    return reportSchema.parse(found);
  };
  const tables = async () => Object.keys((await readCatalogue(target)).tables);
  /** While a watch is under way, unless it ends first. */
  const meanwhile = async (work: () => void | Promise<void>, change: Partial<WatchSettings>) => {
    const watching = watched(change);
    await sleep(500);
    await work();
    return watching;
  };

  test("where all is well nothing is found, and it says what was not looked at", async () => {
    const { end, alarms, looks, notChecked } = await watched({
      healthUrls: [`${address}/readyz`],
      logs: [{ file: log, pattern: /ERROR/ }],
    });
    expect({ end, alarms }).toEqual({ end: "over", alarms: [] });
    expect(looks).toBeGreaterThan(3);
    const unseen = notChecked.map(({ check }) => check);
    expect(unseen).toContain("error rate");
    for (const check of ["slow queries", "connections"])
      expect(unseen.includes(check as never)).toBe(engine === "sqlite");
    expect((await report()).watch).toMatchObject([{ end: "over", looks, alarms: [], undo: null }]);
    expect(await tables()).toContain("visits");
  });

  test("an address that falls ill is an alarm, told once; with --undo the run is taken back, with its own hooks", async () => {
    const told = await meanwhile(fallIll, { healthUrls: [`${address}/readyz`] });
    expect(told).toMatchObject({
      end: "over",
      told: [{ check: "health", detail: "It answered 500.", notMendable: null }],
    });
    expect(await tables()).toContain("visits");
    expect((await report()).criteria.find(({ what }) => what === "application health")?.result).toBe("failed");
    status = 200;
    const undone = await meanwhile(fallIll, { healthUrls: [`${address}/readyz`], undo: true });
    expect(undone).toMatchObject({ end: "undone", undo: { ending: { end: "undone", goal: "rollBack" } } });
    expect(hooksRun()).toEqual(["freeze", "thaw"]);
    expect(fingerprint(await readCatalogue(target))).toBe(before);
    expect((await readMaintenance(target)).lease).toBeNull();
    const [last] = await latestRuns(target, 1);
    expect(last?.progress).toMatchObject({ goal: "rollBack", reason: expect.stringContaining("It answered 500.") });
    const { watch: kept } = await report();
    expect(kept).toMatchObject([
      { end: "over" },
      { end: "undone", undo: { runId: last?.id, end: "undone", refused: null } },
    ]);
  });

  test("an address that nobody saw well is an alarm, and no reason to take anything back", async () => {
    status = 500;
    const sick = await watched({ healthUrls: [`${address}/other`], undo: true });
    expect(sick).toMatchObject({
      end: "over",
      undo: null,
      alarms: [{ notMendable: expect.stringContaining("seen it well") }],
    });
    expect(await tables()).toContain("visits");
  });

  test("a line in a log is an alarm, of which the words are not told; other lines are none", async () => {
    const lines = { logs: [{ file: log, pattern: /ERROR \d+/ }] };
    expect(await meanwhile(() => appendFileSync(log, "ERROR of another kind\n"), lines)).toMatchObject({ alarms: [] });
    const found = await meanwhile(() => appendFileSync(log, "ERROR 7 of Petra O'Neil\n"), { ...lines, undo: true });
    expect(found).toMatchObject({
      end: "undone",
      alarms: [{ check: "log", detail: expect.stringContaining("1 new lines") }],
    });
    expect(JSON.stringify([found, await report()])).not.toContain("Petra");
    expect(await tables()).not.toContain("visits");
  });

  test("many 5xx among the answers are an alarm that holds for some looks, and a reason to take it back", async () => {
    let [well, failed] = [100, 0];
    const count = setInterval(() => {
      [well, failed] = [well + 30, failed + (isIll ? 10 : 0)];
      text = `frontdesk_http_request_duration_seconds_count{method="GET",route="/",status="200"} ${well}
frontdesk_http_request_duration_seconds_count{method="GET",route="/",status="500"} ${failed}`;
    }, 50);
    onTestFinished(() => clearInterval(count));
    let isIll = false;
    const metrics = { url: `${address}/metrics`, token: "t" };
    await sleep(120);
    expect(await watched({ metrics, forMilliseconds: 900 })).toMatchObject({ alarms: [] });
    expect(
      await meanwhile(
        () => {
          isIll = true;
        },
        { metrics, forMilliseconds: 3000, undo: true },
      ),
    ).toMatchObject({
      end: "undone",
      alarms: [{ check: "error rate", notMendable: null }],
    });
  });

  test("rows that refer to nothing are found; in a table that was there before, no undo would mend them", async () => {
    const keys = (on: boolean) =>
      engine === "sqlite" ? `pragma foreign_keys = ${on ? "on" : "off"}` : `set foreign_key_checks = ${on ? 1 : 0}`;
    expect(await watched({ undo: true })).toMatchObject({ end: "over", alarms: [] });
    await target.query(keys(false));
    await target.query("insert into customers (id, company_id, name) values (1, 999, 'Nobody')");
    await target.query(keys(true));
    const found = await watched({ undo: true });
    await target.query("delete from customers where id = 1");
    expect(found).toMatchObject({
      end: "over",
      alarms: [
        {
          check: "references",
          detail: "1 rows of customers refer to nothing by company_id",
          notMendable: expect.stringContaining("there before"),
        },
      ],
    });
    expect(await tables()).toContain("visits");
  });

  test("a row that refers to nothing in a table that the run made goes with that table", async () => {
    const own = await scratchDatabase(engine, "empty");
    const ours = await openTarget(own.url);
    onTestFinished(async () => {
      if (engine !== "sqlite") await ours.query(`drop database if exists ${ours.database}_quarantine`);
      await ours.close();
      await own.remove();
    });
    await deploy(ours, { to: "phase-1-baseline" });
    const atFirst = fingerprint(await readCatalogue(ours));
    await migrate(ours);
    const watcher = { say: () => {}, wish: () => null, tell: async () => {} };
    const settings = { ...quick, undo: true, forMilliseconds: 4000 };
    expect(await watch(ours, { ...settings, forMilliseconds: 1200 }, watcher)).toMatchObject({
      end: "over",
      alarms: [],
    });
    await ours.query(engine === "sqlite" ? "pragma foreign_keys = off" : "set foreign_key_checks = 0");
    await ours.query(
      `insert into appointment_modification_stats (company_id, customer_id, stat_type, period_start, period_end, count, calculated_at, created_at, updated_at)
       values (999, 1, 'cancel_30d', '2026-01-01 00:00:00', '2026-01-31 00:00:00', 0, '2026-01-31 00:00:00', '2026-01-31 00:00:00', '2026-01-31 00:00:00')`,
    );
    await ours.query(engine === "sqlite" ? "pragma foreign_keys = on" : "set foreign_key_checks = 1");
    expect(await watch(ours, settings, watcher)).toMatchObject({
      end: "undone",
      alarms: expect.arrayContaining([expect.objectContaining({ check: "references", notMendable: null })]),
    });
    expect(fingerprint(await readCatalogue(ours))).toBe(atFirst);
  });

  test.skipIf(engine === "sqlite")(
    "slow queries, connections and memory of the server are alarms above their limits only, and undo nothing",
    async () => {
      const other = await openTarget(scratch.url);
      onTestFinished(() => other.close());
      await other.query("set session long_query_time = 0");
      const ask = setInterval(() => void other.query("select count(*) from customers").catch(() => {}), 30);
      const usual = { ...usualLimits, slowQueriesPerMinute: 60 };
      const slow = await watched({ limits: usual, undo: true });
      clearInterval(ask);
      expect(slow).toMatchObject({ end: "over", alarms: [{ check: "slow queries", notMendable: expect.any(String) }] });
      const all = await watched({
        limits: limits({ connectionPercent: -1, memoryGrowthMebibytes: -100_000 }),
        undo: true,
      });
      expect(all.end).toBe("over");
      const [row] = await other.query<{ schema: number }>("select @@performance_schema as `schema`");
      // MySQL counts its memory there; MariaDB counts it always.
      const isCounted = engine === "mariadb" || Number(row?.schema) === 1;
      expect(all.alarms.map(({ check }) => check).sort()).toEqual(["connections", ...(isCounted ? ["memory"] : [])]);
      expect(all.notChecked.some(({ check }) => check === "memory")).toBe(!isCounted);
      expect((await watched({ limits: usual })).alarms).toEqual([]);
    },
  );

  test.skipIf(engine === "sqlite")(
    "a database that does not answer is an alarm, told all the same, and over when it does; a lost connection is none",
    async () => {
      const url = new URL(scratch.url);
      const [there, nowhere] = [Number(url.port), await freePort()];
      const between = await wire(there);
      url.port = String(between.port);
      const far = await openTarget(url.href);
      onTestFinished(async () => {
        await far.close();
        between.close();
      });
      const told: Alarm[] = [];
      let isOver = false;
      const watching = watch(
        far,
        { ...quick, healthUrls: [`${address}/readyz`], forMilliseconds: 60_000, undo: true },
        {
          migrations,
          wish: () => (isOver ? "enough" : null),
          say: () => {},
          tell: async (alarm) => void told.push(alarm),
        },
      );
      await sleep(600);
      between.reset();
      await sleep(800);
      expect(told).toEqual([]);
      between.leadTo(nowhere);
      await vi.waitFor(() => expect(told).toMatchObject([{ check: "database", until: null }]), patience);
      fallIll();
      await vi.waitFor(() => expect(told).toMatchObject([{}, { check: "health" }]), patience);
      between.leadTo(there);
      await vi.waitFor(() => expect(told.some(({ until }) => until !== null)).toBe(true), patience);
      isOver = true;
      const health = { check: "health", notMendable: "the database did not answer either" };
      expect(await watching).toMatchObject({ end: "stopped", undo: null, alarms: [{ check: "database" }, health] });
      expect((await report()).watch).toMatchObject([{ alarms: [{ check: "database" }, { check: "health" }] }]);
    },
  );

  test("what has been deployed since is not touched: the watch ends", async () => {
    const later = [...migrations, migration("9999_more", [step("more")])];
    const outcome = await meanwhile(
      async () => {
        const other = await openTarget(scratch.url);
        expect(await deploy(other, { migrations: later })).toMatchObject({ end: "migrated" });
        await other.close();
        appendFileSync(log, "ERROR\n");
      },
      { logs: [{ file: log, pattern: /ERROR/ }], undo: true, forMilliseconds: 20_000 },
    );
    expect(outcome).toMatchObject({ end: "superseded", undo: null });
    expect(await tables()).toEqual(expect.arrayContaining(["visits", "more"]));
    await target.query("drop table more");
    const schema = engine === "sqlite" ? "" : `${target.database}_frontdesk.`;
    await target.query(`delete from ${schema}frontdesk_runs where releases like '%9999_more%'`);
  });

  test("after a rollback there is nothing to be taken back, and looking goes on", async () => {
    await expect(
      (async () => {
        const released = migrations.slice(0, -1);
        await rollBackLast();
        expect(await rollBack(target, newest, { migrations: released })).toMatchObject({ end: "undone" });
        return watched({ undo: true });
      })(),
    ).rejects.toThrow(/a rollback that ended undone.*Leave --undo out/);
    expect(await watched({ forMilliseconds: 300 })).toMatchObject({ end: "over" });
    await migrate(target);
  });

  test("a person stops it in order; a run that has not ended comes first", async () => {
    const began = performance.now();
    const stop = () => (performance.now() - began > 600 ? "Stopped by SIGINT." : null);
    expect(await watched({ forMilliseconds: 60_000, everyMilliseconds: 5000 }, stop)).toMatchObject({ end: "stopped" });
    expect(performance.now() - began).toBeLessThan(8000);
    const schema = engine === "sqlite" ? "" : `${target.database}_frontdesk.`;
    await target.query(`update ${schema}frontdesk_runs set ended_at = null where releases like '%9998_visits%'`);
    await expect(watched()).rejects.toThrow(RunIsOpen);
  });

  describe("by its command", () => {
    const env = () => ({ ...bareEnvironment, DATABASE_URL: scratch.url, METRICS_TOKEN: "a token of sixteen" });
    const command = (...args: string[]) => {
      const child = spawn(process.execPath, [cli, "deploy", "watch", ...args], { env: env() });
      onTestFinished(() => void child.kill("SIGKILL"));
      let output = "";
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding("utf8").on("data", (part) => (output += part));
      const code = new Promise<number | null>((resolve) => child.on("close", resolve));
      return { child, code, output: () => output };
    };

    async function serving(): Promise<{ child: ChildProcess; at: string }> {
      const options = { PORT: "0", DRAIN_SECONDS: "0", LOG_LEVEL: "info" };
      const child = spawn(process.execPath, [cli, "serve"], { env: { ...env(), ...options } });
      onTestFinished(() => void child.kill("SIGKILL"));
      for await (const line of createInterface({ input: child.stdout })) {
        const at = /listening at (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1];
        if (at === undefined) continue;
        child.stdout.resume();
        return { child, at };
      }
      throw new Error("It ended before it listened.");
    }

    test("0 where our own server is well, by its own figures; 1 for an alarm, as JSON and as a message", async () => {
      const { at } = await serving();
      const well = ["--health-url", `${at}/livez`, "--metrics-url", `${at}/metrics`, "--every", "300ms", "--json"];
      const quiet = command("--for", "2s", ...well, "--watch-log", `${log}:ERROR`);
      expect(await quiet.code, quiet.output()).toBe(0);
      const messages = join(folder, "messages.txt");
      const loud = command("--for", "4s", ...well, "--watch-log", `${log}:ERROR`, "--message-file", messages);
      await vi.waitFor(() => expect(loud.output()).toContain("watching for"), 10_000);
      await sleep(1000);
      appendFileSync(log, "ERROR\n");
      expect(await loud.code, loud.output()).toBe(1);
      const lines = loud
        .output()
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(lines).toContainEqual(expect.objectContaining({ alarm: expect.objectContaining({ check: "log" }) }));
      expect(lines.at(-1)).toMatchObject({ end: "over", alarms: [{ check: "log" }] });
      expect(readFileSync(messages, "utf8")).toMatch(/^ALARM after the deployment.*\nWhat: log/);
      expect(loud.output()).not.toContain("a token of sixteen");
    });

    test("Ctrl-C ends it with a summary; what cannot be is a usage error", async () => {
      const watching = command("--for", "10m", "--every", "300ms");
      await vi.waitFor(() => expect(watching.output()).toContain("watching for 10 min"), 10_000);
      await sleep(700);
      watching.child.kill("SIGINT");
      expect(await watching.code, watching.output()).toBe(0);
      expect(watching.output()).toMatch(/\d+ looks, 0 alarms; stopped\./);
      for (const wrong of [
        ["--for", "soon"],
        ["--watch-log", "x"],
        ["--watch-log", "x:("],
        ["--health-url", "x"],
      ]) {
        expect(await command(...wrong).code, wrong.join(" ")).toBe(2);
      }
    });
  });
});
