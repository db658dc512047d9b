import type { OperationNode } from "kysely";
import {
  BinaryOperationNode,
  ColumnNode,
  OperatorNode,
  ReferenceNode,
  SelectionNode,
  SelectQueryNode,
  TableNode,
  ValueNode,
  WhereNode,
} from "kysely";
import type { Fragments } from "./tenant-guard-fragments.ts";

/** A query that could reach another company's rows: our bug, so the caller sees a 500. */
export class TenantGuardError extends Error {
  override readonly name = "TenantGuardError";
}

/** @param instead what to write in its place, a whole sentence */
export function refuse(what: string, instead: string): never {
  throw new TenantGuardError(`The tenant guard refused ${what}. ${instead}`);
}

/** How one table's rows belong to a company. */
export interface TenantTable {
  /** Holds the company's id; with `via`, the id of the row of that table which the company owns. Never set by a query. */
  readonly column: string;
  /** A table with a company column of its own. Inserts are refused: nothing shows whose row they would point at. */
  readonly via?: string;
  /** One of its unique keys does not begin with the company: an upsert could change another company's row. */
  readonly noUpsert?: true;
}

/** Every table a query may name, in lower case. Global tables can be read by every company and written by none. */
export type TenantTables = Readonly<Record<string, TenantTable | "global">>;

/** What holds while one query, or one part of it, is guarded. */
export interface Guard {
  readonly tables: TenantTables;
  /** Its id, or what stands for it in a prepared query. */
  readonly companyId: number | symbol;
  readonly fragments: Fragments;
  /** The common table expressions in scope. */
  readonly ctes: readonly string[];
}

export const primaryKey = "id";

const equals = OperatorNode.create("=");
const isIn = OperatorNode.create("in");

/** The name of a table, without a schema in front. */
export function nameOf({ table }: TableNode): string {
  const { schema, identifier } = table;
  if (schema) refuse(`the schema in ${schema.name}.${identifier.name}`, "Name the table alone.");
  return identifier.name;
}

/** Exact, unlike the databases' own look-up: a name in other letters is an unknown one. */
export function tableNamed(guard: Guard, name: string): TenantTable | "global" {
  const table = Object.hasOwn(guard.tables, name) ? guard.tables[name] : undefined;
  return table ?? refuse(`the unknown table ${name}`, "Add it to the tenant tables, and say there whose its rows are.");
}

/** A table that queries of a company may change. */
export function writableTable(guard: Guard, name: string): TenantTable {
  const table = tableNamed(guard, name);
  if (table === "global") refuse(`writing to the global table ${name}`, "Write to it across companies.");
  return table;
}

/** What keeps a named table to the company's rows, or nothing for a common table expression or a global table. */
export function restriction(guard: Guard, name: string, alias: string): OperationNode | undefined {
  if (guard.ctes.includes(name)) return undefined;
  const table = tableNamed(guard, name);
  if (table === "global") return undefined;
  const { column, via } = table;
  if (!via) return ofCompany(guard, alias, column);
  return BinaryOperationNode.create(reference(alias, column), isIn, owned(guard, via));
}

function owned(guard: Guard, name: string): SelectQueryNode {
  const table = writableTable(guard, name);
  if (table.via) throw new TypeError(`${name} is reached via ${table.via}: it cannot lead to a company by itself.`);
  return {
    ...SelectQueryNode.createFrom([TableNode.create(name)]),
    selections: [SelectionNode.create(reference(name, primaryKey))],
    where: WhereNode.create(ofCompany(guard, name, table.column)),
  };
}

function ofCompany(guard: Guard, alias: string, column: string): OperationNode {
  return BinaryOperationNode.create(reference(alias, column), equals, ValueNode.create(guard.companyId));
}

function reference(alias: string, column: string): ReferenceNode {
  return ReferenceNode.create(ColumnNode.create(column), TableNode.create(alias));
}
