import type { Catalogue } from "../catalogue.ts";
import { quoted } from "../journal.ts";
import { subjectOf } from "../subject.ts";

export const questionKinds = ["read", "lock", "write"] as const;
export type QuestionKind = (typeof questionKinds)[number];

/** What is asked again and again; every one is a single statement that leaves nothing locked. */
export interface Question {
  readonly kind: QuestionKind;
  readonly table: string;
  readonly sql: string;
}

/**
 * Of every table that was there before and that a statement touches or refers to, one row; the lock of one row of a
 * parent, not waiting for rows that applications hold; and a write to a table of our own. Pure.
 * @param own the prober's table, as SQL names it
 */
export function questionsOf(before: Catalogue, steps: readonly { readonly up: string }[], own: string): Question[] {
  const there = (tables: readonly string[]) => [...new Set(tables)].filter((table) => table in before.tables).sort();
  const parents = there(steps.flatMap(({ up }) => /\breferences (\w+)/i.exec(up)?.[1] ?? []));
  const touched = there(steps.map(({ up }) => subjectOf(up).table));
  const [locked] = [...parents, ...touched];
  return [
    ...there([...touched, ...parents]).map((table) => ({ kind: "read" as const, table, sql: oneRowOf(table) })),
    ...(locked === undefined
      ? []
      : [{ kind: "lock" as const, table: locked, sql: `${oneRowOf(locked)} for update skip locked` }]),
    {
      kind: "write",
      table: "frontdesk_probe",
      sql: `insert into ${own} (id, written) values (1, 1) on duplicate key update written = written + 1`,
    },
  ];
}

function oneRowOf(table: string): string {
  return `select 1 as found from ${quoted(table)} limit 1`;
}
