import type { RawNode } from "kysely";

/** Raw SQL that may stand inside a guarded query, by its exact text. */
export type Fragments = ReadonlySet<string>;

/** What Kysely's own builders write as raw SQL: order, `onTrue`, the comma of `sql.join`. */
const ofKysely: Fragments = new Set(["asc", "desc", "true", ", "]);

/**
 * The list of raw SQL that a guard lets pass: what it is for → its text, with ? for each value, column or subquery, as
 * in `{ "length of a text": "char_length(?)" }`. A fragment must be an expression, whole in itself; TypeError if not.
 */
export function rawFragments(texts: Readonly<Record<string, string>>): Fragments {
  for (const [name, text] of Object.entries(texts)) {
    const fault = faultOf(text);
    if (fault) throw new TypeError(`The raw fragment "${name}" ${fault}: ${text}`);
  }
  return new Set(Object.values(texts));
}

/** A fragment's text as the list has it. */
export function textOf({ sqlFragments }: RawNode): string {
  return sqlFragments.length === 1 ? (sqlFragments[0] as string) : sqlFragments.join("?");
}

/** Parameters with nothing between them (`sql.ref`, `sql.val`, `sql.join`) say nothing by themselves. */
export function isAllowed(fragments: Fragments, node: RawNode): boolean {
  if (node.sqlFragments.every((text) => text === "")) return true;
  const text = textOf(node);
  return ofKysely.has(text) || fragments.has(text);
}

const plain = /^(?:[\w\s?(),.=<>!+*/%|&-]|'[^'\\]*')+$/;
const readsOrWritesTables = /\b(?:select|table|into)\b/i;

function faultOf(text: string): string | undefined {
  if (!plain.test(text)) return "has quotes, comments or signs that an expression does not need";
  if (/--|\/\*|\*\//.test(text)) return "has a comment";
  // Two fragments may end up side by side.
  if (/^[-/*]|[-/*]$/.test(text)) return "could begin or end a comment";
  const code = text.replaceAll(/'[^']*'/g, "''");
  if (readsOrWritesTables.test(code)) return "names tables, which only Kysely's own methods may do";
  if (!isBalanced(code)) return "has parentheses that do not match";
  return undefined;
}

function isBalanced(code: string): boolean {
  let depth = 0;
  for (const sign of code) {
    if (sign === "(") depth++;
    if (sign === ")") depth--;
    if (depth < 0) return false;
  }
  return depth === 0;
}
