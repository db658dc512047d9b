import { createReadStream } from "node:fs";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { differences, readCatalogue } from "../catalogue.ts";
import { pace } from "../pace.ts";
import type { Target } from "../target.ts";
import type { Say } from "../work.ts";
import type { Manifest } from "./manifest.ts";
import { hashTables } from "./row-hashes.ts";
import { exitOf, findTool, startTool } from "./tools.ts";

/** Loads a server's backup into the empty schema that the target is connected to. @param manifest as it was checked */
export async function loadBackup(
  path: string,
  manifest: Manifest,
  into: Target,
  toolsDir: string | null,
  say: Say = () => {},
): Promise<void> {
  const { tables } = await readCatalogue(into);
  if (Object.keys(tables).length > 0)
    throw new Error(`The schema ${into.database} is not empty: nothing was loaded into it.`);
  const tool = findTool(into, "client", toolsDir);
  const child = startTool(tool.path, into.url, [into.database], "pipe");
  const ended = exitOf(child, "Loading the backup");
  child.stdout?.resume();
  const count = pace(say, "loading (compressed)", manifest.bytes, "bytes");
  const fed = pipeline(
    createReadStream(join(dirname(path), manifest.file)),
    async function* counted(source: AsyncIterable<Buffer>) {
      for await (const chunk of source) {
        count(chunk.length);
        yield chunk;
      }
    },
    createGunzip(),
    child.stdin as NodeJS.WritableStream,
  );
  const [, feeding] = await Promise.allSettled([fed.catch(() => {}), ended]);
  if (feeding.status === "rejected") throw feeding.reason;
  await fed;
}

/** What differs between a database and a backup's manifest, structure and rows, as lines; empty when nothing does. */
export async function compareWithManifest(target: Target, manifest: Manifest): Promise<string[]> {
  const found = await readCatalogue(target);
  const lines = differences(manifest.catalogue, found);
  if (manifest.snapshot === "approximate") return lines;
  const tables = Object.keys(manifest.tables).filter((table) => table in found.tables);
  for (const [table, content] of Object.entries(await hashTables(target, tables))) {
    const expected = manifest.tables[table];
    if (expected?.rows !== content.rows) lines.push(`${table}: ${expected?.rows} rows ≠ ${content.rows} rows`);
    else if (expected.hash !== content.hash) lines.push(`${table}: ${content.rows} rows, but not the same ones`);
  }
  return lines;
}
