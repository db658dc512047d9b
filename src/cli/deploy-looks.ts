import { releases } from "../db/migration.ts";
import { handOn } from "../deploy/backup/hand-on.ts";
import { checkBackup, listBackups, type Manifest } from "../deploy/backup/manifest.ts";
import { neededBackups, removeOldBackups, staleness, stalenessOfWhole } from "../deploy/backup/retention.ts";
import { takeBackup } from "../deploy/backup/take.ts";
import { check } from "../deploy/check.ts";
import { appliedMigrations, openRun, stepsOf } from "../deploy/journal.ts";
import { nameOf } from "../deploy/target.ts";
import { type Finding, verify } from "../deploy/verify.ts";
import type { RetentionOptions } from "./deploy-run.ts";
import { onTarget, orOne } from "./target.ts";

/** The commands of `frontdesk deploy` that change nothing in the database. */

interface BackupOptions {
  readonly backupDir: string;
  readonly toolsDir?: string | undefined;
}

export async function showFindings(): Promise<void> {
  await orOne(async (target) => conclude(await verify(target)));
}

interface CheckedOptions extends BackupOptions {
  readonly hostTimeZone?: string;
  readonly backupMaxAge?: number;
  readonly json?: boolean;
}

export async function showReadiness(options: CheckedOptions): Promise<void> {
  const { backupDir, toolsDir = null, hostTimeZone = null, backupMaxAge, json } = options;
  await orOne(async (target) => {
    const age = backupMaxAge === undefined ? {} : { backupMaxAgeHours: backupMaxAge };
    conclude(await check(target, { backupDir, toolsDir, hostTimeZone, ...age }), json);
  });
}

/** 1 where anything is wrong. */
function conclude(findings: readonly Finding[], asJson = false): void {
  if (asJson) console.log(JSON.stringify(findings, null, 2));
  else for (const finding of findings) tell(finding);
  if (findings.some(({ wrong }) => wrong.length > 0)) process.exitCode = 1;
}

function tell({ what, wrong, notes = [] }: Finding): void {
  console.log(`${wrong.length === 0 ? "passed" : "FAILED"}  ${what}`);
  for (const line of [...wrong, ...notes]) console.log(`        ${line}`);
}

export async function showStatus(): Promise<void> {
  await onTarget(async (target) => {
    const applied = await appliedMigrations(target);
    for (const release of releases) {
      const last = applied.findLast((migration) => migration.release === release);
      console.log(`${release}  ${last === undefined ? "not applied" : `applied ${last.applied_at}`}`);
    }
    const run = await openRun(target);
    if (run === null) return;
    const { phase, done, steps, end, reason } = run.progress;
    console.log(`run ${run.id}: ${end ?? "not ended"} in ${phase}, ${done} of ${steps} statements in force`);
    if (reason !== null) console.log(reason);
    for (const step of await stepsOf(target, run.id)) {
      if (step.state === "intent" || step.state === "undoing") console.log(`half done: ${step.name}`);
    }
    console.log("Next: frontdesk deploy resume, or frontdesk deploy abort.");
  });
}

interface TakeOptions extends BackupOptions, RetentionOptions {
  readonly afterBackup?: string;
}

/** Where the command after it fails, older ones stay too. */
export async function backUp(options: TakeOptions): Promise<void> {
  const { backupDir: directory, toolsDir, keepBackups: keep, keepDays: days, afterBackup } = options;
  await orOne(async (target) => {
    const settings = { directory, toolsDir: toolsDir ?? null };
    const { path, manifest } = await takeBackup(target, settings, { say: (line) => console.error(line) });
    console.log(summary(path, manifest));
    if (afterBackup !== undefined) await handOn(target, path, afterBackup, process.env);
    if (keep === undefined) return;
    const needed = await neededBackups(target);
    const removed = removeOldBackups(directory, nameOf(target), { keep, days }, { needed });
    for (const old of removed) console.log(`removed  ${old}`);
  });
}

/** 1 where one is damaged, or none that is whole is young enough. */
export async function listAndCheck({ backupDir, maxAge }: BackupOptions & { readonly maxAge?: number }): Promise<void> {
  const paths = listBackups(backupDir);
  if (paths.length === 0) console.log(`No backup in ${backupDir}.`);
  for (const path of paths) {
    try {
      console.log(summary(path, await checkBackup(path)));
    } catch (error) {
      console.log(`${path}  DAMAGED: ${(error as Error).message}`);
      process.exitCode = 1;
    }
  }
  await orOne(async (target) => {
    const database = nameOf(target);
    const old = maxAge === undefined ? null : await stalenessOfWhole(backupDir, database, maxAge);
    if (old !== null) process.exitCode = 1;
    const warning = old ?? staleness(backupDir, database);
    if (warning !== null) console.error(`${old === null ? "WARNING" : "ALARM"}: ${warning}`);
  });
}

function summary(path: string, { takenAt, database, bytes, tables, snapshot }: Manifest): string {
  const rows = Object.values(tables).reduce((sum, table) => sum + table.rows, 0);
  return `${path}  ${database} at ${takenAt}, ${rows} rows, ${bytes} bytes, ${snapshot}`;
}
