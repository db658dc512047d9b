import { randomBytes } from "node:crypto";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import { afterAll, beforeAll, beforeEach, describe, inject } from "vitest";
import { type Instant, MovableClock, parseInstant } from "../src/clock.ts";
import { type Connection, connect } from "../src/db/connect.ts";
import type { Engine } from "../src/db/engine.ts";

/** A migrated database of a test file's own, with a clock that stands still until it is moved. */
export interface TestDb extends Connection {
  readonly clock: MovableClock;
  /** For other processes that are to work on the same database. */
  readonly url: string;
}

/** Where every test's clock begins: a Monday morning. */
export const testStart: Instant = parseInstant("2026-03-02T09:00:00Z");

/** The engines of this run. */
export function enginesInUse(): Engine[] {
  const engines = inject("engines");
  return (["sqlite", "mariadb", "mysql"] as const).filter((engine) => engines[engine]);
}

/** The same tests on SQLite, MariaDB and MySQL, each on a fresh copy of the migrated template. */
export function onEveryDatabase(title: string, tests: (db: () => TestDb, engine: Engine) => void): void {
  describe.each(enginesInUse())(`${title} (%s)`, (engine) => {
    let db: TestDb;
    let remove: () => Promise<void>;

    beforeAll(async () => {
      const scratch = await scratchDatabase(engine, "migrated");
      const clock = new MovableClock(testStart);
      const connection = await connect(scratch.url, { clock, connections: 20 });
      db = { ...connection, clock, url: scratch.url };
      remove = scratch.remove;
    });
    beforeEach(() => db.clock.moveTo(testStart));
    afterAll(async () => {
      await db?.close();
      await remove?.();
    });

    tests(() => db, engine);
  });
}

export interface ScratchDatabase {
  readonly url: string;
  remove(): Promise<void>;
}

/** A database of its own, empty or with the schema of the newest release in it. */
export async function scratchDatabase(engine: Engine, state: "empty" | "migrated"): Promise<ScratchDatabase> {
  return engine === "sqlite" ? scratchFile(state) : scratchSchema(engine, state);
}

async function scratchFile(state: "empty" | "migrated"): Promise<ScratchDatabase> {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-test-"));
  const file = join(folder, "test.db");
  if (state === "migrated") copyFileSync(inject("template").sqliteFile, file);
  return { url: `sqlite:${file}`, remove: async () => rmSync(folder, { recursive: true, force: true }) };
}

/** @param server one of the test's own, which it may stop; the run's when left out */
export async function scratchSchema(
  engine: "mariadb" | "mysql",
  state: "empty" | "migrated",
  server = inject("engines")[engine],
): Promise<ScratchDatabase> {
  if (server === null) throw new Error(`There is no ${engine} server in this run.`);
  const url = new URL(server.url);
  const name = `frontdesk_${randomBytes(5).toString("hex")}_test`;
  url.pathname = "/";
  const connection = await createConnection(url.href);
  await connection.query(`create database ${name} character set utf8mb4`);
  if (state === "migrated") {
    await connection.query(`use ${name}`);
    await connection.query("set foreign_key_checks = 0");
    for (const statement of inject("template").createTables[engine]) await connection.query(statement);
  }
  await connection.end();
  url.pathname = `/${name}`;
  return { url: url.href, remove: () => drop(server.url, name) };
}

async function drop(serverUrl: string, name: string): Promise<void> {
  const url = new URL(serverUrl);
  url.pathname = "/";
  const connection = await createConnection(url.href);
  await connection.query(`drop database if exists ${name}_frontdesk`);
  await connection.query(`drop database if exists ${name}`);
  await connection.end();
}
