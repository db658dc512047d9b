import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { feedClient } from "../backup/load.ts";
import { publish } from "../backup/manifest.ts";
import { dumpArguments } from "../backup/take.ts";
import { exitOf, findTool, startTool } from "../backup/tools.ts";
import { type Patience, underBudget } from "../budget.ts";
import { readCatalogue } from "../catalogue.ts";
import { quoted } from "../journal.ts";
import type { Target } from "../target.ts";

/** Writes a schema's routines, triggers, events and views to a file, as its server's own tool dumps them. */
export async function writeDefinitions(target: Target, file: string, toolsDir: string | null): Promise<void> {
  const tool = findTool(target, "dump", toolsDir);
  const own = dumpArguments(target, false);
  const { others } = await readCatalogue(target);
  const views = namesOf(others, "view");
  const parts = [[...own, "--no-create-info", target.database]];
  const bare = own.filter((argument) => !["--routines", "--triggers", "--events"].includes(argument));
  if (views.length > 0) parts.push([...bare, "--skip-triggers", target.database, ...views]);
  for (const [index, part] of parts.entries()) {
    const child = startTool(tool.path, target.url, part, "ignore");
    const flags = index === 0 ? "w" : "a";
    const written = pipeline(
      child.stdout as NodeJS.ReadableStream,
      createWriteStream(`${file}.partial`, { flags, mode: 0o600 }),
    );
    await Promise.all([exitOf(child, "Reading the definitions"), written]);
  }
  publish(`${file}.partial`, file);
}

/** Makes what such a file holds, in place of all that is there of these kinds. */
export async function replaceDefinitions(
  target: Target,
  file: string,
  { toolsDir, patience }: { toolsDir: string | null; patience: Patience },
): Promise<void> {
  if (!existsSync(file)) {
    throw new Error(`${file} is missing, which this restore wrote: go on where it is, or bring it here.`);
  }
  await dropDefinitions(
    target,
    ["trigger", "view", "event", "procedure", "function", "package body", "package"],
    patience,
  );
  await feedClient(target, toolsDir, "Making the definitions", (stdin) => pipeline(createReadStream(file), stdin));
}

/** Drops all of these kinds. */
export async function dropDefinitions(target: Target, kinds: readonly string[], patience: Patience): Promise<void> {
  const { others } = await readCatalogue(target);
  for (const kind of kinds) {
    for (const name of namesOf(others, kind)) {
      await underBudget(target, `drop ${kind} if exists ${quoted(target.database)}.${quoted(name)}`, patience);
    }
  }
}

/** @param others of a catalogue: by kind and name */
export function namesOf(others: Readonly<Record<string, string>>, kind: string): string[] {
  const start = `${kind} `;
  return Object.keys(others).flatMap((key) =>
    key.startsWith(start) && !(kind === "package" && key.startsWith("package body ")) ? [key.slice(start.length)] : [],
  );
}
