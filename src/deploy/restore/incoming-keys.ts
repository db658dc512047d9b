import { type Patience, underBudget } from "../budget.ts";
import { quoted } from "../journal.ts";
import type { Target } from "../target.ts";

/** A foreign key of another schema's table that refers to a table of ours. */
export interface IncomingKey {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly columns: readonly string[];
  readonly parent: string;
  readonly parentColumns: readonly string[];
  readonly onDelete: string;
  readonly onUpdate: string;
}

/** Those that this user may see. */
export async function incomingKeys(target: Target): Promise<IncomingKey[]> {
  const rows = await target.query<Record<string, string>>(
    `select k.table_schema as child_schema, k.table_name as tab, k.constraint_name as name, k.column_name as col,
     k.referenced_table_name as parent, k.referenced_column_name as parent_col, r.delete_rule as on_delete, r.update_rule as on_update
     from information_schema.key_column_usage k join information_schema.referential_constraints r
       on r.constraint_schema = k.constraint_schema and r.constraint_name = k.constraint_name and r.table_name = k.table_name
     where k.referenced_table_schema = ? and k.table_schema <> ? order by k.table_schema, k.table_name, k.constraint_name, k.ordinal_position`,
    [target.database, target.database],
  );
  return Object.values(Object.groupBy(rows, (row) => `${row.child_schema}.${row.tab}.${row.name}`)).map(
    (parts = []) => ({
      schema: String(parts[0]?.child_schema),
      table: String(parts[0]?.tab),
      name: String(parts[0]?.name),
      columns: parts.map(({ col }) => String(col)),
      parent: String(parts[0]?.parent),
      parentColumns: parts.map(({ parent_col }) => String(parent_col)),
      onDelete: String(parts[0]?.on_delete),
      onUpdate: String(parts[0]?.on_update),
    }),
  );
}

/** Why a key could not refer to what is in a schema, or null. */
export async function obstacleOf(target: Target, key: IncomingKey, schema: string): Promise<string | null> {
  const name = `The foreign key ${key.name} of ${key.schema}.${key.table}`;
  const pairs = key.columns.map((column, index) => [quoted(column), quoted(key.parentColumns[index] ?? "")] as const);
  try {
    const [row] = await target.query<{ n: number }>(
      `select count(*) as n from ${quoted(key.schema)}.${quoted(key.table)} c
       left join ${quoted(schema)}.${quoted(key.parent)} p on ${pairs.map(([child, parent]) => `p.${parent} = c.${child}`).join(" and ")}
       where ${pairs.map(([child]) => `c.${child} is not null`).join(" and ")} and p.${pairs[0]?.[1]} is null`,
    );
    if (Number(row?.n) === 0) return null;
    return `${name} refers to ${key.parent}, and ${row?.n} of its rows would refer to nothing in the backup. Delete these rows or drop the key, then try again.`;
  } catch (error) {
    return `${name} cannot refer to ${key.parent} of the backup: ${(error as Error).message}. Drop the key, then try again.`;
  }
}

/** Makes every key refer to our tables again: it went along with the one that it had referred to. */
export async function pointHere(target: Target, keys: readonly IncomingKey[], patience: Patience): Promise<void> {
  for (const key of keys) {
    const schema = await referredSchema(target, key);
    if (schema === target.database) continue;
    const table = `${quoted(key.schema)}.${quoted(key.table)}`;
    if (schema !== null)
      await underBudget(target, `alter table ${table} drop foreign key ${quoted(key.name)}`, patience);
    const list = (columns: readonly string[]) => columns.map(quoted).join(", ");
    await underBudget(
      target,
      `alter table ${table} add constraint ${quoted(key.name)} foreign key (${list(key.columns)})
       references ${quoted(target.database)}.${quoted(key.parent)} (${list(key.parentColumns)})
       on delete ${key.onDelete} on update ${key.onUpdate}`,
      patience,
    );
  }
}

/** Whether all of them refer to our tables. */
export async function allPointHere(target: Target, keys: readonly IncomingKey[]): Promise<boolean> {
  for (const key of keys) if ((await referredSchema(target, key)) !== target.database) return false;
  return true;
}

/** Null where the key is not there. */
async function referredSchema(target: Target, { schema, table, name }: IncomingKey): Promise<string | null> {
  const [row] = await target.query<{ parent_schema: string }>(
    `select referenced_table_schema as parent_schema from information_schema.key_column_usage
     where table_schema = ? and table_name = ? and constraint_name = ? and referenced_table_name is not null limit 1`,
    [schema, table, name],
  );
  return row?.parent_schema ?? null;
}
