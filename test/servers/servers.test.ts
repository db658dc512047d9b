import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, inject, test } from "vitest";
import { assertTestDatabase, wantedEngines } from "./engines.ts";
import { serverPrefixes, startMariadb } from "./server.ts";

const run = promisify(execFile);
const { mariadb } = inject("engines");

test("only a database named …_test is accepted from outside", () => {
  assertTestDatabase("mysql://root@db.example/frontdesk_test");
  for (const name of ["frontdesk", "", "test_frontdesk", "frontdesk_test/live", "frontdesk%5ftest2"]) {
    expect(() => assertTestDatabase(`mysql://root@db.example/${name}`)).toThrow("must end in _test");
  }
});

test("an unknown engine is an error, not an empty run", () => {
  expect(() => wantedEngines("sqlite,postgres")).toThrow("postgres");
  expect(wantedEngines("mysql, sqlite")).toEqual(["sqlite", "mysql"]);
});

describe.skipIf(mariadb === null)("a private server", () => {
  test("keeps its data through kill -9 and restart, and leaves nothing behind when stopped", async () => {
    const server = await startMariadb();
    await query(server.socket, "create database kept");
    await server.kill9();

    await server.restart();
    expect(await query(server.socket, "show databases")).toContain("kept");

    await server.stop();
    expect(alive(server.pid)).toBe(false);
    expect(existsSync(dirname(server.dataDir))).toBe(false);
  });

  test("is gone when the process that started it is killed", async () => {
    const program = `
      const { startMariadb } = await import(${JSON.stringify(join(import.meta.dirname, "server.ts"))});
      const { pid, dataDir } = await startMariadb();
      console.log(pid, dataDir);
      setInterval(() => {}, 1000);`;
    const runner = spawn(process.execPath, ["--input-type=module", "--eval", program]);
    const [line] = (await runner.stdout.setEncoding("utf8").take(1).toArray()) as [string];
    const [pid, dataDir] = line.trim().split(" ") as [string, string];
    expect(alive(Number(pid))).toBe(true);

    runner.kill("SIGKILL");
    await expect.poll(() => alive(Number(pid)) || existsSync(dirname(dataDir))).toBe(false);
  });
});

function alive(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}

async function query(socket: string, sql: string): Promise<string> {
  const client = join((await serverPrefixes(["mariadb"])).get("mariadb") ?? "", "bin/mariadb");
  return (await run(client, ["--no-defaults", `--socket=${socket}`, "--user=root", "--execute", sql])).stdout;
}
