import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { removeOldBackups, staleness, stalenessOfWhole } from "../src/deploy/backup/retention.ts";
import { assertSameDatabase, assertStillFits, boundPlan } from "../src/deploy/bind-plan.ts";
import { latestRuns } from "../src/deploy/journal.ts";
import { messageAfter } from "../src/deploy/messages.ts";
import { progressOf } from "../src/deploy/pace.ts";
import { PlanRefused } from "../src/deploy/plan.ts";
import { approved, assertApproved, readPlanFile, sealed, writePlanFile } from "../src/deploy/plan-file.ts";
import { reportOf } from "../src/deploy/report.ts";
import { markdownOf } from "../src/deploy/report-markdown.ts";
import { reportSchema } from "../src/deploy/report-schema.ts";
import { deploy, planned, rollBack } from "../src/deploy/run.ts";
import { openTarget, type Target } from "../src/deploy/target.ts";
import { sha256 } from "../src/ids.ts";
import { enginesInUse, type ScratchDatabase, scratchDatabase } from "./databases.ts";
import { smallRelease } from "./faults/release.ts";
import { bareEnvironment } from "./programs.ts";

const cli = join(import.meta.dirname, "../src/cli.ts");
const published = JSON.parse(
  readFileSync(join(import.meta.dirname, "../docs/schemas/deployment-report.schema.json"), "utf8"),
);

describe.each(enginesInUse())("a plan in a file, and the report (%s)", (engine) => {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-plan-"));
  const path = join(folder, "plan.json");
  let scratch: ScratchDatabase;
  let target: Target;
  const migrations = smallRelease;

  beforeAll(async () => {
    scratch = await scratchDatabase(engine, "empty");
    target = await openTarget(scratch.url);
    await target.query("create table companies (id integer primary key, name varchar(50) not null)");
    await target.query(
      "create table customers (id integer primary key, company_id integer not null, name varchar(50) not null)",
    );
  });
  afterAll(async () => {
    await target?.close();
    await scratch?.remove();
    rmSync(folder, { recursive: true, force: true });
  });
  const make = async () => boundPlan(target, await planned(target, { migrations }), { to: null, contacts: ["Ada"] });
  const admitted = async () => {
    const { plan } = readPlanFile(path);
    await assertSameDatabase(target, plan, path);
    return deploy(target, {
      migrations,
      admit: (releases, before) => assertStillFits(plan, releases, before, path),
      settings: { mirrorFolder: folder },
    });
  };

  test("names each statement's lock and time, and is refused once it was edited, in its plan or an approval", async () => {
    const plan = await make();
    for (const { lock, expectedMilliseconds } of plan.releases.flatMap(({ statements }) => statements)) {
      expect(lock).not.toBe("");
      expect(expectedMilliseconds).toBeGreaterThan(0);
    }
    const words = { role: "ops", name: "Grace", at: "2026-11-26T10:00:00.000Z", decision: "go" } as const;
    const file = approved(sealed(plan), words);
    writePlanFile(path, file);
    expect(readPlanFile(path)).toEqual(file);
    const edited = (text: string, change: string) => {
      writeFileSync(path, JSON.stringify(file).replace(text, change));
      return () => readPlanFile(path);
    };
    expect(edited("create table", "CREATE table")).toThrow(/the plan was changed .* Make a new one/);
    expect(edited("Grace", "Grice")).toThrow(/the approval of ops was changed/);
    expect(edited('"format":1', '"format":2')).toThrow(/no plan file/);
    writePlanFile(path, file);
  });

  test("needs the go of every role, and a no-go stands until that role says go", () => {
    const at = "2026-11-26T10:00:00.000Z";
    const file = readPlanFile(path);
    expect(() => assertApproved(file, ["ops", "dev"], path)).toThrow(/missing of: dev.*--role dev/);
    const against = approved(file, { role: "dev", name: "Ada", at, decision: "no-go" });
    expect(() => assertApproved(against, [], path)).toThrow("Ada (dev) said no-go");
    const inFavour = approved(against, { role: "dev", name: "Ada", at, decision: "go" });
    expect(() => assertApproved(inFavour, ["ops", "dev"], path)).not.toThrow();
  });

  test("is refused on another database and after a change of the structure; nothing is touched then", async () => {
    const other = await scratchDatabase(engine, "empty");
    const elsewhere = await openTarget(other.url);
    await expect(assertSameDatabase(elsewhere, readPlanFile(path).plan, path)).rejects.toThrow(PlanRefused);
    await elsewhere.close();
    await other.remove();

    await target.query("create table strangers (id integer primary key)");
    await expect(admitted()).rejects.toThrow(/structure has changed since the plan was made/);
    await target.query("drop table strangers");
    expect(await latestRuns(target, 1)).toEqual([]);
  });

  test("is run as it stands; the report obeys its published schema and tells what was not checked", async () => {
    expect(await admitted()).toMatchObject({ end: "migrated" });
    const [run] = await latestRuns(target, 1);
    if (run === undefined) throw new Error("There is no run.");
    const report = await reportOf(target, run);
    expect(z.toJSONSchema(reportSchema)).toEqual(published);
    expect(z.fromJSONSchema(published).parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
    expect(z.fromJSONSchema(published).safeParse({ ...report, end: "well" }).success).toBe(false);
    expect(Object.fromEntries(report.criteria.map(({ what, result }) => [what, result]))).toMatchObject({
      structure: "passed",
      "application health": "not checked",
      safety: "not checked",
    });
    expect(report.switchedOff).toEqual(["maintenance (--no-maintenance)"]);
    expect(markdownOf(report)).toContain(report.planSha256);
    expect(messageAfter("success", report)).toMatch(/Migration time: .*\n.*Completed: 20/);
    expect(() => messageAfter("rollback", report)).toThrow("was not taken back");
    const times = (await boundPlan(target, run.releases, { to: null, contacts: [] })).releases;
    expect(times.flatMap(({ statements }) => statements.map(({ basis }) => basis))).not.toContain("estimated");
  });

  test("every entry of the journal is in its copy on disk, which its owner alone can read", async () => {
    const [run] = await latestRuns(target, 1);
    const name = readdirSync(folder).find((each) => each === `${run?.id}.journal.ndjson`) ?? "";
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    const entries = readFileSync(join(folder, name), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const states = entries.filter(({ ordinal }) => ordinal === 0).map(({ state }) => state);
    expect(states).toEqual(["intent", "done"]);
    expect(entries.at(-1)).toMatchObject({ progress: { end: "migrated" } });
  });

  test("a rollback's report and message say so", async () => {
    await rollBack(target, migrations[0]?.release ?? "", { migrations });
    const [run] = await latestRuns(target, 1);
    if (run === undefined) throw new Error("There is no run.");
    const report = await reportOf(target, run);
    expect(report).toMatchObject({ goal: "rollBack", end: "undone" });
    expect(messageAfter("rollback", report)).toMatch(/Reason: asked for\nActions taken: \d+ statements taken back/);
    expect(z.fromJSONSchema(published).safeParse(JSON.parse(JSON.stringify(report))).success).toBe(true);
  });
});

describe("backups of before", () => {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-old-"));
  const now = Date.parse("2026-11-26T00:00:00Z");
  const path = (age: number) => join(folder, `${age}.manifest.json`);
  beforeEach(() => {
    for (const age of [40, 30, 20, 1]) {
      const takenAt = new Date(now - age * 86_400_000).toISOString();
      const [bytes, digest] = [4, sha256("dump")];
      const manifest = { format: 2, database: "one", takenAt, file: `${age}.db`, tables: {}, bytes, sha256: digest };
      writeFileSync(path(age), JSON.stringify(manifest));
      writeFileSync(join(folder, `${age}.db`), "dump");
    }
  });
  afterEach(() => {
    for (const name of readdirSync(folder)) rmSync(join(folder, name));
  });
  const limits = { needed: [], nowMs: now };

  test("go when they are old; the newest stay, and what an unfinished run needs", () => {
    expect(removeOldBackups(folder, "other", { keep: 1, days: 1 }, limits)).toEqual([]);
    expect(removeOldBackups(folder, "one", { keep: 2, days: 35 }, limits)).toEqual([path(40)]);
    expect(removeOldBackups(folder, "one", { keep: 1, days: 1 }, { ...limits, needed: [path(20)] })).toEqual([
      path(30),
    ]);
    expect(removeOldBackups(folder, "one", { keep: 1, days: 1 }, limits)).toEqual([path(20)]);
    expect(readdirSync(folder)).toEqual(["1.db", "1.manifest.json"]);
  });

  test("are told when the newest is stale, and a damaged one counts for nothing in an alarm", async () => {
    expect(staleness(folder, "one", 24, now)).toMatch(/24 hours old/);
    expect(staleness(folder, "one", 24, now - 7_200_000)).toBeNull();
    expect(staleness(folder, "other", 24, now)).toMatch(/no backup/);
    expect(await stalenessOfWhole(folder, "one", 25, now)).toBeNull();
    writeFileSync(join(folder, "1.db"), "durp");
    expect(await stalenessOfWhole(folder, "one", 25, now)).toMatch(/480 hours old/);
    writeFileSync(path(20), "{");
    expect(await stalenessOfWhole(folder, "one", 25, now)).toMatch(/720 hours old/);
    expect(await stalenessOfWhole(folder, "other", 25, now)).toMatch(/no backup/);
  });
});

test("a long step tells its rate, and how long it will take", () => {
  expect(progressOf(50e6, 200e6, "bytes", 10_000)).toBe("50 MB of about 200 MB, 5.0 MB/s, 30 s left");
  expect(progressOf(300, null, "rows", 1000)).toBe("300 rows, 300 rows/s");
});

test("in 40 columns no line of a run is longer, its log has whole lines, and who listens may leave", async () => {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-narrow-"));
  const env = { ...bareEnvironment, COLUMNS: "40", DATABASE_URL: `sqlite:${join(folder, "narrow.db")}` };
  const log = join(folder, "run.log");
  const args = [cli, "deploy", "run", "--backup-dir", folder, "--to", "phase-1-baseline", "--log-file", log];
  const { stdout, stderr } = await new Promise<{ stdout: string; stderr: string }>((resolve, reject) =>
    execFile(process.execPath, args, { env }, (error, out, err) =>
      error ? reject(error) : resolve({ stdout: out, stderr: err }),
    ),
  );
  expect(stderr).toMatch(/^ +\d+\.\ds run /m);
  expect(Math.max(...`${stdout}\n${stderr}`.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(40);
  expect(readFileSync(log, "utf8")).toMatch(/^\S+Z Run \S+: migrated\.$/m);

  const next = args.with(6, "phase-2-multi-tenant").slice(0, 7);
  const piped = `"$@" --json --skip-backup --confirm narrow | head -c 1 >/dev/null; "$@" --json`;
  await new Promise<void>((resolve, reject) =>
    execFile("sh", ["-c", piped, "sh", process.execPath, ...next], { env }, (error, out) => {
      if (error) return reject(error);
      expect(JSON.parse(out.trim().split("\n").at(-1) ?? "")).toMatchObject({
        end: "migrated",
        runId: null,
      });
      resolve();
    }),
  );
  rmSync(folder, { recursive: true });
});
