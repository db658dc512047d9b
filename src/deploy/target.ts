import { basename } from "node:path";
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { type Connection, createConnection } from "mysql2/promise";
import type { Engine } from "../db/engine.ts";
import { connectionOptions, flavour } from "../db/servers.ts";
import { isBusy, open } from "../db/sqlite.ts";
import { withReply } from "./reply-watch.ts";

export type Row = Record<string, unknown>;

/** The database a deployment works on, through one connection that lives as long as the deployment. */
export interface Target {
  readonly engine: Engine;
  readonly url: string;
  /** The database's name; `main` on SQLite. */
  readonly database: string;
  query<T extends Row = Row>(sql: string, parameters?: readonly (string | number | null)[]): Promise<T[]>;
  /** SQLite only: there all statements of a deployment are one transaction. */
  inTransaction(): boolean;
  /** A new connection in the place of one that was lost. */
  reopen(): Promise<void>;
  close(): Promise<void>;
}

export interface TargetOptions {
  /** How long a statement may wait for another session's lock on a table, before it gives up. */
  readonly lockBudgetSeconds?: number;
  /** After so long without a reply the server is asked, over another connection, whether it still works on one. */
  readonly silentSeconds?: number;
}

/** @param url as for db/connect */
export async function openTarget(url: string, options: TargetOptions = {}): Promise<Target> {
  return url.startsWith("sqlite:") ? sqliteTarget(url) : serverTarget(url, options);
}

/** The URL of another schema of the same server. */
export function urlOfSchema(url: string, schema: string): string {
  const other = new URL(url);
  other.pathname = `/${encodeURIComponent(schema)}`;
  return other.href;
}

/** What a person calls the database: its schema, or on SQLite its file without the ending. */
export function nameOf({ engine, url, database }: Target): string {
  return engine === "sqlite" ? basename(fileOf(url), ".db") : database;
}

export function fileOf(url: string): string {
  return url.slice("sqlite:".length);
}

/** How long another process that writes to the file is waited for: a healthy one takes a fraction of it. */
const busyMilliseconds = 3_000;

function sqliteTarget(url: string): Target {
  let database: DatabaseSync = open(fileOf(url));
  return {
    engine: "sqlite",
    url,
    database: "main",
    async query<T extends Row>(sql: string, parameters: readonly SQLInputValue[] = []) {
      const giveUp = performance.now() + busyMilliseconds;
      for (;;) {
        try {
          return database.prepare(sql).all(...parameters) as T[];
        } catch (error) {
          if (!isBusy(error) || performance.now() > giveUp) throw error;
          await sleep(20 + Math.random() * 30);
        }
      }
    },
    inTransaction: () => database.isTransaction,
    async reopen() {
      database.close();
      database = open(fileOf(url));
    },
    async close() {
      database.close();
    },
  };
}

async function serverTarget(
  url: string,
  { lockBudgetSeconds = 1, silentSeconds = 15 }: TargetOptions,
): Promise<Target> {
  const { typeCast: _, ...options } = connectionOptions(url);
  const connect = async (): Promise<Connection> => {
    const connection = await createConnection({ ...options, connectTimeout: 10_000 });
    // A connection that breaks between two statements tells the next one; without a listener it would end the process.
    connection.on("error", () => {});
    await connection.query(
      `set time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION',
       lock_wait_timeout = ${lockBudgetSeconds}, innodb_lock_wait_timeout = ${lockBudgetSeconds}`,
    );
    return connection;
  };
  let connection = await connect();
  return {
    engine: await flavour(connection),
    url,
    database: options.database ?? "",
    async query<T extends Row>(sql: string, parameters: readonly (string | number | null)[] = []) {
      const [rows] = await withReply(url, connection, connection.query(sql, [...parameters]), silentSeconds * 1000);
      return (Array.isArray(rows) ? rows : []) as T[];
    },
    inTransaction: () => false,
    async reopen() {
      connection.destroy();
      connection = await connect();
    },
    close: () => connection.end().catch(() => connection.destroy()),
  };
}

const lostCodes = new Set([
  "PROTOCOL_CONNECTION_LOST",
  "ECONNRESET",
  "ECONNREFUSED",
  "EPIPE",
  "ETIMEDOUT",
  "ER_SERVER_SHUTDOWN",
]);

/** The connection is gone, whatever the server made of the last statement. */
export function isConnectionLost(error: unknown): boolean {
  const { code, errno, fatal } = error as { code?: string; errno?: number; fatal?: boolean };
  return fatal === true || lostCodes.has(code ?? "") || errno === 1053 || errno === 1927;
}

/** Tries for some time: a server that was killed needs to start again. */
export async function reconnect(target: Target, seconds: number): Promise<boolean> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    try {
      await target.reopen();
      return true;
    } catch {
      if (performance.now() > deadline) return false;
      await sleep(250);
    }
  }
}
