import { type RawBuilder, sql } from "kysely";
import { acrossCompanies } from "./across-companies.ts";
import type { Db } from "./connect.ts";
import type { Engine } from "./engine.ts";

/**
 * Maintenance is a lease that a person or a deployment holds and every process reads; a process says in the registry
 * that it is there, and up to which generation of the lease it has stopped working. Both stand beside the deployment's
 * journal: in the schema `<database>_frontdesk`, on SQLite in the same file. Times are the database's, in epoch
 * milliseconds.
 */
export const maintenanceTables = {
  frontdesk_maintenance: `id integer primary key, generation integer not null, active smallint not null,
    owner varchar(100) not null, reason varchar(500) not null, since_ms bigint not null, until_ms bigint null,
    begun smallint not null, retry_after_seconds integer not null, allow_token_hash char(64) null`,
  frontdesk_processes: `id char(36) primary key, kind varchar(10) not null, host varchar(255) not null, pid integer not null,
    version varchar(50) not null, started_ms bigint not null, seen_ms bigint not null,
    acknowledged_generation integer not null`,
} as const;

/** Maintenance that is on. */
export interface Lease {
  /** Grows with each time that it is put on. */
  readonly generation: number;
  /** A deployment's run id, or `person`. */
  readonly owner: string;
  readonly reason: string;
  readonly sinceMs: number;
  /** When it counts as off by itself unless something has begun; null: never. */
  readonly untilMs: number | null;
  /** Something was changed that must be finished or taken back: it stays on until it is taken off. */
  readonly begun: boolean;
  readonly retryAfterSeconds: number;
  readonly allowTokenHash: string | null;
}

export interface LeaseRow extends Record<string, unknown> {
  readonly generation: number;
  readonly active: number;
  readonly owner: string;
  readonly reason: string;
  readonly since_ms: number;
  readonly until_ms: number | null;
  readonly begun: number;
  readonly retry_after_seconds: number;
  readonly allow_token_hash: string | null;
  /** The database's time when it was read. */
  readonly now_ms: number;
}

/** Null while maintenance is off, or held by somebody who died before anything had begun. */
export function leaseOf(row: LeaseRow | undefined): Lease | null {
  if (row === undefined || row.active === 0) return null;
  if (row.begun === 0 && row.until_ms !== null && row.until_ms < row.now_ms) return null;
  return {
    generation: row.generation,
    owner: row.owner,
    reason: row.reason,
    sinceMs: row.since_ms,
    untilMs: row.until_ms,
    begun: row.begun !== 0,
    retryAfterSeconds: row.retry_after_seconds,
    allowTokenHash: row.allow_token_hash,
  };
}

/** The database's time in epoch milliseconds, as an expression. */
export function nowMs(engine: Engine): string {
  return engine === "sqlite"
    ? "cast(unixepoch('subsec') * 1000 as integer)"
    : "cast(unix_timestamp(now(3)) * 1000 as signed)";
}

/** A process as it tells of itself. */
export interface ThisProcess {
  readonly id: string;
  readonly kind: "serve" | "work" | "demo";
  readonly host: string;
  readonly pid: number;
  readonly version: string;
}

/** Where a connection finds the tables. */
export interface Registry {
  readonly db: Db;
  /** Of the tables: none on SQLite. */
  readonly schema: readonly string[];
  readonly lease: RawBuilder<unknown>;
  readonly processes: RawBuilder<unknown>;
  readonly now: RawBuilder<number>;
}

export async function registryOf(db: Db): Promise<Registry> {
  const schema = db.engine === "sqlite" ? [] : [`${await databaseName(db)}_frontdesk`];
  return {
    db,
    schema,
    lease: sql.id(...schema, "frontdesk_maintenance"),
    processes: sql.id(...schema, "frontdesk_processes"),
    now: sql.raw(nowMs(db.engine)),
  };
}

async function databaseName(db: Db): Promise<string> {
  const { rows } = await sql<{ name: string }>`select database() as name`.execute(acrossCompanies(db));
  return rows[0]?.name ?? "";
}

export async function readLease({ db, lease, now }: Registry): Promise<Lease | null> {
  const { rows } = await sql<LeaseRow>`select generation, active, owner, reason, since_ms, until_ms, begun,
    retry_after_seconds, allow_token_hash, ${now} as now_ms from ${lease} where id = 1`.execute(acrossCompanies(db));
  return leaseOf(rows[0]);
}

/** Says that the process is there, and registers it where it is not. */
export async function showPresence(
  { db, processes, now }: Registry,
  process: ThisProcess,
  acknowledged: number,
): Promise<void> {
  const { id, kind, host, pid, version } = process;
  const { numAffectedRows } = await sql`update ${processes} set seen_ms = ${now}, acknowledged_generation =
    ${acknowledged} where id = ${id}`.execute(acrossCompanies(db));
  if (numAffectedRows !== 0n) return;
  await sql`insert into ${processes} (id, kind, host, pid, version, started_ms, seen_ms, acknowledged_generation)
    values (${id}, ${kind}, ${host}, ${pid}, ${version}, ${now}, ${now}, ${acknowledged})`.execute(acrossCompanies(db));
}

export async function removeProcess({ db, processes }: Registry, { id }: ThisProcess): Promise<void> {
  await sql`delete from ${processes} where id = ${id}`.execute(acrossCompanies(db));
}

/** No deployment of a version that knows maintenance was run here yet. */
export function isRegistryMissing(error: unknown): boolean {
  const { errno, message = "" } = error as { errno?: number; message?: string };
  return errno === 1146 || errno === 1049 || message.startsWith("no such table: frontdesk_");
}
