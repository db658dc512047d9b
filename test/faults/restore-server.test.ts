import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { enginesInUse } from "../databases.ts";
import { type Server, startMariadb, startMysql } from "../servers/server.ts";
import { hostStoppedFile, startDeployerWith, tellEndings } from "./harness.ts";
import { expectEnd, type Worked, workedOn } from "./restored.ts";

const all = process.env.FRONTDESK_ALL_FAULTS === "true";
const early = ["loaded", "compared", "frozen"];
const late = ["intent 0", "done 0", "intent 1", "applied 1", "defined", "applied 3", "verify", "recorded", "thawed"];
const points = all ? [...early, ...late] : ["compared", "intent 1", "applied 1", "recorded"];

/** The server dies in each phase of a restore; each engine on a server of its own. */
describe.each(enginesInUse().filter((engine) => engine !== "sqlite"))(
  "a server that dies in a restore (%s)",
  (engine) => {
    let server: Server;
    let worked: Worked;
    beforeAll(async () => {
      server = await (engine === "mysql" ? startMysql() : startMariadb());
    }, 120_000);
    afterAll(() => server.stop());
    beforeEach(async () => {
      worked = await workedOn(engine, server);
      hostStoppedFile(worked.scratch.url);
    });
    afterEach(() => worked.remove());

    test("killed with -9 and back, it goes on by itself or nothing has changed", { timeout: 600_000 }, async () => {
      const endings: Record<string, number> = {};
      for (const point of points) {
        const { backup, toolsDir, scratch } = worked;
        const deployer = startDeployerWith({ backup, toolsDir }, scratch.url, "restore", "pause", point);
        await deployer.reached(point);
        await server.kill9();
        await sleep(1000);
        await server.restart();
        const { report } = await deployer.ended();
        const end = report?.end ?? report?.error ?? "?";
        endings[end] = (endings[end] ?? 0) + 1;
        expect(["migrated", "untouched", "undone"], `${point}: ${report?.reason}`).toContain(end);
        await expectEnd(worked, end === "migrated" ? "restored" : "asBefore");
        await worked.remove();
        worked = await workedOn(engine, server);
      }
      tellEndings("the server killed in a restore", engine, endings);
    });

    test.runIf(all)(
      "killed with -9 for good, the restore stays open, and the same command finishes it",
      async () => {
        for (const point of late) {
          const { backup, toolsDir, scratch } = worked;
          const settings = { backup, toolsDir, reconnectSeconds: 1 };
          const deployer = startDeployerWith(settings, scratch.url, "restore", "pause", point);
          await deployer.reached(point);
          await server.kill9();
          const { report } = await deployer.ended();
          expect(report?.end ?? report?.error, point).toMatch(/^(held|Error)$/);
          await server.restart();
          const again = await startDeployerWith(settings, scratch.url, "restore").ended();
          expect(again.report, point).toMatchObject({ end: "migrated" });
          await expectEnd(worked, "restored");
          await worked.remove();
          worked = await workedOn(engine, server);
          hostStoppedFile(worked.scratch.url);
        }
        tellEndings("the server killed in a restore for good", engine, { open: late.length });
      },
      600_000,
    );
  },
);
