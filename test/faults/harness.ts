import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import type { Migration } from "../../src/db/migration.ts";
import { type Catalogue, fingerprint, readCatalogue } from "../../src/deploy/catalogue.ts";
import { appliedMigrations, journalTable, latestRuns, openJournal, openRun } from "../../src/deploy/journal.ts";
import type { Ending } from "../../src/deploy/lead.ts";
import { lockDeployment } from "../../src/deploy/lock.ts";
import { ensureMaintenanceTables, readMaintenance } from "../../src/deploy/maintenance.ts";
import { reportOf } from "../../src/deploy/report.ts";
import { reportSchema } from "../../src/deploy/report-schema.ts";
import { abort, deploy, rollBack } from "../../src/deploy/run.ts";
import { openTarget, type Target } from "../../src/deploy/target.ts";
import { sha256 } from "../../src/ids.ts";
import { hostTables, smallRelease } from "./release.ts";

export type Report = Partial<Ending> & { readonly error?: string };

/** A deployer process: what it came to, and how it ended; `report` is null when it was killed. */
export interface Deployer {
  readonly child: ChildProcess;
  /** Resolves when it prints this failpoint, or has ended. */
  reached(failpoint: string): Promise<void>;
  /** `at`: the milliseconds, by the monotonic clock, at which it printed each point. */
  ended(): Promise<{ report: Report | null; points: string[]; at: number[] }>;
}

export interface DeployerSettings {
  /** What `restore` restores. */
  readonly backup?: string;
  /** Where its backups go: then it takes one and rehearses. */
  readonly backupDir?: string;
  readonly toolsDir?: string | null;
  readonly patienceSeconds?: number;
  readonly silentSeconds?: number;
  readonly reconnectSeconds?: number;
  /** Without maintenance, and measured. */
  readonly open?: boolean;
}

export function startDeployer(url: string, command: string, ...fault: string[]): Deployer {
  return startDeployerWith({}, url, command, ...fault);
}

export function startDeployerWith(
  {
    backup,
    backupDir,
    toolsDir = null,
    patienceSeconds = 8,
    silentSeconds = 15,
    reconnectSeconds = 20,
    open = false,
  }: DeployerSettings,
  url: string,
  command: string,
  ...fault: string[]
): Deployer {
  const rehearsal = backupDir === undefined ? null : { directory: backupDir, toolsDir, withRows: true };
  const script = join(import.meta.dirname, "deployer.ts");
  const child = spawn(process.execPath, [script, url, command, ...fault], {
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...process.env,
      FRONTDESK_TEST_HOST_STOPPED: hostStoppedFile(url),
      FRONTDESK_TEST_REHEARSAL: JSON.stringify(rehearsal),
      FRONTDESK_TEST_BACKUP: backup ?? "",
      FRONTDESK_TEST_TOOLS: toolsDir ?? "",
      FRONTDESK_TEST_PATIENCE: String(patienceSeconds),
      FRONTDESK_TEST_SILENT: String(silentSeconds),
      FRONTDESK_TEST_OPEN: String(open),
      FRONTDESK_TEST_RECONNECT: String(reconnectSeconds),
    },
  });
  let output = "";
  const at: number[] = [];
  const waiting: { line: string; tell: () => void }[] = [];
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    for (const _ of text.matchAll(/^at /gm)) at.push(performance.now());
    for (const { line, tell } of waiting) if (output.includes(line)) tell();
  });
  const exit = once(child, "close");
  return {
    child,
    reached: (failpoint) =>
      new Promise((tell) => {
        const line = `at ${failpoint}\n`;
        if (output.includes(line)) tell();
        waiting.push({ line, tell });
        void exit.then(() => tell());
      }),
    async ended() {
      await exit;
      const lines = output.split("\n").filter((line) => line !== "");
      const last = lines.at(-1) ?? "";
      const points = lines.filter((line) => line.startsWith("at ")).map((line) => line.slice(3));
      return { report: last.startsWith("{") ? (JSON.parse(last) as Report) : null, points, at };
    },
  };
}

const migrations = smallRelease;
const options = () => ({ migrations, environment: process.env });
const commands = {
  run: (target: Target) => deploy(target, options()),
  abort: (target: Target) => abort(target, options()),
  rollback: (target: Target) => rollBack(target, "phase-1-baseline", options()),
};

/** There while the hook keeps the host application stopped. */
export function hostStoppedFile(url: string): string {
  const name = `frontdesk-host-${sha256(url).slice(0, 12)}`;
  process.env.FRONTDESK_TEST_HOST_STOPPED = join(tmpdir(), name);
  return process.env.FRONTDESK_TEST_HOST_STOPPED;
}

/** A deployment that nothing disturbs, in this process. */
export async function undisturbed(url: string, command: keyof typeof commands): Promise<Ending | null> {
  const target = await openTarget(url);
  try {
    hostStoppedFile(url);
    return await commands[command](target);
  } finally {
    await target.close();
  }
}

/** A process of its own, which may be hurt. */
export async function runDeployer(url: string, command: string, ...fault: string[]) {
  return startDeployer(url, command, ...fault).ended();
}

/** What was there before the first deployment, to be found again whatever happened since. */
export interface Before {
  readonly catalogue: Catalogue;
  readonly rows: string;
}

export async function hostDatabase(url: string): Promise<Before> {
  const target = await openTarget(url);
  try {
    for (const statement of hostTables) await target.query(statement);
    await openJournal(target);
    await ensureMaintenanceTables(target);
    // As if it had been made long ago, so that no run waits for processes to find it.
    await target.query(`update ${journalTable(target, "frontdesk_maintenance")} set since_ms = 0`);
    return { catalogue: await readCatalogue(target), rows: await hostRows(target) };
  } finally {
    await target.close();
  }
}

/** Prints how often a kind of fault was tried on an engine, and how that ended. */
export function tellEndings(kind: string, engine: string, endings: Readonly<Record<string, number>>): void {
  const times = Object.values(endings).reduce((sum, count) => sum + count, 0);
  const list = Object.entries(endings).map(([end, count]) => `${end} ${count}`);
  console.log(`fault: ${kind}, ${engine}: ${times} times; ${list.join(", ")}`);
}

/** Held after every fault: the state is one of the four, and the database is what that state says. */
export async function expectSound(
  url: string,
  before: Before,
  migrations: readonly Migration[] = smallRelease,
): Promise<"migrated" | "asBefore" | "open"> {
  const target = await openTarget(url);
  try {
    expect(await hostRows(target)).toBe(before.rows);
    const lock = await lockDeployment(target, async () => true);
    await lock.release();
    const now = await readCatalogue(target);
    const applied = await appliedMigrations(target);
    if ((await openRun(target)) !== null) return "open";
    expect(await scratchSchemas(target)).toEqual([]);
    for (const run of await latestRuns(target, 1)) {
      const report = JSON.parse(JSON.stringify(await reportOf(target, run)));
      expect(reportSchema.parse(report)).toEqual(report);
      expect(report.end).toBe(run.progress.end);
      expect(run.progress.end).not.toBeNull();
      const { password } = new URL(url);
      if (password !== "") expect(JSON.stringify([report, run])).not.toContain(password);
    }
    expect((await readMaintenance(target)).lease).toBeNull();
    expect(existsSync(hostStoppedFile(url))).toBe(false);
    if (applied.length === 0) {
      expect(fingerprint(now)).toBe(fingerprint(before.catalogue));
      return "asBefore";
    }
    expect(applied.map(({ id }) => id)).toEqual(migrations.map(({ id }) => id));
    const made = ["marks", "notes", "reminders"];
    expect(Object.keys(now.tables).sort()).toEqual([...Object.keys(before.catalogue.tables), ...made].sort());
    return "migrated";
  } finally {
    await target.close();
  }
}

/** Copies of the database that nobody removed. */
async function scratchSchemas(target: Target): Promise<unknown[]> {
  if (target.engine === "sqlite") return [];
  return target.query("select schema_name as name from information_schema.schemata where schema_name like ?", [
    `${target.database}\\_%rehearsal`,
  ]);
}

async function hostRows(target: Target): Promise<string> {
  return JSON.stringify([
    await target.query("select id, name from companies order by id"),
    await target.query("select id, company_id, name from customers order by id"),
  ]);
}
