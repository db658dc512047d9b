import { readFileSync } from "node:fs";
import { listBackups, type Manifest } from "./backup/manifest.ts";
import type { Finding } from "./verify.ts";

const freshHours = 24;

/** A deployment takes a backup of its own; a stale one says that nobody else does. */
export function checkBackupAge(directory: string, now = Date.now()): Finding {
  const what = "the newest backup";
  const [newest] = listBackups(directory);
  if (newest === undefined) return { what, wrong: [], notes: [`none in ${directory}; deploy run takes one`] };
  const { takenAt } = JSON.parse(readFileSync(newest, "utf8")) as Manifest;
  const hours = (now - Date.parse(takenAt)) / 3_600_000;
  const note = `${newest}, ${hours.toFixed(1)} h old`;
  return { what, wrong: [], notes: [hours > freshHours ? `${note}: older than a day` : note] };
}
