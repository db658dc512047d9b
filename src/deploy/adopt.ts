import type { Engine } from "../db/engine.ts";
import { decimalPrice, keyKinds, kindOfType, optionalColumn } from "../db/host-contract.ts";
import type { Migration } from "../db/migration.ts";
import { hostTables } from "../db/schema.ts";
import type { Catalogue, CatalogueTable } from "./catalogue.ts";
import { journalTable } from "./journal.ts";
import { PlanRefused } from "./plan.ts";
import { subjectOf } from "./subject.ts";
import type { Target } from "./target.ts";

/** The release whose tables a platform has already. */
export const baseline = "phase-1-baseline";

/** How far a database's own tables are those that we stand on. */
export interface HostFindings {
  /** What must be mended before anything can be built on them, a sentence each. */
  readonly wrong: readonly string[];
  /** Optional columns that are not there, and what is lost. */
  readonly missing: readonly { readonly table: string; readonly column: string; readonly lost: string }[];
}

/** On servers: nobody's platform runs on the embedded engine. */
export function wouldMakePlatform(migrations: readonly Migration[], engine: Engine): boolean {
  if (engine === "sqlite") return false;
  const made = migrations
    .filter(({ release }) => release === baseline)
    .flatMap(({ steps }) => steps[engine].tables.map(({ up }) => subjectOf(up).table));
  return made.some((table) => hostTables.some(({ name }) => name === table));
}

/** The database holds at least one of the tables that a platform has. */
export function isPlatform(catalogue: Catalogue): boolean {
  return hostTables.some(({ name }) => name in catalogue.tables);
}

/** Holds the platform's tables against what we need of them. Pure. */
export function holdAgainstContract(catalogue: Catalogue): HostFindings {
  const found = hostTables.map((table) => findingsOf(table, catalogue.tables[table.name]));
  return { wrong: found.flatMap(({ wrong }) => wrong), missing: found.flatMap(({ missing }) => missing) };
}

type HostTable = (typeof hostTables)[number];

function findingsOf({ name, columns }: HostTable, table: CatalogueTable | undefined): HostFindings {
  if (table === undefined) return { wrong: [`The table ${name} is missing.`], missing: [] };
  const wrong = /^InnoDB utf8mb4_/i.test(table.options)
    ? []
    : [`The table ${name} is ${table.options}: expected InnoDB with a utf8mb4 collation.`];
  const missing: { table: string; column: string; lost: string }[] = [];
  for (const [column, { sqlType }] of Object.entries(columns)) {
    const there = table.columns[column];
    const expected = keyKindOf(name, column, sqlType("mysql"));
    const optional = optionalColumn(name, column);
    if (there !== undefined) {
      if (expected !== null && kindOfType(there.type) !== expected) {
        wrong.push(`The column ${name}.${column} is ${there.type}: expected ${typesOf[expected]}.`);
      }
    } else if (optional === null) {
      wrong.push(`The column ${name}.${column} is missing.`);
    } else if (column !== decimalPrice.standsFor || !(decimalPrice.column in table.columns)) {
      if (!isPlainlyAbsent(name, column)) missing.push({ table: name, column, lost: optional.lost });
    }
  }
  return { wrong, missing };
}

const typesOf = { integer: "bigint unsigned (or another whole number)", uuid: "char(36), a uuid" } as const;

/** What kind of key a column holds; null for one that holds none. */
function keyKindOf(table: string, column: string, sqlType: string): "integer" | "uuid" | null {
  if (column === "id") return keyKinds[table] ?? null;
  const parent = /^\{(\w+)\.id\}$/.exec(sqlType)?.[1];
  return parent === undefined ? null : (keyKinds[parent] ?? null);
}

/** Times of writing where nothing reads them. */
function isPlainlyAbsent(table: string, column: string): boolean {
  return /^(created|updated)_at$/.test(column) && table !== "appointments";
}

/** @throws PlanRefused that says all that stands in the way */
export function assertAdoptable(catalogue: Catalogue): void {
  const { wrong } = holdAgainstContract(catalogue);
  if (wrong.length === 0) return;
  throw new PlanRefused(["The platform's tables cannot be built on:", ...wrong].join("\n"));
}

/** @throws PlanRefused where a DATETIME could mean anything, and nobody said what; or a zone is stated that nobody knows */
export function assertZoneStated(catalogue: Catalogue, zone: string | null): void {
  if (zone !== null && !isZone(zone)) throw new PlanRefused(`${zone} is no IANA time zone, like Europe/Berlin.`);
  if (zone !== null || !hasWallClockTimes(catalogue)) return;
  throw new PlanRefused(
    "The platform's tables keep times as DATETIME, which has no zone. Say what they mean: --host-time-zone Europe/Berlin, or UTC. `frontdesk deploy check` shows some of them read both ways.",
  );
}

function hasWallClockTimes({ tables }: Catalogue): boolean {
  return hostTables.some(({ name }) =>
    Object.values(tables[name]?.columns ?? {}).some(({ type }) => /^datetime/i.test(type)),
  );
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }) !== null;
  } catch {
    return false;
  }
}

export interface Adoption {
  readonly release: string;
  readonly hostTimeZone: string;
}

/** Null where the tables are our own. */
export async function readAdoption(target: Target): Promise<Adoption | null> {
  try {
    const [row] = await target.query<{ release_name: string; host_time_zone: string }>(
      `select release_name, host_time_zone from ${journalTable(target, "frontdesk_adoption")} where id = 1`,
    );
    return row === undefined ? null : { release: row.release_name, hostTimeZone: row.host_time_zone };
  } catch (error) {
    const { errno, message = "" } = error as { errno?: number; message?: string };
    if ([1146, 1049, 1044, 1142].includes(errno ?? 0) || message.startsWith("no such table")) return null;
    throw error;
  }
}

/** In the transaction that records the migrations. */
export async function recordAdoption(target: Target, { release, hostTimeZone }: Adoption): Promise<void> {
  const table = journalTable(target, "frontdesk_adoption");
  await target.query(`delete from ${table}`);
  await target.query(`insert into ${table} (id, release_name, host_time_zone, adopted_at) values (1, ?, ?, ?)`, [
    release,
    hostTimeZone,
    new Date().toISOString(),
  ]);
}

export async function forgetAdoption(target: Target): Promise<void> {
  await target.query(`delete from ${journalTable(target, "frontdesk_adoption")}`);
}
