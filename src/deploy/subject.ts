import type { Catalogue, CatalogueTable } from "./catalogue.ts";
import type { Target } from "./target.ts";

/** What a statement makes: by it the catalogue can be asked whether the statement is in force. */
export type Subject =
  | { readonly kind: "table"; readonly table: string }
  | { readonly kind: "foreignKey" | "column" | "index"; readonly table: string; readonly name: string };

const patterns: [RegExp, (match: RegExpExecArray) => Subject][] = [
  [/^create table (\w+)/i, ([, table = ""]) => ({ kind: "table", table })],
  [
    /^alter table (\w+) add constraint (\w+) foreign key/i,
    ([, table = "", name = ""]) => ({ kind: "foreignKey", table, name }),
  ],
  [/^alter table (\w+) add column (\w+)/i, ([, table = "", name = ""]) => ({ kind: "column", table, name })],
  [/^create (?:unique )?index (\w+) on (\w+)/i, ([, name = "", table = ""]) => ({ kind: "index", table, name })],
];

/** @throws Error for a statement of another form: nobody could tell whether it ran */
export function subjectOf(up: string): Subject {
  for (const [pattern, subject] of patterns) {
    const match = pattern.exec(up);
    if (match) return subject(match);
  }
  throw new Error(`A migration's statement must make one table, foreign key, column or index: ${up.slice(0, 80)}`);
}

/** The tables that statements make. */
export function tablesMadeBy(steps: readonly { readonly up: string }[]): string[] {
  const subjects = steps.map(({ up }) => subjectOf(up));
  return subjects.flatMap(({ kind, table }) => (kind === "table" ? [table] : []));
}

export function isIn(catalogue: Catalogue, subject: Subject): boolean {
  const table: CatalogueTable | undefined = catalogue.tables[subject.table];
  if (subject.kind === "table" || table === undefined) return table !== undefined;
  const place = { foreignKey: table.foreignKeys, column: table.columns, index: table.indexes }[subject.kind];
  return subject.name in place;
}

/** Asks the database itself, in one short query. */
export async function isInForce(target: Target, subject: Subject): Promise<boolean> {
  if (target.engine === "sqlite") {
    const rows =
      subject.kind === "column"
        ? await target.query("select 1 from pragma_table_xinfo(?) where name = ?", [subject.table, subject.name])
        : await target.query("select 1 from sqlite_schema where name = ?", [
            subject.kind === "table" ? subject.table : subject.name,
          ]);
    return rows.length > 0;
  }
  const [view, column] = {
    table: ["tables", null],
    foreignKey: ["referential_constraints", "constraint_name"],
    column: ["columns", "column_name"],
    index: ["statistics", "index_name"],
  }[subject.kind] as [string, string | null];
  const schema = subject.kind === "foreignKey" ? "constraint_schema" : "table_schema";
  const name = subject.kind === "table" ? [] : [subject.name];
  const rows = await target.query(
    `select 1 from information_schema.${view} where ${schema} = ? and table_name = ? ${column ? `and ${column} = ?` : ""} limit 1`,
    [target.database, subject.table, ...name],
  );
  return rows.length > 0;
}
