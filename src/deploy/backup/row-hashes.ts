import { createHash } from "node:crypto";
import { quoted } from "../journal.ts";
import type { Row, Target } from "../target.ts";

export interface TableContent {
  readonly rows: number;
  /** Over every stored value of every row, whatever their order. */
  readonly hash: string;
}

/** Equal exactly when the tables hold the same rows. On servers they are hashed where they are, one scan a table. */
export async function hashTables(target: Target, tables: readonly string[]): Promise<Record<string, TableContent>> {
  const contents: Record<string, TableContent> = {};
  for (const table of tables) {
    contents[table] = target.engine === "sqlite" ? await hashHere(target, table) : await hashThere(target, table);
  }
  return contents;
}

/** Two aggregates, so that a pair of equal rows does not vanish as it would from an exclusive or alone. */
async function hashThere(target: Target, table: string): Promise<TableContent> {
  const columns = await target.query<{ name: string; type: string }>(
    `select column_name as name, data_type as type from information_schema.columns
     where table_schema = ? and table_name = ? and (generation_expression is null or generation_expression = '')
     order by ordinal_position`,
    [target.database, table],
  );
  const [row] = await target.query<{ n: number; either: string | number; total: string | number }>(
    `select count(*) as n, coalesce(bit_xor(cast(conv(left(h, 16), 16, 10) as unsigned)), 0) as either,
     coalesce(sum(cast(conv(right(h, 15), 16, 10) as unsigned)), 0) as total
     from (select ${hashOfRow(columns)} as h from ${quoted(table)}) as hashed`,
  );
  return { rows: Number(row?.n), hash: createHash("sha256").update(`${row?.either} ${row?.total}`).digest("hex") };
}

export interface TypedColumn {
  readonly name: string;
  readonly type: string;
}

/** On servers: over a row's stored values, of whatever length and charset. */
export function hashOfRow(columns: readonly TypedColumn[]): string {
  const parts = columns.map(({ name, type }) => {
    const bytes = `cast(${type === "json" ? `cast(${quoted(name)} as char)` : quoted(name)} as binary)`;
    return `ifnull(concat(length(${bytes}), ':', ${bytes}), 'null')`;
  });
  return `sha2(concat_ws(',', ${parts.join(", ")}), 256)`;
}

async function hashHere(target: Target, table: string): Promise<TableContent> {
  let [rows, total, either] = [0, 0n, 0n];
  for (const row of await target.query(`select * from ${table}`)) {
    const digest = createHash("sha256")
      .update(JSON.stringify(valuesOf(row)))
      .digest("hex");
    const [one, other] = [BigInt(`0x${digest.slice(0, 32)}`), BigInt(`0x${digest.slice(32)}`)];
    rows++;
    total = (total + one) % 2n ** 128n;
    either ^= other;
  }
  return { rows, hash: createHash("sha256").update(`${either} ${total}`).digest("hex") };
}

function valuesOf(row: Row): unknown[] {
  return Object.values(row).map((value) =>
    value instanceof Uint8Array ? ["bytes", Buffer.from(value).toString("hex")] : [typeof value, String(value)],
  );
}
