import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { cases } from "./decide-cases.ts";
import type { Speeds } from "./decide-process.ts";
import { median } from "./median.ts";
import type { BenchTable } from "./table.ts";

const processes = 7;

/** Decisions a second on one core, held against general rule engines that are given the same rules. */
export async function benchDecide(): Promise<BenchTable> {
  const measured: Speeds[] = [];
  for (let count = 0; count < processes; count++) measured.push(await speedsOfAProcess());
  const speed = (of: (speeds: Speeds) => number) => median(measured.map(of));
  const ours = speed(({ resolving }) => resolving);
  const row = (name: string, perSecond: number, says: string[]) => [
    name,
    Math.round(perSecond),
    ratio(ours / perSecond),
    ...says,
  ];
  const peers = measured[0]?.peers ?? [];
  return {
    name: "decide: decisions a second, one core",
    columns: ["what", "decisions/s", "ours is … times as fast", "names the rule", "provenance", "receipt"],
    rows: [
      row("Frontdesk: resolve four levels, then decide", ours, ["yes", "yes", "yes"]),
      row(
        "Frontdesk: decide on a resolved policy",
        speed(({ onResolved }) => onResolved),
        ["yes", "yes", "yes"],
      ),
      row(
        "Frontdesk: make the configurations ready each time too",
        speed(({ madeReady }) => madeReady),
        ["yes", "yes", "yes"],
      ),
      ...peers.map(({ name, reason }, index) =>
        row(
          name,
          speed(({ peers }) => peers[index]?.speed ?? 0),
          [reason, "no", "no"],
        ),
      ),
    ],
    note:
      `${cases.length} requests in turn, seven rules; every answer was compared with ours before. Medians of ${processes} processes: ` +
      `one alone may find memory half as quick as the next (ours: ${measured.map(({ resolving }) => millions(resolving)).join(", ")} million). ` +
      "The peers inherit nothing field by field and calculate nothing: a plain merge of the four levels, what the rules " +
      "compare and the fee are plain code around them, inside the timed part. What is made of the rules beforehand is " +
      "outside it for all: rules added, a matcher compiled, configurations made ready. None of the peers gives a receipt.",
  };
}

async function speedsOfAProcess(): Promise<Speeds> {
  const program = join(import.meta.dirname, "decide-process.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [program]);
  return JSON.parse(stdout) as Speeds;
}

function ratio(value: number): number {
  return Math.round(value * 10) / 10;
}

function millions(value: number): string {
  return (value / 1e6).toFixed(1);
}
