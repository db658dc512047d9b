import { createHash } from "node:crypto";
import {
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Engine } from "../../db/engine.ts";
import type { Adoption } from "../adopt.ts";
import type { Catalogue } from "../catalogue.ts";
import type { Applied } from "../journal.ts";
import type { TableContent } from "./row-hashes.ts";

/** A backup counts only with its manifest, which is written last. */
export interface Manifest {
  readonly format: 2;
  readonly database: string;
  readonly engine: Engine;
  readonly server: string;
  readonly takenAt: string;
  /** exact: the hashes are of the very moment of the dump; approximate: others may have written between them. */
  readonly snapshot: "exact" | "approximate";
  readonly tables: Readonly<Record<string, TableContent>>;
  readonly fingerprint: string;
  readonly catalogue: Catalogue;
  /** What the journal knew then: it stands beside the database, not in the backup. */
  readonly applied: readonly Applied[];
  readonly adoption: Adoption | null;
  /** Beside the manifest. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly tool: string;
  readonly milliseconds: number;
}

/** The file is not what its manifest says. */
export class BackupDamaged extends Error {
  override readonly name = "BackupDamaged";
}

export const manifestSuffix = ".manifest.json";

export function writeManifest(directory: string, name: string, manifest: Manifest): string {
  const path = join(directory, `${name}${manifestSuffix}`);
  writeFileSync(`${path}.partial`, `${JSON.stringify(manifest, null, 1)}\n`, { mode: 0o600, flush: true });
  renameSync(`${path}.partial`, path);
  syncFolder(directory);
  return path;
}

/** @throws BackupDamaged where there is no manifest, or none that this version can read */
export function readManifest(path: string): Manifest {
  if (!existsSync(path))
    throw new BackupDamaged(`There is no manifest ${path}; \`frontdesk deploy backups\` lists them.`);
  const manifest = parsed(path);
  if (manifest?.format === 2 && typeof manifest.file === "string" && typeof manifest.tables === "object")
    return manifest;
  throw new BackupDamaged(
    typeof manifest?.format === "number" && manifest.format !== 2
      ? `${path} has format ${manifest.format}, and this version reads format 2: use the version that made it.`
      : `${path} is no whole manifest. Copy it from where the backup was taken to, or use another backup.`,
  );
}

function parsed(path: string): Manifest | null {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Manifest | null;
  } catch {
    return null;
  }
}

/** @throws BackupDamaged unless size and sha256 of the file are the manifest's */
export async function checkBackup(path: string): Promise<Manifest> {
  const manifest = readManifest(path);
  const file = join(dirname(path), manifest.file);
  if (!existsSync(file)) throw new BackupDamaged(`${file} is missing, which ${path} speaks of.`);
  const { size } = statSync(file);
  if (size !== manifest.bytes)
    throw new BackupDamaged(`${file} has ${size} bytes; its manifest says ${manifest.bytes}.`);
  if ((await sha256OfFile(file)) !== manifest.sha256) {
    throw new BackupDamaged(`${file} is not the file that its manifest was written for: the sha256 differs.`);
  }
  return manifest;
}

/** Paths of the manifests in a folder, the newest first. */
export function listBackups(directory: string): string[] {
  if (!existsSync(directory)) return [];
  const names = readdirSync(directory).filter((name) => name.endsWith(manifestSuffix));
  return names
    .sort()
    .reverse()
    .map((name) => join(directory, name));
}

/** A backup with its manifest, the manifest first: without it the file no longer counts. */
export function removeBackup(path: string, { file }: Manifest): void {
  for (const each of [path, join(dirname(path), file)]) rmSync(each, { force: true });
}

/** What a killed backup left behind. Nothing else of ours ends in .partial. */
export function removePartials(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(directory)) if (name.endsWith(".partial")) rmSync(join(directory, name));
}

export async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

/** A file that is whole gets its name; both survive a power cut. */
export function publish(partial: string, file: string): void {
  const handle = openSync(partial, "r+");
  fsyncSync(handle);
  closeSync(handle);
  renameSync(partial, file);
  syncFolder(dirname(file));
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  fsyncSync(handle);
  closeSync(handle);
}
