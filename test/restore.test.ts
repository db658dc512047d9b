import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { readCatalogue } from "../src/deploy/catalogue.ts";
import { messageAfter } from "../src/deploy/messages.ts";
import { markdownOf } from "../src/deploy/report-markdown.ts";
import { type Report, reportSchema } from "../src/deploy/report-schema.ts";
import { deploy } from "../src/deploy/run.ts";
import { nameOf, openTarget, type Target } from "../src/deploy/target.ts";
import { enginesInUse, type ScratchDatabase, scratchDatabase } from "./databases.ts";
import { removeSchemas } from "./faults/restored.ts";
import { bareEnvironment } from "./programs.ts";
import { serverPrefixes } from "./servers/server.ts";

const cli = join(import.meta.dirname, "../src/cli.ts");

/** The command line, on the product's own tables. */
describe.each(enginesInUse())("frontdesk deploy restore (%s)", (engine) => {
  let scratch: ScratchDatabase;
  let target: Target;
  let folder: string;
  let tools: string[] = [];
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "frontdesk-restore-"));
    scratch = await scratchDatabase(engine, "empty");
    target = await openTarget(scratch.url);
    await deploy(target, { to: "phase-2-multi-tenant" });
    await target.query("insert into companies (id, name) values (1, 'Salon Lindner')");
    if (engine !== "sqlite") tools = ["--tools-dir", join((await serverPrefixes([engine])).get(engine) ?? "", "bin")];
  });
  afterEach(async () => {
    await target.close();
    await removeSchemas(scratch.url);
    await scratch.remove();
    rmSync(folder, { recursive: true, force: true });
  });
  const env = () => ({ ...bareEnvironment, DATABASE_URL: scratch.url, PORT: "0", DRAIN_SECONDS: "1" });
  const run = (...args: string[]) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      execFile(process.execPath, [cli, "deploy", ...args], { env: env() }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
      );
    });
  async function backUp(...more: string[]): Promise<string> {
    const { code, stdout, stderr } = await run("backup", "--backup-dir", folder, ...tools, ...more);
    expect(code, stderr).toBe(0);
    return stdout.split("  ")[0] ?? "";
  }
  const restored = (backup: string, ...more: string[]) =>
    run("restore", backup, "--backup-dir", folder, ...tools, ...more);
  const names = async () => (await target.query("select name from companies order by id")).map(({ name }) => name);
  async function reopened() {
    await target.reopen();
  }

  test("asks for the database's name, restores, reports what is newer and where it is; then an older release goes up", async () => {
    const backup = await backUp();
    await target.query("insert into companies (id, name) values (2, 'Praxis am Ring')");
    await deploy(target, {});
    const refused = await restored(backup);
    expect(refused).toMatchObject({ code: 10, stderr: expect.stringContaining(`--confirm ${nameOf(target)}`) });
    expect(await restored(backup, "--confirm", "elsewhere")).toMatchObject({ code: 10 });
    expect(await restored(backup, "--confirm", nameOf(target), "--no-maintenance")).toMatchObject({ code: 10 });
    expect(await names()).toEqual(["Salon Lindner", "Praxis am Ring"]);

    const done = await restored(backup, "--confirm", nameOf(target));
    expect(done, done.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining("restored.") });
    expect(done.stderr).toMatch(/companies: 1 rows more, 0 changed, kept in \S+/);
    await reopened();
    expect(await names()).toEqual(["Salon Lindner"]);
    expect((await run("status")).stdout).toMatch(/phase-2-multi-tenant {2}applied .*\nphase-4-services {2}not applied/);

    const report = JSON.parse((await run("report")).stdout) as Report;
    expect(reportSchema.parse(report)).toEqual(report);
    expect(report).toMatchObject({
      goal: "restore",
      end: "migrated",
      restore: { backup, snapshot: expect.any(String) },
    });
    expect(report.restore?.kept).toContainEqual({ table: "companies", rows: 2, added: 1, changed: 0 });
    expect(report.criteria).toContainEqual(expect.objectContaining({ what: "safety", result: "passed" }));
    expect(markdownOf(report)).toContain("- **Newer than the backup:** companies, 1 rows more, 0 changed");
    expect(messageAfter("success", report)).toMatch(
      /^Restore done: .*\nRun: .*\nAs of: .*\nNewer, kept in .*companies/,
    );

    expect(await run("run", "--yes", "--backup-dir", folder, ...tools)).toMatchObject({ code: 0 });
    await reopened();
    expect(await names()).toEqual(["Salon Lindner"]);
    expect(await run("verify")).toMatchObject({ code: 0 });
    expect(await run("rollback", "--to", "phase-2-multi-tenant")).toMatchObject({ code: 0 });
  }, 180_000);

  test("brings a lost database back into an empty one", async () => {
    const backup = await backUp();
    const before = await readCatalogue(target);
    const other = await scratchDatabase(engine, "empty");
    if (engine === "sqlite") {
      await target.close();
      for (const end of ["", "-wal", "-shm"]) rmSync(`${scratch.url.slice("sqlite:".length)}${end}`, { force: true });
      target = await openTarget(scratch.url);
    } else {
      for (const name of [target.database, `${target.database}_frontdesk`]) await target.query(`drop database ${name}`);
      await target.query(`create database ${target.database} character set utf8mb4`);
      await target.reopen();
    }
    await other.remove();
    const done = await restored(backup, "--confirm", nameOf(target));
    expect(done, done.stderr).toMatchObject({ code: 0 });
    await reopened();
    expect(await readCatalogue(target)).toEqual(before);
    expect(await names()).toEqual(["Salon Lindner"]);
    expect(await run("verify")).toMatchObject({ code: 0 });
  }, 120_000);

  test("closes a server at work meanwhile, which then serves what was restored; ill afterwards, it comes back", async () => {
    await deploy(target, {});
    const backup = await backUp();
    await target.query("update companies set name = 'Later' where id = 1");
    const server = await serve();
    const failing = await restored(backup, "--confirm", nameOf(target), "--smoke", "exit 3");
    expect(failing, failing.stderr).toMatchObject({ code: 20, stdout: expect.stringContaining("exit code 3") });
    await reopened();
    expect(await names()).toEqual(["Later"]);

    const ill = ["--health-url", "http://127.0.0.1:9/readyz", "--health-patience", "1"];
    const sick = await restored(backup, "--confirm", nameOf(target), ...ill);
    expect(sick, sick.stderr).toMatchObject({ code: 20 });
    await reopened();
    expect(await names()).toEqual(["Later"]);

    const health = ["--health-url", `http://127.0.0.1:${server.port}/readyz`];
    const done = await restored(backup, "--confirm", nameOf(target), ...health);
    expect(done, done.stderr).toMatchObject({ code: 0, stderr: expect.stringContaining("1 processes have stopped") });
    await reopened();
    expect(await names()).toEqual(["Salon Lindner"]);
    server.child.kill("SIGKILL");
  }, 180_000);

  test("a backup is taken elsewhere by a command, without the database's address; where that fails, so does the backup", async () => {
    const elsewhere = join(folder, "elsewhere");
    const path = await backUp("--after-backup", `env > ${elsewhere}`);
    const seen = readFileSync(elsewhere, "utf8");
    expect(seen).toContain(`FRONTDESK_BACKUP=${path}`);
    expect(seen).not.toContain("DATABASE_URL");
    const failing = ["--after-backup", "echo no room there; exit 4", "--keep-backups", "1", "--keep-days", "1"];
    const { code, stderr } = await run("backup", "--backup-dir", folder, ...tools, ...failing);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/exit code 4.*\nno room there/s) });
    expect(readdirSync(folder).filter((name) => name.endsWith(".manifest.json"))).toHaveLength(2);
    expect(await run("backups", "--backup-dir", folder, "--max-age", "1")).toMatchObject({ code: 0 });
    const none = await run("backups", "--backup-dir", join(folder, "none"), "--max-age", "1");
    expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining("ALARM: There is no backup") });
    const unsafe = await run("check", "--backup-dir", join(folder, "none"), "--backup-max-age", "1", ...tools);
    expect(unsafe).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("FAILED  a whole backup of the last 1 hours"),
    });
  }, 60_000);

  /** A serving process, and the port that it says it listens on. */
  async function serve(): Promise<{ child: ChildProcess; port: number }> {
    const child = spawn(process.execPath, [cli, "serve"], { env: env(), stdio: ["ignore", "pipe", "inherit"] });
    onTestFinished(() => void child.kill("SIGKILL"));
    for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
      const port = /listening at http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1];
      if (port === undefined) continue;
      child.stdout?.resume();
      return { child, port: Number(port) };
    }
    throw new Error("It ended before it listened.");
  }
});
