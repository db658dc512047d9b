import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import { deploy } from "../src/deploy/run.ts";
import { openTarget } from "../src/deploy/target.ts";
import { startMariadb, startMysql } from "../test/servers/server.ts";

/** A database of a measurement's own with our schema in it, gone when it is stopped. */
export interface BenchDatabase {
  readonly url: string;
  /** The engine with its version, for people. */
  readonly name: string;
  stop(): Promise<void>;
}

export type BenchEngine = "sqlite" | "mariadb" | "mysql";

export async function startDatabase(engine: BenchEngine, options: { durable?: boolean } = {}): Promise<BenchDatabase> {
  const database = await (engine === "sqlite" ? file() : server(engine, options.durable ?? false));
  const target = await openTarget(database.url);
  try {
    await deploy(target);
  } finally {
    await target.close();
  }
  return database;
}

async function file(): Promise<BenchDatabase> {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-bench-"));
  return {
    url: `sqlite:${join(folder, "bench.db")}`,
    name: `SQLite ${process.versions.sqlite}`,
    stop: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The servers of the tests: private, and unless they are durable with settings that trade that for speed. */
async function server(engine: "mariadb" | "mysql", durable: boolean): Promise<BenchDatabase> {
  const running = await (engine === "mysql" ? startMysql({ durable }) : startMariadb({ durable }));
  const connection = await createConnection(running.url);
  await connection.query("create database bench character set utf8mb4");
  await connection.end();
  return {
    url: `${running.url}/bench`,
    name: `${engine === "mysql" ? "MySQL" : "MariaDB"} ${running.version.match(/^[\d.]+/)?.[0]}`,
    stop: () => running.stop(),
  };
}

export const durableSettings = "a production's durability: binary log on, both logs synced at each commit";
