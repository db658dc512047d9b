import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type SqliteDatabase,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
} from "kysely";
import { decodeInstant, encode } from "./values.ts";

/** How long BEGIN IMMEDIATE is tried again while another process writes, before SQLITE_BUSY reaches the caller. */
const busyLimitMilliseconds = 15_000;
const sqliteBusy = 5;

/** Kysely on Node's own SQLite. One connection a process; several processes may share the file. */
export function sqliteDialect(file: string, synchronous: Synchronous = "full"): SqliteDialect {
  return new ImmediateDialect({ database: async () => adapt(open(file, synchronous)) });
}

/** Whether a commit waits for the disk. */
type Synchronous = "full" | "off";

/** Opens a file the way every process must: WAL, foreign keys on. Waiting blocks the event loop, so it waits 50 ms at most. */
export function open(file: string, synchronous: Synchronous = "full"): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: 50 });
  for (const pragma of ["journal_mode = wal", `synchronous = ${synchronous}`, "foreign_keys = on"]) {
    retryWhileBusy(() => database.exec(`pragma ${pragma}`));
  }
  return database;
}

/** Switching a fresh file to WAL needs it alone; short and rare enough to wait for in place. */
function retryWhileBusy(run: () => void): void {
  const giveUp = Date.now() + busyLimitMilliseconds;
  for (;;) {
    try {
      run();
      return;
    } catch (error) {
      if (!isBusy(error) || Date.now() > giveUp) throw error;
    }
  }
}

class ImmediateDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig;

  constructor(config: SqliteDialectConfig) {
    super(config);
    this.#config = config;
  }

  override createDriver(): Driver {
    return new ImmediateDriver(this.#config);
  }
}

/** A transaction that reads before it writes can fail at its first write; one that begins by writing cannot. */
class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    const giveUp = Date.now() + busyLimitMilliseconds;
    for (;;) {
      try {
        await connection.executeQuery(CompiledQuery.raw("begin immediate"));
        return;
      } catch (error) {
        if (!isBusy(error) || Date.now() > giveUp) throw error;
        await new Promise((resolve) => setTimeout(resolve, 1 + Math.random() * 20));
      }
    }
  }
}

export function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && ((error.errcode as number) & 0xff) === sqliteBusy;
}

interface Prepared {
  readonly statement: StatementSync;
  readonly reader: boolean;
  readonly decoders: readonly (readonly [column: string, decode: (value: never) => unknown])[];
}

/** What Kysely's dialect asks of a driver, with statements kept by their text and values decoded by declared type. */
function adapt(database: DatabaseSync): SqliteDatabase {
  const prepared = new Map<string, Prepared>();
  return {
    close: () => database.close(),
    prepare(sql) {
      let entry = prepared.get(sql);
      if (!entry) {
        entry = prepare(database, sql);
        if (prepared.size >= 500) prepared.clear();
        prepared.set(sql, entry);
      }
      return executable(entry);
    },
  };
}

function prepare(database: DatabaseSync, sql: string): Prepared {
  const statement = database.prepare(sql);
  const columns = statement.columns();
  const decoders = columns.flatMap(({ name, type }) => {
    const decode = type === null ? undefined : decoderOf[type];
    return decode ? [[name, decode] as const] : [];
  });
  return { statement, reader: columns.length > 0, decoders };
}

const decoderOf: Record<string, (value: never) => unknown> = {
  "DATETIME(3)": decodeInstant,
  BOOLEAN: (value: number) => value === 1,
  JSON: (value: string) => JSON.parse(value),
};

function executable({ statement, reader, decoders }: Prepared) {
  const parameters = (values: readonly unknown[]) => values.map((value) => encode(value, "sqlite") as SQLInputValue);
  const decode = (row: Record<string, unknown>) => {
    for (const [column, convert] of decoders) {
      if (row[column] !== null) row[column] = convert(row[column] as never);
    }
    return row;
  };
  return {
    reader,
    all: (values: readonly unknown[]) => statement.all(...parameters(values)).map(decode),
    run: (values: readonly unknown[]) => statement.run(...parameters(values)),
    *iterate(values: readonly unknown[]) {
      for (const row of statement.iterate(...parameters(values))) yield decode(row);
    },
  };
}
