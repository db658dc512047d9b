import { cpSync, existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inject } from "vitest";
import { holdFile } from "../../src/db/file-lock.ts";
import { prepareDemo } from "../../src/demo/demo.ts";

/**
 * A demo as its second start finds it: its month is lived through once a run, by whoever asks first, and copied from then
 * on, which takes a hundredth of the time.
 */
export async function aDemo(dataDir: string): ReturnType<typeof prepareDemo> {
  const first = join(dirname(inject("template").sqliteFile), "demo");
  const lock = `${first}.lock`;
  let release = holdFile(lock);
  for (; release === null; release = holdFile(lock)) await sleep(50);
  try {
    if (!existsSync(join(first, "demo.json"))) {
      const { db } = await prepareDemo({ dataDir: first, port: 0, reset: true });
      await db.close();
    }
  } finally {
    release();
  }
  cpSync(first, dataDir, { recursive: true, filter: (path) => !basename(path).startsWith("demo.lock") });
  return prepareDemo({ dataDir, port: 0, reset: false });
}
