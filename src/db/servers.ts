import { MysqlDialect, type MysqlPool } from "kysely";
import { createPool, type Pool, type PoolConnection, type PoolOptions } from "mysql2";
import type { Connection } from "mysql2/promise";
import type { Engine } from "./engine.ts";
import { decodeInstant, encode } from "./values.ts";

type ServerEngine = Exclude<Engine, "sqlite">;

/** Seconds a statement waits for a row lock; the servers' default of 50 would hold a request that long. */
const lockWaitSeconds = 3;

/**
 * Options for any connection to MySQL or MariaDB. FOUND_ROWS stays on (mysql2's default): an UPDATE counts matched
 * rows, as SQLite's does. Never multipleStatements.
 */
export function connectionOptions(url: string): PoolOptions {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  return {
    host: hostname,
    port: port === "" ? 3306 : Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
    ...(searchParams.get("ssl") === "true" ? { ssl: {} } : {}),
    charset: "utf8mb4",
    timezone: "Z",
    dateStrings: true,
    decimalNumbers: true,
    supportBigNumbers: true,
    stringifyObjects: true,
    maxPreparedStatements: 500,
    typeCast(field, next) {
      switch (field.type) {
        case "DATETIME":
        case "TIMESTAMP": {
          const text = field.string();
          return text === null ? null : decodeInstant(text);
        }
        case "TINY":
          return field.length === 1 ? asBoolean(field.string()) : next();
        case "JSON":
          return asJson(field.string("utf8"));
        default:
          return (field as { extendedFormat?: string }).extendedFormat === "json"
            ? asJson(field.string("utf8"))
            : next();
      }
    },
  };
}

function asBoolean(text: string | null): boolean | null {
  return text === null ? null : text !== "0";
}

function asJson(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}

/** MySQL or MariaDB, by its own word. */
export async function flavour(connection: Connection): Promise<ServerEngine> {
  const [rows] = await connection.query("select version() as version");
  const [{ version = "" } = {}] = rows as { version?: string }[];
  return /mariadb/i.test(version) ? "mariadb" : "mysql";
}

/** The pool under Kysely: every connection in UTC, strict mode and READ COMMITTED, every statement prepared. */
export function serverPool(url: string, engine: ServerEngine, connections: number): Pool {
  const pool = createPool({ ...connectionOptions(url), connectionLimit: connections, maxIdle: connections });
  pool.on("connection", (connection: PoolConnection) => {
    const isolation = engine === "mariadb" ? "tx_isolation" : "transaction_isolation";
    connection.query(
      `set time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO', ` +
        `${isolation} = 'READ-COMMITTED', innodb_lock_wait_timeout = ${lockWaitSeconds}`,
      (error) => {
        if (error) connection.destroy();
      },
    );
  });
  return pool;
}

/** Kysely sends text statements; this hands it connections that send prepared ones wherever there are parameters. */
export function serverDialect(pool: Pool, engine: ServerEngine): MysqlDialect {
  const wrapped = new WeakMap<PoolConnection, object>();
  const preparing = {
    getConnection(callback: (error: unknown, connection: unknown) => void) {
      pool.getConnection((error, connection) => {
        if (error) return callback(error, undefined);
        let wrapper = wrapped.get(connection);
        if (!wrapper) {
          wrapper = prepare(connection, engine);
          wrapped.set(connection, wrapper);
        }
        callback(null, wrapper);
      });
    },
    end: (callback: (error: unknown) => void) => pool.end(callback),
  };
  return new MysqlDialect({ pool: preparing as unknown as MysqlPool });
}

type Callback = (error: unknown, result: unknown) => void;

function prepare(connection: PoolConnection, engine: ServerEngine) {
  return {
    threadId: connection.threadId,
    query(sql: string, parameters: readonly unknown[], callback: Callback) {
      if (parameters.length === 0) return connection.query(sql, callback);
      return connection.execute(
        sql,
        parameters.map((value) => encode(value, engine)),
        callback,
      );
    },
    release: () => connection.release(),
    destroy: () => connection.destroy(),
  };
}
