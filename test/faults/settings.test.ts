import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { hashTables } from "../../src/deploy/backup/row-hashes.ts";
import { takeBackup } from "../../src/deploy/backup/take.ts";
import { type Catalogue, differences, readCatalogue } from "../../src/deploy/catalogue.ts";
import { check } from "../../src/deploy/check.ts";
import { restore } from "../../src/deploy/restore/restore.ts";
import { deploy, migrate, rollBack } from "../../src/deploy/run.ts";
import { openTarget, type Target } from "../../src/deploy/target.ts";
import { verify } from "../../src/deploy/verify.ts";
import { enginesInUse, type ScratchDatabase, scratchSchema } from "../databases.ts";
import { type Server, serverPrefixes, startMariadb, startMysql } from "../servers/server.ts";
import { tellEndings } from "./harness.ts";
import { removeSchemas } from "./restored.ts";

const all = process.env.FRONTDESK_ALL_FAULTS === "true";
const servers = enginesInUse().filter((engine) => engine !== "sqlite");

/** As an administrator's taste, or a hosting provider's, or history may have left a server. */
const odd = {
  mariadb: ["--lower-case-table-names=1", "--innodb-force-primary-key=ON", "--innodb-strict-mode=OFF"],
  mysql: ["--sql-require-primary-key=ON"],
};
const everywhere = [
  "--character-set-server=latin1",
  "--collation-server=latin1_german2_ci",
  "--sql-mode=ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT,NO_ENGINE_SUBSTITUTION",
  "--explicit-defaults-for-timestamp=OFF",
  "--default-time-zone=-05:00",
  "--default-storage-engine=MyISAM",
];
/** What the database itself was made with. */
const defaults = ["latin1 collate latin1_german2_ci", "utf8mb4 collate utf8mb4_bin", "ascii collate ascii_bin"];

describe.each(servers)("a server whose settings are others than ours (%s)", (engine) => {
  let server: Server;
  let ordinary: Catalogue;
  let database: ScratchDatabase;
  let target: Target;
  let directory: string;
  let toolsDir: string;

  beforeAll(async () => {
    toolsDir = join((await serverPrefixes([engine])).get(engine) ?? "", "bin");
    server = await (engine === "mysql" ? startMysql : startMariadb)({ settings: [...everywhere, ...odd[engine]] });
    ordinary = await structureElsewhere();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "frontdesk-odd-"));
    database = await scratchSchema(engine, "empty", server);
    target = await openTarget(database.url);
  });
  afterEach(async () => {
    await target.close();
    await removeSchemas(database.url);
    await database.remove();
    rmSync(directory, { recursive: true, force: true });
  });

  /** On the run's own server. */
  async function structureElsewhere(): Promise<Catalogue> {
    const scratch = await scratchSchema(engine, "empty");
    const there = await openTarget(scratch.url);
    try {
      await migrate(there);
      return await readCatalogue(there);
    } finally {
      await there.close();
      await scratch.remove();
    }
  }

  test.each(all ? defaults : defaults.slice(0, 1))(
    "a database of %s: the same structure as elsewhere, and backup, rehearsal, undo and restore work",
    async (charset) => {
      await target.query(`alter database ${target.database} character set ${charset}`);
      const settings = { rehearsal: { directory, toolsDir, withRows: true } };
      expect(await deploy(target, { settings })).toMatchObject({ end: "migrated", reason: null });
      expect(differences(ordinary, await readCatalogue(target))).toEqual([]);
      for (const { what, wrong } of await verify(target)) expect(wrong, what).toEqual([]);
      const found = await check(target, { backupDir: directory, toolsDir, hostTimeZone: null });
      for (const { what, wrong } of found) expect(wrong, what).toEqual([]);

      const name = "Ö 🙂 \\ \" ' || x";
      await target.query("insert into companies (id, name) values (1, ?)", [name]);
      const { path, manifest } = await takeBackup(target, { directory, toolsDir });
      expect(manifest.snapshot).toBe("exact");
      const rows = await hashTables(target, ["companies"]);
      await target.query("update companies set name = 'later'");
      expect(await restore(target, path, { toolsDir })).toMatchObject({ end: "migrated", reason: null });
      expect(await hashTables(target, ["companies"])).toEqual(rows);
      expect(await target.query("select name from companies")).toEqual([{ name }]);
      expect(differences(ordinary, await readCatalogue(target))).toEqual([]);

      expect(await rollBack(target, "phase-4-services")).toMatchObject({ end: "undone" });
      expect(await deploy(target, { settings })).toMatchObject({ end: "migrated", reason: null });
      expect(differences(ordinary, await readCatalogue(target))).toEqual([]);
      tellEndings(`a database of ${charset} on a server of other settings`, engine, { migrated: 1 });
    },
  );
});
