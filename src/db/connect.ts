import { Kysely, sql } from "kysely";
import { createConnection } from "mysql2/promise";
import type { FakeClock, Instant } from "../clock.ts";
import { instantOf } from "../clock.ts";
import type { Tenant } from "../tenant.ts";
import { readHostShape } from "./adoption.ts";
import { fragments } from "./dialect.ts";
import type { Engine } from "./engine.ts";
import { hostColumns } from "./host-columns.ts";
import type { HostShape } from "./host-shape.ts";
import type { Schema } from "./schema.ts";
import { connectionOptions, flavour, serverDialect, serverPool } from "./servers.ts";
import { sqliteDialect } from "./sqlite.ts";
import { tenantGuard } from "./tenant-guard.ts";
import { tenantTables } from "./tenant-tables.ts";
import { decodeInstant } from "./values.ts";

/** The unguarded handle. Only files of db/ can name it; who needs more than one company asks `acrossCompanies`. */
export const unguarded = Symbol("unguarded");

/** A database, seen one company at a time. */
export interface Db {
  readonly engine: Engine;
  /** Set in tests and while the demo makes its history; otherwise the database tells the time. */
  readonly clock: FakeClock | null;
  /** How an adopted platform's tables differ from ours; null where they are our own. */
  readonly host: HostShape | null;
  /** Queries of one company: every table they name is restricted to it, every row they insert is stamped with it. */
  of(tenant: Tenant): TenantQueries;
  /** Runs with the result of each transaction, inside it, last before its commit. */
  readonly beforeCommit?: (tx: Tx, result: unknown) => Promise<void>;
  readonly [unguarded]: Kysely<Schema>;
}

/** A Db inside a transaction. */
export interface Tx extends Db {
  readonly inTransaction: true;
}

/** What of Kysely the guard can watch over; its other doors (`withoutPlugins`, `executeQuery`, …) are left out. */
export type TenantQueries = Pick<
  Kysely<Schema>,
  "selectFrom" | "insertInto" | "updateTable" | "deleteFrom" | "with" | "withRecursive" | "fn"
>;

/** A connected database, to be closed by who opened it. */
export interface Connection extends Db {
  close(): Promise<void>;
}

export interface ConnectOptions {
  readonly clock?: FakeClock;
  /** Connections in the pool of a server database. */
  readonly connections?: number;
  /** On SQLite commits do not wait for the disk: a power cut may cost all that was written, and it can be made again. */
  readonly isReplaceable?: boolean;
}

/** @param url `sqlite:path/to/file.db`, `mysql://…` or `mariadb://…`; which server it is, it says itself. */
export async function connect(url: string, options: ConnectOptions = {}): Promise<Connection> {
  const clock = options.clock ?? null;
  if (url.startsWith("sqlite:")) {
    const kysely = new Kysely<Schema>({
      dialect: sqliteDialect(url.slice("sqlite:".length), options.isReplaceable ? "off" : "full"),
    });
    return connection(kysely, "sqlite", clock, null, () => kysely.destroy());
  }
  const { engine, shape } = await askServer(url);
  const kysely = new Kysely<Schema>({
    dialect: serverDialect(serverPool(url, engine, options.connections ?? 10), engine),
    plugins: shape === null ? [] : [hostColumns(shape)],
  });
  return connection(kysely, engine, clock, shape, () => kysely.destroy());
}

/** Asks the server at the URL what it is, and whether its tables were a platform's before they were ours. */
async function askServer(url: string): Promise<{ engine: Exclude<Engine, "sqlite">; shape: HostShape | null }> {
  const connectionTo = connectionOptions(url);
  const connection = await createConnection(connectionTo);
  try {
    return {
      engine: await flavour(connection),
      shape: await readHostShape(connection, connectionTo.database ?? ""),
    };
  } finally {
    await connection.end();
  }
}

function connection(
  kysely: Kysely<Schema>,
  engine: Engine,
  clock: FakeClock | null,
  host: HostShape | null,
  close: () => Promise<void>,
): Connection {
  return { ...handle(kysely, { engine, clock, host }), close };
}

/** @internal for db/transaction */
export function handle(kysely: Kysely<Schema>, { engine, clock, host }: Pick<Db, "engine" | "clock" | "host">): Db {
  return {
    engine,
    clock,
    host,
    of: ({ companyId }) => kysely.withPlugin(tenantGuard(tenantTables, companyId, fragments)),
    [unguarded]: kysely,
  };
}

/**
 * The database's time. After a lock, ask in a statement of its own: in a statement that waits for a lock, a server's
 * NOW() is the time at which it began to wait.
 */
export async function currentTime(db: Db): Promise<Instant> {
  if (db.clock) return db.clock.now();
  if (db.engine === "sqlite") return instantOf(Date.now());
  const { rows } = await sql<{ now: string | Instant }>`select utc_timestamp(3) as now`.execute(db[unguarded]);
  const now = rows[0]?.now;
  if (now === undefined) throw new Error("The database did not tell the time.");
  return typeof now === "string" ? decodeInstant(now) : now;
}
