import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import { afterEach, beforeEach, describe, expect, inject, onTestFinished, test, vi } from "vitest";
import { takeBackup } from "../src/deploy/backup/take.ts";
import { openTransactions } from "../src/deploy/budget.ts";
import { check, roomIn } from "../src/deploy/check.ts";
import { checkClock, checkLogging, checkVersion } from "../src/deploy/check-server.ts";
import { migrate } from "../src/deploy/run.ts";
import { openTarget, type Target } from "../src/deploy/target.ts";
import { makePlatform } from "./brownfield/platform.ts";
import { enginesInUse, type ScratchDatabase, scratchDatabase } from "./databases.ts";
import { serverPrefixes } from "./servers/server.ts";

const wrongOf = (findings: Awaited<ReturnType<typeof check>>) => findings.flatMap(({ wrong }) => wrong);

describe.each(enginesInUse())("deploy check (%s)", (engine) => {
  let database: ScratchDatabase;
  let target: Target;
  let options: { backupDir: string; toolsDir: string | null; hostTimeZone: string | null; longSeconds?: number };

  beforeEach(async () => {
    database = await scratchDatabase(engine, "empty");
    target = await openTarget(database.url);
    const toolsDir = engine === "sqlite" ? null : join((await serverPrefixes([engine])).get(engine) ?? "", "bin");
    options = { backupDir: mkdtempSync(join(tmpdir(), "frontdesk-check-")), toolsDir, hostTimeZone: null };
  });
  afterEach(async () => {
    await target.close();
    await database.remove();
    rmSync(options.backupDir, { recursive: true, force: true });
  });
  /** Those that belong to this database. */
  const schemas = async () => {
    const rows = await target.query<{ name: string }>(
      "select schema_name as name from information_schema.schemata order by 1",
    );
    return rows.map(({ name }) => name).filter((name) => name.startsWith(target.database));
  };

  test("finds nothing wrong with an empty database, nor with one that it brought its tables into", async () => {
    const empty = await check(target, options);
    expect(wrongOf(empty)).toEqual([]);
    expect(empty.find(({ what }) => what.startsWith("backups"))?.notes).toEqual([
      expect.stringMatching(/^There is no backup/),
    ]);
    await migrate(target);
    await takeBackup(target, { directory: options.backupDir, toolsDir: options.toolsDir });
    const findings = await check(target, options);
    expect(wrongOf(findings)).toEqual([]);
    expect(findings.find(({ what }) => what === "what is to be deployed")?.notes).toEqual([
      "nothing: the database is up to date",
    ]);
    expect(findings.find(({ what }) => what.startsWith("backups"))?.notes).toEqual([
      "The newest is younger than a day.",
    ]);
  });

  test("finds a table in the way", async () => {
    await target.query("create table callback_requests (id integer primary key)");
    const [refused, shape, ...differences] = wrongOf(await check(target, options));
    expect(refused).toContain("not made by this program: callback_requests.");
    expect(shape).toBe("callback_requests: 0 rows, of another shape");
    expect(differences.join("\n")).toMatch(/^ {2}tables.callback_requests.columns.phone_number: \{.*\} ≠ absent$/m);
  });

  test.skipIf(engine === "sqlite")("tells what a platform's tables lack, and its times read both ways", async () => {
    await makePlatform(target, { appointments: 20 });
    const before = await schemas();
    const findings = await check(target, options);
    expect(wrongOf(findings)).toEqual([]);
    const notes = findings.flatMap(({ notes = [] }) => notes);
    expect(notes).toContain("phase-1-baseline: there already, to be adopted as it is");
    expect(notes).toContainEqual(expect.stringContaining("appointments.version is not there: the row's lock alone"));
    expect(notes).not.toContainEqual(expect.stringContaining("services.price_cents"));
    expect(notes).toContainEqual(
      expect.stringMatching(
        /^appointment 20 is at 2024-01-01 (\d\d):(\d\d):00: as UTC 2024-01-01T\1:\2:00.000Z, as Europe\/Berlin 2024-01-01T\d\d:\2/,
      ),
    );
    expect(await schemas()).toEqual(before);
  });

  test.skipIf(engine === "sqlite")(
    "refuses keys of another kind, tables of another engine, and a column that is missing",
    async () => {
      await target.query(
        "create table branches (id bigint unsigned primary key, company_id bigint unsigned not null, name varchar(50)) engine=InnoDB default charset=utf8mb4",
      );
      await target.query(
        "create table companies (id bigint unsigned primary key) engine=MyISAM default charset=latin1",
      );
      expect(wrongOf(await check(target, options))).toEqual(
        expect.arrayContaining([
          expect.stringMatching(/^The column branches.id is bigint.* unsigned: expected char\(36\), a uuid\.$/),
          "The column companies.name is missing.",
          expect.stringMatching(/^The table companies is MyISAM latin1\w+: expected InnoDB/),
          "The table staff is missing.",
        ]),
      );
    },
  );

  test.skipIf(engine === "sqlite")(
    "names a transaction that is open for long, a view that cannot be dumped, and tools that are not there",
    async () => {
      await target.query("create table things (id integer primary key)");
      await target.query("create view all_things as select id from things");
      await target.query("drop table things");
      const other = await createConnection(database.url);
      await other.query("create table others (id integer primary key)");
      await other.query("start transaction");
      await other.query("select * from others");
      // Servers tell of transactions from a copy, made anew once nobody has asked for 0.1 s.
      const named = new RegExp(`^connection ${other.threadId} .* has a transaction open for \\d+ s`);
      const isNamed = async () => (await openTransactions(target)).some((line) => named.test(line));
      const seen = await vi.waitUntil(isNamed, { interval: 150, timeout: 3000 }).catch(() => false);
      const wrong = wrongOf(await check(target, { ...options, toolsDir: options.backupDir, longSeconds: 0 }));
      await other.end();
      expect(seen).toBe(true);
      // Other tests' transactions on this server are named too.
      expect(wrong.filter((line) => named.test(line) || !line.startsWith("connection "))).toEqual([
        expect.stringContaining("--tools-dir"),
        expect.stringMatching(named),
        expect.stringMatching(/^The view all_things cannot be read/),
      ]);
    },
  );

  test.skipIf(engine === "sqlite")("names each right that this user lacks", async () => {
    const rights = [
      "CREATE",
      "INDEX",
      "REFERENCES",
      "ALTER",
      "INSERT",
      "SELECT",
      "UPDATE",
      "DELETE",
      "DROP",
      "CREATE VIEW",
      "TRIGGER",
      "EVENT",
      "LOCK TABLES",
    ];
    const admin = await createConnection(new URL("/", inject("engines")[engine as "mysql"]?.url).href);
    const user = `check_${process.pid}`;
    onTestFinished(async () => {
      await admin.query(`drop user if exists '${user}'@'%'`);
      await admin.end();
    });
    await target.query("create function three() returns int deterministic return 3");
    // MariaDB asks for REFERENCES nowhere.
    for (const lacking of rights.filter((right) => engine === "mysql" || right !== "REFERENCES")) {
      await admin.query(`drop user if exists '${user}'@'%'`);
      await admin.query(`create user '${user}'@'%' identified by 'canary'`);
      await admin.query(
        `grant ${rights.filter((right) => right !== lacking).join(", ")}, create routine on \`frontdesk\\_%\`.* to '${user}'@'%'`,
      );
      const url = new URL(database.url);
      [url.username, url.password] = [user, "canary"];
      const limited = await openTarget(url.href);
      const findings = await check(limited, options);
      const finding = findings.find(({ what }) => what === "this user's rights");
      expect(wrongOf(findings)).toContainEqual(expect.stringMatching(/^The routine three cannot be read.*GRANT S/));
      await limited.close();
      if (lacking === "DROP") await admin.query(`drop database ${target.database}_frontdesk_check`);
      expect(finding?.wrong, lacking).toContainEqual(expect.stringMatching(new RegExp(`\\b${lacking}\\b`)));
      if (lacking !== "CREATE") expect(finding?.notes).toContainEqual(expect.stringContaining("RELOAD"));
      expect(JSON.stringify(finding)).not.toContain("canary");
    }
    expect(await schemas()).not.toContainEqual(expect.stringContaining("_frontdesk_check"));
  });
});

describe("what deploy check says of a server", () => {
  test.each([
    ["mysql", "5.7.44-log", false],
    ["mysql", "8.0.11", true],
    ["mysql", "9.7.4", true],
    ["mariadb", "10.5.23-MariaDB", false],
    ["mariadb", "10.6.1-MariaDB", true],
    ["mariadb", "11.8.3-MariaDB", true],
  ] as const)("%s %s is new enough: %s", (engine, version, isEnough) => {
    expect(checkVersion({ engine }, version).wrong.length === 0).toBe(isEnough);
  });

  test("statements in the binary log are refused, clocks that differ are told, and so is a full disk", () => {
    expect(checkLogging(true, "STATEMENT").wrong).toHaveLength(1);
    expect(checkLogging(true, "ROW").wrong).toEqual([]);
    expect(checkClock(0, 6000).wrong).toHaveLength(1);
    expect(checkClock(0, 4000).wrong).toEqual([]);
    expect(roomIn("/backups", 1e6, 2e6).wrong).toEqual(["/backups has 1 MB free; the data is 2 MB."]);
    expect(roomIn("/backups", 2e6, 1e6).wrong).toEqual([]);
  });
});
