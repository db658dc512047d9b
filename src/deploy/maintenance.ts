import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Lease, type LeaseRow, leaseOf, nowMs } from "../db/maintenance.ts";
import { sha256 } from "../ids.ts";
import { journalSchema, journalTable, openJournal } from "./journal.ts";
import type { Target } from "./target.ts";

/** Somebody else holds maintenance. */
export class MaintenanceTaken extends Error {
  override readonly name = "MaintenanceTaken";
}

/** The lease ran out before anything had begun: the processes may be serving again. */
export class MaintenanceLost extends Error {
  override readonly name = "MaintenanceLost";
}

/** A process as the registry has it. */
export interface ProcessRow {
  readonly id: string;
  readonly kind: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly startedMs: number;
  readonly seenMs: number;
  /** The lease's for which it has stopped working; 0 while it works. */
  readonly acknowledgedGeneration: number;
  /** Seen within the window: it is waited for. */
  readonly live: boolean;
}

export interface Maintenance {
  /** Null while it is off. */
  readonly lease: Lease | null;
  readonly processes: readonly ProcessRow[];
}

/** Milliseconds after which a process that was not seen counts as dead; the processes themselves stop before that. */
export const livenessMilliseconds = 10_000;
/** How soon every process has found tables that were just made, and registered. */
const discoveryMilliseconds = 2500;
const forgottenMilliseconds = 3_600_000;

export function newAllowToken(): string {
  return randomBytes(32).toString("base64url");
}

/** Makes the tables where they are missing; running processes then need a moment to register, see `awaitDiscovery`. */
export async function ensureMaintenanceTables(target: Target): Promise<void> {
  if (!(await tablesExist(target))) await openJournal(target);
  const row = `(id, generation, active, owner, reason, since_ms, begun, retry_after_seconds)
    values (1, 0, 0, '', '', ${nowMs(target.engine)}, 0, 0)`;
  const ignore = target.engine === "sqlite" ? "or ignore" : "ignore";
  await target.query(`insert ${ignore} into ${journalTable(target, "frontdesk_maintenance")} ${row}`);
}

/** Resolves once the tables are as old as every running process needs to find them. */
export async function awaitDiscovery(target: Target): Promise<void> {
  await ensureMaintenanceTables(target);
  const [row] = await target.query<{ age: number }>(
    `select ${nowMs(target.engine)} - since_ms as age from ${journalTable(target, "frontdesk_maintenance")}
     where id = 1 and generation = 0`,
  );
  if (row !== undefined) await sleep(Math.max(0, discoveryMilliseconds - row.age));
}

export interface EnterOptions {
  /** A run's id, or `person`. */
  readonly owner: string;
  readonly reason: string;
  readonly retryAfterSeconds: number;
  /** How long it stays on by itself until `markBegun` or `renewLease`; null: until it is taken off. */
  readonly ttlSeconds: number | null;
  /** Requests that bear it pass; kept as a hash. */
  readonly allowToken: string | null;
}

/**
 * Puts maintenance on, or on again for the same owner: every process acknowledges anew. What had begun stays begun.
 * @returns the generation to be acknowledged
 * @throws MaintenanceTaken
 */
export async function enterMaintenance(target: Target, options: EnterOptions): Promise<number> {
  const { owner, reason, retryAfterSeconds, ttlSeconds, allowToken } = options;
  assertVisible(target);
  await ensureMaintenanceTables(target);
  await forgetProcesses(target);
  const now = nowMs(target.engine);
  await target.query(
    `update ${journalTable(target, "frontdesk_maintenance")} set generation = generation + 1, active = 1, owner = ?,
     reason = ?, since_ms = ${now}, until_ms = ${now} + ?, retry_after_seconds = ?, allow_token_hash = ?
     where id = 1 and (active = 0 or owner = ? or (begun = 0 and until_ms < ${now}))`,
    [
      owner,
      reason.slice(0, 500),
      ttlSeconds === null ? null : Math.round(ttlSeconds * 1000),
      retryAfterSeconds,
      allowToken === null ? null : sha256(allowToken),
      owner,
    ],
  );
  const lease = await currentLease(target);
  if (lease === null) throw new MaintenanceLost("Maintenance ran out while it was being put on. Give it more time.");
  if (lease.owner !== owner) {
    throw new MaintenanceTaken(
      `Maintenance is already on, by ${lease.owner} (${lease.reason}). \`frontdesk maintenance status\` says more.`,
    );
  }
  return lease.generation;
}

/** Extends a lease from now on. @throws MaintenanceLost */
export async function renewLease(target: Target, owner: string, ttlSeconds: number): Promise<void> {
  if (target.inTransaction()) return;
  const now = nowMs(target.engine);
  await changeHeld(target, owner, `until_ms = ${now} + ${Math.round(ttlSeconds * 1000)}`);
}

/** From here on it does not run out: something is being changed. Before the first statement. @throws MaintenanceLost */
export async function markBegun(target: Target, owner: string): Promise<void> {
  assertVisible(target);
  await changeHeld(target, owner, "begun = 1");
}

async function changeHeld(target: Target, owner: string, change: string): Promise<void> {
  await target.query(
    `update ${journalTable(target, "frontdesk_maintenance")} set ${change} where id = 1 and active = 1 and owner = ?
     and (begun = 1 or until_ms is null or until_ms >= ${nowMs(target.engine)})`,
    [owner],
  );
  if ((await currentLease(target))?.owner !== owner) {
    throw new MaintenanceLost("Maintenance ran out or was taken off meanwhile: the processes may be serving again.");
  }
}

/** Takes off what this owner put on; nothing where it is off or another's. Processes open within about 250 ms. */
export async function leaveMaintenance(target: Target, owner: string): Promise<void> {
  assertVisible(target);
  if (!(await tablesExist(target))) return;
  await target.query(
    `update ${journalTable(target, "frontdesk_maintenance")} set active = 0, begun = 0, allow_token_hash = null
     where id = 1 and owner = ?`,
    [owner],
  );
}

/** @param livenessMs how recently a process must have been seen to be waited for */
export async function readMaintenance(target: Target, livenessMs = livenessMilliseconds): Promise<Maintenance> {
  if (!(await tablesExist(target))) return { lease: null, processes: [] };
  const rows = await target.query<Record<string, string | number>>(
    `select id, kind, host, pid, version, started_ms, seen_ms, acknowledged_generation,
     seen_ms >= ${nowMs(target.engine)} - ${livenessMs} as live
     from ${journalTable(target, "frontdesk_processes")} order by kind, host, started_ms, id`,
  );
  const processes = rows.map((row) => ({
    id: String(row.id),
    kind: String(row.kind),
    host: String(row.host),
    pid: Number(row.pid),
    version: String(row.version),
    startedMs: Number(row.started_ms),
    seenMs: Number(row.seen_ms),
    acknowledgedGeneration: Number(row.acknowledged_generation),
    live: Number(row.live) === 1,
  }));
  return { lease: await currentLease(target), processes };
}

export interface Acknowledgement {
  readonly acknowledged: readonly ProcessRow[];
  /** Live, and not known to have stopped. */
  readonly missing: readonly ProcessRow[];
}

/** Waits for every live process; at the time limit it says who is missing. The lease must outlast the limit. */
export async function awaitAcknowledged(
  target: Target,
  generation: number,
  { timeoutMs, livenessMs = livenessMilliseconds }: { timeoutMs: number; livenessMs?: number },
): Promise<Acknowledgement> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const live = (await readMaintenance(target, livenessMs)).processes.filter((process) => process.live);
    const missing = live.filter((process) => process.acknowledgedGeneration !== generation);
    const acknowledged = live.filter((process) => process.acknowledgedGeneration === generation);
    if (missing.length === 0 || performance.now() >= deadline) return { acknowledged, missing };
    await sleep(Math.min(100, Math.max(1, deadline - performance.now())));
  }
}

async function currentLease(target: Target): Promise<Lease | null> {
  const [row] = await target.query<LeaseRow>(
    `select generation, active, owner, reason, since_ms, until_ms, begun, retry_after_seconds, allow_token_hash,
     ${nowMs(target.engine)} as now_ms from ${journalTable(target, "frontdesk_maintenance")} where id = 1`,
  );
  return leaseOf(row);
}

/** Rows of processes that were killed. */
async function forgetProcesses(target: Target): Promise<void> {
  await target.query(
    `delete from ${journalTable(target, "frontdesk_processes")} where seen_ms < ${nowMs(target.engine)} - ${forgottenMilliseconds}`,
  );
}

async function tablesExist(target: Target): Promise<boolean> {
  const names = "('frontdesk_maintenance', 'frontdesk_processes')";
  const rows =
    target.engine === "sqlite"
      ? await target.query(`select 1 from sqlite_schema where type = 'table' and name in ${names}`)
      : await target.query(
          `select 1 from information_schema.tables where table_schema = ? and table_name in ${names}`,
          [journalSchema(target)],
        );
  return rows.length === 2;
}

function assertVisible(target: Target): void {
  if (target.inTransaction()) throw new Error("Maintenance is changed outside of a transaction: others must see it.");
}
