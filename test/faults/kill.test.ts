import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { openTarget } from "../../src/deploy/target.ts";
import { enginesInUse, type ScratchDatabase, scratchDatabase } from "../databases.ts";
import { serverPrefixes } from "../servers/server.ts";
import {
  type Before,
  expectSound,
  hostDatabase,
  runDeployer,
  startDeployer,
  startDeployerWith,
  tellEndings,
  undisturbed,
} from "./harness.ts";

const all = process.env.FRONTDESK_ALL_FAULTS === "true";

describe.each(enginesInUse())("a deployer that is hurt (%s)", (engine) => {
  let database: ScratchDatabase;
  let before: Before;
  beforeEach(async () => {
    database = await scratchDatabase(engine, "empty");
    before = await hostDatabase(database.url);
  });
  afterEach(() => database.remove());

  /** Every failpoint of a run that nothing disturbs, in its order. */
  async function failpointsOf(command: string): Promise<string[]> {
    const { points } = await runDeployer(database.url, command);
    return points;
  }

  test("killed with -9 at any failpoint, the next plain run ends migrated", { timeout: 300_000 }, async () => {
    const points = await failpointsOf("run");
    expect(points.length).toBeGreaterThan(engine === "sqlite" ? 18 : 24);
    expect(await undisturbed(database.url, "rollback")).toMatchObject({ end: "undone" });
    const endings: Record<string, number> = {};
    for (const point of sample(points)) {
      expect((await runDeployer(database.url, "run", "kill", point)).report, point).toBeNull();
      const state = await expectSound(database.url, before);
      endings[state] = (endings[state] ?? 0) + 1;
      expect(await undisturbed(database.url, "run"), point).toMatchObject({ end: "migrated" });
      expect(await expectSound(database.url, before), point).toBe("migrated");
      await undisturbed(database.url, "rollback");
      expect(await expectSound(database.url, before), point).toBe("asBefore");
    }
    tellEndings("kill -9 at a failpoint, then a plain run", engine, endings);
  });

  test("killed with -9 in the backup or the rehearsal, nothing was touched, and the next plain run ends migrated", {
    timeout: 300_000,
  }, async () => {
    const toolsDir = engine === "sqlite" ? null : join((await serverPrefixes([engine])).get(engine) ?? "", "bin");
    const backupDir = mkdtempSync(join(tmpdir(), "frontdesk-killed-"));
    onTestFinished(() => rmSync(backupDir, { recursive: true, force: true }));
    const start = (...fault: string[]) =>
      startDeployerWith({ backupDir, toolsDir }, database.url, "run", ...fault).ended();
    const points = [
      ...(engine === "sqlite" ? [] : ["dumping"]),
      "dumped",
      "backed up",
      "rehearsing",
      ...(all ? ["rehearsed up"] : []),
      "rehearsed down",
    ];
    for (const point of points) {
      expect((await start("kill", point)).report, point).toBeNull();
      expect(await expectSound(database.url, before), point).toBe("open");
      expect((await start()).report, point).toMatchObject({ end: "migrated" });
      expect(await expectSound(database.url, before), point).toBe("migrated");
      expect(
        readdirSync(backupDir).filter((name) => /partial|rehearsal/.test(name)),
        point,
      ).toEqual([]);
      await undisturbed(database.url, "rollback");
      expect(await expectSound(database.url, before), point).toBe("asBefore");
    }
    tellEndings("kill -9 in the backup or the rehearsal", engine, { open: points.length });
  });

  test("killed with -9 at any failpoint, abort takes all of it back", { timeout: 300_000 }, async () => {
    const points = await failpointsOf("run");
    await undisturbed(database.url, "rollback");
    const endings: Record<string, number> = {};
    for (const point of sample(points).filter((each) => each !== "ended")) {
      await runDeployer(database.url, "run", "kill", point);
      const ending = await undisturbed(database.url, "abort");
      if (ending !== null) expect(["undone", "untouched"], point).toContain(ending.end);
      expect(await expectSound(database.url, before), point).toBe("asBefore");
      const end = ending?.end ?? "untouched";
      endings[end] = (endings[end] ?? 0) + 1;
    }
    tellEndings("kill -9 at a failpoint, then abort", engine, endings);
  });

  test.skipIf(engine === "sqlite")(
    "killed with -9 while it measures what others wait, the next plain run ends migrated",
    { timeout: 120_000 },
    async () => {
      const start = (...fault: string[]) => startDeployerWith({ open: true }, database.url, "run", ...fault).ended();
      const points = ["probing", "applied 1", "verify", "recorded"];
      for (const point of points) {
        expect((await start("kill", point)).report, point).toBeNull();
        expect(await expectSound(database.url, before), point).toBe("open");
        expect((await start()).report, point).toMatchObject({ end: "migrated" });
        expect(await expectSound(database.url, before), point).toBe("migrated");
        await undisturbed(database.url, "rollback");
        expect(await expectSound(database.url, before), point).toBe("asBefore");
      }
      tellEndings("kill -9 while others' waits are measured", engine, { open: points.length });
    },
  );

  test("killed with -9 while it takes back, the next one finishes that", { timeout: 300_000 }, async () => {
    await undisturbed(database.url, "run");
    const points = await failpointsOf("rollback");
    for (const point of sample(points)) {
      expect(await undisturbed(database.url, "run"), point).toMatchObject({ end: "migrated" });
      await runDeployer(database.url, "rollback", "kill", point);
      if ((await expectSound(database.url, before)) === "open") await undisturbed(database.url, "rollback");
      expect(await expectSound(database.url, before), point).toBe("asBefore");
    }
    tellEndings("kill -9 at a failpoint of the undo, then a rollback", engine, { asBefore: sample(points).length });
  });

  test("an error at any failpoint ends as before, or migrated, or held, and goes on from there", {
    timeout: 300_000,
  }, async () => {
    const points = await failpointsOf("run");
    await undisturbed(database.url, "rollback");
    const endings: Record<string, number> = {};
    for (const point of sample(points).filter((each) => each !== "begun" && each !== "ended")) {
      const { report } = await runDeployer(database.url, "run", "fail", point);
      endings[report?.end ?? "?"] = (endings[report?.end ?? "?"] ?? 0) + 1;
      if (report?.end === "held") await undisturbed(database.url, "abort");
      if (report?.end === "migrated") await undisturbed(database.url, "rollback");
      expect(await expectSound(database.url, before), point).toBe("asBefore");
    }
    tellEndings("an error at a failpoint", engine, endings);
  });

  test("of eight deployers at once one works, and the others say so", async () => {
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => runDeployer(database.url, "run")));
    const ran = outcomes.filter(({ report }) => report?.end === "migrated" && report.runId !== null);
    expect(ran).toHaveLength(1);
    for (const { report } of outcomes) expect(report?.end ?? report?.error).toMatch(/^(migrated|DeploymentRunning)$/);
    expect(await expectSound(database.url, before)).toBe("migrated");
    tellEndings("eight deployers at once", engine, { migrated: 1, refused: 7 });
  });

  test.skipIf(engine === "sqlite")(
    "a statement that its server finishes after the deployer's death is found by the next one",
    async () => {
      const reader = await openTarget(database.url);
      await reader.query("start transaction");
      await reader.query("select * from companies");
      const deployer = startDeployer(database.url, "run");
      await deployer.reached("applied 0");
      await new Promise((resolve) => setTimeout(resolve, 300));
      deployer.child.kill("SIGKILL");
      await deployer.ended();

      const next = startDeployer(database.url, "run");
      await new Promise((resolve) => setTimeout(resolve, 300));
      await reader.query("commit");
      await reader.close();
      expect((await next.ended()).report).toMatchObject({ end: "migrated" });
      expect(await expectSound(database.url, before)).toBe("migrated");
    },
  );

  test.skipIf(engine !== "mysql")("a reader that never lets go makes the run come back, and names itself", async () => {
    const reader = await openTarget(database.url);
    await reader.query("start transaction");
    await reader.query("select * from companies");
    const { report } = await runDeployer(database.url, "run");
    expect(report).toMatchObject({
      end: "undone",
      reason: expect.stringMatching(/connection \d+ \(root@.*transaction open/),
    });
    await reader.query("commit");
    await reader.close();
    expect(await expectSound(database.url, before)).toBe("asBefore");
    tellEndings("a reader of a parent that never ends", engine, { undone: 1 });
    expect(await undisturbed(database.url, "run")).toMatchObject({ end: "migrated" });
  });

  test.skipIf(engine === "sqlite")(
    "its connection killed at any statement, it goes on by itself",
    { timeout: 120_000 },
    async () => {
      const points = ["intent 1", "applied 1", "done 2", "verify", "recorded"];
      for (const point of points) {
        const deployer = startDeployer(database.url, "run", "pause", point);
        await deployer.reached(point);
        const person = await openTarget(database.url);
        const [holder] = await person.query<{ id: number }>(
          "select id from information_schema.processlist where db = ? and id <> connection_id()",
          [person.database],
        );
        await person.query(`kill ${holder?.id}`);
        await person.close();
        expect((await deployer.ended()).report, point).toMatchObject({ end: "migrated" });
        expect(await expectSound(database.url, before), point).toBe("migrated");
        await undisturbed(database.url, "rollback");
        expect(await expectSound(database.url, before), point).toBe("asBefore");
      }
      tellEndings("the lock's connection killed", engine, { migrated: points.length });
    },
  );

  /** All of them with `script/test --faults`; else one of each kind. */
  function sample(points: readonly string[]): readonly string[] {
    return all
      ? points
      : points.filter((point) => !/\d/.test(point) || / 2$/.test(point)).filter((each) => each !== "freeze");
  }
});
