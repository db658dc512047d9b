import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { enginesInUse, scratchDatabase } from "../../test/databases.ts";

const racer = new URL("./lock-racer.ts", import.meta.url).pathname;

describe.each(enginesInUse())("the lock of a deployment (%s)", (engine) => {
  test("four processes that take it and let go at any moment: each holds it or is told that another one does", async () => {
    const { url, remove } = await scratchDatabase(engine, "empty");
    onTestFinished(remove);
    const race = () => promisify(execFile)(process.execPath, [racer, url, "1500"]);
    for (const { stdout } of await Promise.all([race(), race(), race(), race()])) {
      const { held, DeploymentRunning, ...others } = JSON.parse(stdout);
      expect(others).toEqual({});
      expect(held).toBeGreaterThan(0);
      expect(DeploymentRunning).toBeGreaterThan(0);
    }
  });
});
