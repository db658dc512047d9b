import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { openTarget, type Target } from "../../src/deploy/target.ts";
import { enginesInUse, type ScratchDatabase, scratchSchema } from "../databases.ts";
import { type Server, startMariadb, startMysql } from "../servers/server.ts";
import {
  type Before,
  type Deployer,
  expectSound,
  hostDatabase,
  startDeployer,
  tellEndings,
  undisturbed,
} from "./harness.ts";

const all = process.env.FRONTDESK_ALL_FAULTS === "true";
const servers = enginesInUse().filter((engine) => engine !== "sqlite");
/** Of the small release: three tables, an index, two foreign keys. */
const statements = all ? [0, 1, 2, 3, 4, 5] : [1, 4];

/** On a server of its own: its every statement is held up by a lock on the whole server. */
describe.each(servers)("while a statement runs on the server (%s)", (engine) => {
  let server: Server;
  let database: ScratchDatabase;
  let before: Before;
  let person: Target;
  beforeAll(async () => {
    server = await (engine === "mysql" ? startMysql() : startMariadb());
  }, 120_000);
  afterAll(() => server.stop());
  beforeEach(async () => {
    database = await scratchSchema(engine, "empty", server);
    before = await hostDatabase(database.url);
    person = await openTarget(database.url);
  });
  afterEach(async () => {
    await person.close();
    await database.remove();
  });

  /** A deployer whose statement waits on the server; the lock is `person`'s. */
  async function heldUp(statement: number): Promise<{ deployer: Deployer; connection: number }> {
    const deployer = startDeployer(database.url, "run", "pause", `intent ${statement}`);
    await deployer.reached(`intent ${statement}`);
    await person.query("flush tables with read lock");
    const connection = await vi.waitFor(
      async () => {
        const [running] = await person.query<{ id: number }>(
          `select id from information_schema.processlist where db = ? and id <> connection_id() and state like 'Waiting for %lock'
           and (info like 'create %' or info like 'alter %')`,
          [person.database],
        );
        expect(running).toBeDefined();
        return Number(running?.id);
      },
      { timeout: 10_000, interval: 30 },
    );
    return { deployer, connection };
  }
  const release = () => person.query("unlock tables");

  test("killed with -9 meanwhile, the next run finds what became of it and ends migrated", async () => {
    const endings: Record<string, number> = {};
    for (const statement of statements) {
      const { deployer } = await heldUp(statement);
      deployer.child.kill("SIGKILL");
      await deployer.ended();
      const next = startDeployer(database.url, "run");
      await release();
      const { report } = await next.ended();
      endings[report?.end ?? "?"] = (endings[report?.end ?? "?"] ?? 0) + 1;
      expect(await expectSound(database.url, before), String(statement)).toBe("migrated");
      await undisturbed(database.url, "rollback");
      expect(await expectSound(database.url, before), String(statement)).toBe("asBefore");
    }
    tellEndings("kill -9 while a statement runs", engine, endings);
    expect(endings).toEqual({ migrated: statements.length });
  }, 120_000);

  test("KILL QUERY makes it come back; KILL of the connection makes it go on by itself", async () => {
    for (const statement of statements) {
      const stopped = await heldUp(statement);
      await person.query(`kill query ${stopped.connection}`);
      await release();
      expect((await stopped.deployer.ended()).report, String(statement)).toMatchObject({ end: "undone" });
      expect(await expectSound(database.url, before)).toBe("asBefore");

      const cut = await heldUp(statement);
      await person.query(`kill connection ${cut.connection}`);
      await release();
      expect((await cut.deployer.ended()).report, String(statement)).toMatchObject({ end: "migrated" });
      expect(await expectSound(database.url, before)).toBe("migrated");
      await undisturbed(database.url, "rollback");
    }
    tellEndings("KILL QUERY", engine, { undone: statements.length });
    tellEndings("KILL CONNECTION", engine, { migrated: statements.length });
  }, 120_000);

  test("a second deployer says that one is running, and touches nothing", async () => {
    const { deployer } = await heldUp(1);
    const second = await startDeployer(database.url, "run").ended();
    expect(second.report).toMatchObject({ error: "DeploymentRunning" });
    await release();
    expect((await deployer.ended()).report).toMatchObject({ end: "migrated" });
    expect(await expectSound(database.url, before)).toBe("migrated");
    tellEndings("a second deployer while a statement runs", engine, { refused: 1 });
  }, 60_000);
});
