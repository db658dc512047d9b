import { createReadStream } from "node:fs";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { type Catalogue, differences, readCatalogue } from "../catalogue.ts";
import { pace } from "../pace.ts";
import type { Target } from "../target.ts";
import type { Say } from "../work.ts";
import type { Manifest } from "./manifest.ts";
import { hashTables } from "./row-hashes.ts";
import { withSleepingEvents } from "./sleeping-events.ts";
import { exitOf, findTool, startTool } from "./tools.ts";

/**
 * Loads a server's backup into the empty schema that the target is connected to, its events switched off.
 * @param manifest as it was checked
 * @returns the names of the events that are on in the backup
 */
export async function loadBackup(
  path: string,
  manifest: Manifest,
  into: Target,
  toolsDir: string | null,
  say: Say = () => {},
): Promise<string[]> {
  const { tables } = await readCatalogue(into);
  if (Object.keys(tables).length > 0)
    throw new Error(`The schema ${into.database} is not empty: nothing was loaded into it.`);
  const session = await asDumped(into);
  const count = pace(say, "loading (compressed)", manifest.bytes, "bytes");
  const events: string[] = [];
  const feed = (stdin: NodeJS.WritableStream) =>
    pipeline(
      createReadStream(join(dirname(path), manifest.file)),
      async function* counted(source: AsyncIterable<Buffer>) {
        for await (const chunk of source) {
          count(chunk.length);
          yield chunk;
        }
      },
      createGunzip(),
      withSleepingEvents((name) => events.push(name)),
      stdin,
    );
  await feedClient(into, toolsDir, "Loading the backup", feed, session);
  return events;
}

/**
 * For the client: tables without a primary key come as they are, also where MySQL has come to ask for one or to make
 * one. That takes a right of its own (SESSION_VARIABLES_ADMIN); without it the server's own words say what it lacks.
 */
async function asDumped(into: Target): Promise<string[]> {
  if (into.engine !== "mysql") return [];
  const rows = await into.query<{ Variable_name: string }>(
    "show variables where variable_name in ('sql_require_primary_key', 'sql_generate_invisible_primary_key') and value = 'ON'",
  );
  if (rows.length === 0) return [];
  const change = `set ${rows.map(({ Variable_name: name }) => `${name} = 0`).join(", ")}`;
  try {
    await into.query(change);
    return [`--init-command=${change}`];
  } catch {
    return [];
  }
}

/** Gives the server's own client what `feed` writes. @throws Error in the client's words */
export async function feedClient(
  into: Target,
  toolsDir: string | null,
  name: string,
  feed: (stdin: NodeJS.WritableStream) => Promise<void>,
  options: readonly string[] = [],
): Promise<void> {
  const { path } = findTool(into, "client", toolsDir);
  const child = startTool(path, into.url, [...options, into.database], "pipe");
  const ended = exitOf(child, name);
  child.stdout?.resume();
  const fed = feed(child.stdin as NodeJS.WritableStream);
  const [, feeding] = await Promise.allSettled([fed.catch(() => {}), ended]);
  if (feeding.status === "rejected") throw feeding.reason;
  await fed;
}

/**
 * What differs between a database and a backup's manifest, structure and rows, as lines; empty when nothing does. An
 * event for one time that is over takes itself away when it is loaded: that is no difference.
 */
export async function compareWithManifest(target: Target, manifest: Manifest): Promise<string[]> {
  const found = await readCatalogue(target);
  const lines = differences(manifest.catalogue, ofDatabase(found, manifest.database));
  const wrong = lines.filter((line) => !/^others\.event .* ≠ absent$/.test(line));
  return [...wrong, ...(await compareRows(target, manifest, Object.keys(found.tables)))];
}

/** What differs in the rows, table by table; nothing where the manifest does not know them exactly. */
export async function compareRows(
  target: Target,
  { tables, snapshot }: Pick<Manifest, "tables" | "snapshot">,
  present: readonly string[],
): Promise<string[]> {
  if (snapshot === "approximate") return [];
  const known = present.filter((table) => table in tables);
  return Object.entries(await hashTables(target, known)).flatMap(([table, content]) => {
    const expected = tables[table];
    if (expected?.rows !== content.rows) return [`${table}: ${expected?.rows} rows ≠ ${content.rows} rows`];
    return expected.hash === content.hash ? [] : [`${table}: ${content.rows} rows, but not the same ones`];
  });
}

/** A view over other schemas names its own database too, in a copy as well. */
function ofDatabase({ tables, others }: Catalogue, database: string): Catalogue {
  const plain = Object.entries(others).map(([name, text]) => [name, text.replaceAll(`\`${database}\`.`, "")]);
  return { tables, others: Object.fromEntries(plain) };
}
