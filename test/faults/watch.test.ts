import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { latestRuns } from "../../src/deploy/journal.ts";
import { reportOf } from "../../src/deploy/report.ts";
import { openTarget } from "../../src/deploy/target.ts";
import { enginesInUse, type ScratchDatabase, scratchDatabase } from "../databases.ts";
import {
  type Before,
  type Deployer,
  expectSound,
  hostDatabase,
  runDeployer,
  startDeployer,
  tellEndings,
} from "./harness.ts";

describe.each(enginesInUse())("a watch that is hurt (%s)", (engine) => {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-hurt-watch-"));
  const log = join(folder, "app.log");
  let database: ScratchDatabase;
  let before: Before;
  beforeEach(async () => {
    process.env.FRONTDESK_TEST_WATCHED_LOG = log;
    writeFileSync(log, "");
    database = await scratchDatabase(engine, "empty");
    before = await hostDatabase(database.url);
    expect((await runDeployer(database.url, "run")).report).toMatchObject({ end: "migrated" });
  });
  afterEach(async () => {
    await database.remove();
    rmSync(log, { force: true });
  });

  /** What the run's report says of its watches. */
  async function watches() {
    const target = await openTarget(database.url);
    onTestFinished(() => target.close());
    const run = (await latestRuns(target, 10)).find(({ progress }) => progress.goal === "migrate");
    return run === undefined ? [] : (await reportOf(target, run)).watch;
  }

  async function watching(...fault: string[]): Promise<Deployer> {
    const known = (await watches()).length;
    const watcher = startDeployer(database.url, "watch", ...fault);
    for (let turn = 0; turn < 100 && (await watches()).length === known; turn++) await sleep(100);
    return watcher;
  }

  test("killed with -9 in the middle of its undo, resume finishes that", { timeout: 120_000 }, async () => {
    const points = ["begun", "frozen", "undoing 2", "undid 2", "confirm", "thawed"];
    for (const point of points) {
      const watcher = await watching("kill", point);
      appendFileSync(log, "ERROR\n");
      expect((await watcher.ended()).report, point).toBeNull();
      expect(await expectSound(database.url, before), point).toBe("open");
      expect((await runDeployer(database.url, "watch")).report, point).toMatchObject({ error: "RunIsOpen" });
      expect((await runDeployer(database.url, "resume")).report?.end, point).toMatch(/^(undone|untouched)$/);
      if ((await expectSound(database.url, before)) === "asBefore") await runDeployer(database.url, "run");
      expect(await expectSound(database.url, before), point).toBe("migrated");
    }
    tellEndings("kill -9 in the undo of a watch, then resume", engine, { open: points.length });
  });

  test("killed with -9 while it looks, a second one goes on, and both stand in the report", async () => {
    const first = await watching();
    first.child.kill("SIGKILL");
    await first.ended();
    expect(await expectSound(database.url, before)).toBe("migrated");
    const second = await watching();
    appendFileSync(log, "ERROR\n");
    expect((await second.ended()).report).toMatchObject({ end: "undone" });
    expect(await expectSound(database.url, before)).toBe("asBefore");
    expect(await watches()).toMatchObject([
      { end: null, endedAt: null },
      { end: "undone", alarms: [{ check: "log" }] },
    ]);
  });
});
