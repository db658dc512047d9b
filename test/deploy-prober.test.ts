import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { Migration } from "../src/db/migration.ts";
import { boundPlan } from "../src/deploy/bind-plan.ts";
import { fingerprint, readCatalogue } from "../src/deploy/catalogue.ts";
import { journalTable, latestRuns } from "../src/deploy/journal.ts";
import type { Ending } from "../src/deploy/lead.ts";
import type { PlannedRelease } from "../src/deploy/plan.ts";
import { sealed, writePlanFile } from "../src/deploy/plan-file.ts";
import { reportOf } from "../src/deploy/report.ts";
import { markdownOf } from "../src/deploy/report-markdown.ts";
import { reportSchema } from "../src/deploy/report-schema.ts";
import { deploy } from "../src/deploy/run.ts";
import { openTarget, type Target } from "../src/deploy/target.ts";
import { enginesInUse, type ScratchDatabase, scratchDatabase } from "./databases.ts";
import { hostTables, smallRelease } from "./faults/release.ts";
import { bareEnvironment } from "./programs.ts";

/** One statement more, on a table that is there. */
function withStatement(up: string, down: string): readonly Migration[] {
  const parts = { tables: [{ up, down }], foreignKeys: [] };
  const last = { id: "0004_more", release: "phase-2-multi-tenant" as const };
  return [...smallRelease, { ...last, steps: { sqlite: parts, mariadb: parts, mysql: parts } }];
}

const column = withStatement(
  "alter table customers add column note varchar(20) null",
  "alter table customers drop column note",
);

describe.each(enginesInUse())("what a deployment does to others (%s)", (engine) => {
  const onServer = test.skipIf(engine === "sqlite");
  let scratch: ScratchDatabase;
  let target: Target;
  let others: Target[] = [];
  beforeEach(async () => {
    scratch = await scratchDatabase(engine, "empty");
    target = await openTarget(scratch.url, { lockBudgetSeconds: 8 });
    for (const statement of hostTables) await target.query(statement);
  });
  afterEach(async () => {
    await Promise.all([target, ...others].map((session) => session.close()));
    others = [];
    await scratch.remove();
  });

  const run = (stallLimitMilliseconds: number, migrations = column) =>
    deploy(target, { migrations, settings: { prober: { stallLimitMilliseconds }, lockPatienceSeconds: 20 } });
  const report = async () => {
    const [last] = await latestRuns(target, 1);
    if (last === undefined) throw new Error("There was no run.");
    const found = JSON.parse(JSON.stringify(await reportOf(target, last)));
    expect(reportSchema.parse(found)).toEqual(found);
    return reportSchema.parse(found);
  };
  const performanceOf = async () => (await report()).criteria.find(({ what }) => what === "performance");
  const sessions = async () =>
    (
      await target.query("select id from information_schema.processlist where db = ? and id <> connection_id()", [
        target.database,
      ])
    ).length;

  async function anotherSession(): Promise<Target> {
    const session = await openTarget(scratch.url);
    others.push(session);
    return session;
  }

  /** It does not let go of what it reads. */
  async function aLongReader(): Promise<Target> {
    const reader = await anotherSession();
    await reader.query("start transaction");
    await reader.query("select * from customers");
    return reader;
  }

  onServer("is measured on a database that nothing disturbs, and stands in the report", async () => {
    expect(await run(1150)).toMatchObject({ end: "migrated" });
    const { prober } = await report();
    expect(prober).toMatchObject({ stallLimitMilliseconds: 1150, notMeasured: null, connectionsLost: 0 });
    expect(prober?.kinds.map(({ kind, tables, errors }) => ({ kind, tables, errors }))).toEqual([
      { kind: "read", tables: ["companies", "customers"], errors: 0 },
      { kind: "lock", tables: ["companies"], errors: 0 },
      { kind: "write", tables: ["frontdesk_probe"], errors: 0 },
    ]);
    for (const { baseline, questions, worstMilliseconds, p99Milliseconds } of prober?.kinds ?? []) {
      expect(baseline.questions).toBeGreaterThan(5);
      expect(questions).toBeGreaterThan(0);
      expect(worstMilliseconds).toBeGreaterThanOrEqual(p99Milliseconds);
    }
    expect(await performanceOf()).toMatchObject({ detail: expect.stringMatching(/others waited at most \d+ ms/) });
    expect(markdownOf(await report())).toMatch(/Others' reads\*\* \(companies, customers\): \d+, 0 errors/);
    expect(await sessions()).toBe(0);
    expect(Object.keys((await readCatalogue(target)).tables)).not.toContain("frontdesk_probe");
  });

  onServer("a statement behind which others wait is ended, and all of it taken back", async () => {
    const before = fingerprint(await readCatalogue(target));
    const reader = await aLongReader();
    const began = performance.now();
    const ending: Ending = await run(400);
    expect(ending).toMatchObject({
      end: "undone",
      reason: expect.stringMatching(
        /Others had to wait: reading customers took \d+ ms longer than the \d+ ms of before, more than the limit of 400 ms.*--stall-limit/,
      ),
    });
    // Not one whole lock budget: the statement itself was ended.
    expect(performance.now() - began).toBeLessThan(8000);
    expect(fingerprint(await readCatalogue(target))).toBe(before);
    const { prober, statements } = await report();
    expect(prober?.kinds.find(({ kind }) => kind === "read")?.stallMilliseconds).toBeGreaterThan(400);
    expect(statements.find(({ name }) => name.startsWith("0004_more"))?.state).not.toBe("done");
    expect(await performanceOf()).toMatchObject({ result: "failed" });
    await reader.query("commit");
    expect(await run(2000)).toMatchObject({ end: "migrated" });
  });

  onServer("the same wait within the limit stops nothing", async () => {
    const reader = await aLongReader();
    const running = run(6000);
    await sleep(2500);
    await reader.query("commit");
    expect(await running).toMatchObject({ end: "migrated" });
  });

  onServer("a statement that keeps readers out while it works is ended too", { timeout: 120_000 }, async () => {
    await target.query("create table numbers (n integer)");
    await target.query(`insert into numbers values ${Array.from({ length: 700 }, (_, n) => `(${n})`).join(",")}`);
    await target.query(
      "insert into customers (id, company_id, name) select 10 + one.n * 700 + other.n, 1, repeat('x', 40) from numbers one, numbers other",
    );
    await target.query("drop table numbers");
    const before = fingerprint(await readCatalogue(target));
    const exclusive = withStatement(
      "alter table customers add column note varchar(20) null, algorithm=copy, lock=exclusive",
      "alter table customers drop column note",
    );
    expect(await run(100, exclusive)).toMatchObject({
      end: "undone",
      reason: expect.stringContaining("reading customers took"),
    });
    expect(fingerprint(await readCatalogue(target))).toBe(before);
  });

  onServer("an answer that fails, and did not before, stops it and takes it back", async () => {
    const before = fingerprint(await readCatalogue(target));
    const reader = await aLongReader();
    const running = run(7000);
    const own = journalTable(target, "frontdesk_probe");
    const person = await anotherSession();
    await vi.waitFor(async () => expect(await person.query(`select 1 from ${own}`)).toHaveLength(1), 5000);
    await sleep(1200);
    await person.query(`drop table ${own}`);
    await sleep(300);
    await reader.query("commit");
    expect(await running).toMatchObject({
      end: "undone",
      reason: expect.stringContaining("Others could not work: writing to frontdesk_probe failed, and had not before"),
    });
    expect(fingerprint(await readCatalogue(target))).toBe(before);
    expect(await run(2000)).toMatchObject({ end: "migrated" });
  });

  onServer("its own connections ended, it opens others, and that is no fault", async () => {
    const [deployer] = await target.query<{ id: number }>("select connection_id() as id");
    const reader = await aLongReader();
    const running = run(7000);
    const person = await anotherSession();
    const own = journalTable(target, "frontdesk_probe");
    await vi.waitFor(async () => expect(await person.query(`select 1 from ${own}`)).toHaveLength(1), 5000);
    const sessions = await person.query<{ id: number; command: string }>(
      "select id, command from information_schema.processlist where db = ? and id <> connection_id()",
      [person.database],
    );
    const [holder] = await reader.query<{ id: number }>("select connection_id() as id");
    for (const { id } of sessions) {
      if (id !== deployer?.id && id !== holder?.id) await person.query(`kill ${id}`).catch(() => {});
    }
    await sleep(500);
    await reader.query("commit");
    expect(await running).toMatchObject({ end: "migrated" });
    expect((await report()).prober?.connectionsLost).toBeGreaterThan(0);
  });

  test("the limit is for a run that lets others go on, and not above what the plan's approvers agreed to", async () => {
    await deploy(target, { migrations: smallRelease });
    const folder = mkdtempSync(join(tmpdir(), "frontdesk-stall-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const env = { ...bareEnvironment, DATABASE_URL: scratch.url };
    const cli = join(import.meta.dirname, "../src/cli.ts");
    const refused = (...args: string[]) =>
      new Promise<{ code: number | null; text: string }>((resolve) => {
        const child = execFile(process.execPath, [cli, "deploy", "run", ...args], { env, cwd: folder }, (_, out, err) =>
          resolve({ code: child.exitCode, text: `${out}${err}` }),
        );
      });
    expect(await refused("--yes", "--stall-limit", "400ms")).toMatchObject({
      code: 10,
      text: expect.stringContaining("needs --no-maintenance"),
    });
    expect(await refused("--yes", "--no-maintenance", "--stall-limit", "soon")).toMatchObject({ code: 2 });
    const releases: PlannedRelease[] = [];
    const bound = { to: null, contacts: [], stallLimitMilliseconds: 400 };
    writePlanFile(join(folder, "plan.json"), sealed(await boundPlan(target, releases, bound)));
    const planned = ["--yes", "--no-maintenance", "--plan", "plan.json"];
    expect(await refused(...planned, "--stall-limit", "2s")).toMatchObject({
      code: 10,
      text: expect.stringContaining("The plan says --stall-limit 400ms"),
    });
    expect((await refused(...planned)).text).not.toContain("stall-limit");
  });

  test.skipIf(engine !== "sqlite")("is not measured on SQLite, and the report says why", async () => {
    const onSqlite = withStatement("create table extra (id integer primary key)", "drop table extra");
    expect(await run(1150, onSqlite)).toMatchObject({ end: "migrated" });
    expect((await report()).prober).toMatchObject({
      notMeasured: expect.stringContaining("one transaction"),
      kinds: [],
    });
    expect(await performanceOf()).toMatchObject({ detail: expect.stringContaining("not measured") });
  });
});
