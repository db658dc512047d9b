import type { Db, Tx } from "../db/connect.ts";
import { takeLock } from "../db/locks.ts";
import { transaction } from "../db/transaction.ts";
import { type FieldError, Refusal } from "../errors.ts";
import type { Caller } from "../tenant.ts";
import { change, companyOf, create, type Sent, storable } from "./change.ts";
import { getEntryForUpdate, lockFor } from "./entries.ts";
import { at, type Importable, type Key, keyOf, type Line, mistakesOf, readTable, refused } from "./import-lines.ts";
import type { Kind } from "./kinds.ts";
import { type Entry, entriesWith } from "./store.ts";

export interface Import {
  readonly csv: string;
  /** One of the kind's keys. */
  readonly matchBy: Key;
  readonly dryRun: boolean;
}

export interface ImportedLine {
  readonly line: number;
  readonly action: "create" | "change" | "none";
  /** Null for one that a dry run would create. */
  readonly id: number | string | null;
}

export interface Imported {
  readonly dryRun: boolean;
  readonly created: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly lines: readonly ImportedLine[];
}

/**
 * Takes a part of the directory from a table: all of it or nothing. A line whose key is there already changes that row, in
 * the columns that the table has; so doing it twice does it once. A dry run says what would be done.
 * @throws Refusal validationFailed with each mistake's line and column
 */
export async function importEntries(db: Db, caller: Caller, of: Importable, asked: Import): Promise<Imported> {
  const { by, lines } = readTable(of, asked.csv, asked.matchBy);
  if (asked.dryRun) return summary(asked, await planned(db, caller, of.kind, by, lines));
  return transaction(db, async (tx) => {
    await lockForImport(tx, caller, of.kind);
    const known = await knownOf(tx, caller, of.kind, by, lines);
    const company = await companyOf(tx, caller);
    for (const id of inOrder([...known.values()])) await lockFor(tx, caller, of.kind, id);
    const done: ImportedLine[] = [];
    for (const { line, sent } of lines) {
      const found = known.get(line);
      done.push(await atLine(line, () => apply(tx, caller, of.kind, { line, sent, found, company })));
    }
    return summary(asked, done);
  });
}

/** Two imports at once would both find that somebody is not there. */
async function lockForImport(tx: Tx, caller: Caller, kind: Kind): Promise<void> {
  if (kind.table === "customers") await takeLock(tx, caller, "customer", "import");
  else await lockFor(tx, caller, kind, null);
}

const inOrder = (entries: readonly Entry[]) =>
  entries
    .map(({ id }) => id)
    .sort((one, other) => (typeof one === "number" ? one - Number(other) : one < other ? -1 : 1));

function summary({ dryRun }: Import, lines: readonly ImportedLine[]): Imported {
  const count = (action: ImportedLine["action"]) => lines.filter((each) => each.action === action).length;
  return { dryRun, created: count("create"), changed: count("change"), unchanged: count("none"), lines };
}

/** What is there already, by the lines' numbers. @throws Refusal for a key that is two rows', or an id that is none */
async function knownOf(
  db: Db,
  caller: Caller,
  kind: Kind,
  by: readonly string[],
  lines: readonly Line[],
): Promise<ReadonlyMap<number, Entry>> {
  const [matchBy = "id"] = by as Key[];
  const errors: FieldError[] = [];
  const lineOf =
    matchBy === "phone"
      ? await linesByPhone(db, caller, kind, lines, errors)
      : new Map(lines.map(({ line, key }) => [key, line]));
  const values = [...lineOf.keys()].map((key) => (JSON.parse(key) as string[])[0] as string);
  const found = new Map<number, Entry>();
  const several = new Set<number>();
  for (const entry of await entriesWith(db, caller, kind, matchBy, values)) {
    const line = lineOf.get(keyOf(entry, by));
    if (line === undefined) continue;
    if (found.has(line)) several.add(line);
    found.set(line, entry);
  }
  for (const line of several) {
    errors.push(at(line, { pointer: `/${matchBy}`, message: `is that of several ${kind.many}; match by id.` }));
  }
  for (const { line } of matchBy === "id" ? lines : []) {
    const unknown = `is no ${kind.noun} of this company.`;
    if (!found.has(line)) errors.push(at(line, { pointer: "/id", message: unknown }));
  }
  if (errors.length > 0) throw refused(errors);
  return found;
}

/** Numbers are compared as they are kept: however somebody writes it, it is the same number. */
async function linesByPhone(
  db: Db,
  caller: Caller,
  kind: Kind,
  lines: readonly Line[],
  errors: FieldError[],
): Promise<Map<string, number>> {
  const company = await companyOf(db, caller);
  const phones = new Map<string, number>();
  for (const { line, sent } of lines) {
    try {
      const key = keyOf(await storable(db, caller, kind, { phone: sent.phone }, company), ["phone"]);
      const twice = "is that of another line too; keep one of them.";
      if (phones.has(key)) errors.push(at(line, { pointer: "/phone", message: twice }));
      phones.set(key, line);
    } catch (error) {
      errors.push(...mistakesOf(error, line));
    }
  }
  return phones;
}

async function planned(
  db: Db,
  caller: Caller,
  kind: Kind,
  by: readonly string[],
  lines: readonly Line[],
): Promise<ImportedLine[]> {
  const known = await knownOf(db, caller, kind, by, lines);
  const company = await companyOf(db, caller);
  const done: ImportedLine[] = [];
  for (const { line, sent } of lines) {
    const found = known.get(line);
    const values = await atLine(line, () => storable(db, caller, kind, sent, company));
    const differs = found && Object.entries(values).some(([field, value]) => found[field] !== value);
    done.push({ line, action: found ? (differs ? "change" : "none") : "create", id: found ? found.id : null });
  }
  return done;
}

async function apply(
  tx: Tx,
  caller: Caller,
  kind: Kind,
  { line, sent, found, company }: { line: number; sent: Sent; found: Entry | undefined; company: Entry },
): Promise<ImportedLine> {
  if (!found) {
    const made = await create(tx, caller, kind, sent, company);
    return { line, action: "create", id: made.id };
  }
  const from = await getEntryForUpdate(tx, caller, kind, found.id);
  const to = await change(tx, caller, kind, from, sent, company);
  return { line, action: to === from ? "none" : "change", id: to.id };
}

/** What is refused of a line is told with its number. */
async function atLine<T>(line: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Refusal ? refused(mistakesOf(error, line)) : error;
  }
}
