import type { ChildProcess } from "node:child_process";
import { chmodSync, createWriteStream, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { createGzip } from "node:zlib";
import { readAdoption } from "../adopt.ts";
import { fingerprint, readCatalogue } from "../catalogue.ts";
import { failpoint } from "../failpoint.ts";
import { appliedMigrations, recordBackup } from "../journal.ts";
import { pace } from "../pace.ts";
import { nameOf, openTarget, type Target } from "../target.ts";
import { type Manifest, publish, removePartials, sha256OfFile, writeManifest } from "./manifest.ts";
import { hashTables } from "./row-hashes.ts";
import { exitOf, findTool, startTool } from "./tools.ts";

export interface BackupSettings {
  readonly directory: string;
  /** Where the server's client tools are; null: on the PATH. */
  readonly toolsDir: string | null;
}

type Say = (line: string) => void;

/** A dump by the server's own tool (on SQLite a copy by VACUUM INTO), then its manifest. @returns the manifest's path */
export async function takeBackup(
  target: Target,
  { directory, toolsDir }: BackupSettings,
  { withRows = true, say = () => {} }: { withRows?: boolean; say?: Say } = {},
): Promise<{ path: string; manifest: Manifest }> {
  removePartials(directory);
  const began = performance.now();
  const takenAt = new Date().toISOString();
  const database = nameOf(target);
  const name = `${database}-${takenAt.slice(0, 23).replace(/[:.]/g, "-")}`;
  const file = join(directory, `${name}${target.engine === "sqlite" ? ".db" : ".sql.gz"}`);
  const [applied, adoption] = [await appliedMigrations(target), await readAdoption(target)];
  const made = await (target.engine === "sqlite"
    ? copyFile(target, file)
    : dump(target, file, { toolsDir, withRows, say })
  ).catch((error: unknown) => {
    // A full disk needs the room at once, not at the next backup.
    for (const end of ["", "-journal"]) rmSync(`${file}.partial${end}`, { force: true });
    throw error;
  });
  await failpoint("dumped");
  const manifest: Manifest = {
    format: 2,
    database,
    engine: target.engine,
    server: await versionOf(target),
    takenAt,
    ...made,
    applied,
    adoption,
    file: basename(file),
    bytes: statSync(file).size,
    sha256: await sha256OfFile(file),
    milliseconds: Math.round(performance.now() - began),
  };
  const path = writeManifest(directory, name, manifest);
  if (withRows) await recordBackup(target, name);
  return { path, manifest };
}

type Made = Pick<Manifest, "snapshot" | "tables" | "fingerprint" | "catalogue" | "tool">;

async function copyFile(target: Target, file: string): Promise<Made> {
  await target.query("vacuum into ?", [`${file}.partial`]);
  chmodSync(`${file}.partial`, 0o600);
  publish(`${file}.partial`, file);
  const copy = await openTarget(`sqlite:${file}`);
  try {
    const [check] = await copy.query("pragma integrity_check");
    if (check?.integrity_check !== "ok") throw new Error(`The copy is not sound: ${JSON.stringify(check)}`);
    const catalogue = await readCatalogue(copy);
    const tables = await hashTables(copy, Object.keys(catalogue.tables));
    return { snapshot: "exact", tables, fingerprint: fingerprint(catalogue), catalogue, tool: "vacuum into" };
  } finally {
    await copy.close();
  }
}

/** Under one read lock, held only until both have their snapshot: the dump and the connection that hashes. */
async function dump(
  target: Target,
  file: string,
  { toolsDir, withRows, say }: { toolsDir: string | null; withRows: boolean; say: Say },
): Promise<Made> {
  const tool = findTool(target, "dump", toolsDir);
  const [locking, hashing] = [await openTarget(target.url), await openTarget(target.url)];
  try {
    const size = await sizeOf(locking);
    let exact = await readLocked(locking, say);
    await hashing.query("set session transaction isolation level repeatable read");
    await hashing.query("start transaction with consistent snapshot");
    const before = await transactions(locking);
    const child = startTool(tool.path, target.url, [...dumpArguments(target, withRows), target.database], "ignore");
    const { tail, counting } = tailOf(pace(say, "backup", size, "bytes"));
    const partial = createWriteStream(`${file}.partial`, { mode: 0o600 });
    const written = pipeline(child.stdout as NodeJS.ReadableStream, counting, createGzip({ level: 1 }), partial);
    const whole = Promise.all([exitOf(child, "The dump"), written]);
    whole.catch(() => {});
    await failpoint("dumping");
    if (exact) {
      exact = await appears(locking, before, child);
      await locking.query("unlock tables");
    }
    const catalogue = await readCatalogue(hashing);
    const [tables] = await Promise.all([withRows ? hashTables(hashing, Object.keys(catalogue.tables)) : {}, whole]);
    if (!/-- Dump completed/.test(tail())) throw new Error("The dump has no end: it is not whole.");
    publish(`${file}.partial`, file);
    const snapshot = exact ? "exact" : "approximate";
    return { snapshot, tables, fingerprint: fingerprint(catalogue), catalogue, tool: tool.version };
  } finally {
    await Promise.all([locking.close(), hashing.close()]);
  }
}

/** @param withRows false: the structure alone */
export function dumpArguments({ engine }: Target, withRows: boolean): string[] {
  const own = engine === "mysql" ? ["--set-gtid-purged=OFF"] : [];
  const args = [
    "--single-transaction",
    "--quick",
    "--routines",
    "--triggers",
    "--events",
    "--hex-blob",
    "--no-tablespaces",
  ];
  return [...args, ...own, ...(withRows ? [] : ["--no-data"])];
}

/** False where the privilege is missing or the lock does not come within its budget: the hashes are then of about that time. */
async function readLocked(locking: Target, say: Say): Promise<boolean> {
  for (let attempt = 0; attempt < 10; attempt++) {
    try {
      await locking.query("flush tables with read lock");
      return true;
    } catch (error) {
      const { errno, message } = error as { errno?: number; message: string };
      if (errno !== 1205) {
        say(`the backup's row hashes are approximate: ${message}`);
        return false;
      }
      await sleep(200 + Math.random() * 400);
    }
  }
  say("the backup's row hashes are approximate: no moment without long statements was found");
  return false;
}

async function transactions(target: Target): Promise<Set<string>> {
  try {
    const rows = await target.query("select trx_mysql_thread_id as id from information_schema.innodb_trx");
    return new Set(rows.map(({ id }) => String(id)));
  } catch {
    return new Set();
  }
}

/**
 * The dump has its snapshot once its transaction shows, or once it has ended: its first output comes earlier. At most
 * two seconds, since nobody can write meanwhile. Servers tell of transactions from a copy that they make anew only when
 * nobody has asked for 0.1 s: who asks more often sees the same for ever.
 */
async function appears(target: Target, before: ReadonlySet<string>, dump: ChildProcess): Promise<boolean> {
  for (let attempt = 0; attempt < 16; attempt++) {
    await sleep(120);
    if (dump.exitCode !== null) return dump.exitCode === 0;
    for (const id of await transactions(target)) if (!before.has(id)) return true;
  }
  return false;
}

/** About as long as the dump will be, as far as the server knows. */
async function sizeOf(target: Target): Promise<number | null> {
  const [row] = await target.query<{ bytes: string | null }>(
    "select sum(data_length) as bytes from information_schema.tables where table_schema = ?",
    [target.database],
  );
  return row?.bytes ? Number(row.bytes) : null;
}

function tailOf(count: (bytes: number) => void) {
  let tail = "";
  const counting = new Transform({
    transform(chunk: Buffer, _, done) {
      count(chunk.length);
      tail = `${tail}${chunk.subarray(-200).toString("utf8")}`.slice(-400);
      done(null, chunk);
    },
  });
  return { tail: () => tail, counting };
}

async function versionOf(target: Target): Promise<string> {
  if (target.engine === "sqlite") {
    const [row] = await target.query("select sqlite_version() as version");
    return `SQLite ${row?.version}`;
  }
  const [row] = await target.query("select version() as version");
  return String(row?.version);
}
