import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Catalogue, differences, readCatalogue } from "../../src/deploy/catalogue.ts";
import { openTarget, type Target } from "../../src/deploy/target.ts";
import { enginesInUse, type ScratchDatabase, scratchDatabase } from "../databases.ts";
import { bareEnvironment } from "../programs.ts";
import { tellEndings } from "./harness.ts";

const cli = join(import.meta.dirname, "../../src/cli.ts");

/** On SQLite all statements are over before a person could press a key. */
describe.each(enginesInUse().filter((engine) => engine !== "sqlite"))(
  "a deployer that is told to stop (%s)",
  (engine) => {
    let database: ScratchDatabase;
    let target: Target;
    let before: Catalogue;
    beforeEach(async () => {
      database = await scratchDatabase(engine, "empty");
      target = await openTarget(database.url);
      before = await readCatalogue(target);
    });
    afterEach(async () => {
      await target.close();
      await database.remove();
    });

    async function deploy(args: readonly string[], signals: readonly NodeJS.Signals[] = []) {
      const env = { ...bareEnvironment, DATABASE_URL: database.url };
      const child = spawn(process.execPath, ["--", cli, "deploy", ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
      let [stdout, said] = ["", ""];
      child.stdout.on("data", (part) => (stdout += part));
      let isTold = false;
      child.stderr.on("data", async (part) => {
        said += part;
        if (isTold || !/ statements$/m.test(said)) return;
        isTold = true;
        for (const signal of signals) {
          await sleep(100);
          child.kill(signal);
        }
      });
      const [code, signal] = await once(child, "close");
      return { code: code ?? signal, stdout, said };
    }

    test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
      "%s: it takes back what it did, and says so by its exit",
      async (signal) => {
        const { code, stdout } = await deploy(["run"], [signal]);
        expect([code, stdout]).toEqual([20, expect.stringContaining("as it was before")]);
        expect(differences(before, await readCatalogue(target))).toEqual([]);
        expect((await deploy(["run"])).code).toBe(0);
        tellEndings(signal, engine, { undone: 1 });
      },
    );

    test("twice: it ends at once, and resume finishes it", async () => {
      const { code } = await deploy(["run"], ["SIGINT", "SIGINT"]);
      expect(code).not.toBe(0);
      // Forwards, or backwards where the first signal had been heard already.
      expect([0, 20]).toContain((await deploy(["resume"])).code);
      expect((await deploy(["run"])).code).toBe(0);
      expect((await deploy(["verify"])).code).toBe(0);
      tellEndings("SIGINT twice", engine, { migrated: 1 });
    });
  },
);
