import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { type Connection, createConnection } from "mysql2/promise";
import type { Engine } from "../db/engine.ts";
import { connectionOptions, flavour } from "../db/servers.ts";
import { open } from "../db/sqlite.ts";

export type Row = Record<string, unknown>;

/** The database a deployment works on, through one connection that lives as long as the deployment. */
export interface Target {
  readonly engine: Engine;
  /** The database's name; `main` on SQLite. */
  readonly database: string;
  query<T extends Row = Row>(sql: string, parameters?: readonly (string | number | null)[]): Promise<T[]>;
  close(): Promise<void>;
}

/** @param url as for db/connect */
export async function openTarget(url: string): Promise<Target> {
  return url.startsWith("sqlite:") ? sqliteTarget(open(url.slice("sqlite:".length))) : serverTarget(url);
}

function sqliteTarget(database: DatabaseSync): Target {
  return {
    engine: "sqlite",
    database: "main",
    async query<T extends Row>(sql: string, parameters: readonly SQLInputValue[] = []) {
      return database.prepare(sql).all(...parameters) as T[];
    },
    async close() {
      database.close();
    },
  };
}

async function serverTarget(url: string): Promise<Target> {
  const { typeCast: _, ...options } = connectionOptions(url);
  const connection: Connection = await createConnection(options);
  await connection.query("set time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'");
  return {
    engine: await flavour(connection),
    database: options.database ?? "",
    async query<T extends Row>(sql: string, parameters: readonly (string | number | null)[] = []) {
      const [rows] = await connection.query(sql, [...parameters]);
      return (Array.isArray(rows) ? rows : []) as T[];
    },
    close: () => connection.end(),
  };
}
