import type { Catalogue, CatalogueColumn, CatalogueForeignKey, CatalogueTable } from "./catalogue.ts";
import { isJournalTable } from "./journal.ts";
import type { Row, Target } from "./target.ts";

/** Read from the table-valued pragmas; checks from the text of the CREATE TABLE, which SQLite keeps as it was given. */
export async function readSqliteCatalogue(target: Target): Promise<Catalogue> {
  const objects = await target.query<{ type: string; name: string; sql: string | null }>(
    "select type, name, sql from sqlite_schema where name not like 'sqlite_%' order by type, name",
  );
  const tables: Record<string, CatalogueTable> = {};
  for (const { name, sql } of objects.filter(({ type, name }) => type === "table" && !isJournalTable(name))) {
    tables[name] = await tableOf(target, name, sql ?? "");
  }
  const others = objects.filter(({ type }) => type === "trigger" || type === "view");
  return { tables, others: Object.fromEntries(others.map(({ type, name, sql }) => [`${type} ${name}`, sql ?? ""])) };
}

async function tableOf(target: Target, name: string, sql: string): Promise<CatalogueTable> {
  const columns = await target.query("select * from pragma_table_xinfo(?)", [name]);
  return {
    options: sql.includes("autoincrement") ? "autoincrement" : "",
    columns: Object.fromEntries(columns.map((row) => [row.name, columnOf(row, sql)])),
    indexes: await indexesOf(target, name),
    foreignKeys: await foreignKeysOf(target, name, sql),
    checks: checksOf(sql),
  };
}

function columnOf(row: Row, sql: string): CatalogueColumn {
  const hidden = Number(row.hidden);
  const expression = new RegExp(`\\b${row.name} [^\\n]*generated always as \\((.*)\\)( virtual| stored)`, "i").exec(
    sql,
  );
  return {
    position: Number(row.cid) + 1,
    type: String(row.type),
    nullable: Number(row.notnull) === 0,
    default: row.dflt_value === null ? null : String(row.dflt_value),
    generated: hidden > 1 ? (expression?.[1] ?? "?") : null,
    extra: `${Number(row.pk) > 0 ? `primary key ${row.pk}` : ""}`,
  };
}

async function indexesOf(target: Target, table: string): Promise<CatalogueTable["indexes"]> {
  const indexes: Record<string, { unique: boolean; columns: string[] }> = {};
  for (const { name, unique } of await target.query("select * from pragma_index_list(?)", [table])) {
    const columns = await target.query("select * from pragma_index_info(?) order by seqno", [String(name)]);
    indexes[String(name)] = { unique: Number(unique) === 1, columns: columns.map((column) => String(column.name)) };
  }
  return indexes;
}

async function foreignKeysOf(target: Target, table: string, sql: string): Promise<Record<string, CatalogueForeignKey>> {
  const rows = await target.query("select * from pragma_foreign_key_list(?) order by id, seq", [table]);
  const keys = Object.values(Object.groupBy(rows, (row) => String(row.id))).map((parts = []) => ({
    columns: parts.map((row) => String(row.from)),
    parent: String(parts[0]?.table),
    parentColumns: parts.map((row) => String(row.to)),
    onDelete: String(parts[0]?.on_delete),
    onUpdate: String(parts[0]?.on_update),
  }));
  return Object.fromEntries(keys.map((key) => [constraintName(key.columns, sql), key]));
}

/** SQLite's pragmas do not tell a foreign key's name. */
function constraintName(columns: readonly string[], sql: string): string {
  const list = columns.join(", ");
  return new RegExp(`constraint (\\w+) foreign key \\(${list}\\)`, "i").exec(sql)?.[1] ?? `foreign key (${list})`;
}

function checksOf(sql: string): Record<string, string> {
  return Object.fromEntries(
    [...sql.matchAll(/constraint (\w+) check \((.*)\),?$/gim)].map(([, name, clause]) => [name, clause ?? ""]),
  );
}
