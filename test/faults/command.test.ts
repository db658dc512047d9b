import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { listBackups } from "../../src/deploy/backup/manifest.ts";
import { neededBackups, removeOldBackups } from "../../src/deploy/backup/retention.ts";
import { takeBackup } from "../../src/deploy/backup/take.ts";
import { type Catalogue, readCatalogue } from "../../src/deploy/catalogue.ts";
import { appliedMigrations, openRun } from "../../src/deploy/journal.ts";
import { abort, migrate } from "../../src/deploy/run.ts";
import { nameOf, openTarget, type Target } from "../../src/deploy/target.ts";
import { enginesInUse, type ScratchDatabase, scratchDatabase } from "../databases.ts";
import { bareEnvironment } from "../programs.ts";
import { serverPrefixes } from "../servers/server.ts";
import { hostDatabase, hostStoppedFile, startDeployerWith, tellEndings } from "./harness.ts";
import { smallRelease } from "./release.ts";
import { workedOn } from "./restored.ts";

const cli = join(import.meta.dirname, "../../src/cli.ts");

const all = process.env.FRONTDESK_ALL_FAULTS === "true";
/** The same program decides whatever the database: in a plain run the quickest of them is asked. */
const asked = all ? enginesInUse() : enginesInUse().slice(0, 1);

/** At the command line, on the product's own releases: what a run is refused for, with nothing touched. */
describe.each(asked)("a run that must not begin (%s)", (engine) => {
  let database: ScratchDatabase;
  let target: Target;
  let before: Catalogue;
  let directory: string;
  let tools: string[] = [];
  let toolsDir: string | null = null;
  beforeEach(async () => {
    if (engine !== "sqlite") toolsDir = join((await serverPrefixes([engine])).get(engine) ?? "", "bin");
    tools = toolsDir === null ? [] : ["--tools-dir", toolsDir];
    directory = mkdtempSync(join(tmpdir(), "frontdesk-command-"));
    database = await scratchDatabase(engine, "empty");
    target = await openTarget(database.url);
    await migrate(target, { to: "phase-1-baseline" });
    before = await readCatalogue(target);
  });
  afterEach(async () => {
    await target.close();
    await database.remove();
    rmSync(directory, { recursive: true, force: true });
  });
  const frontdesk = (...args: string[]) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      const env = { ...bareEnvironment, DATABASE_URL: database.url };
      execFile(process.execPath, [cli, "deploy", ...args], { env }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
      );
    });
  const run = (...args: string[]) =>
    frontdesk("run", "--yes", "--no-maintenance", "--backup-dir", directory, ...tools, ...args);
  async function expectUntouched(): Promise<void> {
    expect(await readCatalogue(target)).toEqual(before);
    expect(await openRun(target)).toBeNull();
    expect((await appliedMigrations(target)).filter(({ release }) => release !== "phase-1-baseline")).toEqual([]);
  }

  test("a plan whose database was changed since is refused, and one made anew is run", async () => {
    const path = join(directory, "plan.json");
    expect(await frontdesk("plan", "--out", path, "--to", "phase-2-multi-tenant")).toMatchObject({ code: 0 });
    await target.query("create table by_hand (id integer primary key)");
    before = await readCatalogue(target);
    const { code, stderr } = await run("--plan", path);
    expect({ code, stderr }).toEqual({ code: 10, stderr: expect.stringMatching(/structure\s+has\s+changed\s+since/) });
    await expectUntouched();
    expect(listBackups(directory)).toEqual([]);
    tellEndings("a plan whose database was changed since", engine, { refused: 1 });
    expect(await frontdesk("plan", "--out", path, "--to", "phase-2-multi-tenant")).toMatchObject({ code: 0 });
    expect(await run("--plan", path)).toMatchObject({ code: 0 });
  });

  test("a backup that could not be taken elsewhere is none: nothing was touched", async () => {
    const to = ["--to", "phase-2-multi-tenant"];
    const { code, stdout, stderr } = await run(...to, "--after-backup", "echo no room there; exit 4");
    expect({ code, said: `${stdout}${stderr}` }).toEqual({
      code: 10,
      said: expect.stringMatching(/exit code 4.*\n.*no room there/s),
    });
    await expectUntouched();
    tellEndings("a backup that could not be taken elsewhere", engine, { untouched: 1 });
    const taken = join(directory, "taken");
    expect(await run(...to, "--after-backup", `cp "$FRONTDESK_BACKUP" ${taken}`)).toMatchObject({ code: 0 });
    expect(JSON.parse(readFileSync(taken, "utf8"))).toMatchObject({ database: nameOf(target) });
  });
});

/** What an unfinished run may have to go back to. */
describe.each(enginesInUse())("the backup of a run that has not ended (%s)", (engine) => {
  let toolsDir: string | null = null;
  let target: Target;
  let directory: string;
  beforeEach(async () => {
    if (engine !== "sqlite") toolsDir = join((await serverPrefixes([engine])).get(engine) ?? "", "bin");
    directory = mkdtempSync(join(tmpdir(), "frontdesk-needed-"));
  });
  afterEach(async () => {
    await target.close();
    rmSync(directory, { recursive: true, force: true });
  });
  /** As if the others had become old. */
  const clean = async (folder: string) => {
    const nowMs = Date.now() + 40 * 86_400_000;
    const needed = await neededBackups(target);
    return removeOldBackups(folder, nameOf(target), { keep: 1, days: 30 }, { needed, nowMs });
  };

  test("stays however old it is, and goes once the run has ended", async () => {
    const database = await scratchDatabase(engine, "empty");
    await hostDatabase(database.url);
    hostStoppedFile(database.url);
    target = await openTarget(database.url);
    await startDeployerWith({ backupDir: directory, toolsDir }, database.url, "run", "kill", "frozen").ended();
    const [needed = ""] = listBackups(directory);
    await takeBackup(target, { directory, toolsDir });
    expect(await neededBackups(target)).toEqual([needed]);
    expect(await clean(directory)).toEqual([]);
    expect(await abort(target, { migrations: smallRelease, environment: process.env })).toMatchObject({
      end: "untouched",
    });
    expect(await neededBackups(target)).toEqual([]);
    expect(await clean(directory)).toEqual([needed]);
    await database.remove();
  });

  test("that a restore was loading from stays too", async () => {
    const worked = await workedOn(engine);
    target = await openTarget(worked.scratch.url);
    const { backup, scratch } = worked;
    hostStoppedFile(scratch.url);
    await startDeployerWith({ backup, toolsDir }, scratch.url, "restore", "kill", "done 0").ended();
    await takeBackup(target, { directory: join(backup, ".."), toolsDir });
    expect(await neededBackups(target)).toEqual([backup]);
    expect(await clean(join(backup, ".."))).toEqual([]);
    await abort(target, { migrations: smallRelease, environment: process.env });
    expect(await clean(join(backup, ".."))).toEqual([backup]);
    await worked.remove();
  });
});
