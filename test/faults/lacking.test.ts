import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import { afterEach, beforeEach, describe, expect, inject, onTestFinished, test } from "vitest";
import { readCatalogue } from "../../src/deploy/catalogue.ts";
import { deploy } from "../../src/deploy/run.ts";
import { openTarget } from "../../src/deploy/target.ts";
import { enginesInUse, type ScratchDatabase, scratchDatabase } from "../databases.ts";
import { serverPrefixes } from "../servers/server.ts";
import { type Before, expectSound, hostDatabase, type Report, startDeployerWith, tellEndings } from "./harness.ts";
import { smallRelease } from "./release.ts";

const all = process.env.FRONTDESK_ALL_FAULTS === "true";

/** What a deployment needs and does not get. */
describe.each(enginesInUse())("a deployer that lacks something (%s)", (engine) => {
  let database: ScratchDatabase;
  let before: Before;
  let backupDir: string;
  let toolsDir: string | null = null;
  beforeEach(async () => {
    if (engine !== "sqlite") toolsDir = join((await serverPrefixes([engine])).get(engine) ?? "", "bin");
    backupDir = mkdtempSync(join(tmpdir(), "frontdesk-lacking-"));
    database = await scratchDatabase(engine, "empty");
    before = await hostDatabase(database.url);
  });
  afterEach(async () => {
    await database.remove();
    rmSync(backupDir, { recursive: true, force: true });
  });
  const runAs = async (url: string, directory = backupDir): Promise<Report | null> =>
    (await startDeployerWith({ backupDir: directory, toolsDir, patienceSeconds: 3 }, url, "run").ended()).report;

  const rights = [
    ...["SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "INDEX", "ALTER", "REFERENCES"],
    ...["LOCK TABLES", "TRIGGER", "SHOW VIEW", "EVENT", "CREATE VIEW", "CREATE ROUTINE", "ALTER ROUTINE"],
  ];
  const tried = all ? rights : ["SELECT", "CREATE", "DROP", "REFERENCES", "LOCK TABLES"];

  test.skipIf(engine === "sqlite")(
    "without any one right it is done, or nothing was touched and the reason names what is denied",
    { timeout: 300_000 },
    async () => {
      const admin = await createConnection(new URL("/", inject("engines")[engine as "mysql"]?.url).href);
      const user = `lacking_${process.pid}`;
      onTestFinished(async () => {
        await admin.query(`drop user if exists '${user}'@'%'`);
        await admin.end();
      });
      const url = new URL(database.url);
      [url.username, url.password] = [user, "canary"];
      const endings: Record<string, number> = {};
      for (const lacking of tried) {
        await admin.query(`drop user if exists '${user}'@'%'`);
        await admin.query(`create user '${user}'@'%' identified by 'canary'`);
        const granted = rights.filter((right) => right !== lacking).join(", ");
        await admin.query(`grant ${granted} on \`frontdesk\\_%\`.* to '${user}'@'%'`);
        const report = await runAs(url.href);
        const end = report?.end ?? report?.error ?? "?";
        endings[end] = (endings[end] ?? 0) + 1;
        expect(["migrated", "untouched", "PlanRefused"], lacking).toContain(end);
        if (end !== "migrated") expect(report?.reason, lacking).toMatch(/denied/i);
        expect(JSON.stringify(report)).not.toContain("canary");
        const state = await expectSound(database.url, before);
        if (state === "migrated") await runAsAdminBack();
        expect(await expectSound(database.url, before)).toBe("asBefore");
      }
      tellEndings("a right that is missing", engine, endings);
    },
  );

  async function runAsAdminBack() {
    const { report } = await startDeployerWith({}, database.url, "rollback").ended();
    expect(report).toMatchObject({ end: "undone" });
  }

  test("a disk that is full in the backup: nothing was touched, nothing half-made stays, and it works once there is room", async ({
    skip,
  }) => {
    const target = await openTarget(database.url);
    await target.query("create table pictures (id integer primary key, data mediumtext)");
    for (const id of [1, 2, 3, 4, 5, 6, 7, 8]) {
      await target.query("insert into pictures (id, data) values (?, ?)", [id, randomBytes(30_000).toString("hex")]);
    }
    await target.close();
    before = { ...before, catalogue: await catalogueNow() };
    const small = mkdtempSync(join(tmpdir(), "frontdesk-full-"));
    onTestFinished(() => rmSync(small, { recursive: true }));
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", small], { stdio: "ignore" });
    } catch {
      skip("no small disk can be mounted here: that takes root and its rights");
    }
    onTestFinished(() => void execFileSync("umount", [small]));
    const report = await runAs(database.url, small);
    expect(report).toMatchObject({ end: "untouched", reason: expect.stringMatching(/full|space/) });
    expect(readdirSync(small)).toEqual([]);
    expect(await expectSound(database.url, before)).toBe("asBefore");
    tellEndings("a disk that is full in the backup", engine, { untouched: 1 });
    expect(await runAs(database.url)).toMatchObject({ end: "migrated" });
  });

  async function catalogueNow() {
    const target = await openTarget(database.url);
    return readCatalogue(target).finally(() => target.close());
  }

  const own = engine === "sqlite" ? "" : " engine=InnoDB";
  const key = "foreign key (company_id) references companies (id) on delete cascade";
  const halfMade: [string, string[]][] = [
    [
      "without its foreign key",
      [`create table reminders (id integer primary key, company_id integer not null, note varchar(50))${own}`],
    ],
    [
      "without an index",
      [`create table notes (id integer primary key, company_id integer not null, note varchar(50), ${key})${own}`],
    ],
    [
      "with rows",
      [
        "create table marks (id integer primary key, company_id integer not null, note varchar(50))",
        "insert into marks (id, company_id) values (1, 1)",
      ],
    ],
    ...(engine === "sqlite"
      ? []
      : [
          [
            "of another collation",
            [
              "create table marks (id integer primary key, company_id integer not null, note varchar(50)) collate latin1_bin",
            ],
          ] as [string, string[]],
        ]),
  ];
  test.each(halfMade)(
    "a table %s, left by an earlier attempt, is refused with what differs, and nothing is touched",
    async (kind, statements) => {
      const person = await openTarget(database.url);
      onTestFinished(() => person.close());
      for (const statement of statements) await person.query(statement);
      const [name = ""] = /\w+(?= \()/.exec(statements[0] ?? "") ?? [];
      const there = await catalogueNow();
      const report = await runAs(database.url);
      expect(report).toMatchObject({
        error: "PlanRefused",
        reason: expect.stringContaining(`not made by this program: ${name}`),
      });
      expect(report?.reason).toMatch(kind === "with rows" ? /marks: 1 rows/ : /0 rows/);
      expect(await catalogueNow()).toEqual(there);
      tellEndings(`a half-made table ${kind}`, engine, { refused: 1 });
      await person.query(`drop table ${name}`);
      expect(await runAs(database.url)).toMatchObject({ end: "migrated" });
      expect(await expectSound(database.url, before)).toBe("migrated");
    },
  );

  test("a migration's file whose lines end otherwise is the same, one of which a word differs is not", async () => {
    const target = await openTarget(database.url);
    onTestFinished(() => target.close());
    const [first, ...rest] = smallRelease;
    if (!first) throw new Error("There is no migration.");
    const ending = (text: string, with_: string) => {
      const steps = { tables: [{ up: text.replaceAll("\n", with_), down: "drop table reminders" }], foreignKeys: [] };
      return [{ ...first, steps: { mariadb: steps, mysql: steps, sqlite: steps } }, ...rest];
    };
    const text = "create table reminders (\n  id integer primary key,\n  note varchar(50)\n)";
    expect(await deploy(target, { migrations: ending(text, "\n") })).toMatchObject({ end: "migrated" });
    expect(await deploy(target, { migrations: ending(text, "\r\n") })).toMatchObject({ end: "migrated", runId: null });
    await expect(deploy(target, { migrations: ending(text.replace("50", "51"), "\n") })).rejects.toThrow(
      /0001_reminders was changed/,
    );
    tellEndings("a migration's file with other line ends", engine, { migrated: 1 });
  });

  test.skipIf(engine === "sqlite").each(["check", "shapes"] as const)(
    "killed while it tries something out (%s), the next one removes what was left, and nobody else's",
    async (purpose) => {
      const person = await openTarget(database.url);
      onTestFinished(() => person.close());
      if (purpose === "shapes") await person.query("create table marks (mine integer primary key)");
      const command = purpose === "check" ? "check" : "run";
      const tried = () => startDeployerWith({}, database.url, command).ended();
      await startDeployerWith({}, database.url, command, "kill", `trying ${purpose}`).ended();
      const name = `${person.database}_frontdesk_${purpose}`;
      const there = () => person.query("select 1 from information_schema.schemata where schema_name = ?", [name]);
      expect(await there()).toHaveLength(1);
      await tried();
      expect(await there()).toEqual([]);

      await person.query(`create database ${name}`);
      onTestFinished(async () => void (await person.query(`drop database if exists ${name}`)));
      await person.query(`create table ${name}.theirs (id integer primary key)`);
      await tried();
      expect(await there()).toHaveLength(1);
      await person.query(`drop database ${name}`);
      tellEndings(`killed while it tries something out (${purpose})`, engine, { removed: 1 });
    },
  );
});
