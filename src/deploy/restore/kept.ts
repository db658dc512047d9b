import { hashOfRow, type TypedColumn } from "../backup/row-hashes.ts";
import type { Catalogue, CatalogueTable } from "../catalogue.ts";
import { quoted } from "../journal.ts";
import { openTarget, type Target, urlOfSchema } from "../target.ts";

/** A table of before whose rows are not all in the backup. */
export interface Kept {
  readonly table: string;
  /** All of them, aside. */
  readonly rows: number;
  /** Rows whose key the backup does not hold; null where the table has no primary key, or not the same one. */
  readonly added: number | null;
  /** Rows that the backup holds otherwise; null likewise. */
  readonly changed: number | null;
}

interface Sides {
  /** Where the tables of before are. */
  readonly aside: string;
  readonly before: Catalogue;
  readonly restored: Catalogue;
}

interface Pair {
  readonly table: string;
  readonly rows: number;
  readonly one: CatalogueTable;
  readonly other: CatalogueTable;
}

/** What only the tables of before hold, table by table; those that hold nothing more than the backup are left out. */
export async function countKept(target: Target, sides: Sides): Promise<Kept[]> {
  const { aside, before } = sides;
  const here = await openTarget(target.engine === "sqlite" ? target.url : urlOfSchema(target.url, aside));
  try {
    if (target.engine === "sqlite") await here.query("attach ? as aside", [aside]);
    const kept: Kept[] = [];
    for (const table of Object.keys(before.tables)) {
      const found = await countTable(here, target.database, table, sides);
      if (found.added !== 0 || found.changed !== 0) kept.push(found);
    }
    return kept;
  } finally {
    await here.close();
  }
}

async function countTable(here: Target, live: string, table: string, sides: Sides): Promise<Kept> {
  const { before, restored } = sides;
  const mine = sideOf(here, table);
  const [count] = await here.query<{ n: number }>(`select count(*) as n from ${mine}`);
  const rows = Number(count?.n);
  const [one, other] = [before.tables[table], restored.tables[table]];
  if (one === undefined || other === undefined) return { table, rows, added: rows, changed: 0 };
  const key = keyOf(one);
  if (key.length === 0 || keyOf(other).join() !== key.join()) return unkeyed(here, live, { table, rows, one, other });
  const columns = Object.keys(one.columns).filter((name) => name in other.columns && !isGenerated(one, name));
  const on = key.map((name) => `b.${quoted(name)} = a.${quoted(name)}`).join(" and ");
  const same = columns.map((name) => equal(here, one, name)).join(" and ");
  const [first] = key.map(quoted);
  const [answer] = await here.query<{ added: number | null; changed: number | null }>(
    `select sum(case when b.${first} is null then 1 else 0 end) as added,
     sum(case when b.${first} is not null and not (${same}) then 1 else 0 end) as changed
     from ${mine} a left join ${quoted(live)}.${quoted(table)} b on ${on}`,
  );
  return { table, rows, added: Number(answer?.added ?? 0), changed: Number(answer?.changed ?? 0) };
}

/** Without a key rows cannot be told apart: only whether each is in the backup as often as it was here. */
async function unkeyed(here: Target, live: string, { table, rows, one, other }: Pair): Promise<Kept> {
  const columns = Object.keys(one.columns).filter((name) => !isGenerated(one, name));
  const isSame = columns.every((name) => name in other.columns);
  const more = !isSame || (await countMore(here, live, table, typed(one, columns))) > 0;
  return more && rows > 0 ? { table, rows, added: null, changed: null } : { table, rows, added: 0, changed: 0 };
}

/** Rows that are there more often than in the restored table; equal ones are counted. */
async function countMore(here: Target, live: string, table: string, columns: readonly TypedColumn[]): Promise<number> {
  const times = (place: string) =>
    `(select ${rowKey(here, columns)} as row_key, count(*) as n from ${place} group by row_key)`;
  const [answer] = await here.query<{ n: number | null }>(
    `select sum(case when a.n > coalesce(b.n, 0) then 1 else 0 end) as n
     from ${times(sideOf(here, table))} a left join ${times(`${quoted(live)}.${quoted(table)}`)} b on b.row_key = a.row_key`,
  );
  return Number(answer?.n ?? 0);
}

/** The same for equal rows alone, to the byte and the type. */
function rowKey({ engine }: Target, columns: readonly TypedColumn[]): string {
  if (engine !== "sqlite") return hashOfRow(columns);
  return columns.map(({ name }) => `quote(${quoted(name)})`).join(" || ',' || ");
}

function typed({ columns }: CatalogueTable, names: readonly string[]): TypedColumn[] {
  return names.map((name) => ({ name, type: columns[name]?.type ?? "" }));
}

/** A table of before, as this connection knows it. */
function sideOf({ engine }: Target, table: string): string {
  return engine === "sqlite" ? `aside.${quoted(table)}` : quoted(table);
}

function keyOf({ indexes, columns }: CatalogueTable): readonly string[] {
  const place = (name: string) => Number(/^primary key (\d+)/.exec(columns[name]?.extra ?? "")?.[1] ?? 0);
  return (
    indexes.PRIMARY?.columns.filter((name) => name in columns) ??
    Object.keys(columns)
      .filter((name) => place(name) > 0)
      .sort((one, other) => place(one) - place(other))
  );
}

function isGenerated({ columns }: CatalogueTable, name: string): boolean {
  return columns[name]?.generated !== null;
}

/** To the byte: a collation would take `a` for `A`. */
function equal({ engine }: Target, table: CatalogueTable, name: string): string {
  const [one, other] = [`a.${quoted(name)}`, `b.${quoted(name)}`];
  if (engine === "sqlite") return `(${one} is ${other} and typeof(${one}) = typeof(${other}))`;
  const bytes = (value: string) =>
    `cast(${table.columns[name]?.type === "json" ? `cast(${value} as char)` : value} as binary)`;
  return `${bytes(one)} <=> ${bytes(other)}`;
}
