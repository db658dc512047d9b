import type {
  ColumnUpdateNode,
  InsertQueryNode,
  KyselyPlugin,
  OperationNode,
  QueryId,
  RootOperationNode,
  SelectionNode,
  SelectQueryNode,
  UnknownRow,
  UpdateQueryNode,
  WithNode,
} from "kysely";
import {
  AliasNode,
  ColumnNode,
  IdentifierNode,
  ListNode,
  ParensNode,
  PrimitiveValueListNode,
  ReferenceNode,
  SelectAllNode,
  TableNode,
  ValueListNode,
  ValueNode,
  ValuesNode,
} from "kysely";
import { type HostColumn, type HostShape, readAs, writtenAs } from "./host-shape.ts";
import { tableNamed } from "./schema.ts";

/** A query that would misread a platform's column: our bug, so the caller sees a 500. */
export class HostColumnError extends Error {
  override readonly name = "HostColumnError";
}

/** What a query calls a table or a subquery, and the columns of it that are read or written in their own way. */
interface Source {
  readonly alias: string;
  readonly columns: ReadonlyMap<string, HostColumn>;
  /** All its columns, where that is known: of a table. */
  readonly names: ReadonlySet<string> | null;
}

interface Scope {
  readonly shape: HostShape;
  readonly sources: readonly Source[];
  readonly outer: Scope | null;
  /** Common table expressions, as sources. */
  readonly ctes: readonly Source[];
}

const none: ReadonlyMap<string, HostColumn> = new Map();

/**
 * Lets the rest of the program see an adopted platform's tables as if they were our own: a column they lack reads as its
 * fallback and is not written, wall-clock times become instants and back. A query that uses such a column in a way that
 * it does not understand throws; nothing is misread silently. Comes before the tenant guard, and changes no table's name.
 */
export function hostColumns(shape: HostShape): KyselyPlugin {
  const outputs = new WeakMap<QueryId, ReadonlyMap<string, HostColumn>>();
  return {
    transformQuery({ node, queryId }) {
      const scope: Scope = { shape, sources: [], outer: null, ctes: [] };
      const { node: seen, columns } = statement(scope, node);
      if (columns.size > 0) outputs.set(queryId, columns);
      return seen as RootOperationNode;
    },
    async transformResult({ result, queryId }) {
      const columns = outputs.get(queryId);
      return columns === undefined ? result : { ...result, rows: result.rows.map((row) => asRead(row, columns)) };
    },
  };
}

function asRead(row: UnknownRow, columns: ReadonlyMap<string, HostColumn>): UnknownRow {
  const read = { ...row };
  for (const [name, column] of columns) read[name] = readAs(column, row[name]);
  return read;
}

interface Seen<N extends OperationNode> {
  readonly node: N;
  /** Of its result. */
  readonly columns: ReadonlyMap<string, HostColumn>;
}

function statement(scope: Scope, node: OperationNode): Seen<OperationNode> {
  switch (node.kind) {
    case "SelectQueryNode":
      return select(scope, node as SelectQueryNode);
    case "InsertQueryNode":
      return { node: insert(scope, node as InsertQueryNode), columns: none };
    case "UpdateQueryNode":
      return { node: update(scope, node as UpdateQueryNode), columns: none };
    default:
      return { node: parts(within(scope, node), node), columns: none };
  }
}

function select(outer: Scope, node: SelectQueryNode): Seen<SelectQueryNode> {
  const scope = within(outer, node);
  const chosen = (node.selections ?? []).map((selection) => output(scope, selection));
  const columns = new Map(chosen.flatMap(({ name, column }) => (column ? [[name, column] as const] : [])));
  const selections = chosen.map((each) => each.node);
  const others = node.setOperations?.map((each) => {
    const seen = statement(scope, bare(each.expression));
    if (!sameKeys(columns, seen.columns)) misread("a union whose parts differ in a platform's column");
    return { ...each, expression: rewrapped(each.expression, seen.node) };
  });
  const { setOperations: _, selections: __, ...rest } = node;
  const seen = parts(scope, rest as SelectQueryNode);
  return {
    node: {
      ...seen,
      ...(node.selections && { selections }),
      ...(others && { setOperations: others }),
    } as SelectQueryNode,
    columns,
  };
}

/** One column of a result: its name, and how it is read. */
function output(
  scope: Scope,
  selection: SelectionNode,
): { node: SelectionNode; name: string; column: HostColumn | null } {
  const { selection: chosen } = selection;
  const expression = AliasNode.is(chosen) ? chosen.node : chosen;
  if (SelectAllNode.is(expression) || (ReferenceNode.is(expression) && SelectAllNode.is(expression.column))) {
    if (!sourcesOf(scope).some(({ columns }) => columns.size > 0)) return { node: selection, name: "", column: null };
    return misread("select * on a platform's table");
  }
  const column = ReferenceNode.is(expression) ? resolve(scope, expression) : null;
  if (column === null) return { node: parts(scope, selection), name: "", column: null };
  const name = AliasNode.is(chosen) ? (chosen.alias as IdentifierNode).name : columnName(expression as ReferenceNode);
  const alias = IdentifierNode.create(name);
  return {
    node: { ...selection, selection: AliasNode.create(stored(expression as ReferenceNode, column), alias) },
    name,
    column,
  };
}

/** What of the database stands for it: its own column, another one, or none. */
function stored(reference: ReferenceNode, column: HostColumn): OperationNode {
  switch (column.kind) {
    case "missing":
      return ValueNode.createImmediate(null);
    case "decimal":
      return renamed(reference, column.column);
    default:
      return reference;
  }
}

function renamed(reference: ReferenceNode, name: string): ReferenceNode {
  return { ...reference, column: ColumnNode.create(name) };
}

function update(outer: Scope, node: UpdateQueryNode): UpdateQueryNode {
  const scope = within(outer, node);
  const target = scope.sources[0]?.columns ?? none;
  const { updates = [], ...rest } = node;
  return {
    ...parts(scope, rest as UpdateQueryNode),
    updates: updates.flatMap((each) => assigned(scope, target, each)),
  };
}

function assigned(scope: Scope, target: Source["columns"], node: ColumnUpdateNode): ColumnUpdateNode[] {
  const column = target.get(ReferenceNode.is(node.column) ? columnName(node.column) : nameOf(node.column));
  if (column === undefined) return [parts(scope, node)];
  if (column.kind === "missing") return [];
  if (!ValueNode.is(node.value)) return misread("a platform's column set to an expression");
  const value = ValueNode.create(writtenAs(column, node.value.value));
  return [{ ...node, column: column.kind === "decimal" ? ColumnNode.create(column.column) : node.column, value }];
}

function insert(outer: Scope, node: InsertQueryNode): InsertQueryNode {
  const into = node.into && TableNode.is(node.into) ? outer.shape.tables.get(nameOf(node.into)) : undefined;
  const { columns = [], values } = node;
  if (into === undefined || into.size === 0 || !values) return parts(within(outer, node), node);
  if (!ValuesNode.is(values)) return misread("an insert of a query into a platform's table");
  const as = columns.map((column) => into.get(nameOf(column)) ?? null);
  const kept = <T>(list: readonly T[]) => list.filter((_, index) => as[index]?.kind !== "missing");
  return {
    ...node,
    columns: kept(columns.map((column, index) => renamedColumn(column, as[index] ?? null))),
    values: ValuesNode.create(
      values.values.map((row) =>
        ValueListNode.is(row)
          ? ValueListNode.create(kept(row.values.map((value, index) => writtenNode(value, as[index] ?? null))))
          : PrimitiveValueListNode.create(kept(row.values.map((value, index) => written(value, as[index] ?? null)))),
      ),
    ),
  };
}

function renamedColumn(node: ColumnNode, column: HostColumn | null): ColumnNode {
  return column?.kind === "decimal" ? ColumnNode.create(column.column) : node;
}

function written(value: unknown, column: HostColumn | null): unknown {
  return column === null || column.kind === "missing" ? value : writtenAs(column, value);
}

function writtenNode(node: OperationNode, column: HostColumn | null): OperationNode {
  if (column === null || column.kind === "missing" || node.kind === "DefaultInsertValueNode") return node;
  if (!ValueNode.is(node)) return misread("an expression inserted into a platform's column");
  return ValueNode.create(writtenAs(column, node.value));
}

/** Where statements name tables. */
interface Naming {
  readonly with?: WithNode;
  readonly table?: OperationNode;
  readonly from?: { readonly froms: readonly OperationNode[] };
  readonly using?: { readonly tables: readonly OperationNode[] };
  readonly joins?: readonly { readonly table: OperationNode }[];
}

/** The scope of a statement: what it names in FROM, JOIN, USING, UPDATE and WITH. */
function within(outer: Scope, node: OperationNode): Scope {
  const { with: withNode, table, from, using, joins = [] } = node as Naming;
  const ctes = [...outer.ctes];
  for (const { name, expression } of withNode?.expressions ?? []) {
    const { columns } = statement({ ...outer, ctes }, bare(expression));
    ctes.push({ alias: name.table.table.identifier.name, columns, names: null });
  }
  const targets = table === undefined ? [] : ListNode.is(table) ? table.items : [table];
  const named = [...targets, ...(from?.froms ?? []), ...(using?.tables ?? []), ...joins.map((join) => join.table)];
  const scope = { ...outer, ctes, outer, sources: [] };
  return { ...scope, sources: named.map((source) => sourceOf(scope, source)) };
}

function sourceOf(scope: Scope, node: OperationNode): Source {
  const inner = bare(AliasNode.is(node) ? node.node : node);
  const alias = AliasNode.is(node) ? (node.alias as IdentifierNode).name : null;
  if (TableNode.is(inner)) {
    const name = nameOf(inner);
    const cte = scope.ctes.find((each) => each.alias === name);
    if (cte !== undefined) return { ...cte, alias: alias ?? name };
    const names = new Set(Object.keys(tableNamed(name)?.columns ?? {}));
    return { alias: alias ?? name, columns: scope.shape.tables.get(name) ?? none, names };
  }
  return { alias: alias ?? "", columns: statement(scope, inner).columns, names: null };
}

function sourcesOf(scope: Scope | null): readonly Source[] {
  return scope === null ? [] : [...scope.sources, ...sourcesOf(scope.outer)];
}

/** Null for a column that is as the definition says. A name without its table is the one source's that has such a column. */
function resolve(scope: Scope, reference: ReferenceNode): HostColumn | null {
  const name = columnName(reference);
  const table = reference.table === undefined ? null : nameOf(reference.table);
  const sources = sourcesOf(scope).filter(({ alias }) => table === null || alias === table);
  if (table !== null) return sources[0]?.columns.get(name) ?? null;
  const [found, ...others] = scope.sources.flatMap(({ columns }) => columns.get(name) ?? []);
  const owners = scope.sources.filter(({ names }) => names === null || names.has(name));
  if (others.length > 0 || (found !== undefined && owners.length > 1)) {
    return misread(`the column ${name} without its table`);
  }
  return found ?? (scope.outer === null || scope.sources.length > 0 ? null : resolve(scope.outer, reference));
}

/** Every other part of a query. */
function parts<N extends OperationNode>(scope: Scope, node: N): N {
  let copy: N | undefined;
  for (const key in node) {
    const part = node[key];
    if (typeof part !== "object" || part === null) continue;
    const seen = Array.isArray(part)
      ? part.map((each) => (isNode(each) ? visit(scope, each) : each))
      : isNode(part)
        ? visit(scope, part)
        : part;
    copy ??= { ...node };
    copy[key] = seen as N[typeof key];
  }
  return copy ?? node;
}

function isNode(value: unknown): value is OperationNode {
  return typeof value === "object" && value !== null && "kind" in value;
}

function visit(scope: Scope, node: OperationNode): OperationNode {
  switch (node.kind) {
    case "SelectQueryNode":
    case "InsertQueryNode":
    case "UpdateQueryNode":
    case "DeleteQueryNode":
      return statement(scope, node).node;
    case "BinaryOperationNode":
      return compared(scope, node as Comparison);
    case "OrderByItemNode":
      return ordered(scope, node as OrderBy);
    case "ReferenceNode":
      return alone(scope, node as ReferenceNode);
    case "ValueNode":
    case "TableNode":
    case "PrimitiveValueListNode":
      return node;
    default:
      return parts(scope, node);
  }
}

type Comparison = OperationNode & {
  readonly leftOperand: OperationNode;
  readonly operator: OperationNode;
  readonly rightOperand: OperationNode;
};

function compared(scope: Scope, node: Comparison): OperationNode {
  const [left, right] = [node.leftOperand, node.rightOperand];
  const [one, other] = [columnOf(scope, left), columnOf(scope, right)];
  if (one?.kind !== "instant" && other?.kind !== "instant") return parts(scope, node);
  if (one?.kind === "instant" && other?.kind === "instant") {
    return one.zone === other.zone ? node : misread("a comparison of times of different zones");
  }
  return {
    ...node,
    leftOperand: one === null ? comparable(left, other as HostColumn) : left,
    rightOperand: one === null ? right : comparable(right, one),
  } as Comparison;
}

function columnOf(scope: Scope, node: OperationNode): HostColumn | null {
  return ReferenceNode.is(node) ? resolve(scope, node) : null;
}

function comparable(node: OperationNode, column: HostColumn): OperationNode {
  if (ValueNode.is(node)) return node.value === null ? node : ValueNode.create(writtenAs(column, node.value, "exact"));
  if (PrimitiveValueListNode.is(node)) {
    return PrimitiveValueListNode.create(node.values.map((value) => writtenAs(column, value, "exact")));
  }
  return misread("a platform's time compared with an expression");
}

type OrderBy = OperationNode & { readonly orderBy: OperationNode };

/** Wall-clock times sort as they are written; within the hour that is repeated in autumn that is not their order. */
function ordered(scope: Scope, node: OrderBy): OperationNode {
  return columnOf(scope, node.orderBy)?.kind === "instant" ? node : parts(scope, node);
}

/** In any other place. */
function alone(scope: Scope, node: ReferenceNode): OperationNode {
  if (SelectAllNode.is(node.column)) return node;
  const column = resolve(scope, node);
  if (column === null) return node;
  if (column.kind === "missing") return constant(column.fallback);
  if (column.kind === "present") return node;
  return misread(`the column ${columnName(node)} in an expression`);
}

/** Part of the text where it can be: `? is null` tells a server nothing of its type. */
function constant(value: unknown): ValueNode {
  return value === null || typeof value === "boolean" ? ValueNode.createImmediate(value) : ValueNode.create(value);
}

function misread(what: string): never {
  throw new HostColumnError(`In an adopted database this would be misread: ${what}. Write the query otherwise.`);
}

function bare(node: OperationNode): OperationNode {
  return ParensNode.is(node) ? bare(node.node) : node;
}

function rewrapped(was: OperationNode, now: OperationNode): OperationNode {
  return ParensNode.is(was) ? ParensNode.create(rewrapped(was.node, now)) : now;
}

function sameKeys(one: ReadonlyMap<string, unknown>, other: ReadonlyMap<string, unknown>): boolean {
  return one.size === other.size && [...one.keys()].every((key) => other.has(key));
}

function columnName({ column }: ReferenceNode): string {
  return ColumnNode.is(column) ? column.column.name : "*";
}

function nameOf(node: TableNode | ColumnNode | OperationNode): string {
  if (TableNode.is(node)) return node.table.identifier.name;
  return ColumnNode.is(node) ? node.column.name : "";
}
