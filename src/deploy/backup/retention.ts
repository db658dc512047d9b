import { readFileSync } from "node:fs";
import { listBackups, type Manifest, removeBackup } from "./manifest.ts";

export interface Retention {
  /** The newest ones that stay, whatever their age; at least 1. */
  readonly keep: number;
  /** The others go once they are older. */
  readonly days: number;
}

const day = 24 * 60 * 60 * 1000;

/** Removes a database's old backups, never the newest. @returns the manifests' paths */
export function removeOldBackups(
  directory: string,
  database: string,
  { keep, days }: Retention,
  nowMs = Date.now(),
): string[] {
  const old = backupsOf(directory, database)
    .slice(Math.max(1, keep))
    .filter(({ manifest }) => nowMs - Date.parse(manifest.takenAt) > days * day);
  for (const { path, manifest } of old) removeBackup(path, manifest);
  return old.map(({ path }) => path);
}

/** A warning where the newest backup of a database is older than a day, or there is none; else null. */
export function staleness(directory: string, database: string, nowMs = Date.now()): string | null {
  const [newest] = backupsOf(directory, database);
  if (newest === undefined) return `There is no backup of ${database} in ${directory}.`;
  const hours = Math.floor((nowMs - Date.parse(newest.manifest.takenAt)) / (day / 24));
  return hours < 24 ? null : `The newest backup of ${database} in ${directory} is ${hours} hours old.`;
}

/** The newest first. */
function backupsOf(directory: string, database: string): { path: string; manifest: Manifest }[] {
  return listBackups(directory)
    .map((path) => ({ path, manifest: JSON.parse(readFileSync(path, "utf8")) as Manifest }))
    .filter(({ manifest }) => manifest.database === database)
    .sort((one, other) => other.manifest.takenAt.localeCompare(one.manifest.takenAt));
}
