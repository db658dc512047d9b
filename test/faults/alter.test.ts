import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Migration } from "../../src/db/migration.ts";
import { hashTables } from "../../src/deploy/backup/row-hashes.ts";
import { readCatalogue } from "../../src/deploy/catalogue.ts";
import { armFailpoints } from "../../src/deploy/failpoint.ts";
import { abort, deploy } from "../../src/deploy/run.ts";
import { openTarget, type Target } from "../../src/deploy/target.ts";
import { enginesInUse, type ScratchDatabase, scratchSchema } from "../databases.ts";
import { type Server, startMariadb, startMysql } from "../servers/server.ts";
import { mountDisk } from "./disk.ts";
import { type Before, expectSound, hostDatabase, tellEndings } from "./harness.ts";
import { smallRelease } from "./release.ts";

const all = process.env.FRONTDESK_ALL_FAULTS === "true";
const servers = enginesInUse().filter((engine) => engine !== "sqlite");
/** Bytes that are left: none at all, not enough to sort the rows, not enough to keep them. */
const rooms = all ? [0, 16_000, 200_000, 4_000_000, 16_000_000] : [0];
const doublings = 18;

/** The small release, and at its end an ALTER that goes through many rows. */
const up = "create index visits_note on visits (note, id)";
const parts = { tables: [{ up, down: "drop index visits_note on visits" }], foreignKeys: [] };
const search = {
  id: "0004_search",
  release: "phase-2-multi-tenant",
  steps: { mariadb: parts, mysql: parts, sqlite: parts },
};
const migrations: readonly Migration[] = [...smallRelease, search];
const statement = 6;

describe.each(servers)("an ALTER that goes through many rows (%s)", (engine) => {
  const disk = mountDisk("900m");
  let server: Server;
  let database: ScratchDatabase;
  let before: Before;
  let visits: unknown;
  let target: Target;
  let person: Target;

  beforeAll(async () => {
    const within = disk === null ? {} : { within: disk.folder };
    server = await (engine === "mysql" ? startMysql : startMariadb)(within);
  });
  afterAll(async () => {
    await server.stop();
    disk?.remove();
  });
  beforeEach(async () => {
    database = await scratchSchema(engine, "empty", server);
    before = await hostDatabase(database.url);
    [target, person] = [await openTarget(database.url), await openTarget(database.url)];
    await person.query("create table visits (id integer primary key, note varchar(64) not null)");
    await person.query("insert into visits values (0, sha2(0, 256))");
    for (let power = 0; power < doublings; power++) {
      await person.query(`insert into visits select id + ${2 ** power}, sha2(id + ${2 ** power}, 256) from visits`);
    }
    before = { ...before, catalogue: await readCatalogue(person) };
    visits = await hashTables(person, ["visits"]);
  });
  afterEach(async () => {
    armFailpoints(() => {});
    disk?.empty();
    await target.close();
    await person.close();
    await database.remove();
  });
  const run = (reconnectSeconds = 20) => deploy(target, { migrations, settings: { reconnectSeconds } });
  const sound = async () => {
    expect(await hashTables(person, ["visits"])).toEqual(visits);
    return expectSound(database.url, before, migrations);
  };

  test.skipIf(disk === null).each(rooms)(
    "a disk of which %d bytes are left: it comes back or is held, never half, and works once there is room",
    async (left) => {
      armFailpoints((point) => {
        if (point === `intent ${statement}`) disk?.fill(left);
      });
      const ending = await run();
      armFailpoints(() => {});
      expect(ending).toMatchObject({ end: expect.stringMatching(/^(undone|held)$/) });
      expect(ending.reason).toMatch(/space|full|write failure|errno 28/i);
      disk?.empty();
      tellEndings("a disk that is full in an ALTER", engine, { [ending.end]: 1 });
      if (ending.end === "held") expect(await abort(target, { migrations })).toMatchObject({ end: "undone" });
      expect(await sound()).toBe("asBefore");
      expect(await run()).toMatchObject({ end: "migrated" });
      expect(await sound()).toBe("migrated");
    },
  );

  /** Kills the server while it works on the statement. */
  async function killInside(): Promise<void> {
    await vi.waitFor(
      async () => {
        const rows = await person.query(
          "select 1 from information_schema.processlist where db = ? and id <> connection_id() and info = ?",
          [person.database, up],
        );
        expect(rows).toHaveLength(1);
      },
      { timeout: 20_000, interval: 5 },
    );
    await server.kill9();
  }

  test("the server killed inside it and back: the run goes on by itself", { timeout: 120_000 }, async () => {
    const running = run();
    await killInside();
    await server.restart();
    expect(await running).toMatchObject({ end: "migrated" });
    await person.reopen();
    expect(await sound()).toBe("migrated");
    tellEndings("the server killed inside an ALTER, and back", engine, { migrated: 1 });
  });

  test.runIf(all)(
    "the server killed inside it for good: the run stays open, and the next one finishes it",
    {
      timeout: 120_000,
    },
    async () => {
      const running = run(1);
      await killInside();
      expect(await running).toMatchObject({ end: "held" });
      await server.restart();
      await person.reopen();
      await target.reopen();
      expect(await sound()).toBe("open");
      expect(await run()).toMatchObject({ end: "migrated" });
      expect(await sound()).toBe("migrated");
      tellEndings("the server killed inside an ALTER for good", engine, { open: 1 });
    },
  );
});
