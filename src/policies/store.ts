import type { Instant } from "../clock.ts";
import type { Db, Tx } from "../db/connect.ts";
import type { ConfigurableType, PolicyType } from "../db/schema.ts";
import type { Tenant } from "../tenant.ts";
import type { Configuration } from "./effective.ts";
import { configurationOf, configuredColumns, type VersionRow } from "./version-store.ts";

/** A live configuration, as the API shows it. */
export interface PolicyRow extends Configuration {
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export interface PolicyFilter {
  readonly policyType?: PolicyType | undefined;
  readonly level?: ConfigurableType | undefined;
  readonly targetId?: string | undefined;
}

/** Live configurations by id, after the cursor's id. */
export async function listPolicyRows(
  db: Db,
  tenant: Tenant,
  filter: PolicyFilter,
  afterId: number,
  limit: number,
): Promise<PolicyRow[]> {
  let query = live(db, tenant).where("id", ">", afterId).orderBy("id").limit(limit);
  if (filter.policyType) query = query.where("policy_type", "=", filter.policyType);
  if (filter.level) query = query.where("configurable_type", "=", filter.level);
  if (filter.targetId) query = query.where("configurable_id", "=", filter.targetId);
  return (await query.execute()).map(policyRowOf);
}

export async function findPolicyRow(db: Db, tenant: Tenant, id: number): Promise<PolicyRow | undefined> {
  const row = await live(db, tenant).where("id", "=", id).executeTakeFirst();
  return row && policyRowOf(row);
}

/** All live configurations of one type; what a write is checked against, under the company's policy lock. */
export async function livePolicyRows(db: Db, tenant: Tenant, policyType: PolicyType): Promise<PolicyRow[]> {
  return (await live(db, tenant).where("policy_type", "=", policyType).execute()).map(policyRowOf);
}

function live(db: Db, tenant: Tenant) {
  return db
    .of(tenant)
    .selectFrom("policy_configurations")
    .select(["id as configuration_id", ...configuredColumns, "created_at", "updated_at"])
    .where("deleted_at", "is", null);
}

function policyRowOf(row: VersionRow & { created_at: Instant; updated_at: Instant }): PolicyRow {
  return { ...configurationOf(row), createdAt: row.created_at, updatedAt: row.updated_at };
}

/** @returns the new configuration's id */
export async function insertPolicyRow(
  tx: Tx,
  tenant: Tenant,
  policy: Omit<Configuration, "id" | "version">,
  now: Instant,
): Promise<number> {
  const { insertId } = await tx
    .of(tenant)
    .insertInto("policy_configurations")
    .values({
      configurable_type: policy.level,
      configurable_id: policy.targetId,
      policy_type: policy.policyType,
      config: policy.config,
      is_override: policy.isOverride,
      overrides_id: policy.overridesId,
      version: 1,
      created_at: now,
      updated_at: now,
    })
    .executeTakeFirstOrThrow();
  return Number(insertId);
}

/** Only if nobody changed it since `from` was read. @returns whether it did */
export async function updatePolicyRow(
  tx: Tx,
  tenant: Tenant,
  from: Configuration,
  to: Pick<Configuration, "config" | "isOverride" | "overridesId">,
  now: Instant,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .of(tenant)
    .updateTable("policy_configurations")
    .set({
      config: to.config,
      is_override: to.isOverride,
      overrides_id: to.overridesId,
      version: from.version + 1,
      updated_at: now,
    })
    .where("id", "=", from.id)
    .where("version", "=", from.version)
    .where("deleted_at", "is", null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** Soft: the row stays, for its history, and makes room for another live one. @returns whether it did */
export async function markPolicyDeleted(tx: Tx, tenant: Tenant, policy: Configuration, now: Instant): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .of(tenant)
    .updateTable("policy_configurations")
    .set({ deleted_at: now, version: policy.version + 1, updated_at: now })
    .where("id", "=", policy.id)
    .where("version", "=", policy.version)
    .where("deleted_at", "is", null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}
