import { companyScope } from "../calendars/store.ts";
import type { Instant } from "../clock.ts";
import type { Db, Tx } from "../db/connect.ts";
import { isUniqueViolation } from "../db/unique-violation.ts";
import type { Tenant } from "../tenant.ts";
import { defaultLadder, type LadderStep } from "./ladder.ts";
import { type CallbackSettings, defaultSettings } from "./rules.ts";

/** Settings and ladders, of the company and of branches that want it otherwise. */

export interface KeptSettings {
  readonly own: Partial<CallbackSettings>;
  readonly version: number;
}

/** What counts at a branch: field by field its own, else the company's, else the default. Null asks for the company. */
export async function settingsOf(db: Db, tenant: Tenant, branchId: string | null): Promise<CallbackSettings> {
  const rows = await db
    .of(tenant)
    .selectFrom("callback_settings")
    .select(["scope", "settings"])
    .where("scope", "in", branchId === null ? [companyScope] : [companyScope, branchId])
    .execute();
  const at = (scope: string | null) =>
    (rows.find((row) => row.scope === scope)?.settings ?? {}) as Partial<CallbackSettings>;
  return { ...defaultSettings, ...at(companyScope), ...(branchId === null ? {} : at(branchId)) };
}

/** What is set at this very place; version 0 where nothing is. */
export async function ownSettings(db: Db, tenant: Tenant, branchId: string | null): Promise<KeptSettings> {
  const row = await db
    .of(tenant)
    .selectFrom("callback_settings")
    .select(["settings", "version"])
    .where("scope", "=", branchId ?? companyScope)
    .executeTakeFirst();
  return row ? { own: row.settings as Partial<CallbackSettings>, version: row.version } : { own: {}, version: 0 };
}

/** False when it is no longer at the version before. */
export async function saveSettings(
  tx: Tx,
  tenant: Tenant,
  branchId: string | null,
  { own, version }: KeptSettings,
  now: Instant,
): Promise<boolean> {
  if (version > 1) {
    const { numUpdatedRows } = await tx
      .of(tenant)
      .updateTable("callback_settings")
      .set({ settings: own, version, updated_at: now })
      .where("scope", "=", branchId ?? companyScope)
      .where("version", "=", version - 1)
      .executeTakeFirstOrThrow();
    return numUpdatedRows === 1n;
  }
  const row = { scope: branchId ?? companyScope, branch_id: branchId, settings: own, version };
  return insertedOnce(
    tx
      .of(tenant)
      .insertInto("callback_settings")
      .values({ ...row, created_at: now, updated_at: now })
      .executeTakeFirstOrThrow(),
  ).then((id) => id !== null);
}

export interface KeptLadder {
  readonly id: number;
  readonly branchId: string | null;
  readonly name: string;
  readonly steps: readonly LadderStep[];
  readonly version: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

/** The ladder of a branch: its own, else the company's, else the default. */
export async function ladderOf(db: Db, tenant: Tenant, branchId: string): Promise<readonly LadderStep[]> {
  const rows = await db
    .of(tenant)
    .selectFrom("escalation_ladders")
    .select(["scope", "steps"])
    .where("scope", "in", [companyScope, branchId])
    .execute();
  const row = rows.find(({ scope }) => scope === branchId) ?? rows[0];
  return row ? (row.steps as unknown as LadderStep[]) : defaultLadder;
}

/** In order of id, after the cursor's. */
export async function listLadders(db: Db, tenant: Tenant, afterId: number, limit: number): Promise<KeptLadder[]> {
  const rows = await ladders(db, tenant).where("id", ">", afterId).orderBy("id").limit(limit).execute();
  return rows.map(kept);
}

export async function findLadder(db: Db, tenant: Tenant, id: number): Promise<KeptLadder | undefined> {
  const row = await ladders(db, tenant).where("id", "=", id).executeTakeFirst();
  return row && kept(row);
}

function ladders(db: Db, tenant: Tenant) {
  return db
    .of(tenant)
    .selectFrom("escalation_ladders")
    .select([
      "id",
      "branch_id as branchId",
      "name",
      "steps",
      "version",
      "created_at as createdAt",
      "updated_at as updatedAt",
    ]);
}

function kept<R extends { steps: unknown }>(row: R): Omit<R, "steps"> & { steps: LadderStep[] } {
  return { ...row, steps: row.steps as LadderStep[] };
}

/** Null where the place has a ladder already. */
export async function insertLadder(
  tx: Tx,
  tenant: Tenant,
  { branchId, name, steps }: Pick<KeptLadder, "branchId" | "name" | "steps">,
  now: Instant,
): Promise<number | null> {
  const row = { scope: branchId ?? companyScope, branch_id: branchId, name, steps: [...steps] };
  return insertedOnce(
    tx
      .of(tenant)
      .insertInto("escalation_ladders")
      .values({ ...row, created_at: now, updated_at: now })
      .executeTakeFirstOrThrow(),
  );
}

async function insertedOnce(insert: Promise<{ insertId?: bigint | undefined }>): Promise<number | null> {
  try {
    return Number((await insert).insertId);
  } catch (error) {
    if (isUniqueViolation(error)) return null;
    throw error;
  }
}

/** False when it is no longer at that version. */
export async function updateLadder(
  tx: Tx,
  tenant: Tenant,
  { id, version }: KeptLadder,
  { name, steps }: Pick<KeptLadder, "name" | "steps">,
  now: Instant,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .of(tenant)
    .updateTable("escalation_ladders")
    .set({ name, steps: [...steps], version: version + 1, updated_at: now })
    .where("id", "=", id)
    .where("version", "=", version)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

export async function deleteLadder(tx: Tx, tenant: Tenant, { id, version }: KeptLadder): Promise<boolean> {
  const { numDeletedRows } = await tx
    .of(tenant)
    .deleteFrom("escalation_ladders")
    .where("id", "=", id)
    .where("version", "=", version)
    .executeTakeFirstOrThrow();
  return numDeletedRows === 1n;
}
