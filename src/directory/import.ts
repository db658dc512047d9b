import type { Db, Tx } from "../db/connect.ts";
import { takeLock } from "../db/locks.ts";
import { transaction } from "../db/transaction.ts";
import { type FieldError, invalid, Refusal } from "../errors.ts";
import { type CsvRow, readCsv } from "../http/csv-read.ts";
import { fieldErrors } from "../http/validation.ts";
import { wording } from "../http/wording.ts";
import type { Caller } from "../tenant.ts";
import { change, companyOf, create, type Sent, storable } from "./change.ts";
import { getEntryForUpdate, lockFor } from "./entries.ts";
import { customers, newCustomer } from "./kinds.ts";
import { type Entry, entriesWith } from "./store.ts";

export const importKeys = ["email", "phone", "id"] as const;

export interface CustomerImport {
  readonly csv: string;
  /** By what a line is known to be a customer who is there already. */
  readonly matchBy: (typeof importKeys)[number];
  readonly dryRun: boolean;
}

export interface ImportedLine {
  readonly line: number;
  readonly action: "create" | "change" | "none";
  /** Null for one that a dry run would create. */
  readonly id: number | null;
}

export interface Imported {
  readonly dryRun: boolean;
  readonly created: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly lines: readonly ImportedLine[];
}

const mostLines = 1000;
const mostErrors = 100;
const ignored = ["createdAt", "updatedAt"];
const fields = Object.keys(newCustomer.shape);

/**
 * Takes customers from a table: all of it or nothing. A line whose key is there already changes that customer, in the columns
 * that the table has; so doing it twice does it once. A dry run says what would be done.
 * @throws Refusal validationFailed with each mistake's line and column
 */
export async function importCustomers(db: Db, caller: Caller, asked: CustomerImport): Promise<Imported> {
  const lines = checked(asked);
  if (asked.dryRun) return summary(asked, await planned(db, caller, asked, lines));
  return transaction(db, async (tx) => {
    // Two imports at once would both find that a customer is not there.
    await takeLock(tx, caller, "customer", "import");
    const known = await knownOf(tx, caller, asked, lines);
    const company = await companyOf(tx, caller);
    for (const { id } of [...known.values()].sort((one, other) => Number(one.id) - Number(other.id))) {
      await lockFor(tx, caller, customers, id);
    }
    const done: ImportedLine[] = [];
    for (const { line, key, sent } of lines) {
      const found = known.get(key);
      done.push(await atLine(line, () => apply(tx, caller, { line, sent, found, company })));
    }
    return summary(asked, done);
  });
}

function summary({ dryRun }: CustomerImport, lines: readonly ImportedLine[]): Imported {
  const count = (action: ImportedLine["action"]) => lines.filter((each) => each.action === action).length;
  return { dryRun, created: count("create"), changed: count("change"), unchanged: count("none"), lines };
}

interface Line {
  readonly line: number;
  readonly key: string;
  readonly sent: Sent;
}

function checked({ csv, matchBy }: CustomerImport): Line[] {
  const { columns, rows } = readCsv(csv, "/csv");
  const unknown = columns.filter((name) => ![...fields, ...ignored, "id"].includes(name));
  if (unknown.length > 0) {
    throw invalid(
      "/csv",
      `has columns that customers have not: ${unknown.join(", ")}. There are id, ${fields.join(", ")}.`,
    );
  }
  if (!columns.includes(matchBy)) throw invalid("/csv", `has no column ${matchBy}, by which its lines are to be known`);
  if (rows.length > mostLines) throw invalid("/csv", `has ${rows.length} lines; send at most ${mostLines} at once`);
  const errors: FieldError[] = [];
  const seen = new Map<string, number>();
  const lines = rows.map((row) => lineOf(row, matchBy, seen, errors));
  if (errors.length > 0) throw refused(errors);
  return lines;
}

function lineOf(
  { line, cells }: CsvRow,
  matchBy: CustomerImport["matchBy"],
  seen: Map<string, number>,
  errors: FieldError[],
): Line {
  const sent = Object.fromEntries(
    Object.entries(cells).filter(([name, cell]) => fields.includes(name) && !(cell === null && name === "locale")),
  );
  const result = newCustomer.safeParse(sent, { error: wording });
  for (const issue of result.error?.issues ?? []) errors.push(...fieldErrors(issue, "").map((each) => at(line, each)));
  const key = keyIn(cells[matchBy] ?? "", matchBy);
  const before = seen.get(key);
  if (key === "") errors.push(at(line, { pointer: `/${matchBy}`, message: "must be there: the line is known by it." }));
  else if (matchBy === "id" && !/^[1-9]\d{0,15}$/.test(key)) {
    errors.push(at(line, { pointer: "/id", message: "must be a customer's number." }));
  } else if (before !== undefined) {
    errors.push(at(line, { pointer: `/${matchBy}`, message: `is that of line ${before} too; keep one of them.` }));
  }
  seen.set(key, line);
  return { line, key, sent: (result.data ?? {}) as Sent };
}

const keyIn = (cell: string, matchBy: CustomerImport["matchBy"]) => (matchBy === "email" ? cell.toLowerCase() : cell);

/** The customers that are there, by their keys. @throws Refusal for a key that is two customers', or an id that is none */
async function knownOf(
  db: Db,
  caller: Caller,
  { matchBy }: CustomerImport,
  lines: readonly Line[],
): Promise<ReadonlyMap<string, Entry>> {
  const company = await companyOf(db, caller);
  const phones = new Map<string, string>();
  const errors: FieldError[] = [];
  for (const { line, key, sent } of matchBy === "phone" ? lines : []) {
    const values = await storable(db, caller, customers, { phone: sent.phone }, company).catch((error) => {
      errors.push(...mistakesOf(error, line));
      return {};
    });
    const { phone = "" } = values as { phone?: string };
    if (phones.has(phone))
      errors.push(at(line, { pointer: "/phone", message: "is that of another line too; keep one of them." }));
    phones.set(phone, key);
  }
  const wanted = matchBy === "phone" ? [...phones.keys()] : lines.map(({ key }) => key);
  const found = new Map<string, Entry>();
  for (const entry of await entriesWith(db, caller, customers, matchBy, wanted)) {
    const value = keyIn(String(entry[matchBy]), matchBy);
    const key = matchBy === "phone" ? (phones.get(value) ?? value) : value;
    const { line = 0 } = lines.find((each) => each.key === key) ?? {};
    if (found.has(key))
      errors.push(at(line, { pointer: `/${matchBy}`, message: "is that of several customers; match by id." }));
    found.set(key, entry);
  }
  for (const { line, key } of matchBy === "id" ? lines : []) {
    if (!found.has(key)) errors.push(at(line, { pointer: "/id", message: "is no customer of this company." }));
  }
  if (errors.length > 0) throw refused(errors);
  return found;
}

async function planned(db: Db, caller: Caller, asked: CustomerImport, lines: readonly Line[]): Promise<ImportedLine[]> {
  const known = await knownOf(db, caller, asked, lines);
  const company = await companyOf(db, caller);
  const done: ImportedLine[] = [];
  for (const { line, key, sent } of lines) {
    const found = known.get(key);
    const values = await atLine(line, () => storable(db, caller, customers, sent, company));
    const differs = found && Object.entries(values).some(([field, value]) => found[field] !== value);
    done.push({ line, action: found ? (differs ? "change" : "none") : "create", id: found ? Number(found.id) : null });
  }
  return done;
}

async function apply(
  tx: Tx,
  caller: Caller,
  { line, sent, found, company }: { line: number; sent: Sent; found: Entry | undefined; company: Entry },
): Promise<ImportedLine> {
  if (!found) {
    const made = await create(tx, caller, customers, sent, company);
    return { line, action: "create", id: Number(made.id) };
  }
  const from = await getEntryForUpdate(tx, caller, customers, found.id);
  const to = await change(tx, caller, customers, from, sent, company);
  return { line, action: to === from ? "none" : "change", id: Number(to.id) };
}

/** What is refused of a line is told with its number. */
async function atLine<T>(line: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Refusal ? refused(mistakesOf(error, line)) : error;
  }
}

function mistakesOf(error: unknown, line: number): FieldError[] {
  if (!(error instanceof Refusal)) throw error;
  return error.fields.length > 0
    ? error.fields.map((each) => at(line, each))
    : [{ pointer: `/csv/${line}`, message: `Line ${line}: ${error.message}` }];
}

function at(line: number, { pointer, message }: FieldError): FieldError {
  return { pointer: `/csv/${line}${pointer}`, message: `Line ${line}, ${pointer.slice(1)}: ${message}` };
}

function refused(errors: readonly FieldError[]): Refusal {
  const more = errors.length > mostErrors ? ` These are the first ${mostErrors} of ${errors.length}.` : "";
  const message = `Nothing was imported: mend the lines named in errors, then send it again.${more}`;
  return new Refusal("validationFailed", message, errors.slice(0, mostErrors));
}
