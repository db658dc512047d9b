import type { z } from "zod";
import { keyKinds } from "../db/host-contract.ts";
import { type FieldError, invalid, Refusal } from "../errors.ts";
import { type CsvRow, readCsv } from "../http/csv-read.ts";
import { fieldErrors } from "../http/validation.ts";
import { wording } from "../http/wording.ts";
import type { Sent } from "./change.ts";
import type { Kind } from "./kinds.ts";

/** By what a line is known to be there already. */
export type Key = "id" | "name" | "email" | "phone";

/** A kind that can be taken from a table. */
export interface Importable {
  readonly kind: Kind;
  /** What is sent of a new one: its fields are the columns. */
  readonly created: z.ZodObject;
  /** The first is taken where none is named. */
  readonly keys: readonly [Key, ...Key[]];
}

export interface Table {
  /** What makes a key: a name is one within its branch, where the table says which. */
  readonly by: readonly string[];
  readonly lines: readonly Line[];
}

export interface Line {
  readonly line: number;
  readonly key: string;
  readonly sent: Sent;
}

const mostLines = 1000;
const mostErrors = 100;

/** A table whose lines are right by themselves. @throws Refusal validationFailed with each mistake's line and column */
export function readTable(of: Importable, csv: string, matchBy: Key): Table {
  const { columns, rows } = readCsv(csv, "/csv");
  const { many, fields } = of.kind;
  const unknown = columns.filter((name) => !Object.hasOwn(fields, name));
  if (unknown.length > 0) {
    const there = `There are id, ${Object.keys(of.created.shape).join(", ")}.`;
    throw invalid("/csv", `has columns that ${many} have not: ${unknown.join(", ")}. ${there}`);
  }
  if (!columns.includes(matchBy)) throw invalid("/csv", `has no column ${matchBy}, by which its lines are to be known`);
  if (rows.length > mostLines) throw invalid("/csv", `has ${rows.length} lines; send at most ${mostLines} at once`);
  const by = matchBy === "name" && columns.includes("branchId") ? ["name", "branchId"] : [matchBy];
  const errors: FieldError[] = [];
  const seen = new Map<string, number>();
  const lines = rows.map((row) => lineOf(of, row, by, seen, errors));
  if (errors.length > 0) throw refused(errors);
  return { by, lines };
}

function lineOf(
  { kind, created }: Importable,
  { line, cells }: CsvRow,
  by: readonly string[],
  seen: Map<string, number>,
  errors: FieldError[],
): Line {
  const given = Object.entries(created.shape as Record<string, z.ZodType>).filter(([field]) => field in cells);
  const sent = given.map(([field, schema]) => [field, cellValue(schema, cells[field] ?? null)]);
  const result = created.safeParse(Object.fromEntries(sent), { error: wording });
  for (const issue of result.error?.issues ?? []) errors.push(...fieldErrors(issue, "").map((each) => at(line, each)));
  const [matchBy = "id"] = by;
  const key = keyOf(cells, by);
  const mistake = mistakeOfKey(kind, cells[matchBy] ?? "", matchBy, seen.get(key));
  if (mistake !== null) {
    const error = at(line, { pointer: `/${matchBy}`, message: mistake });
    if (errors.every(({ pointer }) => pointer !== error.pointer)) errors.push(error);
  }
  seen.set(key, line);
  return { line, key, sent: (result.data ?? {}) as Sent };
}

function mistakeOfKey({ table, noun }: Kind, cell: string, matchBy: string, before: number | undefined): string | null {
  if (cell === "") return "must be there: the line is known by it.";
  if (matchBy === "id" && !idForms[keyKinds[table] ?? "integer"].test(cell)) return `must be the id of a ${noun}.`;
  return before === undefined ? null : `is that of line ${before} too; keep one of them.`;
}

const idForms = { integer: /^[1-9]\d{0,15}$/, uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/ };

/** What a line, or a row that is there, is known by: an address in capitals or not. */
export function keyOf(row: Readonly<Record<string, unknown>>, by: readonly string[]): string {
  const parts = by.map((field) => String(row[field] ?? ""));
  return JSON.stringify(by[0] === "email" ? parts.map((part) => part.toLowerCase()) : parts);
}

/** A cell as its field wants it; undefined for an empty one of a field that must hold something, but may be left out. */
function cellValue(schema: z.ZodType, cell: string | null): unknown {
  const { success, error } = schema.safeParse(cell);
  if (success) return cell;
  if (cell === null) return schema.safeParse(undefined).success ? undefined : "";
  const [issue] = error.issues;
  if (issue?.code !== "invalid_type") return cell;
  if (issue.expected === "boolean") return booleans[cell.toLowerCase()] ?? cell;
  return /^-?\d{1,15}$/.test(cell) ? Number(cell) : cell;
}

/** Spreadsheets write them in capitals. */
const booleans: Readonly<Record<string, boolean>> = { true: true, false: false };

/** A mistake in one of the table's lines. */
export function at(line: number, { pointer, message }: FieldError): FieldError {
  return { pointer: `/csv/${line}${pointer}`, message: `Line ${line}, ${pointer.slice(1)}: ${message}` };
}

/** What was refused of one line. @throws whatever is no refusal */
export function mistakesOf(error: unknown, line: number): FieldError[] {
  if (!(error instanceof Refusal)) throw error;
  return error.fields.length > 0
    ? error.fields.map((each) => at(line, each))
    : [{ pointer: `/csv/${line}`, message: `Line ${line}: ${error.message}` }];
}

export function refused(errors: readonly FieldError[]): Refusal {
  const more = errors.length > mostErrors ? ` These are the first ${mostErrors} of ${errors.length}.` : "";
  const message = `Nothing was imported: mend the lines named in errors, then send it again.${more}`;
  return new Refusal("validationFailed", message, errors.slice(0, mostErrors));
}
