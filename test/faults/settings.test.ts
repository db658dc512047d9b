import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { listBackups } from "../../src/deploy/backup/manifest.ts";
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
import { hostTables, smallRelease } from "./release.ts";
import { removeSchemas } from "./restored.ts";

const all = process.env.FRONTDESK_ALL_FAULTS === "true";
const servers = enginesInUse().filter((engine) => engine !== "sqlite");

/** All releases only where there is time for it. */
const to = all ? {} : { to: "phase-2-multi-tenant" };

/** As an administrator's taste, or a hosting provider's, or history may have left a server. */
const odd = {
  mariadb: ["--lower-case-table-names=1", "--innodb-strict-mode=OFF"],
  mysql: ["--sql-require-primary-key=ON", "--sql-generate-invisible-primary-key=ON"],
};
const everywhere = [
  "--character-set-server=latin1",
  "--collation-server=latin1_german2_ci",
  "--sql-mode=ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT,NO_ENGINE_SUBSTITUTION",
  "--explicit-defaults-for-timestamp=OFF",
  "--default-time-zone=-05:00",
  "--default-storage-engine=MyISAM",
];
/** What a person made in such a session, and other settings would refuse or read otherwise. */
const theirs = [
  `create table visits (id integer auto_increment primary key, day date not null, at timestamp, note varchar(40)) engine=InnoDB`,
  `insert into visits (day, at, note) values ('0000-00-00', null, 'a\\')`,
  `create view "lines" as select "id" || ': ' || "note" as "line" from "visits"`,
  `create trigger visits_before before insert on visits for each row set new."note" = new."note" || '\\'`,
  `create procedure add_visit() insert into "visits" ("day", "note") values ('2026-00-00', 'b' || '\\')`,
  `create event tidy on schedule every 1 day starts '2030-01-01 00:00:00' do delete from "visits" where "note" = 'c' || 'd'`,
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

  /** In a session with the server's own settings. */
  async function asTheirs(statements: readonly string[]): Promise<void> {
    const session = await createConnection(database.url);
    for (const statement of statements) await session.query(statement);
    await session.end();
  }

  /** On the run's own server. */
  async function structureElsewhere(): Promise<Catalogue> {
    const scratch = await scratchSchema(engine, "empty");
    const there = await openTarget(scratch.url);
    try {
      await migrate(there, to);
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
      await asTheirs(theirs);
      const before = await readCatalogue(target);
      const settings = { rehearsal: { directory, toolsDir, withRows: true } };
      expect(await deploy(target, { settings, ...to })).toMatchObject({ end: "migrated", reason: null });
      const made = { tables: { ...ordinary.tables, ...before.tables }, others: before.others };
      const wrong = async () => differences(made, await readCatalogue(target));
      expect(await wrong()).toEqual([]);
      for (const { what, wrong } of await verify(target)) expect(wrong, what).toEqual([]);
      const found = await check(target, { backupDir: directory, toolsDir, hostTimeZone: null });
      for (const { what, wrong } of found) expect(wrong, what).toEqual([]);

      const name = "Ö 🙂 \\ \" ' || x";
      await target.query("insert into companies (id, name) values (1, ?)", [name]);
      const { path, manifest } = await takeBackup(target, { directory, toolsDir });
      expect(manifest.snapshot).toBe("exact");
      const rows = await hashTables(target, ["companies", "visits"]);
      await asTheirs(["update companies set name = 'later'", "call add_visit()", 'drop view "lines"']);
      expect(await restore(target, path, { toolsDir })).toMatchObject({ end: "migrated", reason: null });
      expect(await hashTables(target, ["companies", "visits"])).toEqual(rows);
      expect(await target.query("select name from companies")).toEqual([{ name }]);
      expect(await wrong()).toEqual([]);
      await asTheirs(["call add_visit()"]);
      expect(await target.query("select line as line from `lines`")).toEqual([
        { line: "1: a\\" },
        { line: "2: b\\\\" },
      ]);

      if (all) {
        expect(await rollBack(target, "phase-4-services")).toMatchObject({ end: "undone" });
        expect(await deploy(target, { settings })).toMatchObject({ end: "migrated", reason: null });
        expect(await wrong()).toEqual([]);
      }
      tellEndings(`a database of ${charset} on a server of other settings`, engine, { migrated: 1 });
    },
  );

  test("a table without a primary key, from before the server asked for one, is loaded as it was, or the server's refusal is told", async () => {
    const ask = (isOn: boolean) =>
      engine === "mysql"
        ? [`set sql_require_primary_key = ${isOn}, sql_generate_invisible_primary_key = ${isOn}`]
        : [`set global innodb_force_primary_key = ${isOn}`];
    const logs = ["create table logs (line varchar(20)) engine=InnoDB", "insert into logs values ('a'), ('a')"];
    await asTheirs([
      ...hostTables.map((each) => each.replace(/^(create .*)$/, "$1 engine=InnoDB")),
      ...ask(false),
      ...logs,
      ...ask(true),
    ]);
    const before = await readCatalogue(target);
    const settings = { rehearsal: { directory, toolsDir, withRows: true } };
    const migrations = smallRelease.slice(2);
    const run = () => deploy(target, { migrations, settings });
    if (engine === "mariadb") {
      expect(await run()).toMatchObject({
        end: "untouched",
        reason: expect.stringContaining("requires a primary key"),
      });
      expect(await readCatalogue(target)).toEqual(before);
      await asTheirs(ask(false));
    }
    expect(await run()).toMatchObject({ end: "migrated", reason: null });
    const [path = ""] = listBackups(directory);
    expect(await restore(target, path, { migrations, toolsDir })).toMatchObject({ end: "migrated" });
    expect(await readCatalogue(target)).toEqual(before);
    tellEndings("a table without a key on a server that asks for one", engine, { migrated: 1 });
  });
});
