import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { abort, resume } from "../../src/deploy/run.ts";
import { openTarget } from "../../src/deploy/target.ts";
import { enginesInUse } from "../databases.ts";
import { hostStoppedFile, startDeployerWith, tellEndings } from "./harness.ts";
import { expectEnd, expectRestoredKept, type Worked, workedOn } from "./restored.ts";

const all = process.env.FRONTDESK_ALL_FAULTS === "true";

describe.each(enginesInUse())("a restore that is hurt (%s)", (engine) => {
  let worked: Worked;
  beforeEach(async () => {
    worked = await workedOn(engine);
    hostStoppedFile(worked.scratch.url);
  });
  afterEach(() => worked.remove());

  const run = (...fault: string[]) => {
    const { backup, toolsDir, scratch } = worked;
    return startDeployerWith({ backup, toolsDir }, scratch.url, "restore", ...fault).ended();
  };
  /** Resumes or aborts in this process. @returns null where there was nothing */
  async function lead(command: typeof resume | typeof abort) {
    const target = await openTarget(worked.scratch.url);
    try {
      return await command(target, { environment: process.env });
    } finally {
      await target.close();
    }
  }
  /** All of them; on servers in a plain run one of four, another one of them for each test. */
  function chosen(points: readonly string[], test: number): string[] {
    return [...new Set(points)].filter((_, index) => all || engine === "sqlite" || index % 4 === test);
  }
  /** A new database of the same kind, for the next try. */
  async function again() {
    await worked.remove();
    worked = await workedOn(engine);
    hostStoppedFile(worked.scratch.url);
  }

  test("killed with -9 at any point, the same command or resume ends with the backup, and everything else aside", {
    timeout: 600_000,
  }, async () => {
    const { points, report } = await run();
    expect(report).toMatchObject({ end: "migrated", goal: "restore" });
    await expectEnd(worked, "restored");
    expect(points.length).toBeGreaterThan(engine === "sqlite" ? 16 : 24);
    const endings: Record<string, number> = {};
    for (const [index, point] of chosen(points, 0).entries()) {
      await again();
      expect((await run("kill", point)).report, point).toBeNull();
      const resumed = point === "ended" || index % 2 === 0 ? null : await lead(resume);
      const how = point === "ended" ? "done" : resumed?.end === "migrated" ? "resumed" : "again";
      if (how === "again") expect((await run()).report, point).toMatchObject({ end: "migrated", reason: null });
      await expectEnd(worked, "restored");
      endings[how] = (endings[how] ?? 0) + 1;
    }
    tellEndings("kill -9 in a restore, then resume or again", engine, endings);
  });

  test("killed with -9 at any point, abort leads back to the database as it was", { timeout: 600_000 }, async () => {
    const { points } = await run();
    const endings: Record<string, number> = {};
    for (const point of chosen(
      points.filter((each) => each !== "ended"),
      1,
    )) {
      await again();
      expect((await run("kill", point)).report, point).toBeNull();
      const ending = await lead(abort);
      expect(["undone", "untouched"], `${point} ${ending?.reason}`).toContain(ending?.end);
      await expectBack(point);
      endings[ending?.end ?? "?"] = (endings[ending?.end ?? "?"] ?? 0) + 1;
    }
    tellEndings("kill -9 in a restore, then abort", engine, endings);
  });

  test("an error at any point leads back, or to the backup, or it is held and abort leads back", {
    timeout: 600_000,
  }, async () => {
    const { points } = await run();
    const endings: Record<string, number> = {};
    for (const point of chosen(
      points.filter((each) => each !== "ended" && each !== "begun"),
      2,
    )) {
      await again();
      const { report } = await run("fail", point);
      const end = report?.end ?? report?.error ?? "?";
      endings[end] = (endings[end] ?? 0) + 1;
      if (end === "held") await lead(abort);
      if (end === "migrated") await expectEnd(worked, "restored");
      else await expectBack(point);
    }
    tellEndings("an error in a restore", engine, endings);
  });

  /** After others were let in, the restored tables are kept too. */
  async function expectBack(point: string): Promise<void> {
    if (["thawed", "checkHealth"].includes(point)) await expectRestoredKept(worked);
    await expectEnd(worked, "asBefore");
  }
});
