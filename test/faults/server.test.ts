import { setTimeout as sleep } from "node:timers/promises";
import { createConnection } from "mysql2/promise";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { enginesInUse, type ScratchDatabase, scratchSchema } from "../databases.ts";
import { type Server, startMariadb, startMysql } from "../servers/server.ts";
import {
  type Before,
  type Deployer,
  type DeployerSettings,
  expectSound,
  hostDatabase,
  startDeployerWith,
  tellEndings,
  undisturbed,
} from "./harness.ts";
import { wire } from "./wire.ts";

const all = process.env.FRONTDESK_ALL_FAULTS === "true";
const servers = enginesInUse().filter((engine) => engine !== "sqlite");
const points = all ? ["intent 1", "applied 1", "intent 4", "done 5", "verify"] : ["intent 4"];

/** What becomes of a run when its server dies or changes its mind; each on a server of its own. */
describe.each(servers)("a server that fails in the middle (%s)", (engine) => {
  let server: Server;
  let database: ScratchDatabase;
  let before: Before;
  beforeAll(async () => {
    server = await (engine === "mysql" ? startMysql() : startMariadb());
  }, 120_000);
  afterAll(() => server.stop());
  beforeEach(async () => {
    database = await scratchSchema(engine, "empty", server);
    before = await hostDatabase(database.url);
  });
  afterEach(() => database.remove());

  const at = async (point: string, settings: DeployerSettings = {}, url = database.url): Promise<Deployer> => {
    const deployer = startDeployerWith(settings, url, "run", "pause", point);
    await deployer.reached(point);
    return deployer;
  };

  test("killed with -9 and back after two seconds, the run goes on by itself", { timeout: 300_000 }, async () => {
    for (const point of points) {
      const deployer = await at(point);
      await server.kill9();
      await sleep(2000);
      await server.restart();
      expect((await deployer.ended()).report, point).toMatchObject({ end: "migrated" });
      expect(await expectSound(database.url, before), point).toBe("migrated");
      await undisturbed(database.url, "rollback");
      expect(await expectSound(database.url, before), point).toBe("asBefore");
    }
    tellEndings("the server killed and back", engine, { migrated: points.length });
  });

  test("killed with -9 and away for longer than it is waited for, the run stays open, and is finished later", {
    timeout: 300_000,
  }, async () => {
    for (const point of points) {
      const deployer = await at(point, { reconnectSeconds: 1 });
      await server.kill9();
      const { report } = await deployer.ended();
      expect(report?.end ?? report?.error, point).toMatch(/^(held|Error)$/);
      await server.restart();
      expect(await expectSound(database.url, before), point).toBe("open");
      expect(await undisturbed(database.url, "run"), point).toMatchObject({ end: "migrated" });
      expect(await expectSound(database.url, before), point).toBe("migrated");
      await undisturbed(database.url, "rollback");
    }
    tellEndings("the server killed for good", engine, { open: points.length });
  });

  test("another one behind the same address is not written to, and the run is finished on the right one", {
    timeout: 120_000,
  }, async () => {
    const other = await (engine === "mysql" ? startMysql() : startMariadb());
    const between = await wire(Number(new URL(database.url).port));
    onTestFinished(async () => {
      between.close();
      await other.stop();
    });
    const name = new URL(database.url).pathname.slice(1);
    const admin = await createConnection(new URL("/", other.url).href);
    await admin.query(`create database ${name} character set utf8mb4`);
    await admin.query(`create table ${name}.companies (id integer primary key, name varchar(50) not null)`);
    const url = new URL(database.url);
    url.port = String(between.port);
    const deployer = await at("intent 4", {}, url.href);
    between.leadTo(Number(new URL(other.url).port));
    const { report } = await deployer.ended();
    expect(report?.end ?? report?.error).toMatch(/^(held|Error|DeploymentRunning)$/);
    const [tables] = await admin.query(
      "select table_schema, table_name from information_schema.tables where table_schema like ? order by 1, 2",
      [`${name}%`],
    );
    await admin.end();
    expect((tables as object[]).map((row) => Object.values(row).join("."))).toEqual([`${name}.companies`]);
    expect(await undisturbed(database.url, "run")).toMatchObject({ end: "migrated" });
    expect(await expectSound(database.url, before)).toBe("migrated");
    tellEndings("another server behind the same address", engine, { [report?.end ?? report?.error ?? "?"]: 1 });
  });

  test("made read-only in the middle, it holds or comes back, and goes on once it can be written again", {
    timeout: 120_000,
  }, async () => {
    const admin = await createConnection(new URL("/", server.url).href);
    await admin.query("create user deployer@'%'");
    await admin.query(
      "grant select, insert, update, delete, create, drop, index, alter, references, lock tables, trigger, event on `frontdesk\\_%`.* to deployer@'%'",
    );
    const url = new URL(database.url);
    url.username = "deployer";
    const deployer = await at("intent 2", {}, url.href);
    await admin.query("set global read_only = 1");
    const { report } = await deployer.ended();
    await admin.query("set global read_only = 0");
    await admin.query("drop user deployer@'%'");
    await admin.end();
    expect(report?.end ?? report?.error).toMatch(/^(held|Error)$/);
    expect(report?.reason).toMatch(/read.only/);
    expect(await undisturbed(database.url, "abort")).toMatchObject({ end: "undone" });
    expect(await expectSound(database.url, before)).toBe("asBefore");
    tellEndings("a server made read-only", engine, { held: 1 });
  });
});
