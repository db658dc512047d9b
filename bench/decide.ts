import { cases } from "./decide-cases.ts";
import type { Speed } from "./decide-process.ts";
import { median } from "./median.ts";
import { runProcess } from "./processes.ts";
import type { BenchTable } from "./table.ts";

const processes = 7;

/** Decisions a second on one core, held against general rule engines that are given the same rules. */
export async function benchDecide(): Promise<BenchTable> {
  const measured: Speed[][] = [];
  for (let count = 0; count < processes; count++) {
    measured.push(await runProcess<Speed[]>("bench/decide-process.ts", {}));
  }
  const of = (contender: number) => measured.map((speeds) => speeds[contender]?.perSecond ?? 0);
  const ours = of(0);
  return {
    name: "decide: decisions a second, one core",
    columns: ["what", "decisions/s", "ours is … times as fast", "names the rule", "provenance", "receipt"],
    rows: (measured[0] ?? []).map(({ name, says }, index) => {
      const perSecond = median(of(index));
      return [name, Math.round(perSecond), ratio(median(ours) / perSecond), ...says];
    }),
    note:
      `${cases.length} requests in turn, seven rules; every answer was compared with ours before. Medians of ${processes} processes: ` +
      `one alone may find memory half as quick as the next (ours: ${ours.map((perSecond) => (perSecond / 1e6).toFixed(1)).join(", ")} million). ` +
      "The peers inherit nothing field by field and calculate nothing: a plain merge of the four levels, what the rules " +
      "compare and the fee are plain code around them, inside the timed part. What is made of the rules beforehand is " +
      "outside it for all: rules added, a matcher compiled, configurations made ready. None of the peers gives a receipt.",
  };
}

function ratio(value: number): number {
  return Math.round(value * 10) / 10;
}
