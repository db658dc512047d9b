import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { enginesInUse, type ScratchDatabase, scratchDatabase } from "../databases.ts";
import { type Before, expectSound, hostDatabase, startDeployerWith, tellEndings, undisturbed } from "./harness.ts";
import { type Wire, wire } from "./wire.ts";

const all = process.env.FRONTDESK_ALL_FAULTS === "true";
const servers = enginesInUse().filter((engine) => engine !== "sqlite");
/** Where it is hurt: a statement's request is on its way next, or its reply has come. */
const points = all
  ? ["intent 0", "applied 0", "intent 2", "done 3", "applied 4", "verify", "recorded"]
  : ["intent 2", "verify"];

describe.each(servers)("a network that fails between deployer and server (%s)", (engine) => {
  let database: ScratchDatabase;
  let before: Before;
  let between: Wire;
  beforeEach(async () => {
    database = await scratchDatabase(engine, "empty");
    before = await hostDatabase(database.url);
    between = await wire(Number(new URL(database.url).port));
  });
  afterEach(async () => {
    between.close();
    await database.remove();
  });

  const faults = {
    "a reset connection": () => between.reset(),
    "a connection that stalls": () => between.stall(2500),
    "a connection that both ends believe in, and nothing comes through": () => between.forget(),
  };
  test.each(Object.entries(faults))(
    "%s: the run goes on by itself and ends migrated",
    { timeout: 300_000 },
    async (kind, hurt) => {
      const url = new URL(database.url);
      url.port = String(between.port);
      for (const point of points) {
        const deployer = startDeployerWith({ silentSeconds: 1 }, url.href, "run", "pause", point);
        await deployer.reached(point);
        await sleep(200);
        hurt();
        expect((await deployer.ended()).report, point).toMatchObject({ end: "migrated" });
        expect(await expectSound(database.url, before), point).toBe("migrated");
        await undisturbed(database.url, "rollback");
        expect(await expectSound(database.url, before), point).toBe("asBefore");
      }
      tellEndings(kind, engine, { migrated: points.length });
    },
  );
});
