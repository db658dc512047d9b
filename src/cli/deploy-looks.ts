import { releases } from "../db/migration.ts";
import { checkBackup, listBackups, type Manifest } from "../deploy/backup/manifest.ts";
import { removeOldBackups, staleness } from "../deploy/backup/retention.ts";
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
  readonly json?: boolean;
}

export async function showReadiness({ backupDir, toolsDir, hostTimeZone, json }: CheckedOptions): Promise<void> {
  await orOne(async (target) => {
    const options = { backupDir, toolsDir: toolsDir ?? null, hostTimeZone: hostTimeZone ?? null };
    conclude(await check(target, options), json);
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

export async function backUp(options: BackupOptions & RetentionOptions): Promise<void> {
  const { backupDir: directory, toolsDir, keepBackups: keep, keepDays: days } = options;
  await orOne(async (target) => {
    const settings = { directory, toolsDir: toolsDir ?? null };
    const { path, manifest } = await takeBackup(target, settings, { say: (line) => console.error(line) });
    console.log(summary(path, manifest));
    if (keep === undefined) return;
    for (const old of removeOldBackups(directory, nameOf(target), { keep, days })) console.log(`removed  ${old}`);
  });
}

export async function listAndCheck({ backupDir }: BackupOptions): Promise<void> {
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
    const warning = staleness(backupDir, nameOf(target));
    if (warning !== null) console.error(`WARNING: ${warning}`);
  });
}

function summary(path: string, { takenAt, database, bytes, tables, snapshot }: Manifest): string {
  const rows = Object.values(tables).reduce((sum, table) => sum + table.rows, 0);
  return `${path}  ${database} at ${takenAt}, ${rows} rows, ${bytes} bytes, ${snapshot}`;
}
