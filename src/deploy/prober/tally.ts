import { createHistogram, type RecordableHistogram } from "node:perf_hooks";
import { type Question, type QuestionKind, questionKinds } from "./questions.ts";

/** How questions of one kind were answered; times are milliseconds. */
export interface KindFigures {
  readonly kind: QuestionKind;
  readonly tables: readonly string[];
  readonly questions: number;
  readonly errors: number;
  readonly worstMilliseconds: number;
  readonly p99Milliseconds: number;
  /** The longest that an answer took while a statement of ours ran or waited, beyond the worst before. */
  readonly stallMilliseconds: number;
  /** Before the first statement. */
  readonly baseline: {
    readonly questions: number;
    readonly worstMilliseconds: number;
    readonly p99Milliseconds: number;
  };
}

/** What the deployment did to others. */
export type Fault =
  | { readonly what: "stall"; readonly kind: QuestionKind; readonly table: string; readonly milliseconds: number }
  | { readonly what: "error"; readonly kind: QuestionKind; readonly table: string; readonly message: string };

/** `took`: while we were awake; `stalled`: the part of it in which a statement of ours ran or waited. */
export interface Wait {
  readonly took: number;
  readonly stalled: number;
}

export interface Tally {
  answered(question: Question, wait: Wait): void;
  failed(question: Question, message: string): void;
  /** A question that still waits counts by what it has waited. */
  waiting(question: Question, stalled: number): void;
  /** From here on it is the deployment's time. */
  endBaseline(): void;
  /** It failed before the deployment had begun: its failures tell nothing. */
  isOut(question: Question): boolean;
  fault(): Fault | null;
  figures(): KindFigures[];
}

interface Counted {
  readonly before: RecordableHistogram;
  readonly during: RecordableHistogram;
  errors: number;
  stall: number;
}

/** Counts answers, and says when the deployment makes others wait by more than the limit. */
export function tallyOf(questions: readonly Question[], limitMilliseconds: number): Tally {
  const counted = Object.fromEntries(questionKinds.map((kind) => [kind, empty()])) as Record<QuestionKind, Counted>;
  const out = new Map<Question, string>();
  let isBaseline = true;
  let fault: Fault | null = null;
  const stalls = ({ kind, table }: Question, stalled: number) => {
    if (isBaseline) return;
    const of = counted[kind];
    const added = Math.round(stalled - worst(of.before));
    of.stall = Math.max(of.stall, added);
    if (added > limitMilliseconds) fault ??= { what: "stall", kind, table, milliseconds: added };
  };
  return {
    answered(question, { took, stalled }) {
      const of = counted[question.kind];
      (isBaseline ? of.before : of.during).record(Math.max(1, Math.round(took * 1000)));
      stalls(question, stalled);
    },
    failed(question, message) {
      if (isBaseline) return void out.set(question, message);
      counted[question.kind].errors++;
      fault ??= { what: "error", kind: question.kind, table: question.table, message };
    },
    waiting: stalls,
    endBaseline() {
      isBaseline = false;
    },
    isOut: (question) => out.has(question),
    fault: () => fault,
    figures: () =>
      questionKinds.flatMap((kind) => {
        const asked = questions.filter((question) => question.kind === kind && !out.has(question));
        if (asked.length === 0) return [];
        const { before, during, errors, stall } = counted[kind];
        const tables = asked.map(({ table }) => table);
        return [{ kind, tables, ...summary(during), errors, stallMilliseconds: stall, baseline: summary(before) }];
      }),
  };
}

function empty(): Counted {
  return { before: createHistogram(), during: createHistogram(), errors: 0, stall: 0 };
}

function summary(times: RecordableHistogram) {
  const p99 = times.count === 0 ? 0 : Math.ceil(times.percentile(99) / 1000);
  return { questions: times.count, worstMilliseconds: worst(times), p99Milliseconds: p99 };
}

function worst(times: RecordableHistogram): number {
  return times.count === 0 ? 0 : Math.ceil(times.max / 1000);
}
