import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  MysqlDialect,
  type MysqlPool,
  type QueryResult,
  type SqliteDatabase,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
} from "kysely";
import { createPool, type PoolConnection } from "mysql2";
import { connectionOptions } from "./servers.ts";
import { isBusy, open } from "./sqlite.ts";

/** How long a statement is tried again while another connection writes. */
const busyLimitMilliseconds = 15_000;

/** A handle of its own for the package that keeps people's sessions. */
export interface SignInDatabase {
  readonly kysely: Kysely<Record<string, never>>;
  readonly type: "sqlite" | "mysql";
  close(): Promise<void>;
}

/**
 * better-auth compares instants as Dates: of the texts or Instants that our own handles answer it would take an expired
 * session for a valid one.
 */
export function signInDatabase(url: string): SignInDatabase {
  const isSqlite = url.startsWith("sqlite:");
  const dialect = isSqlite ? new PatientDialect(url.slice("sqlite:".length)) : serverDialect(url);
  const kysely = new Kysely<Record<string, never>>({ dialect });
  return { kysely, type: isSqlite ? "sqlite" : "mysql", close: () => kysely.destroy() };
}

function serverDialect(url: string): Dialect {
  const { typeCast, ...options } = connectionOptions(url);
  const pool = createPool({ ...options, dateStrings: false, connectionLimit: 4, maxIdle: 1 });
  pool.on("connection", (connection: PoolConnection) => {
    connection.query("set time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES'", (error) => {
      if (error) connection.destroy();
    });
  });
  return new MysqlDialect({ pool: pool as unknown as MysqlPool });
}

class PatientDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig;

  constructor(file: string) {
    const config = { database: async () => adapt(open(file)) };
    super(config);
    this.#config = config;
  }

  override createDriver(): Driver {
    return new PatientDriver(this.#config);
  }
}

class PatientDriver extends SqliteDriver {
  override async acquireConnection(): Promise<DatabaseConnection> {
    return patient(await super.acquireConnection());
  }
}

function adapt(database: DatabaseSync): SqliteDatabase {
  return {
    close: () => database.close(),
    prepare(sql) {
      const statement = database.prepare(sql);
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
        run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
        iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])),
      };
    },
  };
}

/** Another connection of this very process may hold the file's write lock: to wait for it in place would be for ever. */
function patient(connection: DatabaseConnection): DatabaseConnection {
  return {
    streamQuery: connection.streamQuery.bind(connection),
    async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      const giveUp = performance.now() + busyLimitMilliseconds;
      for (;;) {
        try {
          return await connection.executeQuery<R>(query);
        } catch (error) {
          if (!isBusy(error) || performance.now() > giveUp) throw error;
          await sleep(1 + Math.random() * 20);
        }
      }
    },
  };
}
