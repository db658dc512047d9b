import { type RawBuilder, sql } from "kysely";
import { acrossCompanies } from "./across-companies.ts";
import type { Registry } from "./maintenance.ts";

/**
 * What concerns the whole installation and no company: troubles that operators are told of, and which backups were
 * taken. Both stand beside the deployment's journal, like the registry of processes. Times are the database's.
 */
export const installationTables = {
  frontdesk_alerts: `kind varchar(30) not null, subject varchar(100) not null, detail varchar(500) not null,
    raised_ms bigint not null, claimed_ms bigint null, told_ms bigint null, primary key (kind, subject)`,
  frontdesk_backups: "name varchar(190) primary key, taken_ms bigint not null",
} as const;

export const installationAlertKinds = ["dead_worker", "no_worker", "stale_backup"] as const;
export interface InstallationAlert {
  readonly kind: (typeof installationAlertKinds)[number];
  /** What of it: the same subject is one alert until it is over. */
  readonly subject: string;
  readonly detail: string;
}

export interface SilentWorker {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly silentMs: number;
}

/** Processes that run chores. */
const workers = sql.raw("kind in ('work', 'demo')");

/** Workers that were not seen for so long and have not signed off. */
export async function silentWorkers({ db, processes, now }: Registry, silentMs: number): Promise<SilentWorker[]> {
  const { rows } = await sql<SilentWorker>`select id, host, pid, ${now} - seen_ms as ${sql.id("silentMs")}
    from ${processes} where ${workers} and seen_ms < ${now} - ${silentMs}`.execute(acrossCompanies(db));
  return rows;
}

export async function countWorkers({ db, processes, now }: Registry, seenWithinMs: number): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from ${processes}
    where ${workers} and seen_ms >= ${now} - ${seenWithinMs}`.execute(acrossCompanies(db));
  return Number(rows[0]?.n ?? 0);
}

/** By the deployment's journal, in order. */
export async function appliedMigrations({ db, schema }: Registry): Promise<{ id: string; release: string }[]> {
  const { rows } = await sql<{ id: string; release: string }>`select id, release_name as ${sql.id("release")}
    from ${sql.id(...schema, "frontdesk_migrations")} order by id`.execute(acrossCompanies(db));
  return rows;
}

/** Those that were killed so long ago that nobody asks any more. */
export async function forgetSilent({ db, processes, now }: Registry, silentMs: number): Promise<void> {
  await sql`delete from ${processes} where seen_ms < ${now} - ${silentMs}`.execute(acrossCompanies(db));
}

/** Milliseconds since the newest backup; null where none was recorded. */
export async function newestBackupAge(registry: Registry): Promise<number | null> {
  const { db, now } = registry;
  const { rows } = await sql<{ age: number | null }>`select ${now} - max(taken_ms) as age
    from ${beside(registry, "frontdesk_backups")}`.execute(acrossCompanies(db));
  return rows[0]?.age === null || rows[0] === undefined ? null : Number(rows[0].age);
}

export async function openInstallationAlerts(registry: Registry): Promise<(InstallationAlert & { told: boolean })[]> {
  const { rows } = await sql<InstallationAlert & { told: number }>`select kind, subject, detail,
    case when told_ms is null then 0 else 1 end as told from ${beside(registry, "frontdesk_alerts")}
    order by kind, subject`.execute(acrossCompanies(registry.db));
  return rows.map((row) => ({ ...row, told: Number(row.told) === 1 }));
}

/** Nothing where it was raised already. */
export async function raiseInstallationAlert(registry: Registry, alert: InstallationAlert): Promise<void> {
  const { kind, subject, detail } = alert;
  const ignore = sql.raw(registry.db.engine === "sqlite" ? "or ignore" : "ignore");
  await sql`insert ${ignore} into ${beside(registry, "frontdesk_alerts")} (kind, subject, detail, raised_ms)
    values (${kind}, ${subject}, ${detail.slice(0, 500)}, ${registry.now})`.execute(acrossCompanies(registry.db));
}

export async function endInstallationAlert(registry: Registry, { kind, subject }: InstallationAlert): Promise<void> {
  await sql`delete from ${beside(registry, "frontdesk_alerts")} where kind = ${kind} and subject = ${subject}`.execute(
    acrossCompanies(registry.db),
  );
}

/**
 * Takes an alert in hand to tell it: one process at a time, and another one if that dies.
 * @param ageMs how long it must have been there
 */
export async function claimInstallationAlert(
  registry: Registry,
  { kind, subject }: InstallationAlert,
  { ageMs, leaseMs }: { ageMs: number; leaseMs: number },
): Promise<boolean> {
  const { db, now } = registry;
  const { numAffectedRows } = await sql`update ${beside(registry, "frontdesk_alerts")} set claimed_ms = ${now}
    where kind = ${kind} and subject = ${subject} and told_ms is null and raised_ms <= ${now} - ${ageMs}
    and (claimed_ms is null or claimed_ms < ${now} - ${leaseMs})`.execute(acrossCompanies(db));
  return numAffectedRows === 1n;
}

/** Ends the claim: it was told, or is to be told again. */
export async function settleInstallationAlert(
  registry: Registry,
  { kind, subject }: InstallationAlert,
  isTold: boolean,
): Promise<void> {
  await sql`update ${beside(registry, "frontdesk_alerts")} set claimed_ms = null, told_ms = ${isTold ? registry.now : null}
    where kind = ${kind} and subject = ${subject}`.execute(acrossCompanies(registry.db));
}

function beside({ schema }: Registry, table: keyof typeof installationTables): RawBuilder<unknown> {
  return sql.id(...schema, table);
}
