import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { compareWithManifest, loadBackup } from "../src/deploy/backup/load.ts";
import { checkBackup, listBackups } from "../src/deploy/backup/manifest.ts";
import { hashTables } from "../src/deploy/backup/row-hashes.ts";
import { takeBackup } from "../src/deploy/backup/take.ts";
import { fingerprint, readCatalogue } from "../src/deploy/catalogue.ts";
import { latestRuns } from "../src/deploy/journal.ts";
import { deploy } from "../src/deploy/run.ts";
import { openTarget, type Target } from "../src/deploy/target.ts";
import { enginesInUse, type ScratchDatabase, scratchDatabase } from "./databases.ts";
import { hostTables, smallRelease } from "./faults/release.ts";
import { serverPrefixes } from "./servers/server.ts";

const awkwardRows = [
  "create table things (id integer primary key, note varchar(200), data blob, amount decimal(12,3), at varchar(30))",
  `insert into things (id, note, data, amount, at) values (1, '🙂 O''Neil \\ "x"', x'00ff10', 12.340, null), (2, '', null, null, ''),
   (3, null, x'', -0.001, '2026-11-24'), (4, 'Zürich', x'0a0d00', 0, '2026-11-24')`,
];
const serverExtras = [
  "alter table things add column doubled decimal(13,3) generated always as (amount * 2) virtual, add column doc json null, add column bits bit(9) null",
  `update things set doc = '{"b": [1, null], "a": "ü"}', bits = b'101010101' where id = 1`,
  "create trigger things_before before insert on things for each row set new.note = coalesce(new.note, 'x')",
  "create view dear_things as select t.id, t.note from things t where t.amount > 1",
  "create function three() returns int deterministic return 3",
];

describe.each(enginesInUse())("a backup (%s)", (engine) => {
  let database: ScratchDatabase;
  let target: Target;
  let directory: string;
  let toolsDir: string | null = null;

  beforeEach(async () => {
    if (engine !== "sqlite") toolsDir = join((await serverPrefixes([engine])).get(engine) ?? "", "bin");
    directory = mkdtempSync(join(tmpdir(), "frontdesk-backup-"));
    database = await scratchDatabase(engine, "empty");
    target = await openTarget(database.url);
    for (const statement of [...hostTables, ...awkwardRows]) await target.query(statement);
    if (engine !== "sqlite") for (const statement of serverExtras) await target.query(statement);
  });
  afterEach(async () => {
    await target.close();
    await database.remove();
    rmSync(directory, { recursive: true, force: true });
  });
  const take = () => takeBackup(target, { directory, toolsDir });
  /** Other tests write to the same server, and may keep it from a moment in which nobody does. */
  const takeExact = async () => {
    for (let attempt = 1; ; attempt++) {
      const taken = await take();
      if (taken.manifest.snapshot === "exact" || attempt === 5) return taken;
      for (const name of readdirSync(directory)) rmSync(join(directory, name));
    }
  };

  test("holds every row and every object, and says so in a manifest that is checked", async () => {
    const { path, manifest } = await takeExact();
    expect(manifest).toMatchObject({ snapshot: "exact", tables: { things: { rows: 4 }, companies: { rows: 2 } } });
    expect(await checkBackup(path)).toEqual(manifest);
    expect(listBackups(directory)).toEqual([path]);
    expect(statSync(join(directory, manifest.file)).mode & 0o777).toBe(0o600);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    if (engine === "sqlite") return;

    const other = await scratchDatabase(engine, "empty");
    const scratch = await openTarget(other.url);
    await loadBackup(path, await checkBackup(path), scratch, toolsDir);
    expect(await compareWithManifest(scratch, manifest)).toEqual([]);
    expect(fingerprint(await readCatalogue(scratch))).toBe(manifest.fingerprint);
    expect(await scratch.query("select three() as n")).toEqual([{ n: 3 }]);
    await expect(loadBackup(path, manifest, scratch, toolsDir)).rejects.toThrow("not empty");
    await scratch.query("update things set note = 'changed' where id = 2");
    expect(await compareWithManifest(scratch, manifest)).toEqual(["things: 4 rows, but not the same ones"]);
    await scratch.close();
    await other.remove();
  });

  test("hashes tell any change of a row, and not their order", async () => {
    const hash = async () => (await hashTables(target, ["things"])).things?.hash;
    const before = await hash();
    const seen = new Set([before]);
    const changes = [
      ["update things set note = '' where id = 3", "update things set note = null where id = 3"],
      ["update things set at = '2026-11-25' where id = 3", "update things set at = '2026-11-24' where id = 3"],
      ["update things set data = x'00ff11' where id = 1", "update things set data = x'00ff10' where id = 1"],
      ["update things set amount = 0.001 where id = 3", "update things set amount = -0.001 where id = 3"],
      ["insert into things (id, note) values (5, 'five')", "delete from things where id = 5"],
      ["update things set note = at, at = note where id = 3", null],
    ] as const;
    for (const [change, back] of changes) {
      await target.query(change);
      const changed = await hash();
      expect(seen.has(changed), change).toBe(false);
      seen.add(changed);
      if (back === null) continue;
      await target.query(back);
      expect(await hash(), back).toBe(before);
    }
  });

  test("that was cut, changed or swapped is refused by name", async () => {
    const one = await take();
    await target.query("delete from things where id = 4");
    await new Promise((resolve) => setTimeout(resolve, 5));
    const two = await take();
    const file = join(directory, one.manifest.file);
    const whole = readFileSync(file);
    truncateSync(file, whole.length - 7);
    await expect(checkBackup(one.path)).rejects.toThrow(/has \d+ bytes/);
    const flipped = Buffer.from(whole);
    flipped[Math.floor(flipped.length / 2)] = (flipped[Math.floor(flipped.length / 2)] ?? 0) ^ 1;
    writeFileSync(file, flipped);
    await expect(checkBackup(one.path)).rejects.toThrow("sha256 differs");
    writeFileSync(two.path, readFileSync(two.path, "utf8").replace(two.manifest.file, one.manifest.file));
    await expect(checkBackup(two.path)).rejects.toThrow(/bytes|sha256/);
    rmSync(file);
    await expect(checkBackup(one.path)).rejects.toThrow("is missing");
  });

  test.skipIf(engine === "sqlite")("is of one moment, though others write all along", { timeout: 60_000 }, async () => {
    const writer = await openTarget(database.url);
    let [writing, rows] = [true, 0];
    const busy = (async () => {
      while (writing)
        await writer.query("insert into things (id, note) values (?, ?)", [1000 + rows++, "x".repeat(150)]);
    })();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { path, manifest } = await takeExact();
    writing = false;
    await busy;
    await writer.close();
    expect(manifest.snapshot).toBe("exact");
    expect(manifest.tables.things?.rows).toBeLessThan(rows + 4);
    const other = await scratchDatabase(engine, "empty");
    const scratch = await openTarget(other.url);
    await loadBackup(path, await checkBackup(path), scratch, toolsDir);
    expect(await compareWithManifest(scratch, manifest)).toEqual([]);
    await scratch.close();
    await other.remove();
  });

  test.skipIf(engine === "sqlite")(
    "by the other server's tool, or by none, is refused with what to install",
    async () => {
      const other = engine === "mysql" ? "mariadb" : "mysql";
      const wrong = join((await serverPrefixes([other])).get(other) ?? "", "bin");
      await expect(takeBackup(target, { directory, toolsDir: wrong })).rejects.toThrow(
        /Install the client tools.*--tools-dir/,
      );
      expect(readdirSync(directory)).toEqual([]);
    },
  );

  test("that failed or was killed leaves nothing that counts", async () => {
    writeFileSync(join(directory, "old.sql.gz.partial"), "half");
    const gone = await openTarget(database.url);
    await gone.query(engine === "sqlite" ? "select 1" : "create view broken as select note from things");
    if (engine !== "sqlite") {
      await gone.query("alter table things rename column note to remark");
      await expect(take()).rejects.toThrow(/The dump ended with code/);
    } else await take();
    await gone.close();
    expect(readdirSync(directory).filter((name) => name.endsWith(".partial") && name.startsWith("old"))).toEqual([]);
    expect(listBackups(directory)).toHaveLength(engine === "sqlite" ? 1 : 0);
  });

  test("stands before every deployment, which is rehearsed on a copy made from it", async () => {
    const rehearsal = { directory, toolsDir, withRows: true };
    const ending = await deploy(target, { migrations: smallRelease, settings: { rehearsal } });
    expect(ending).toMatchObject({ end: "migrated", reason: null });
    const [run] = await latestRuns(target, 1);
    expect(run?.notes).toMatchObject({
      backup: { snapshot: expect.any(String) },
      rehearsal: { milliseconds: expect.anything() },
    });
    expect(fingerprint(run?.expected ?? { tables: {}, others: {} })).toBe(fingerprint(await readCatalogue(target)));
    expect(listBackups(directory)).toHaveLength(1);
    expect(readdirSync(directory).filter((name) => /partial|rehearsal/.test(name))).toEqual([]);
    expect(await rehearsalSchemas()).toEqual([]);
  });

  test("whose rehearsal fails keeps the deployment from touching anything", async () => {
    const before = fingerprint(await readCatalogue(target));
    const [first] = smallRelease;
    if (first === undefined) throw new Error("There is no migration.");
    const forgetful = {
      tables: first.steps[engine].tables.map((step) => ({ ...step, down: "select 1" })),
      foreignKeys: [],
    };
    const broken = [{ ...first, steps: { ...first.steps, [engine]: forgetful } }];
    const rehearsal = { directory, toolsDir, withRows: true };
    expect(await deploy(target, { migrations: broken, settings: { rehearsal } })).toMatchObject({
      end: "untouched",
      reason: expect.stringContaining("The undo does not lead back"),
    });
    expect(fingerprint(await readCatalogue(target))).toBe(before);
    expect(await rehearsalSchemas()).toEqual([]);
  });

  test.skipIf(engine === "sqlite")("never fills or drops a schema that is somebody else's", async () => {
    const name = `${target.database}_rehearsal`;
    await target.query(`create database ${name}`);
    const rehearsal = { directory, toolsDir, withRows: false };
    expect(await deploy(target, { migrations: smallRelease, settings: { rehearsal } })).toMatchObject({
      end: "untouched",
      reason: expect.stringContaining(name),
    });
    expect(await rehearsalSchemas()).toEqual([name]);
    await target.query(`drop database ${name}`);
    expect(listBackups(directory)).toEqual([]);
  });

  test.skipIf(engine === "sqlite")("shows the password in no process's arguments and in no file", async () => {
    const password = "Kanarienvogel-7";
    await target.query(`create user if not exists canary@'%' identified by '${password}'`);
    await target.query("grant all on *.* to canary@'%'");
    const url = new URL(database.url);
    url.username = "canary";
    url.password = password;
    const watch = `while :; do cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' | grep -c 'Kanarien[v]ogel'; done`;
    const watching = spawn("sh", ["-c", watch], { stdio: ["ignore", "pipe", "ignore"] });
    onTestFinished(() => void watching.kill());
    let counts = "";
    watching.stdout.setEncoding("utf8").on("data", (text: string) => {
      counts += text;
    });
    const asCanary = await openTarget(url.href);
    await takeBackup(asCanary, { directory, toolsDir });
    await asCanary.close();
    expect(new Set(counts.split("\n").slice(0, -1))).toEqual(new Set(["0"]));
    const careless = spawn("sh", ["-c", "sleep 2; true", password]);
    await vi.waitFor(() => expect(counts).toMatch(/[1-9]/));
    careless.kill();
    await target.query("drop user canary@'%'");
    for (const name of readdirSync(directory)) {
      expect(readFileSync(join(directory, name)).includes(password)).toBe(false);
    }
  });

  async function rehearsalSchemas(): Promise<unknown[]> {
    if (engine === "sqlite") return [];
    const rows = await target.query(
      "select schema_name as name from information_schema.schemata where schema_name = ?",
      [`${target.database}_rehearsal`],
    );
    return rows.map(({ name }) => name);
  }
});
