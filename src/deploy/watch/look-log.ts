import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import type { Sighting } from "./sighting.ts";

export interface LogPattern {
  readonly file: string;
  readonly pattern: RegExp;
}

export interface LogLook {
  look(): Promise<Sighting[]>;
  close(): void;
}

interface Tail {
  /** Kept open: when the file is rotated, its last lines are still to be read. */
  readonly handle: number;
  readonly inode: number;
  offset: number;
  /** The beginning of a line whose end is not written yet. */
  rest: Buffer;
}

const chunkBytes = 64 * 1024;
/** What is more between two looks is passed over, so that a flood does not keep us from the other looks. */
const mostBytes = 32 * 1024 * 1024;

/**
 * Counts lines written from now on. Of what they say nothing is told: it may hold personal data.
 */
export function logLook({ file, pattern }: LogPattern): LogLook {
  let tail = opened(file, "end");
  const close = () => {
    if (tail !== null) closeSync(tail.handle);
    tail = null;
  };
  return {
    async look() {
      const lines = tail === null ? [] : newLines(tail);
      if (tail === null || isReplaced(file, tail)) {
        const next = opened(file, "start");
        if (next !== null) {
          close();
          tail = next;
          lines.push(...newLines(next));
        }
      }
      const matching = lines.filter((line) => pattern.test(line)).length;
      const wrong = matching === 0 ? null : `${matching} new lines of ${file} match ${pattern.source}`;
      return [{ check: "log", subject: `${file}:${pattern.source}`, wrong, notMendable: null }];
    },
    close,
  };
}

/** Null where there is none: it may be on its way. */
function opened(file: string, from: "start" | "end"): Tail | null {
  try {
    const handle = openSync(file, "r");
    const { ino: inode, size } = fstatSync(handle);
    return { handle, inode, offset: from === "start" ? 0 : size, rest: Buffer.alloc(0) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

function isReplaced(file: string, { inode }: Tail): boolean {
  return statSync(file, { throwIfNoEntry: false })?.ino !== inode;
}

function newLines(tail: Tail): string[] {
  const { size } = fstatSync(tail.handle);
  if (size < tail.offset) Object.assign(tail, { offset: 0, rest: Buffer.alloc(0) });
  if (size - tail.offset > mostBytes) tail.offset = size - mostBytes;
  const lines: string[] = [];
  const chunk = Buffer.alloc(chunkBytes);
  while (tail.offset < size) {
    const length = readSync(tail.handle, chunk, 0, Math.min(chunkBytes, size - tail.offset), tail.offset);
    if (length === 0) break;
    tail.offset += length;
    const text = Buffer.concat([tail.rest, chunk.subarray(0, length)]);
    const end = text.lastIndexOf("\n");
    // A line without end is looked at in pieces.
    const isWhole = end !== -1 || text.length < chunkBytes;
    lines.push(...(isWhole ? text.subarray(0, end + 1) : text).toString("utf8").split("\n"));
    tail.rest = isWhole ? Buffer.from(text.subarray(end + 1)) : Buffer.alloc(0);
  }
  return lines.filter((line) => line !== "");
}
