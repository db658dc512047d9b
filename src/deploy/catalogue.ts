import { sha256 } from "../ids.ts";
import { readServerCatalogue } from "./catalogue-servers.ts";
import { readSqliteCatalogue } from "./catalogue-sqlite.ts";
import type { Target } from "./target.ts";

/** What a database says of its own structure, normalised: sorted, without counters, the same text for the same shape. */
export interface Catalogue {
  readonly tables: Readonly<Record<string, CatalogueTable>>;
  /** Triggers, views, routines and events, by kind and name, with their definition. */
  readonly others: Readonly<Record<string, string>>;
}

export interface CatalogueTable {
  readonly options: string;
  readonly columns: Readonly<Record<string, CatalogueColumn>>;
  readonly indexes: Readonly<Record<string, { readonly unique: boolean; readonly columns: readonly string[] }>>;
  readonly foreignKeys: Readonly<Record<string, CatalogueForeignKey>>;
  readonly checks: Readonly<Record<string, string>>;
}

export interface CatalogueColumn {
  readonly position: number;
  /** With character set and collation where it has them: what a referencing column must repeat. */
  readonly type: string;
  readonly nullable: boolean;
  readonly default: string | null;
  readonly generated: string | null;
  readonly extra: string;
}

export interface CatalogueForeignKey {
  readonly columns: readonly string[];
  readonly parent: string;
  readonly parentColumns: readonly string[];
  readonly onDelete: string;
  readonly onUpdate: string;
}

export async function readCatalogue(target: Target): Promise<Catalogue> {
  return target.engine === "sqlite" ? readSqliteCatalogue(target) : readServerCatalogue(target);
}

/** Those tables of a catalogue, and nothing else of it. */
export function onlyTables({ tables }: Catalogue, names: Iterable<string>): Catalogue {
  const wanted = new Set(names);
  return { tables: Object.fromEntries(Object.entries(tables).filter(([name]) => wanted.has(name))), others: {} };
}

/** sha256 over the whole catalogue: equal exactly when the structure is. */
export function fingerprint(catalogue: Catalogue): string {
  return sha256(JSON.stringify(sorted(catalogue)));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, sorted(inner)] as const);
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Differences as lines, `tables.callback_requests.columns.notes.type: text ≠ varchar(20)`; empty when equal. */
export function differences(expected: Catalogue, found: Catalogue): string[] {
  return compare("", expected, found);
}

function compare(path: string, expected: unknown, found: unknown): string[] {
  if (isRecord(expected) && isRecord(found)) {
    const keys = [...new Set([...Object.keys(expected), ...Object.keys(found)])].sort();
    return keys.flatMap((key) => compare(path === "" ? key : `${path}.${key}`, expected[key], found[key]));
  }
  const [one, other] = [JSON.stringify(expected), JSON.stringify(found)];
  return one === other ? [] : [`${path}: ${one ?? "absent"} ≠ ${other ?? "absent"}`];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
