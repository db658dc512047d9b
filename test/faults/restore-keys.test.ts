import { dirname } from "node:path";
import { type Connection, createConnection } from "mysql2/promise";
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { check } from "../../src/deploy/check.ts";
import { latestRuns } from "../../src/deploy/journal.ts";
import { reportOf } from "../../src/deploy/report.ts";
import { openTarget } from "../../src/deploy/target.ts";
import { enginesInUse } from "../databases.ts";
import { hostStoppedFile, startDeployerWith, tellEndings } from "./harness.ts";
import { expectEnd, type Worked, workedOn } from "./restored.ts";

const servers = enginesInUse().filter((engine) => engine !== "sqlite");

describe.each(servers)("a foreign key of a schema that the user of a restore cannot see (%s)", (engine) => {
  const user = `'unseeing_${process.pid}'@'%'`;
  // As it needs to be written otherwise in a file's name.
  const hidden = `else-where ü_${process.pid}`;
  let worked: Worked;
  let admin: Connection;
  let database: string;
  let url: string;

  beforeEach(async () => {
    worked = await workedOn(engine);
    hostStoppedFile(worked.scratch.url);
    database = new URL(worked.scratch.url).pathname.slice(1);
    admin = await createConnection(new URL("/", inject("engines")[engine as "mysql"]?.url).href);
    await admin.query(`create user ${user} identified by 'canary'`);
    const rights =
      "select, insert, update, delete, create, drop, index, alter, references, lock tables, trigger, show view, event, create view, create routine, alter routine";
    await admin.query(`grant ${rights} on \`frontdesk\\_%\`.* to ${user}`);
    const definer =
      engine === "mysql" ? "set_any_definer, allow_nonexistent_definer, system_user, show_routine" : "set user";
    await admin.query(`grant ${definer} on *.* to ${user}`);
    if (engine === "mariadb") await admin.query(`grant select on mysql.proc to ${user}`);
    await admin.query(`create database \`${hidden}\``);
    await admin.query(
      `create table \`${hidden}\`.calls (id integer primary key, customer_id integer,
       constraint \`calls-customer\` foreign key (customer_id) references ${database}.customers (id)) engine=InnoDB`,
    );
    const as = new URL(worked.scratch.url);
    [as.username, as.password] = [`unseeing_${process.pid}`, "canary"];
    url = as.href;
  });
  afterEach(async () => {
    await admin.query(`drop database \`${hidden}\``);
    await admin.query(`drop user ${user}`);
    await admin.end();
    await worked.remove();
  });
  const restore = async () => {
    const { backup, toolsDir } = worked;
    return (await startDeployerWith({ backup, toolsDir, patienceSeconds: 3 }, url, "restore").ended()).report;
  };
  async function parentSchema(): Promise<unknown> {
    const [rows] = await admin.query(
      `select referenced_table_schema as parent from information_schema.key_column_usage
       where table_schema = ? and referenced_table_name is not null`,
      [hidden],
    );
    return (rows as { parent: string }[])[0]?.parent;
  }
  async function checked(): Promise<readonly string[] | undefined> {
    const target = await openTarget(url);
    const { backup, toolsDir } = worked;
    const findings = await check(target, { backupDir: dirname(backup), toolsDir, hostTimeZone: null });
    await target.close();
    return findings.find(({ what }) => what.startsWith("foreign keys of other schemas"))?.notes;
  }

  test("with PROCESS it is refused by name with the grant that is missing, and restored with that", async () => {
    await admin.query(`grant process on *.* to ${user}`);
    const grant = `GRANT SELECT, INSERT, CREATE, ALTER ON \`${hidden.replace("_", "\\_")}\`.*`;
    const named = `The foreign key calls-customer of ${hidden}.calls refers to customers`;
    expect(await checked()).toEqual([expect.stringContaining(named)]);
    const report = await restore();
    expect(report).toMatchObject({ end: "untouched", reason: expect.stringContaining(named) });
    expect(report?.reason).toContain(grant);
    await expectEnd(worked, "asBefore");
    expect(await parentSchema()).toBe(database);
    tellEndings("a foreign key that the user cannot see", engine, { untouched: 1 });

    await admin.query(`${grant} to ${user}`);
    expect(await checked()).toEqual([]);
    expect(await restore()).toMatchObject({ end: "migrated", reason: null });
    await expectEnd(worked, "restored");
    expect(await parentSchema()).toBe(database);
  });

  test("of a table that the user may read and not alter: it is as before, and so is the key", async () => {
    await admin.query(`grant process on *.* to ${user}`);
    await admin.query(`grant select on \`${hidden.replace("_", "\\_")}\`.* to ${user}`);
    const report = await restore();
    // MariaDB does not tell the key's rules to who may only read.
    expect(report).toMatchObject({ end: engine === "mysql" ? "undone" : "untouched" });
    expect(report?.reason).toMatch(/denied|GRANT/);
    await expectEnd(worked, "asBefore");
    expect(await parentSchema()).toBe(database);
    tellEndings("a foreign key that the user may not alter", engine, { [report?.end ?? "?"]: 1 });
  });

  test("without PROCESS the check, the restore and its report say that nobody looked", async () => {
    expect(await checked()).toEqual([expect.stringMatching(/^Not checked: .* PROCESS is missing/)]);
    expect(await restore()).toMatchObject({ end: "migrated", reason: null });
    const target = await openTarget(worked.scratch.url);
    const [run] = await latestRuns(target, 1);
    const report = await reportOf(target, run as NonNullable<typeof run>);
    await target.close();
    expect(report.restore?.otherSchemas).toBe("not checked");
    expect(report.criteria).toContainEqual(
      expect.objectContaining({
        what: "safety",
        result: "not checked",
        detail: expect.stringContaining("PROCESS is missing"),
      }),
    );
    tellEndings("a foreign key that nobody could look for", engine, { migrated: 1 });
  });
});
