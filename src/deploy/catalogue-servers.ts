import type { Catalogue, CatalogueColumn, CatalogueForeignKey, CatalogueTable } from "./catalogue.ts";
import type { Row, Target } from "./target.ts";

type Text = Record<string, string>;

/**
 * Read from information_schema, each kind in one query, keyed by table. Every column has an alias: without one, MySQL
 * names it in capitals.
 */
export async function readServerCatalogue(target: Target): Promise<Catalogue> {
  const of = (sql: string) => target.query(sql, [target.database]);
  const tables =
    await of(`select table_name as name, engine as engine, table_collation as collation from information_schema.tables
    where table_schema = ? and table_type = 'BASE TABLE' order by table_name`);
  const columns = byTable(
    await of(`select table_name as tab, column_name as name, ordinal_position as position, column_type as type,
      character_set_name as charset, collation_name as collation, is_nullable as nullable, column_default as def,
      generation_expression as generation, extra as extra from information_schema.columns where table_schema = ?
      order by table_name, ordinal_position`),
  );
  const indexes = byTable(
    await of(`select table_name as tab, index_name as name, non_unique as non_unique, column_name as col,
      sub_part as sub_part, collation as collation
      from information_schema.statistics where table_schema = ? order by table_name, index_name, seq_in_index`),
  );
  const foreignKeys = byTable(
    await of(`select k.table_name as tab, k.constraint_name as name, k.column_name as col, k.referenced_table_schema as parent_schema,
      k.referenced_table_name as parent, k.referenced_column_name as parent_col, r.delete_rule as on_delete, r.update_rule as on_update
      from information_schema.key_column_usage k join information_schema.referential_constraints r
        on r.constraint_schema = k.constraint_schema and r.constraint_name = k.constraint_name and r.table_name = k.table_name
      where k.table_schema = ? and k.referenced_table_name is not null order by k.table_name, k.constraint_name, k.ordinal_position`),
  );
  const checks = byTable(await of(checksSql(target)));
  return {
    tables: Object.fromEntries(
      tables.map((row) => {
        const name = String(row.name);
        const table: CatalogueTable = {
          options: `${row.engine} ${row.collation}`,
          columns: Object.fromEntries((columns[name] ?? []).map((row) => [row.name, columnOf(row)])),
          indexes: indexesOf(indexes[name] ?? []),
          foreignKeys: foreignKeysOf(foreignKeys[name] ?? [], target.database),
          checks: Object.fromEntries((checks[name] ?? []).map((row) => [row.name, String(row.clause)])),
        };
        return [name, table];
      }),
    ),
    others: await othersOf(of, target.database),
  };
}

function checksSql({ engine }: Target): string {
  return engine === "mariadb"
    ? `select table_name as tab, constraint_name as name, check_clause as clause from information_schema.check_constraints
       where constraint_schema = ? order by table_name, constraint_name`
    : `select t.table_name as tab, c.constraint_name as name, concat(c.check_clause, if(t.enforced = 'YES', '', ' not enforced')) as clause
       from information_schema.check_constraints c join information_schema.table_constraints t
         on t.constraint_schema = c.constraint_schema and t.constraint_name = c.constraint_name and t.constraint_type = 'CHECK'
       where c.constraint_schema = ? order by t.table_name, c.constraint_name`;
}

function byTable(rows: Row[]): Record<string, Row[]> {
  return Object.groupBy(rows, (row) => String(row.tab)) as Record<string, Row[]>;
}

function columnOf(row: Row): CatalogueColumn {
  const charset = row.charset === null ? "" : ` character set ${row.charset} collate ${row.collation}`;
  return {
    position: Number(row.position),
    type: `${row.type}${charset}`,
    nullable: row.nullable === "YES",
    default: row.def === null ? null : String(row.def),
    generated: row.generation === null || row.generation === "" ? null : String(row.generation),
    extra: String(row.extra),
  };
}

function indexesOf(rows: Row[]): CatalogueTable["indexes"] {
  return Object.fromEntries(
    Object.entries(Object.groupBy(rows, (row) => String(row.name))).map(([name, parts = []]) => {
      const column = ({ col, sub_part, collation }: Row) =>
        `${col}${sub_part === null ? "" : `(${sub_part})`}${collation === "D" ? " desc" : ""}`;
      return [name, { unique: Number(parts[0]?.non_unique) === 0, columns: parts.map(column) }];
    }),
  );
}

function foreignKeysOf(rows: Row[], database: string): Record<string, CatalogueForeignKey> {
  return Object.fromEntries(
    Object.entries(Object.groupBy(rows, (row) => String(row.name))).map(([name, parts = []]) => {
      const first = parts[0] as Text;
      const schema = first.parent_schema === database ? "" : `${first.parent_schema}.`;
      const key: CatalogueForeignKey = {
        columns: parts.map(({ col }) => String(col)),
        parent: `${schema}${first.parent}`,
        parentColumns: parts.map(({ parent_col }) => String(parent_col)),
        onDelete: String(first.on_delete),
        onUpdate: String(first.on_update),
      };
      return [name, key];
    }),
  );
}

/** Definitions name their own schema; without it, a copy in another schema reads the same. */
async function othersOf(of: (sql: string) => Promise<Row[]>, database: string): Promise<Record<string, string>> {
  const kinds = [
    `select concat('trigger ', trigger_name) as name, concat(action_timing, ' ', event_manipulation, ' on ', event_object_table, ' ', action_statement) as definition
     from information_schema.triggers where trigger_schema = ? order by trigger_name`,
    `select concat('view ', table_name) as name, view_definition as definition from information_schema.views where table_schema = ? order by table_name`,
    `select concat(lower(routine_type), ' ', routine_name) as name, routine_definition as definition from information_schema.routines
     where routine_schema = ? order by routine_type, routine_name`,
    `select concat('event ', event_name) as name, event_definition as definition from information_schema.events where event_schema = ? order by event_name`,
  ];
  const others: Record<string, string> = {};
  for (const kind of kinds) {
    for (const { name, definition } of await of(kind))
      others[String(name)] = String(definition).replaceAll(`\`${database}\`.`, "");
  }
  return others;
}
