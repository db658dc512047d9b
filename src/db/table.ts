import type { Column } from "./columns.ts";
import type { Engine } from "./engine.ts";

export type DeleteRule = "cascade" | "set null" | "restrict";

export interface ForeignKey {
  readonly columns: readonly string[];
  readonly parent: string;
  readonly parentColumns: readonly string[];
  readonly onDelete: DeleteRule;
}

export interface Index {
  readonly name: string;
  readonly columns: readonly string[];
  readonly unique: boolean;
}

export interface Table<N extends string = string, C extends Record<string, Column> = Record<string, Column>> {
  readonly name: N;
  readonly columns: C;
  readonly indexes: readonly Index[];
  readonly foreignKeys: readonly ForeignKey[];
}

interface Keys<C> {
  readonly unique?: Record<string, readonly (keyof C & string)[]>;
  readonly index?: Record<string, readonly (keyof C & string)[]>;
  /** `"company_id"` or `"company_id, callback_request_id"` → `["callback_requests(company_id, id)", "cascade"]`. */
  readonly foreign?: Record<string, readonly [string, DeleteRule]>;
}

/** Index names are given short (`"company_event"`) and prefixed with the table's: SQLite wants them unique per schema. */
export function table<const N extends string, const C extends Record<string, Column>>(
  name: N,
  columns: C,
  keys: Keys<C> = {},
): Table<N, C> {
  const named = (unique: boolean) => (entry: [string, readonly string[]]) => ({
    name: `${name}_${entry[0]}_${unique ? "unique" : "index"}`,
    columns: entry[1],
    unique,
  });
  return {
    name,
    columns,
    indexes: [
      ...Object.entries(keys.unique ?? {}).map(named(true)),
      ...Object.entries(keys.index ?? {}).map(named(false)),
    ],
    foreignKeys: Object.entries(keys.foreign ?? {}).map(([of, [target, onDelete]]) => foreignKey(of, target, onDelete)),
  };
}

function foreignKey(of: string, target: string, onDelete: DeleteRule): ForeignKey {
  const [, parent = "", parentColumns = ""] = /^(\w+)\(([\w, ]+)\)$/.exec(target) ?? [];
  return { columns: of.split(", "), parent, parentColumns: parentColumns.split(", "), onDelete };
}

/** A statement and its exact undo. */
export interface Step {
  readonly up: string;
  readonly down: string;
}

/** What creates a table: first the table, and on servers its foreign keys one by one afterwards. */
export interface Steps {
  readonly tables: readonly Step[];
  readonly foreignKeys: readonly Step[];
}

/** The table's DDL. `{parent.column}` in it stands for a type read from the live catalogue. */
export function ddl(table: Table, engine: Engine): Steps {
  return engine === "sqlite" ? sqliteDdl(table) : serverDdl(table);
}

function serverDdl(table: Table): Steps {
  const lines = [
    ...Object.entries(table.columns).map(([name, column]) => columnLine(name, column, "mysql")),
    "primary key (id)",
    ...table.indexes.map(
      ({ name, columns, unique }) => `${unique ? "unique " : ""}key ${name} (${columns.join(", ")})`,
    ),
    ...checks(table, "mysql"),
  ];
  const options = "engine=InnoDB default character set utf8mb4 collate utf8mb4_bin";
  return {
    tables: [
      { up: `create table ${table.name} (\n  ${lines.join(",\n  ")}\n) ${options}`, down: `drop table ${table.name}` },
    ],
    foreignKeys: table.foreignKeys.map((key) => {
      const name = foreignKeyName(table, key);
      return {
        up: `alter table ${table.name} add constraint ${name} ${references(key)}`,
        down: `alter table ${table.name} drop foreign key ${name}`,
      };
    }),
  };
}

function sqliteDdl(table: Table): Steps {
  const lines = [
    ...Object.entries(table.columns).map(([name, column]) => columnLine(name, column, "sqlite")),
    ...checks(table, "sqlite"),
    ...table.foreignKeys.map((key) => `constraint ${foreignKeyName(table, key)} ${references(key)}`),
  ];
  return {
    tables: [
      { up: `create table ${table.name} (\n  ${lines.join(",\n  ")}\n)`, down: `drop table ${table.name}` },
      ...table.indexes.map(({ name, columns, unique }) => ({
        up: `create ${unique ? "unique " : ""}index ${name} on ${table.name} (${columns.join(", ")})`,
        down: `drop index ${name}`,
      })),
    ],
    foreignKeys: [],
  };
}

function columnLine(name: string, column: Column, engine: Engine): string {
  const type = column.sqlType(engine);
  if (column.generated) return `${name} ${type} generated always as (${column.generated}) virtual`;
  if (column.primary === "autoincrement") {
    return engine === "sqlite"
      ? `${name} INTEGER primary key autoincrement`
      : `${name} ${type} not null auto_increment`;
  }
  const nullability = column.nullable ? "null" : "not null";
  const key = column.primary === "key" && engine === "sqlite" ? " primary key" : "";
  const byDefault = column.defaultSql ? ` default ${column.defaultSql(engine)}` : "";
  return `${name} ${type} ${nullability}${key}${byDefault}`;
}

function checks(table: Table, engine: Engine): string[] {
  return Object.entries(table.columns).flatMap(([name, column]) => {
    const condition = column.check?.(engine)?.replaceAll("column", name);
    return condition ? [`constraint ${table.name}_${name}_check check (${condition})`] : [];
  });
}

function references({ columns, parent, parentColumns, onDelete }: ForeignKey): string {
  const list = (names: readonly string[]) => `(${names.join(", ")})`;
  return `foreign key ${list(columns)} references ${parent} ${list(parentColumns)} on delete ${onDelete} on update restrict`;
}

function foreignKeyName(table: Table, { columns }: ForeignKey): string {
  return `${table.name}_${columns.at(-1)}_foreign`;
}
