import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";

/** Appends to a run's mirror, `<folder>/<run>.journal.ndjson`: what it did can be read where its database cannot. */
export function mirror(folder: string, runId: string, entry: Readonly<Record<string, unknown>>): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const handle = openSync(join(folder, `${runId}.journal.ndjson`), "a", 0o600);
  try {
    writeSync(handle, `${JSON.stringify({ at: new Date().toISOString(), ...entry })}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
