import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { createConnection } from "mysql2/promise";
import { afterEach, beforeEach, describe, expect, inject, onTestFinished, test } from "vitest";
import type { Manifest } from "../../src/deploy/backup/manifest.ts";
import { openTarget } from "../../src/deploy/target.ts";
import { enginesInUse } from "../databases.ts";
import { hostStoppedFile, type Report, startDeployerWith, tellEndings } from "./harness.ts";
import { expectEnd, removeSchemas, type Worked, workedOn } from "./restored.ts";

const all = process.env.FRONTDESK_ALL_FAULTS === "true";

/** What a restore needs and does not get: each time nothing was touched, and with it in place it works. */
describe.each(enginesInUse())("a restore that lacks something (%s)", (engine) => {
  let worked: Worked;
  beforeEach(async () => {
    worked = await workedOn(engine);
    hostStoppedFile(worked.scratch.url);
  });
  afterEach(() => worked.remove());
  const start = (...fault: string[]) => {
    const { backup, toolsDir, scratch } = worked;
    return startDeployerWith({ backup, toolsDir }, scratch.url, "restore", ...fault);
  };
  const restoreAs = async (url: string, backup = worked.backup): Promise<Report | null> =>
    (await startDeployerWith({ backup, toolsDir: worked.toolsDir, patienceSeconds: 3 }, url, "restore").ended()).report;
  const manifest = () => JSON.parse(readFileSync(worked.backup, "utf8")) as Manifest;
  const file = () => join(dirname(worked.backup), manifest().file);
  const rewrite = (change: Partial<Manifest>) =>
    writeFileSync(worked.backup, JSON.stringify({ ...manifest(), ...change }));
  const flip = () => {
    const bytes = readFileSync(file());
    const middle = Math.floor(bytes.length / 2);
    bytes[middle] = (bytes[middle] ?? 0) ^ 1;
    writeFileSync(file(), bytes);
  };

  const newer = { id: "0099_future", release: "phase-9", checksum: "0".repeat(64), applied_at: "2026-11-28T00:00:00Z" };
  const damages: [string, () => void, RegExp][] = [
    ["that was cut", () => truncateSync(file(), 100), /has 100 bytes/],
    ["of which a bit is flipped", flip, /sha256 differs/],
    ["whose file is missing", () => rmSync(file()), /is missing/],
    ["whose manifest was cut", () => truncateSync(worked.backup, 50), /no whole manifest/],
    ["whose manifest is of an older format", () => rewrite({ format: 1 as 2 }), /has format 1/],
    ["of another database", () => rewrite({ database: "elsewhere" }), /a backup of elsewhere/],
    ["of another kind of database", () => rewrite({ engine: engine === "mysql" ? "mariadb" : "mysql" }), /is of m/],
    ["of a newer release", () => rewrite({ applied: [...manifest().applied, newer] }), /newer.*0099_future/],
    ["of the structure alone", () => rewrite({ tables: {} }), /structure alone/],
    [
      "that holds other rows than its manifest says",
      () => rewrite({ tables: { ...manifest().tables, companies: { rows: 7, hash: "0".repeat(64) } } }),
      /companies: 7 rows ≠ 2 rows/,
    ],
  ];
  // Each is seen before the database is asked anything: in a plain run on one kind of it, turn by turn.
  const turn = enginesInUse().indexOf(engine);
  const tried = damages.filter((_, index) => all || index % enginesInUse().length === turn);
  test.each(tried)("a backup %s is refused by name, and nothing was touched", async (kind, damage, reason) => {
    const [whole, manifestWhole] = [readFileSync(file()), readFileSync(worked.backup)];
    const name = file();
    damage();
    const report = await restoreAs(worked.scratch.url);
    expect(report?.end ?? report?.error).toMatch(/^(untouched|PlanRefused)$/);
    expect(report?.reason).toMatch(reason);
    await expectEnd(worked, "asBefore");
    writeFileSync(name, whole);
    writeFileSync(worked.backup, manifestWhole);
    expect(await restoreAs(worked.scratch.url, name)).toMatchObject({ end: "migrated" });
    await expectEnd(worked, "restored");
    tellEndings(`a backup ${kind}`, engine, { refused: 1 });
  });

  test("a disk that is full: nothing was touched, and nothing half-made stays", async ({ skip }) => {
    const small = mkdtempSync(join(tmpdir(), "frontdesk-full-"));
    onTestFinished(() => rmSync(small, { recursive: true }));
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", small], { stdio: "ignore" });
    } catch {
      skip("no small disk can be mounted here: that takes root and its rights");
    }
    onTestFinished(() => void execFileSync("umount", [small]));
    for (const each of [worked.backup, file()]) copyFileSync(each, join(small, basename(each)));
    execFileSync("sh", ["-c", `dd if=/dev/zero of=${small}/rest bs=1k || true`], { stdio: "ignore" });
    const before = readdirSync(small).sort();
    const report = await restoreAs(worked.scratch.url, join(small, basename(worked.backup)));
    expect(report).toMatchObject({ end: "untouched", reason: expect.stringMatching(/full|space/i) });
    expect(readdirSync(small).sort()).toEqual(before);
    await expectEnd(worked, "asBefore");
    tellEndings("a disk that is full in a restore", engine, { untouched: 1 });
  });

  const rights = [
    ...["SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "INDEX", "ALTER", "REFERENCES"],
    ...["LOCK TABLES", "TRIGGER", "SHOW VIEW", "EVENT", "CREATE VIEW", "CREATE ROUTINE", "ALTER ROUTINE"],
  ];
  test.skipIf(engine === "sqlite")(
    "without any one right it is done, or nothing has changed",
    {
      timeout: 300_000,
    },
    async () => {
      const admin = await createConnection(new URL("/", inject("engines")[engine as "mysql"]?.url).href);
      const user = `restoring_${process.pid}`;
      onTestFinished(async () => {
        await admin.query(`drop user if exists '${user}'@'%'`);
        await admin.end();
      });
      const url = new URL(worked.scratch.url);
      [url.username, url.password] = [user, "canary"];
      const endings: Record<string, number> = {};
      for (const lacking of all ? rights : ["CREATE", "TRIGGER", "ALTER"]) {
        await admin.query(`drop user if exists '${user}'@'%'`);
        await admin.query(`create user '${user}'@'%' identified by 'canary'`);
        const granted = rights.filter((right) => right !== lacking).join(", ");
        await admin.query(`grant ${granted} on \`frontdesk\\_%\`.* to '${user}'@'%'`);
        const definer =
          engine === "mysql" ? "set_any_definer, allow_nonexistent_definer, system_user, show_routine" : "set user";
        await admin.query(`grant ${definer} on *.* to '${user}'@'%'`);
        if (engine === "mariadb") await admin.query(`grant select on mysql.proc to '${user}'@'%'`);
        const report = await restoreAs(url.href);
        const end = report?.end ?? report?.error ?? "?";
        endings[end] = (endings[end] ?? 0) + 1;
        expect(JSON.stringify(report)).not.toContain("canary");
        expect(["migrated", "untouched", "undone", "PlanRefused"], `${lacking}: ${report?.reason}`).toContain(end);
        await expectEnd(worked, end === "migrated" ? "restored" : "asBefore");
        if (end !== "migrated") continue;
        await worked.remove();
        worked = await workedOn(engine);
        [url.pathname] = [new URL(worked.scratch.url).pathname];
      }
      expect(Object.values(endings).reduce((sum, n) => sum + n, 0)).toBe(all ? rights.length : 3);
      tellEndings("a right that a restore lacks", engine, endings);
    },
  );

  test("a second one, or a deployment, at the same time says so; a person's change in between is not overrun", async () => {
    const first = start("linger", "loaded");
    await first.reached("loaded");
    const person = await openTarget(worked.scratch.url);
    await person.query("create table by_hand (id integer primary key)");
    const others = [start(), startDeployerWith({}, worked.scratch.url, "run")];
    for (const other of others) expect((await other.ended()).report).toMatchObject({ error: "DeploymentRunning" });
    expect((await first.ended()).report).toMatchObject({
      end: "untouched",
      reason: expect.stringContaining("tables.by_hand"),
    });
    await person.query("drop table by_hand");
    await person.close();
    await expectEnd(worked, "asBefore");
    tellEndings("two restores at once", engine, { refused: 2 });
  });

  test("left in the middle, it is not for a deployment to finish or to overrun", async () => {
    await start("kill", "done 0").ended();
    expect((await startDeployerWith({}, worked.scratch.url, "run").ended()).report).toMatchObject({
      error: "PlanRefused",
      reason: expect.stringContaining("frontdesk deploy resume"),
    });
    expect((await startDeployerWith({}, worked.scratch.url, "resume").ended()).report).toMatchObject({
      end: "migrated",
    });
    await expectEnd(worked, "restored");
  });

  test.skipIf(engine === "sqlite")(
    "a row of another schema that would refer to nothing is told before anything happens",
    async () => {
      const person = await openTarget(worked.scratch.url);
      await person.query(`insert into ${person.database}_other.visits values (2, 3)`);
      const report = await restoreAs(worked.scratch.url);
      expect(report).toMatchObject({
        end: "untouched",
        reason: expect.stringMatching(/visits_customer .* 1 of its rows would refer to nothing/),
      });
      await expectEnd(worked, "asBefore");
      await person.query(`delete from ${person.database}_other.visits where id = 2`);
      await person.close();
      expect(await restoreAs(worked.scratch.url)).toMatchObject({ end: "migrated" });
      await expectEnd(worked, "restored");
    },
  );

  test.skipIf(engine === "sqlite")("never fills or drops a schema that is somebody else's", async () => {
    const person = await openTarget(worked.scratch.url);
    const name = `${person.database}_restore`;
    await person.query(`create database ${name}`);
    expect(await restoreAs(worked.scratch.url)).toMatchObject({
      end: "untouched",
      reason: expect.stringContaining(name),
    });
    expect(await person.query("select 1 from information_schema.schemata where schema_name = ?", [name])).toHaveLength(
      1,
    );
    await person.query(`drop database ${name}`);
    await person.close();
    await removeSchemas(worked.scratch.url);
  });
});
