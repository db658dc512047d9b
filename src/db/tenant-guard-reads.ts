import type {
  AggregateFunctionNode,
  CommonTableExpressionNode,
  FunctionNode,
  JoinNode,
  OperationNode,
  OperationNodeKind,
  RawNode,
  ReferenceNode,
  SelectModifierNode,
  WithNode,
} from "kysely";
import { AliasNode, AndNode, IdentifierNode, OnNode, ParensNode, SelectQueryNode, TableNode, WhereNode } from "kysely";
import { isAllowed, textOf } from "./tenant-guard-fragments.ts";
import { type Guard, nameOf, refuse, restriction } from "./tenant-guard-tables.ts";

type Visit = (guard: Guard, node: never) => OperationNode;

/**
 * What may stand in a query besides its outermost statement. This list is what makes the guard closed: a table, a
 * clause or a statement in a place where nobody restricted it meets no entry here and is refused.
 */
const visits: Partial<Record<OperationNodeKind, Visit>> = {
  SelectQueryNode: guardSelect,
  RawNode: guardRaw,
  ReferenceNode: guardReference,
  FunctionNode: guardCall,
  AggregateFunctionNode: guardCall,
  SelectModifierNode: guardModifier,

  ColumnNode: asIs,
  IdentifierNode: asIs,
  SelectAllNode: asIs,
  ValueNode: asIs,
  PrimitiveValueListNode: asIs,
  DefaultInsertValueNode: asIs,
  OperatorNode: asIs,
  DataTypeNode: asIs,
  CollateNode: asIs,
  JSONPathLegNode: asIs,

  AliasNode: guardParts,
  AndNode: guardParts,
  BinaryOperationNode: guardParts,
  CaseNode: guardParts,
  CastNode: guardParts,
  ColumnUpdateNode: guardParts,
  GroupByItemNode: guardParts,
  GroupByNode: guardParts,
  HavingNode: guardParts,
  JSONOperatorChainNode: guardParts,
  JSONPathNode: guardParts,
  JSONReferenceNode: guardParts,
  LimitNode: guardParts,
  ListNode: guardParts,
  OffsetNode: guardParts,
  OnConflictNode: guardParts,
  OnDuplicateKeyNode: guardParts,
  OrNode: guardParts,
  OrderByItemNode: guardParts,
  OrderByNode: guardParts,
  OverNode: guardParts,
  ParensNode: guardParts,
  PartitionByItemNode: guardParts,
  PartitionByNode: guardParts,
  ReturningNode: guardParts,
  SelectionNode: guardParts,
  SetOperationNode: guardParts,
  TupleNode: guardParts,
  UnaryOperationNode: guardParts,
  ValueListNode: guardParts,
  WhenNode: guardParts,
  WhereNode: guardParts,
};

const allowedJoins = new Set<JoinNode["joinType"]>([
  "InnerJoin",
  "LeftJoin",
  "CrossJoin",
  "LateralInnerJoin",
  "LateralLeftJoin",
  "LateralCrossJoin",
]);

/** Any part of a query: itself if nothing in it had to be restricted, else a copy. */
export function guardNode<N extends OperationNode>(guard: Guard, node: N): N {
  const visit = visits[node.kind] as ((guard: Guard, node: N) => OperationNode) | undefined;
  if (!visit)
    refuse(
      `a ${node.kind} in this place`,
      "Name tables only in from, join, using, update and into; what else the guard does not know, write otherwise.",
    );
  return visit(guard, node) as N;
}

/** The parts of a node, save those in `done`, which the caller has guarded. */
export function guardParts<N extends OperationNode>(guard: Guard, node: N, done?: Partial<N>): N {
  let copy: N | undefined = done && { ...node, ...done };
  for (const key in node) {
    const part = node[key];
    if (typeof part !== "object" || part === null || (done && key in done)) continue;
    const guarded = Array.isArray(part) ? guardList(guard, part) : guardNode(guard, part as unknown as OperationNode);
    if ((guarded as unknown) === part) continue;
    copy ??= { ...node };
    copy[key] = guarded as N[typeof key];
  }
  return copy ?? node;
}

function guardList(guard: Guard, nodes: readonly OperationNode[]): readonly OperationNode[] {
  let copy: OperationNode[] | undefined;
  for (let index = 0; index < nodes.length; index++) {
    const node = nodes[index] as OperationNode;
    const guarded = guardNode(guard, node);
    if (guarded === node) continue;
    copy ??= [...nodes];
    copy[index] = guarded;
  }
  return copy ?? nodes;
}

function asIs(_guard: Guard, node: OperationNode): OperationNode {
  return node;
}

function guardSelect(outer: Guard, node: SelectQueryNode): SelectQueryNode {
  const { guard, ...done } = guardWith(outer, node.with);
  const conditions: OperationNode[] = [];
  return guardParts(guard, node, {
    ...done,
    ...(node.from && { from: { ...node.from, froms: guardSources(guard, node.from.froms, conditions) } }),
    ...guardJoins(guard, node.joins, conditions),
    ...guardWhere(guard, node.where, conditions),
  });
}

/** The guard for the rest of the statement, in which its common table expressions can be named. */
export function guardWith(outer: Guard, node: WithNode | undefined): { guard: Guard; with?: WithNode } {
  if (!node) return { guard: outer };
  let guard = outer;
  const expressions = node.expressions.map((cte) => {
    const named = { ...guard, ctes: [...guard.ctes, cteNameOf(guard, cte)] };
    // Without RECURSIVE the name stands, inside its own definition, for a real table.
    const expression = guardNode(node.recursive ? named : guard, cte.expression);
    guard = named;
    return { ...cte, expression };
  });
  return { guard, with: { ...node, expressions } };
}

function cteNameOf({ tables }: Guard, cte: CommonTableExpressionNode): string {
  const name = nameOf(cte.name.table);
  if (Object.hasOwn(tables, name.toLowerCase())) {
    refuse(`a common table expression with a table's name, ${name}`, "Give it a name of its own.");
  }
  return name;
}

/** Members of FROM and USING; what restricts them is added to the conditions. */
export function guardSources(
  guard: Guard,
  nodes: readonly OperationNode[],
  conditions: OperationNode[],
): readonly OperationNode[] {
  return nodes.map((node) => guardSource(guard, node, conditions));
}

/** A table, a table under another name, or a subquery. */
export function guardSource(guard: Guard, node: OperationNode, conditions: OperationNode[]): OperationNode {
  const [table, alias] = namesIn(node);
  if (table !== undefined) {
    const condition = restriction(guard, table, alias);
    if (condition) conditions.push(condition);
    return node;
  }
  if (AliasNode.is(node) && SelectQueryNode.is(withoutParens(node.node))) return guardParts(guard, node);
  refuse("to read from something that is neither a table nor a subquery", "Build the subquery with selectFrom.");
}

/** The table that a source names, and what the rest of the query calls it. */
export function namesIn(node: OperationNode): [table: string, alias: string] | [undefined] {
  if (TableNode.is(node)) {
    const name = nameOf(node);
    return [name, name];
  }
  if (!AliasNode.is(node) || !TableNode.is(node.node)) return [undefined];
  if (!IdentifierNode.is(node.alias)) refuse("a table's alias in raw SQL", "Write it as `table as alias`.");
  return [nameOf(node.node), node.alias.name];
}

function withoutParens(node: OperationNode): OperationNode {
  return ParensNode.is(node) ? withoutParens(node.node) : node;
}

/** Each joined table is restricted in its ON, so that a left join keeps its meaning; without ON, in the conditions. */
export function guardJoins(
  guard: Guard,
  joins: readonly JoinNode[] | undefined,
  conditions: OperationNode[],
): { joins?: readonly JoinNode[] } {
  if (!joins) return {};
  return {
    joins: joins.map((node) => {
      if (!allowedJoins.has(node.joinType)) refuse(`a ${node.joinType}`, "Turn it round into a left join.");
      const own: OperationNode[] = [];
      const table = guardSource(guard, node.table, node.on ? own : conditions);
      if (!node.on) return { ...node, table };
      return { ...node, table, on: OnNode.create(allOf(own, guardNode(guard, node.on.on))) };
    }),
  };
}

/** `where <conditions> and (<what the query asks>)` */
export function guardWhere(
  guard: Guard,
  node: WhereNode | undefined,
  conditions: readonly OperationNode[],
): { where?: WhereNode } {
  const asked = node && guardNode(guard, node.where);
  const all = allOf(conditions, asked);
  return all ? { where: WhereNode.create(all) } : {};
}

/** The parentheses keep an OR in what was asked from reaching round the conditions, which come first. */
function allOf(conditions: readonly OperationNode[], asked: OperationNode): OperationNode;
function allOf(conditions: readonly OperationNode[], asked: OperationNode | undefined): OperationNode | undefined;
function allOf(conditions: readonly OperationNode[], asked: OperationNode | undefined): OperationNode | undefined {
  let all: OperationNode | undefined;
  for (const condition of conditions) all = all ? AndNode.create(all, condition) : condition;
  if (!all || !asked) return all ?? asked;
  return AndNode.create(all, ParensNode.create(asked));
}

/** Its parts are guarded one by one; its own text must be on the list. */
function guardRaw(guard: Guard, node: RawNode): RawNode {
  if (!isAllowed(guard.fragments, node)) {
    refuse(
      `the raw SQL \`${textOf(node)}\``,
      "Use Kysely's own methods, or add exactly this text to the raw fragments.",
    );
  }
  return guardParts(guard, node, { sqlFragments: node.sqlFragments });
}

/** Columns of tables that FROM names: restricted there. */
function guardReference(_guard: Guard, node: ReferenceNode): ReferenceNode {
  if (node.table) nameOf(node.table);
  return node;
}

const plainName = /^[a-z_][a-z0-9_]*$/i;

/** Kysely writes a function's name into the statement as it is. */
function guardCall<N extends FunctionNode | AggregateFunctionNode>(guard: Guard, node: N): N {
  if (!plainName.test(node.func)) refuse(`the function name \`${node.func}\``, "Use letters, digits and underscores.");
  return guardParts(guard, node);
}

/** `for update of` names tables that FROM has named. */
function guardModifier(guard: Guard, node: SelectModifierNode): SelectModifierNode {
  for (const table of node.of ?? []) namesIn(table);
  return node.rawModifier ? guardParts(guard, node, { ...(node.of && { of: node.of }) }) : node;
}
