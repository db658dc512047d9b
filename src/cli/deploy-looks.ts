import { releases } from "../db/migration.ts";
import { checkBackup, listBackups, type Manifest } from "../deploy/backup/manifest.ts";
import { takeBackup } from "../deploy/backup/take.ts";
import { fingerprint } from "../deploy/catalogue.ts";
import { check } from "../deploy/check.ts";
import { appliedMigrations, latestRuns, openRun, stepsOf } from "../deploy/journal.ts";
import { planned } from "../deploy/run.ts";
import { type Finding, verify } from "../deploy/verify.ts";
import { onTarget, orOne } from "./target.ts";

/** The commands of `frontdesk deploy` that change nothing in the database. */

interface BackupOptions {
  readonly backupDir: string;
  readonly toolsDir?: string | undefined;
}

export async function showPlan({ to, undo = false }: { to?: string; undo?: boolean }): Promise<void> {
  await orOne(async (target) => {
    const releases = await planned(target, to === undefined ? {} : { to });
    if (releases.length === 0) console.log("Nothing to do: the database is up to date.");
    for (const { release, steps } of releases) {
      console.log(`-- ${release}: ${steps.length} statements`);
      for (const step of steps) {
        console.log(`-- ${step.name}\n${step.up};${undo ? `\n-- undo: ${step.down};` : ""}`);
      }
    }
  });
}

export async function showFindings(): Promise<void> {
  await orOne(async (target) => tellFindings(await verify(target)));
}

interface CheckedOptions extends BackupOptions {
  readonly hostTimeZone?: string;
  readonly json?: boolean;
}

export async function showReadiness({ backupDir, toolsDir, hostTimeZone, json }: CheckedOptions): Promise<void> {
  await orOne(async (target) => {
    const options = { backupDir, toolsDir: toolsDir ?? null, hostTimeZone: hostTimeZone ?? null };
    const findings = await check(target, options);
    if (json) console.log(JSON.stringify(findings, null, 2));
    else tellFindings(findings);
    if (findings.some(({ wrong }) => wrong.length > 0)) process.exitCode = 1;
  });
}

function tellFindings(findings: readonly Finding[]): void {
  for (const { what, wrong, notes = [] } of findings) {
    console.log(`${wrong.length === 0 ? "passed" : "FAILED"}  ${what}`);
    for (const line of [...wrong, ...notes]) console.log(`        ${line}`);
    if (wrong.length > 0) process.exitCode = 1;
  }
}

export async function showReport(id: string | undefined): Promise<void> {
  await orOne(async (target) => {
    const runs = await latestRuns(target, 1000);
    const run = id === undefined ? runs[0] : runs.find((each) => each.id === id);
    if (run === undefined) throw new Error(id === undefined ? "There was no run yet." : `There was no run ${id}.`);
    const { progress, releases, before, expected, notes, owner, startedAt, endedAt, settings } = run;
    const fingerprints = { before: fingerprint(before), expected: expected && fingerprint(expected) };
    const statements = await stepsOf(target, run.id);
    const names = releases.map(({ release }) => release);
    const report = {
      id: run.id,
      releases: names,
      ...progress,
      startedAt,
      endedAt,
      owner,
      settings,
      fingerprints,
      ...notes,
      statements,
    };
    console.log(JSON.stringify(report, null, 2));
  });
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

export async function backUp({ backupDir: directory, toolsDir }: BackupOptions): Promise<void> {
  await orOne(async (target) => {
    const settings = { directory, toolsDir: toolsDir ?? null };
    const { path, manifest } = await takeBackup(target, settings, { say: (line) => console.error(line) });
    console.log(summary(path, manifest));
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
}

function summary(path: string, { takenAt, database, bytes, tables, snapshot }: Manifest): string {
  const rows = Object.values(tables).reduce((sum, table) => sum + table.rows, 0);
  return `${path}  ${database} at ${takenAt}, ${rows} rows, ${bytes} bytes, ${snapshot}`;
}
