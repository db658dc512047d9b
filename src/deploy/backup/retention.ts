import { basename } from "node:path";
import { openRun } from "../journal.ts";
import type { Settings } from "../settings.ts";
import type { Target } from "../target.ts";
import { checkBackup, listBackups, type Manifest, readManifest, removeBackup } from "./manifest.ts";

export interface Retention {
  /** The newest ones that stay, whatever their age; at least 1. */
  readonly keep: number;
  /** The others go once they are older. */
  readonly days: number;
}

export interface RetentionLimits {
  /** Manifests that stay whatever their age: a run that has not ended goes back to one of them. */
  readonly needed: readonly string[];
  readonly nowMs?: number;
}

const hour = 60 * 60 * 1000;
const day = 24 * hour;

/** Removes a database's old backups, never the newest and never one that is needed. @returns the manifests' paths */
export function removeOldBackups(
  directory: string,
  database: string,
  { keep, days }: Retention,
  { needed, nowMs = Date.now() }: RetentionLimits,
): string[] {
  const stay = new Set(needed.map((path) => basename(path)));
  const old = backupsOf(directory, database)
    .slice(Math.max(1, keep))
    .filter(({ path, manifest }) => !stay.has(basename(path)) && nowMs - Date.parse(manifest.takenAt) > days * day);
  for (const { path, manifest } of old) removeBackup(path, manifest);
  return old.map(({ path }) => path);
}

/** Manifests that the run needs which has not ended, if there is one: what it may go back to, or what it restores. */
export async function neededBackups(target: Target): Promise<string[]> {
  const run = await openRun(target);
  const taken = (run?.notes.backup as { path?: string } | null | undefined)?.path;
  const restored = (run?.settings as Partial<Settings> | undefined)?.restore?.backup;
  return [taken, restored].filter((path) => path !== undefined);
}

/** A warning where the newest backup of a database is older than so many hours, or there is none; else null. */
export function staleness(directory: string, database: string, maxHours = 24, nowMs = Date.now()): string | null {
  const [newest] = backupsOf(directory, database);
  return tooOld(newest?.manifest, directory, database, maxHours, nowMs);
}

/** The same of the newest one whose file is what its manifest says: a damaged backup is none. */
export async function stalenessOfWhole(
  directory: string,
  database: string,
  maxHours: number,
  nowMs = Date.now(),
): Promise<string | null> {
  for (const { path } of backupsOf(directory, database)) {
    const manifest = await checkBackup(path).catch(() => null);
    if (manifest !== null) return tooOld(manifest, directory, database, maxHours, nowMs);
  }
  return tooOld(undefined, directory, database, maxHours, nowMs);
}

function tooOld(
  newest: Manifest | undefined,
  directory: string,
  database: string,
  maxHours: number,
  nowMs: number,
): string | null {
  if (newest === undefined) return `There is no backup of ${database} in ${directory}.`;
  const hours = Math.floor((nowMs - Date.parse(newest.takenAt)) / hour);
  return hours < maxHours ? null : `The newest backup of ${database} in ${directory} is ${hours} hours old.`;
}

/** The newest first; what is no manifest of ours is none of them. */
function backupsOf(directory: string, database: string): { path: string; manifest: Manifest }[] {
  return listBackups(directory)
    .flatMap((path) => {
      try {
        return [{ path, manifest: readManifest(path) }];
      } catch {
        return [];
      }
    })
    .filter(({ manifest }) => manifest.database === database)
    .sort((one, other) => other.manifest.takenAt.localeCompare(one.manifest.takenAt));
}
