import { allTables, hostTables } from "../db/schema.ts";
import { readAdoption } from "./adopt.ts";
import { type Catalogue, differences, onlyTables, readCatalogue } from "./catalogue.ts";
import { structureLeftBy } from "./drift.ts";
import { appliedMigrations, latestRuns } from "./journal.ts";
import type { Target } from "./target.ts";

/** One thing that was looked at, and what is wrong with it: nothing, if all is well. */
export interface Finding {
  readonly what: string;
  readonly wrong: readonly string[];
  /** What is good to know. */
  readonly notes?: readonly string[];
}

/**
 * Looks at the database as it is now: the structure against the one that the last deployment left, no row that refers to
 * nothing, none that refers to another company's.
 */
export async function verify(target: Target): Promise<Finding[]> {
  const applied = await appliedMigrations(target);
  if (applied.length === 0) return [{ what: "migrations", wrong: ["None is applied: run `frontdesk deploy run`."] }];
  const now = await readCatalogue(target);
  const runs = await latestRuns(target, 100);
  // Where none is known only the rows are looked at.
  const left = structureLeftBy(runs);
  const open = runs.find(({ endedAt }) => endedAt === null);
  const ours = (await readAdoption(target)) === null ? (catalogue: Catalogue) => catalogue : ownTables;
  const structure = left === null ? [] : differences(ours(left), ours(now));
  const broken = (await Array.fromAsync(brokenReferences(target, Object.keys(now.tables)))).filter(
    ({ rows }) => rows > 0,
  );
  const wrong = (of: BrokenReference["what"]) =>
    broken.filter(({ what }) => what === of).map(({ rows, table, column }) => `${rows} rows of ${table} by ${column}`);
  return [
    { what: "deployments", wrong: open === undefined ? [] : [`Run ${open.id} has not ended: resume or abort it.`] },
    { what: "structure", wrong: structure },
    { what: "references to nothing", wrong: wrong("nothing") },
    { what: "references to another company", wrong: wrong("another company") },
  ];
}

/** Beside a platform's: what it does to its own tables is its own affair. */
function ownTables(catalogue: Catalogue): Catalogue {
  const own = allTables.map(({ name }) => name).filter((name) => !hostTables.some((host) => host.name === name));
  return onlyTables(catalogue, own);
}

interface Reference {
  readonly child: string;
  readonly column: string;
  readonly parent: string;
  readonly parentColumn: string;
}

const orphans = ({ child, column, parent, parentColumn }: Reference) =>
  `select count(*) as n from ${child} c left join ${parent} p on p.${parentColumn} = c.${column}
   where c.${column} is not null and p.${parentColumn} is null`;

const strangers = ({ child, column, parent, parentColumn }: Reference) =>
  child === parent || parent === "companies"
    ? null
    : `select count(*) as n from ${child} c join ${parent} p on p.${parentColumn} = c.${column} where p.company_id <> c.company_id`;

/** How many rows refer so by this column, each reference after the other; those that none does, too. */
export interface BrokenReference {
  readonly table: string;
  readonly column: string;
  readonly what: "nothing" | "another company";
  readonly rows: number;
}

/** @param present the tables that are there */
export async function* brokenReferences(target: Target, present: readonly string[]): AsyncGenerator<BrokenReference> {
  const here = references().filter(({ child, parent }) => present.includes(child) && present.includes(parent));
  for (const what of ["nothing", "another company"] as const) {
    for (const reference of here) {
      const sql = what === "nothing" ? orphans(reference) : strangers(reference);
      if (sql === null) continue;
      const [row] = await target.query<{ n: number }>(sql);
      yield { table: reference.child, column: reference.column, what, rows: Number(row?.n) };
    }
  }
}

/** Of the definition: every column that names a row of another table, where both have a company. */
function references(): Reference[] {
  const ofACompany = new Set<string>(
    allTables.filter(({ columns }) => "company_id" in columns).map(({ name }) => name),
  );
  return allTables
    .filter(({ name }) => ofACompany.has(name))
    .flatMap(({ name: child, foreignKeys }) =>
      foreignKeys
        .filter(
          ({ parent, parentColumns }) =>
            parent === "companies" || (ofACompany.has(parent) && parentColumns.includes("id")),
        )
        .map(({ columns, parent, parentColumns }) => {
          const at = Math.max(0, parentColumns.indexOf("id"));
          return { child, column: columns[at] ?? "", parent, parentColumn: parentColumns[at] ?? "" };
        }),
    );
}
