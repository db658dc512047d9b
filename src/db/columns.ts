import type { ColumnType } from "kysely";
import type { Instant } from "../clock.ts";
import type { Engine } from "./engine.ts";

/**
 * One column, once: its SQL on each engine, its values if it is an enum, and (as a phantom) its TypeScript types for
 * select, insert and update. `Row<typeof table.columns>` turns a table's columns into Kysely's row type.
 */
export interface Column<S = unknown, I = S, U = I> {
  readonly sqlType: (engine: Engine) => string;
  readonly nullable: boolean;
  readonly defaultSql?: (engine: Engine) => string;
  /** What the value must satisfy, with `column` standing for the column's name. Enforced by the database. */
  readonly check?: (engine: Engine) => string | undefined;
  readonly generated?: string;
  readonly values?: readonly string[];
  readonly primary?: "autoincrement" | "key";
  readonly types?: ColumnType<S, I, U>;
}

export type Row<C extends Record<string, Column>> = {
  [K in keyof C]: C[K] extends Column<infer S, infer I, infer U> ? ColumnType<S, I, U> : never;
};

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

type Required<T> = Column<T, T, T>;
type Optional<T> = Column<T | null, T | null | undefined, T | null>;
type Defaulted<T> = Column<T, T | undefined, T>;

const isServer = (engine: Engine) => engine !== "sqlite";
const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** bigint unsigned, counted up by the database, never reused. */
export function id(): Column<number, never, never> {
  return {
    sqlType: (engine) => (isServer(engine) ? "bigint unsigned" : "INTEGER"),
    nullable: false,
    primary: "autoincrement",
  };
}

/** A 36-character uuid, made by the application, as primary key. */
export function uuidKey(): Column<string, string, never> {
  return { sqlType: () => "char(36)", nullable: false, primary: "key", check: sqliteLength(36) };
}

/**
 * A column that names a row of another table. Its type is whatever the parent's column has in the very database:
 * `{companies.id}` is filled in from the catalogue when a migration is planned.
 */
export function reference<T extends number | string>(parent: string): Required<T> {
  return { sqlType: () => `{${parent}}`, nullable: false };
}

/** The company a row belongs to. Never written by hand: the tenant guard stamps it on every insert. */
export function owner(): Column<number, never, never> {
  return { sqlType: () => "{companies.id}", nullable: false };
}

export function integer(min?: number, max?: number): Required<number> {
  const check = min === undefined || max === undefined ? {} : { check: () => `column between ${min} and ${max}` };
  return { sqlType: (engine) => (isServer(engine) ? "int" : "INTEGER"), nullable: false, ...check };
}

export function bigint(): Required<number> {
  return { sqlType: (engine) => (isServer(engine) ? "bigint" : "INTEGER"), nullable: false };
}

export function boolean(): Required<boolean> {
  return {
    sqlType: (engine) => (isServer(engine) ? "tinyint(1)" : "BOOLEAN"),
    nullable: false,
    check: (engine) => (isServer(engine) ? undefined : "column in (0, 1)"),
  };
}

/** Text of at most `length` characters that people write. */
export function varchar(length: number): Required<string> {
  return { sqlType: () => `varchar(${length})`, nullable: false, check: sqliteLength(length) };
}

/** Codes, ids and hashes: ASCII, compared byte for byte. */
export function code(length: number): Required<string> {
  return {
    sqlType: (engine) =>
      isServer(engine) ? `varchar(${length}) character set ascii collate ascii_bin` : `varchar(${length})`,
    nullable: false,
    check: sqliteLength(length),
  };
}

export function text(): Required<string> {
  return { sqlType: () => "text", nullable: false };
}

export function instant(): Required<Instant> {
  return { sqlType: (engine) => (isServer(engine) ? "datetime(3)" : "DATETIME(3)"), nullable: false };
}

/** Any object or array goes in; what comes out is `T` on the word of the module that wrote it. */
export function json<T>(): Column<T, object, object> {
  return {
    sqlType: (engine) => (isServer(engine) ? "json" : "JSON"),
    nullable: false,
    check: (engine) => (isServer(engine) ? undefined : "json_valid(column)"),
  };
}

export function optionalJson<T>(): Column<T | null, object | null | undefined, object | null> {
  return { ...(json() as Column), nullable: true } as Column<T | null, object | null | undefined, object | null>;
}

/** One of a list; the list in code is the list in the database. */
export function oneOf<const V extends readonly string[]>(values: V): Required<V[number]> {
  const list = values.map(quoted).join(", ");
  return {
    sqlType: (engine) => (isServer(engine) ? `enum(${list}) character set ascii collate ascii_bin` : "TEXT"),
    nullable: false,
    check: (engine) => (isServer(engine) ? undefined : `column in (${list})`),
    values,
  };
}

/** Computed by the database from other columns of the row, not stored; must name no foreign-key column. */
export function generated<T>(sqlType: { server: string; sqlite: string }, expression: string): Column<T, never, never> {
  return {
    sqlType: (engine) => (isServer(engine) ? sqlType.server : sqlType.sqlite),
    nullable: true,
    generated: expression,
  };
}

export function optional<T>(column: Required<T>): Optional<T> {
  return { ...(column as Column), nullable: true } as Optional<T>;
}

/** May be left out when inserting; `value` then stands. `"now"` is the database's current UTC time. */
export function defaulted<T>(column: Required<T>, value: T | "now"): Defaulted<T> {
  return { ...(column as Column), defaultSql: (engine) => defaultText(engine, value) } as Defaulted<T>;
}

function defaultText(engine: Engine, value: unknown): string {
  if (value === "now") return isServer(engine) ? "current_timestamp(3)" : "(strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))";
  if (typeof value === "boolean") return value ? "1" : "0";
  if (typeof value === "number") return String(value);
  return quoted(String(value));
}

function sqliteLength(length: number): (engine: Engine) => string | undefined {
  return (engine) => (isServer(engine) ? undefined : `length(column) <= ${length}`);
}
