import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, connect as openSocket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { enginesInUse, type ScratchDatabase, scratchDatabase } from "../test/databases.ts";
import { bareEnvironment } from "../test/programs.ts";
import { freePort, serverPrefixes } from "../test/servers/server.ts";
import { acrossCompanies } from "./db/across-companies.ts";
import { connect } from "./db/connect.ts";
import { holdFile } from "./db/file-lock.ts";
import { transaction } from "./db/transaction.ts";
import { lockDeployment } from "./deploy/lock.ts";
import { openTarget } from "./deploy/target.ts";

const cli = new URL("./cli.ts", import.meta.url).pathname;

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function runWith(env: NodeJS.ProcessEnv, args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ["--", cli, ...args], { env }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

describe.each(enginesInUse())("the command line (%s)", (engine) => {
  let database: ScratchDatabase;
  const environment = () => ({ ...bareEnvironment, DATABASE_URL: database.url, PORT: "0", DRAIN_SECONDS: "1" });

  beforeAll(async () => {
    database = await scratchDatabase(engine, "empty");
  });
  afterAll(() => database?.remove());

  const run = (...args: string[]) => runWith(environment(), args);
  const tools = async () =>
    engine === "sqlite" ? [] : ["--tools-dir", join((await serverPrefixes([engine])).get(engine) ?? "", "bin")];

  async function aCompany(): Promise<number> {
    const db = await connect(database.url, { connections: 1 });
    const name = "Salon Lindner";
    const { insertId } = await transaction(db, (tx) =>
      acrossCompanies(tx).insertInto("companies").values({ name }).executeTakeFirstOrThrow(),
    );
    await db.close();
    return Number(insertId);
  }

  /** A serving process, and the port that it says it listens on. */
  async function serve(): Promise<{ child: ChildProcess; port: number }> {
    const child = spawn(process.execPath, [cli, "serve"], { env: environment(), stdio: ["ignore", "pipe", "inherit"] });
    onTestFinished(() => void child.kill("SIGKILL"));
    for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
      const port = /listening at http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1];
      if (port !== undefined) {
        child.stdout?.resume();
        return { child, port: Number(port) };
      }
    }
    throw new Error("It ended before it listened.");
  }

  test.each(["serve", "work"])("%s refuses to start without our tables and says what to run", async (command) => {
    const { code, stderr } = await run(command);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("frontdesk deploy run") });
  });

  test("deploy run brings the tables in, once; deploy status tells which are there", async () => {
    expect((await run("deploy", "status")).stdout).toContain("phase-1-baseline  not applied");
    expect(await run("deploy", "run")).toMatchObject({ code: 0, stdout: expect.stringContaining("0001_companies\n") });
    expect(await run("deploy", "run")).toMatchObject({ code: 0, stdout: expect.stringContaining("Nothing to do") });
    expect((await run("deploy", "status")).stdout).not.toContain("not applied");
  });

  test("with tables in it, a deployment takes a backup, rehearses and can be rolled back; each says so by its exit", async () => {
    const folder = mkdtempSync(join(tmpdir(), "frontdesk-cli-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const places = ["--backup-dir", folder, ...(await tools())];
    expect((await run("deploy", "rollback", "--to", "phase-2-multi-tenant")).code).toBe(0);
    expect(await run("deploy", "run", "--skip-backup")).toMatchObject({
      code: 10,
      stderr: expect.stringContaining("--confirm"),
    });
    expect(await run("deploy", "rehearse", ...places)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("leads back"),
    });
    expect(await run("deploy", "rehearse", ...places, "--tools-dir", "/nowhere")).toMatchObject({
      code: engine === "sqlite" ? 0 : 1,
    });
    expect(await run("deploy", "backups", "--backup-dir", folder)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("No backup"),
    });
    expect((await run("deploy", "run", ...places)).code).toBe(0);
    expect(await run("deploy", "backups", "--backup-dir", folder)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("exact"),
    });
    expect((await run("deploy", "plan")).stdout).toContain("up to date");
    expect(await run("deploy", "verify")).toMatchObject({ code: 0, stdout: expect.not.stringContaining("FAILED") });
    const report = JSON.parse((await run("deploy", "report")).stdout);
    expect(report).toMatchObject({
      end: "migrated",
      backup: { snapshot: "exact" },
      releases: ["phase-4-services", "phase-5-platform"],
    });
    expect(report.statements.every(({ state }: { state: string }) => state === "done")).toBe(true);
    expect(await run("deploy", "resume")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("no run was left"),
    });
  });

  test("the first admin is given access by a command, with a link where no mail is sent, and is the last to be taken out", async () => {
    const company = String(await aCompany());
    const env = {
      ...environment(),
      FRONTDESK_SECRET_KEY: `k:${randomBytes(32).toString("base64")}`,
      PUBLIC_URL: "https://desk.example",
    };
    const user = (...args: string[]) => runWith(env, ["user", ...args]);
    const email = `anna-${company}@people.example`;
    const added = await user("add", "--company", company, "--email", email, "--name", "Anna", "--role", "admin");
    expect(added.stdout).toMatch(/^\d+ .* Hand this link over.*: https:\/\/desk\.example\/password#[\w-]{32}\n$/);
    const [id = ""] = added.stdout.split(" ");
    expect((await user("list", "--company", company)).stdout).toBe(`${id}  ${email}  "Anna"  invited  admin\n`);
    expect((await user("invite", id)).stdout).toContain("https://desk.example/password#");
    const again = await user("add", "--company", company, "--email", email, "--name", "Anna", "--role", "viewer");
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining("in use already") });
    const last = await user("remove", id, "--company", company);
    expect(last).toMatchObject({ code: 1, stderr: expect.stringContaining("last admin") });
    const operator = await user("add", "--operator", "--email", `ops-${company}@people.example`, "--name", "Ops");
    expect(operator).toMatchObject({ code: 0, stdout: expect.stringContaining("/password#") });
    expect(await user("add", "--email", "x@people.example", "--name", "X")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("--operator"),
    });
    expect((await runWith(environment(), ["user", "invite", id])).stderr).toContain("FRONTDESK_SECRET_KEY");
  });

  test("a key is printed once, listed without itself, and revoked by its own company only", async () => {
    const company = String(await aCompany());
    const other = String(await aCompany());

    const { stdout: key } = await run(
      "key",
      "add",
      "--company",
      company,
      "--name",
      "agent",
      "--scope",
      "policies:read",
    );
    expect(key).toMatch(/^fd_[0-9a-f]{8}_[\w-]{43}\n$/);

    const { stdout: list } = await run("key", "list", "--company", company);
    expect(list).toContain('"agent"  policies:read  never used');
    expect(list).not.toContain(key.trim());

    const [id = ""] = list.split(" ");
    expect(await run("key", "revoke", id, "--company", other)).toMatchObject({ code: 1 });
    expect(await run("key", "revoke", id, "--company", company)).toMatchObject({ code: 0 });
    expect((await run("key", "list", "--company", company)).stdout).toContain("revoked 20");

    expect(await run("audit", "verify", "--company", company)).toMatchObject({
      code: 0,
      stdout: "The log is whole: 2 lines.\n",
    });
    const db = await connect(database.url, { connections: 1 });
    await db
      .of({ companyId: Number(company) })
      .updateTable("audit_log")
      .set({ action: "apiKey.kept" })
      .execute();
    await db.close();
    expect(await run("audit", "verify", "--company", company)).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^The log is broken at line \d+\.$/m),
    });
  });

  test("a deployment says by its exit that another one is running, and that a person is needed", async () => {
    const person = await openTarget(database.url);
    onTestFinished(() => person.close());
    const lock = await lockDeployment(person);
    expect(await run("deploy", "run")).toMatchObject({ code: 11, stderr: expect.stringContaining("is running") });
    await lock.release();

    await person.query("create index escalation_ladders_by_hand on escalation_ladders (name)");
    const back = await run("deploy", "rollback", "--to", "phase-2-multi-tenant");
    expect(back).toMatchObject({ code: 30, stdout: expect.stringContaining("escalation_ladders_by_hand") });
    expect(back.stdout).toMatch(/deploy (resume|abort)/);
    await person.query(`drop index escalation_ladders_by_hand${engine === "sqlite" ? "" : " on escalation_ladders"}`);
    expect((await run("deploy", "resume")).code).toBe(20);
    const name = engine === "sqlite" ? "test" : person.database;
    expect((await run("deploy", "run", "--skip-backup", "--confirm", name, ...(await tools()))).code).toBe(0);
  });

  test("SIGTERM: not ready at once, requests in flight are answered, then it ends with 0", async () => {
    const { child, port } = await serve();
    const ready = async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).status;
    expect(await ready()).toBe(200);
    const slow = openSocket(port, "127.0.0.1");
    let reply = "";
    slow.setEncoding("utf8").on("data", (part) => (reply += part));
    slow.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{");
    await sleep(100);

    child.kill("SIGTERM");
    await sleep(200);
    expect(await ready()).toBe(503);
    await sleep(1200);
    slow.write("}");
    const [code] = await once(child, "exit");

    expect(reply).toMatch(/^HTTP\/1.1 405 /);
    expect(code).toBe(0);
  });

  test("a worker ends with 0 at SIGTERM", async () => {
    const child = spawn(process.execPath, [cli, "work"], { env: environment(), stdio: ["ignore", "pipe", "inherit"] });
    onTestFinished(() => void child.kill("SIGKILL"));
    await once(child.stdout as NodeJS.ReadableStream, "data");
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  test("a second signal ends it at once", async () => {
    const { child, port } = await serve();
    openSocket(port, "127.0.0.1")
      .on("error", () => {})
      .write("POST / HTTP/1.1\r\nHost: x\r\n");
    await sleep(100);

    child.kill("SIGTERM");
    await sleep(100);
    child.kill("SIGINT");

    expect(await once(child, "exit")).toEqual([1, null]);
  });
});

const brokenEnvironments: [NodeJS.ProcessEnv, string[], number, RegExp][] = [
  [{ DATABASE_URL: "mysql://u:canary@127.0.0.1:1/d" }, ["serve"], 1, /ECONNREFUSED.*DATABASE_URL's host and port/],
  [{ DATABASE_URL: "mysql://u:canary@127.0.0.1:1/d" }, ["deploy", "check"], 1, /ECONNREFUSED.*DATABASE_URL's host/],
  [{ DATABASE_URL: "mysql://u:canary@nowhere.invalid/d" }, ["deploy", "status"], 1, /nowhere\.invalid.*host and port/],
  [{ DATABASE_URL: `sqlite:${cli}` }, ["work"], 1, /is no SQLite database; name another/],
  ...["status", "check", "verify", "plan"].map((command): (typeof brokenEnvironments)[number] => [
    { DATABASE_URL: "sqlite:/nowhere/typo.db" },
    ["deploy", command],
    2,
    /DATABASE_URL: There is no file \/nowhere\/typo\.db; mend its path/,
  ]),
  [{}, ["deploy", "run"], 2, /DATABASE_URL: Is missing; say which/],
  [{}, ["maintenance", "on"], 2, /DATABASE_URL: Is missing; say which/],
  [{}, ["--env-file", "/nowhere/.env", "serve"], 2, /--env-file \/nowhere\/.env cannot be read/],
];
test.each(brokenEnvironments)("with %j, %j ends with %i and says what to mend", async (env, args, code, words) => {
  const outcome = await runWith({ ...bareEnvironment, ...env }, args);
  expect(outcome).toMatchObject({ code, stdout: "", stderr: expect.stringMatching(words) });
  expect(outcome.stderr).not.toMatch(/canary|^ +at /m);
  expect(existsSync("/nowhere")).toBe(false);
});

test("a second demo on one folder, or on a taken port, is refused at once and leaves the first one's file", async () => {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-demo-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const demo = (dataDir: string, port: number) => ["demo", "--data-dir", join(folder, dataDir), "--port", String(port)];
  const listener = createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  onTestFinished(() => void listener.close());
  const { port } = listener.address() as { port: number };
  const onTakenPort = await runWith(bareEnvironment, demo("one", port));
  expect(onTakenPort).toMatchObject({
    code: 1,
    stderr: `Port ${port} is taken by another program. End that one, or choose another port.\n`,
  });
  expect(existsSync(join(folder, "one"))).toBe(false);

  mkdirSync(join(folder, "two"));
  const release = holdFile(join(folder, "two", "demo.lock"));
  onTestFinished(() => release?.());
  const second = await runWith(bareEnvironment, demo("two", await freePort()));
  expect(second).toMatchObject({ code: 1, stderr: expect.stringMatching(/^Another demo uses .*two. End it/) });
  expect(existsSync(join(folder, "two", "demo.json"))).toBe(false);
});

test.each([
  [[]],
  [["bogus"]],
  [["serve", "--port", "80"]],
  [["key", "add", "--company", "x", "--name", "n", "--scope", "policies:read"]],
  [["key", "add", "--company", "1", "--name", "n", "--scope", "everything"]],
  [["user", "add", "--company", "1", "--email", "nobody", "--name", "n", "--role", "admin"]],
  [["deploy", "run", "--to", "nowhere"]],
])("a command that is none ends with 2: %j", async (args) => {
  expect(await runWith(bareEnvironment, args)).toMatchObject({ code: 2, stdout: "" });
});
