import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { armFailpoints } from "../../src/deploy/failpoint.ts";
import { journalTable, latestRuns } from "../../src/deploy/journal.ts";
import { readMaintenance } from "../../src/deploy/maintenance.ts";
import { reportOf } from "../../src/deploy/report.ts";
import { deploy } from "../../src/deploy/run.ts";
import type { Settings } from "../../src/deploy/settings.ts";
import { openTarget, type Target } from "../../src/deploy/target.ts";
import { enginesInUse, type ScratchDatabase, scratchDatabase } from "../databases.ts";
import { type Before, expectSound, hostDatabase, tellEndings } from "./harness.ts";
import { smallRelease } from "./release.ts";

const all = process.env.FRONTDESK_ALL_FAULTS === "true";
/** A time-out takes five seconds: in a plain run on one kind of database. */
const patient = all ? enginesInUse() : enginesInUse().slice(-1);

/** What the application does while it is deployed to. */
describe.each(enginesInUse())("an application that does not do its part (%s)", (engine) => {
  let database: ScratchDatabase;
  let before: Before;
  let target: Target;
  beforeEach(async () => {
    database = await scratchDatabase(engine, "empty");
    before = await hostDatabase(database.url);
    target = await openTarget(database.url);
  });
  afterEach(async () => {
    armFailpoints(() => {});
    await target.close();
    await database.remove();
  });
  const maintenance = {
    reason: "new tables",
    retryAfterSeconds: 5,
    acknowledgeSeconds: 1,
    freezeHook: null,
    thawHook: null,
    hookSeconds: 5,
  };
  const run = (settings: Partial<Settings> = {}) =>
    deploy(target, { migrations: smallRelease, settings: { maintenance, ...settings } });

  async function addressOf(answer: RequestListener): Promise<string> {
    const server = createServer(answer).listen(0, "127.0.0.1");
    await new Promise((listening) => server.once("listening", listening));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/readyz`;
  }

  /** Puts maintenance on and off, and what was done in between. */
  function watched(): string[] {
    const seen: string[] = [];
    armFailpoints((point) => {
      if (/^(frozen|thawed|applied 5|undid 0|checkHealth)$/.test(point)) seen.push(point);
    });
    return seen;
  }

  const answers: [string, RequestListener, RegExp][] = [
    ["answers 500", (_, response) => response.writeHead(500).end(), /answered 500/],
    ...(patient.includes(engine)
      ? [["gives no answer", () => {}, /did not answer within 5000 ms/] as [string, RequestListener, RegExp]]
      : []),
  ];
  test.each(answers)(
    "a health address that %s after the thaw: closed again, taken back, opened, as before",
    async (kind, answer, reason) => {
      const states: boolean[] = [];
      const person = await openTarget(database.url);
      onTestFinished(() => person.close());
      const url = await addressOf(async (request, response) => {
        states.push((await readMaintenance(person)).lease !== null);
        answer(request, response);
      });
      const seen = watched();
      const ending = await run({ health: { urls: [url], patienceSeconds: 1 } });
      expect(ending).toMatchObject({ end: "undone", frozen: false, reason: expect.stringMatching(reason) });
      const steps = seen.filter((point) => engine !== "sqlite" || point !== "applied 5");
      expect(steps).toEqual([
        "frozen",
        ...(engine === "sqlite" ? [] : ["applied 5"]),
        ...["thawed", "checkHealth", "frozen", "undid 0", "thawed"],
      ]);
      expect(new Set(states)).toEqual(new Set([false]));
      expect(await expectSound(database.url, before)).toBe("asBefore");
      const [last] = await latestRuns(target, 1);
      const { criteria } = await reportOf(target, last as NonNullable<typeof last>);
      expect(criteria).toContainEqual(expect.objectContaining({ what: "application health", result: "failed" }));
      tellEndings(`a health address that ${kind}`, engine, { undone: 1 });
      const well = await addressOf((_, response) => response.end("ok"));
      expect(await run({ health: { urls: [well], patienceSeconds: 1 } })).toMatchObject({ end: "migrated" });
      expect(await expectSound(database.url, before)).toBe("migrated");
    },
  );

  test("a node that never acknowledges maintenance is named, nothing was touched, and maintenance is off", async () => {
    const table = journalTable(target, "frontdesk_processes");
    const seen = Date.now() + 600_000;
    await target.query(
      `insert into ${table} (id, kind, host, pid, version, started_ms, seen_ms, acknowledged_generation)
       values ('node', 'server', 'node-7', 4711, '1', 0, ${seen}, 0)`,
    );
    const points = watched();
    const ending = await run();
    expect(ending).toMatchObject({
      end: "untouched",
      frozen: false,
      reason: expect.stringContaining("server on node-7 (pid 4711)"),
    });
    expect(points).toEqual(["frozen", "thawed"]);
    expect(await expectSound(database.url, before)).toBe("asBefore");
    tellEndings("a node that never acknowledges maintenance", engine, { untouched: 1 });
    await target.query(`delete from ${table}`);
    expect(await run()).toMatchObject({ end: "migrated" });
    expect(await expectSound(database.url, before)).toBe("migrated");
  });
});
