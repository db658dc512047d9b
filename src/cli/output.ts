import { appendFileSync } from "node:fs";
import type { Command } from "commander";
import { wrapped } from "./wrap.ts";

export interface OutputOptions {
  readonly logFile?: string;
  readonly json?: boolean;
}

/** Where a long command tells what it does. */
export interface Output {
  /** Progress: on stderr, with the time since the start. */
  readonly say: (line: string) => void;
  /** What came of it: on stdout. @param facts the same for programs */
  readonly conclude: (text: string, facts: Readonly<Record<string, unknown>>) => void;
}

export function addOutputOptions(command: Command): Command {
  return command
    .option("--log-file <file>", "append what is said to this file too")
    .option("--json", "say it on stdout, one JSON document a line, for programs");
}

export function outputOf({ logFile, json = false }: OutputOptions): Output {
  const began = performance.now();
  survivesClosedPipes();
  const write = (text: string, facts: Readonly<Record<string, unknown>>, stream: NodeJS.WriteStream) => {
    const at = new Date().toISOString();
    const elapsedMilliseconds = Math.round(performance.now() - began);
    if (logFile !== undefined) appendFileSync(logFile, `${text.replaceAll(/^/gm, `${at} `)}\n`, { mode: 0o600 });
    if (json) process.stdout.write(`${JSON.stringify({ at, elapsedMilliseconds, ...facts })}\n`);
    else
      stream.write(`${wrapped(stream === process.stderr ? clock(elapsedMilliseconds) : "", text, columns(stream))}\n`);
  };
  return {
    say: (line) => write(line, { message: line }, process.stderr),
    conclude: (text, facts) => write(text, facts, process.stdout),
  };
}

/** Who listened may have gone; the run goes on. */
export function survivesClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    if (stream.listeners("error").includes(ignoreClosedPipe)) continue;
    stream.on("error", ignoreClosedPipe);
  }
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}

/** Of the terminal; without one what COLUMNS says, or no limit. */
function columns(stream: NodeJS.WriteStream): number {
  return stream.columns ?? (Number(process.env.COLUMNS) || Number.POSITIVE_INFINITY);
}

/** `  12.3s `, `4m05.1s `: as wide for every line of an hour. */
function clock(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  const rest = ((milliseconds % 60_000) / 1000).toFixed(1);
  return `${minutes === 0 ? rest.padStart(6) : `${minutes}m${rest.padStart(4, "0")}`}s `;
}
