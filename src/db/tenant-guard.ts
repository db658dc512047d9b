import type {
  ColumnUpdateNode,
  DeleteQueryNode,
  InsertQueryNode,
  KyselyPlugin,
  OperationNode,
  RootOperationNode,
  UpdateQueryNode,
} from "kysely";
import {
  AliasNode,
  ColumnNode,
  IdentifierNode,
  ListNode,
  ParensNode,
  ReferenceNode,
  SelectionNode,
  SelectQueryNode,
  TableNode,
  ValueListNode,
  ValueNode,
  ValuesNode,
} from "kysely";
import type { Fragments } from "./tenant-guard-fragments.ts";
import {
  guardJoins,
  guardNode,
  guardParts,
  guardSource,
  guardSources,
  guardWhere,
  guardWith,
  namesIn,
} from "./tenant-guard-reads.ts";
import {
  type Guard,
  nameOf,
  primaryKey,
  refuse,
  TenantGuardError,
  type TenantTable,
  type TenantTables,
  writableTable,
} from "./tenant-guard-tables.ts";

export { TenantGuardError, type TenantTables };

const noFragments: Fragments = new Set();

/** Stands where a company's id will, in a query that is prepared for all of them. No driver takes it for a value. */
export const companyPlaceholder: unique symbol = Symbol("company");

/**
 * Keeps every query of a Kysely handle to one company: restricts each table wherever the query names it, stamps the
 * rows it inserts, and throws TenantGuardError for whatever it cannot keep so. It does not look at values: an id that
 * came from outside may be another company's, and has to be looked up in the transaction that uses it.
 */
export function tenantGuard(
  tables: TenantTables,
  companyId: number | typeof companyPlaceholder,
  fragments = noFragments,
): KyselyPlugin {
  if (companyId !== companyPlaceholder) assertCompanyId(companyId);
  const guard: Guard = { tables, companyId, fragments, ctes: [] };
  return {
    transformQuery: ({ node }) => guardStatement(guard, node),
    transformResult: async ({ result }) => result,
  };
}

/** @throws TenantGuardError for what cannot be a company's id */
export function assertCompanyId(companyId: number): void {
  if (Number.isSafeInteger(companyId) && companyId >= 1) return;
  refuse(`the company id ${companyId}`, "Say which company the work is for; there is no query without one.");
}

function guardStatement(guard: Guard, node: RootOperationNode): RootOperationNode {
  switch (node.kind) {
    case "SelectQueryNode":
      return guardNode(guard, node);
    case "InsertQueryNode":
      return guardInsert(guard, node);
    case "UpdateQueryNode":
      return guardUpdate(guard, node);
    case "DeleteQueryNode":
      return guardDelete(guard, node);
    default:
      return refuse(`a ${node.kind} as a statement`, "Use select, insert, update or delete, or work across companies.");
  }
}

function guardInsert(outer: Guard, node: InsertQueryNode): InsertQueryNode {
  const { guard, ...done } = guardWith(outer, node.with);
  const { into, columns, values } = node;
  if (!into || !TableNode.is(into)) refuse("an insert into something that is not a table", "Name the table alone.");
  if (!columns || !values) refuse("an insert that does not name its columns", "Name them, and give their values.");

  const name = nameOf(into);
  const table = writableTable(guard, name);
  checkColumns(name, table, columns);
  checkUpsert(name, table, node);
  return guardParts(guard, node, {
    ...done,
    into,
    columns: [...columns, ColumnNode.create(table.column)],
    values: stamp(guard, table, values),
    ...(node.orAction && { orAction: node.orAction }),
  });
}

function checkColumns(name: string, { column, via }: TenantTable, columns: readonly ColumnNode[]): void {
  if (via) refuse(`an insert into ${name}`, `Check that its ${column} is the company's, and insert across companies.`);
  if (column === primaryKey) refuse(`an insert into ${name}`, "A company is made across companies.");
  if (columns.some((each) => isColumn(each, column))) {
    refuse(`a value for ${name}.${column}`, "Leave it out: the guard fills it in.");
  }
}

/** The key that an upsert meets must begin with the company, or it changes (or gives away) another company's row. */
function checkUpsert(name: string, table: TenantTable, node: InsertQueryNode): void {
  const { onConflict, onDuplicateKey, orAction, replace, columns = [] } = node;
  if (replace || (orAction && orAction.action !== "ignore")) {
    refuse(`to replace rows of ${name}`, "Insert, and say which columns to update on a conflict.");
  }
  if (!onConflict && !onDuplicateKey && !orAction) return;
  if (table.noUpsert) refuse(`an upsert on ${name}`, "Look for the row, then insert or update it.");
  const updates = onConflict?.updates ?? onDuplicateKey?.updates ?? [];
  const named = [...columns, ...(onConflict?.columns ?? []), ...updates.map(({ column }) => column)];
  if (named.some((column) => isColumn(column, primaryKey))) {
    refuse(`an upsert on ${name} that names ${primaryKey}`, `Leave ${primaryKey} out, or update the row by it.`);
  }
  checkUpdates([table], updates);
}

/** The rows or the query of an insert, with the company as one more column at the end. */
function stamp(guard: Guard, table: TenantTable, values: OperationNode): OperationNode {
  if (!ValuesNode.is(values)) return stampQuery(companyAs(guard, table), guardNode(guard, values));
  return ValuesNode.create(
    values.values.map((row) =>
      ValueListNode.is(row)
        ? ValueListNode.create([...guardParts(guard, row).values, ValueNode.create(guard.companyId)])
        : { ...row, values: [...row.values, guard.companyId] },
    ),
  );
}

function companyAs({ companyId }: Guard, { column }: TenantTable): SelectionNode {
  return SelectionNode.create(AliasNode.create(ValueNode.create(companyId), IdentifierNode.create(column)));
}

function stampQuery(company: SelectionNode, node: OperationNode): OperationNode {
  if (ParensNode.is(node)) return ParensNode.create(stampQuery(company, node.node));
  if (!SelectQueryNode.is(node))
    refuse("an insert of neither rows nor a query", "Use values, or build it with selectFrom.");
  const { selections = [], setOperations } = node;
  return {
    ...node,
    selections: [...selections, company],
    ...(setOperations && {
      setOperations: setOperations.map((each) => ({ ...each, expression: stampQuery(company, each.expression) })),
    }),
  } as SelectQueryNode;
}

function guardUpdate(outer: Guard, node: UpdateQueryNode): UpdateQueryNode {
  const { guard, ...done } = guardWith(outer, node.with);
  const { table, from, updates = [] } = node;
  if (!table) refuse("an update of nothing", "Name the table.");
  const targets = ListNode.is(table) ? table.items : [table];
  checkUpdates(targetsOf(guard, targets), updates);

  const conditions: OperationNode[] = [];
  for (const target of targets) guardSource(guard, target, conditions);
  return guardParts(guard, node, {
    ...done,
    table,
    ...(from && { from: { ...from, froms: guardSources(guard, from.froms, conditions) } }),
    ...guardJoins(guard, node.joins, conditions),
    ...guardWhere(guard, node.where, conditions),
  });
}

function guardDelete(outer: Guard, node: DeleteQueryNode): DeleteQueryNode {
  const { guard, ...done } = guardWith(outer, node.with);
  const { from, using } = node;
  targetsOf(guard, from.froms);

  const conditions: OperationNode[] = [];
  return guardParts(guard, node, {
    ...done,
    from: { ...from, froms: guardSources(guard, from.froms, conditions) },
    ...(using && { using: { ...using, tables: guardSources(guard, using.tables, conditions) } }),
    ...guardJoins(guard, node.joins, conditions),
    ...guardWhere(guard, node.where, conditions),
  });
}

/** The tables that a statement changes: tables of companies, each of them. */
function targetsOf(guard: Guard, targets: readonly OperationNode[]): TenantTable[] {
  return targets.map((target) => {
    const [name] = namesIn(target);
    if (name === undefined)
      refuse("to change something that is not a table", "Name the tables to change, no subquery.");
    return writableTable(guard, name);
  });
}

/** A row stays with its company: what says whose it is cannot be set. */
function checkUpdates(tables: readonly TenantTable[], updates: readonly ColumnUpdateNode[]): void {
  for (const { column } of updates) {
    const pinned = tables.find((table) => isColumn(column, table.column));
    if (pinned) refuse(`to set ${pinned.column}`, "A row stays with its company: leave the column out.");
  }
}

const otherNamesOfTheKey = ["rowid", "oid", "_rowid_"];

/** Databases do not tell `ID` from `id` in a column's name, and SQLite has more names for it. */
function isColumn(node: OperationNode, name: string): boolean {
  const column = ReferenceNode.is(node) ? node.column : node;
  if (!ColumnNode.is(column)) refuse("to set something that is not a column", "Name the column.");
  const written = column.column.name.toLowerCase();
  return written === name || (name === primaryKey && otherNamesOfTheKey.includes(written));
}
