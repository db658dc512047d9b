import { statfsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { baseline, holdAgainstContract, isPlatform, readAdoption } from "./adopt.ts";
import { staleness, stalenessOfWhole } from "./backup/retention.ts";
import { findTool } from "./backup/tools.ts";
import { openTransactions } from "./budget.ts";
import { type Catalogue, readCatalogue } from "./catalogue.ts";
import { checkPrivileges } from "./check-privileges.ts";
import { checkRoutines } from "./check-routines.ts";
import { checkServer } from "./check-server.ts";
import { appliedMigrations, openRun, quoted } from "./journal.ts";
import { PlanRefused, stepsIn } from "./plan.ts";
import { checkUnseenKeys } from "./restore/unseen-keys.ts";
import { planned } from "./run.ts";
import { nameOf, type Target } from "./target.ts";
import { readBothWays } from "./time-samples.ts";
import { type Finding, verify } from "./verify.ts";

export interface CheckOptions {
  readonly backupDir: string;
  readonly toolsDir: string | null;
  /** Of which sample appointments are read; Europe/Berlin where nobody said. */
  readonly hostTimeZone: string | null;
  /** Transactions that are open for so long are told of; 30 when left out. */
  readonly longSeconds?: number;
  /** An older newest backup is wrong; a thing to know only, when left out. */
  readonly backupMaxAgeHours?: number;
}

/** Is this database, on this server, from this machine, ready for a deployment? Changes nothing in it. */
export async function check(target: Target, options: CheckOptions): Promise<Finding[]> {
  const catalogue = await readCatalogue(target);
  const isNew = (await appliedMigrations(target)).length === 0;
  return [
    ...(target.engine === "sqlite" ? [] : await checkServer(target)),
    ...(target.engine === "sqlite" ? [] : [await checkPrivileges(target)]),
    ...(target.engine === "sqlite" ? [] : [checkTools(target, options.toolsDir)]),
    await checkPlan(target),
    ...(isPlatform(catalogue) && (isNew || (await readAdoption(target)) !== null)
      ? [await checkPlatform(target, catalogue, options.hostTimeZone ?? "Europe/Berlin")]
      : []),
    ...(isNew ? [] : await verify(target)),
    ...(target.engine === "sqlite"
      ? []
      : [
          await checkTransactions(target, options.longSeconds ?? 30),
          await checkViews(target),
          await checkRoutines(target),
          await checkUnseenKeys(target),
        ]),
    await checkDisk(target, options.backupDir),
    await checkBackups(target, options),
  ];
}

async function checkBackups(target: Target, { backupDir, backupMaxAgeHours }: CheckOptions): Promise<Finding> {
  if (backupMaxAgeHours === undefined) {
    const notes = [staleness(backupDir, nameOf(target)) ?? "The newest is younger than a day."];
    return { what: "backups, for information: a run takes one of its own", wrong: [], notes };
  }
  const old = await stalenessOfWhole(backupDir, nameOf(target), backupMaxAgeHours);
  return { what: `a whole backup of the last ${backupMaxAgeHours} hours`, wrong: old === null ? [] : [old] };
}

function checkTools(target: Target, toolsDir: string | null): Finding {
  const what = "the server's own dump and client tools";
  try {
    const versions = (["dump", "client"] as const).map((kind) => findTool(target, kind, toolsDir).version);
    return { what, wrong: [], notes: versions };
  } catch (error) {
    return { what, wrong: [(error as Error).message] };
  }
}

async function checkPlan(target: Target): Promise<Finding> {
  const what = "what is to be deployed";
  const open = await openRun(target);
  const unfinished =
    open === null ? [] : [`Run ${open.id} has not ended: \`frontdesk deploy resume\` or \`frontdesk deploy abort\`.`];
  try {
    const releases = await planned(target);
    const notes = releases.map((release) =>
      release.adopted
        ? `${release.release}: there already, to be adopted as it is`
        : `${release.release}: ${stepsIn([release]).length} statements`,
    );
    return { what, wrong: unfinished, notes: notes.length === 0 ? ["nothing: the database is up to date"] : notes };
  } catch (error) {
    if (!(error instanceof PlanRefused)) throw error;
    return { what, wrong: [...unfinished, ...error.message.split("\n")] };
  }
}

async function checkPlatform(target: Target, catalogue: Catalogue, zone: string): Promise<Finding> {
  const { wrong, missing } = holdAgainstContract(catalogue);
  const lost = missing.map(({ table, column, lost }) => `${table}.${column} is not there: ${lost}`);
  const samples = wrong.length === 0 ? await readBothWays(target, catalogue, zone) : [];
  return { what: `the platform's tables (${baseline})`, wrong, notes: [...lost, ...samples] };
}

async function checkTransactions(target: Target, longSeconds: number): Promise<Finding> {
  const open = await openTransactions(target, longSeconds);
  return {
    what: "transactions that would hold a deployment up",
    wrong: open.map((line) => `${line}: a foreign key waits until it ends.`),
  };
}

/** A dump fails on one view that refers to what is no longer there. */
async function checkViews(target: Target): Promise<Finding> {
  const views = await target.query<{ name: string }>(
    "select table_name as name from information_schema.views where table_schema = ? order by table_name",
    [target.database],
  );
  const wrong: string[] = [];
  for (const { name } of views) {
    await target
      .query(`select 1 from ${quoted(name)} limit 0`)
      .catch((error: Error) => wrong.push(`The view ${name} cannot be read, so nor dumped: ${error.message}`));
  }
  return { what: "views that can be dumped", wrong };
}

/** A backup may be as large as the data, compressed far less; the rehearsal's copy needs as much again on the server. */
async function checkDisk(target: Target, backupDir: string): Promise<Finding> {
  const folder = existing(resolve(backupDir));
  const { bavail, bsize } = statfsSync(folder);
  return roomIn(folder, bavail * bsize, await bytesOf(target));
}

/** @param free and needed in bytes */
export function roomIn(folder: string, free: number, needed: number): Finding {
  const size = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
  const wrong = free < needed ? [`${folder} has ${size(free)} free; the data is ${size(needed)}.`] : [];
  return { what: "room for a backup", wrong, notes: [`${size(free)} free in ${folder}, data ${size(needed)}`] };
}

function existing(folder: string): string {
  try {
    statfsSync(folder);
    return folder;
  } catch {
    return existing(dirname(folder));
  }
}

async function bytesOf(target: Target): Promise<number> {
  if (target.engine === "sqlite") {
    const [row] = await target.query<{ bytes: number }>(
      "select page_count * page_size as bytes from pragma_page_count(), pragma_page_size()",
    );
    return Number(row?.bytes ?? 0);
  }
  const [row] = await target.query<{ bytes: number | null }>(
    "select sum(data_length + index_length) as bytes from information_schema.tables where table_schema = ?",
    [target.database],
  );
  return Number(row?.bytes ?? 0);
}
