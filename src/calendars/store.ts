import type { Instant } from "../clock.ts";
import type { Db, Tx } from "../db/connect.ts";
import { isUniqueViolation } from "../db/unique-violation.ts";
import { sha256 } from "../ids.ts";
import type { Tenant } from "../tenant.ts";
import { hoursOfHost } from "./host-hours.ts";
import { zoneExists } from "./open-time.ts";
import { type CalendarRules, calendarMistake, defaultRules, weekdays } from "./rules.ts";

/** A calendar as it is kept: without a zone of its own it means the zone of the branch it is used for. */
export type KeptRules = Omit<CalendarRules, "timezone"> & { readonly timezone: string | null };

export interface KeptCalendar {
  readonly id: number;
  /** Null for the company's, which counts for branches without one of their own. */
  readonly branchId: string | null;
  readonly name: string;
  readonly rules: KeptRules;
  readonly version: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export const companyScope = "company";

/** The calendar a branch goes by: its own, else the company's, else its hours as the platform keeps them, else Mon–Fri 9–18. */
export async function calendarOf(db: Db, tenant: Tenant, branchId: string): Promise<CalendarRules> {
  const branch = await db
    .of(tenant)
    .selectFrom("branches")
    .select(["timezone", "business_hours"])
    .where("id", "=", branchId)
    .executeTakeFirst();
  const zone = branch && zoneExists(branch.timezone) ? branch.timezone : "UTC";
  const kept = await db
    .of(tenant)
    .selectFrom("business_calendars")
    .select(["scope", "rules"])
    .where("scope", "in", [companyScope, branchId])
    .execute();
  const own = kept.find(({ scope }) => scope === branchId) ?? kept[0];
  if (own) return inZone(own.rules as unknown as KeptRules, zone);
  const hours = hoursOfHost(branch?.business_hours ?? null);
  const ofHost = hours && { ...defaultRules(zone), hours };
  return ofHost && calendarMistake(ofHost) === null ? ofHost : defaultRules(zone);
}

/** The same content gives the same text, whatever a database did to the order of its keys. */
export function inZone({ timezone, alwaysOpen, hours, holidays, closures }: KeptRules, zone: string): CalendarRules {
  const days = weekdays.flatMap((day) => {
    const openings = (hours[day] ?? []).map(({ from, until }) => ({ from, until }));
    return openings.length === 0 ? [] : [[day, openings] as const];
  });
  const place = holidays && { country: holidays.country, state: holidays.state, region: holidays.region };
  return {
    timezone: timezone ?? zone,
    alwaysOpen,
    hours: Object.fromEntries(days),
    holidays: place,
    closures: closures.map(({ from, until, name }) => ({ from, until, name })),
  };
}

/** The id under which these very rules are kept for good. */
export async function keepSnapshot(tx: Tx, tenant: Tenant, rules: CalendarRules, now: Instant): Promise<number> {
  const hash = sha256(JSON.stringify(inZone(rules, rules.timezone)));
  const known = await findSnapshot(tx, tenant, hash);
  if (known !== null) return known;
  try {
    const values = { hash, rules, created_at: now, updated_at: now };
    const { insertId } = await tx.of(tenant).insertInto("calendar_snapshots").values(values).executeTakeFirstOrThrow();
    return Number(insertId);
  } catch (error) {
    const theirs = isUniqueViolation(error) ? await findSnapshot(tx, tenant, hash) : null;
    if (theirs === null) throw error;
    return theirs;
  }
}

async function findSnapshot(db: Db, tenant: Tenant, hash: string): Promise<number | null> {
  const query = db.of(tenant).selectFrom("calendar_snapshots").select("id").where("hash", "=", hash);
  return (await query.executeTakeFirst())?.id ?? null;
}

/** In order of id, after the cursor's. */
export async function listCalendars(db: Db, tenant: Tenant, afterId: number, limit: number): Promise<KeptCalendar[]> {
  const rows = await calendars(db, tenant).where("id", ">", afterId).orderBy("id").limit(limit).execute();
  return rows.map(kept);
}

export async function findCalendar(db: Db, tenant: Tenant, id: number): Promise<KeptCalendar | undefined> {
  const row = await calendars(db, tenant).where("id", "=", id).executeTakeFirst();
  return row && kept(row);
}

function calendars(db: Db, tenant: Tenant) {
  return db
    .of(tenant)
    .selectFrom("business_calendars")
    .select([
      "id",
      "branch_id as branchId",
      "name",
      "rules",
      "version",
      "created_at as createdAt",
      "updated_at as updatedAt",
    ]);
}

function kept<R extends { rules: unknown }>(row: R): Omit<R, "rules"> & { rules: KeptRules } {
  return { ...row, rules: row.rules as KeptRules };
}

export interface CalendarContent {
  readonly branchId: string | null;
  readonly name: string;
  readonly rules: KeptRules;
}

/** Null where the place has a calendar already. */
export async function insertCalendar(
  tx: Tx,
  tenant: Tenant,
  { branchId, name, rules }: CalendarContent,
  now: Instant,
): Promise<number | null> {
  try {
    const { insertId } = await tx
      .of(tenant)
      .insertInto("business_calendars")
      .values({ scope: branchId ?? companyScope, branch_id: branchId, name, rules, created_at: now, updated_at: now })
      .executeTakeFirstOrThrow();
    return Number(insertId);
  } catch (error) {
    if (isUniqueViolation(error)) return null;
    throw error;
  }
}

/** False when it is no longer at that version. */
export async function updateCalendar(
  tx: Tx,
  tenant: Tenant,
  { id, version }: KeptCalendar,
  { name, rules }: Omit<CalendarContent, "branchId">,
  now: Instant,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .of(tenant)
    .updateTable("business_calendars")
    .set({ name, rules, version: version + 1, updated_at: now })
    .where("id", "=", id)
    .where("version", "=", version)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

export async function deleteCalendar(tx: Tx, tenant: Tenant, { id, version }: KeptCalendar): Promise<boolean> {
  const { numDeletedRows } = await tx
    .of(tenant)
    .deleteFrom("business_calendars")
    .where("id", "=", id)
    .where("version", "=", version)
    .executeTakeFirstOrThrow();
  return numDeletedRows === 1n;
}
