import type { Instant } from "../clock.ts";
import type { Db, TenantQueries, Tx } from "../db/connect.ts";
import { type Prepared, prepared } from "../db/prepared.ts";
import type { ConfigurableType, PolicyType } from "../db/schema.ts";
import type { Actor, Tenant } from "../tenant.ts";
import type { Configuration, Target } from "./effective.ts";

export interface PolicyVersion extends Configuration {
  readonly change: "create" | "change" | "reset" | "delete";
  readonly comment: string | null;
  readonly validFrom: Instant;
  readonly validUntil: Instant | null;
  readonly actor: Actor;
}

/** What a version and a live configuration have in common, besides the configuration's id. */
export const configuredColumns = [
  "version",
  "configurable_type",
  "configurable_id",
  "policy_type",
  "config",
  "is_override",
  "overrides_id",
] as const;
const versionColumns = ["configuration_id", ...configuredColumns] as const;

/**
 * The configurations that applied to a chain at an instant, with those outside it that one of them overrides.
 * One query, and one more for each step that leaves the chain (three at most: levels are strictly ascending).
 */
export async function configurationsInForce(
  db: Db,
  tenant: Tenant,
  policyType: PolicyType,
  chain: readonly Target[],
  asOf: Instant,
): Promise<Configuration[]> {
  const ids = Object.fromEntries(chain.map(({ level, id }) => [level, id])) as Record<ConfigurableType, string>;
  const { rows } = await inForceOn(chain.map(({ level }) => level)).run(db, tenant, { policyType, asOf, ...ids });
  const found = rows.map(configurationOf);
  for (let missing = missingParents(found); missing.length > 0; ) {
    const parents = await inForce(db.of(tenant), policyType, asOf).where("configuration_id", "in", missing).execute();
    found.push(...parents.map(configurationOf));
    missing = parents.length === 0 ? [] : missingParents(found).filter((id) => !missing.includes(id));
  }
  return found;
}

/** Every configuration of the company that was in force, for the tree of levels. */
export async function allInForce(
  db: Db,
  tenant: Tenant,
  policyType: PolicyType,
  asOf: Instant,
): Promise<Configuration[]> {
  const rows = await inForce(db.of(tenant), policyType, asOf).execute();
  return rows.map(configurationOf);
}

type OfChain = { policyType: PolicyType; asOf: Instant } & Record<ConfigurableType, string>;

const chains = new Map<string, Prepared<OfChain, VersionRow>>();

/** One query for each kind of chain: there is one with a staff member, and one without. */
function inForceOn(levels: readonly ConfigurableType[]): Prepared<OfChain, VersionRow> {
  const key = levels.join();
  let query = chains.get(key);
  if (query === undefined) {
    query = prepared((queries, of: OfChain) =>
      inForce(queries, of.policyType, of.asOf).where((eb) =>
        eb.or(
          levels.map((level) => eb.and([eb("configurable_type", "=", level), eb("configurable_id", "=", of[level])])),
        ),
      ),
    );
    chains.set(key, query);
  }
  return query;
}

function inForce(queries: TenantQueries, policyType: PolicyType, asOf: Instant) {
  return queries
    .selectFrom("policy_versions")
    .select(versionColumns)
    .where("policy_type", "=", policyType)
    .where("change_kind", "!=", "delete")
    .where("valid_from", "<=", asOf)
    .where((eb) => eb.or([eb("valid_until", "is", null), eb("valid_until", ">", asOf)]));
}

function missingParents(found: readonly Configuration[]): number[] {
  const ids = new Set(found.map(({ id }) => id));
  return found.flatMap(({ isOverride, overridesId }) =>
    isOverride && overridesId !== null && !ids.has(overridesId) ? [overridesId] : [],
  );
}

export interface VersionRow {
  configuration_id: number;
  version: number;
  configurable_type: ConfigurableType;
  configurable_id: string;
  policy_type: PolicyType;
  config: unknown;
  is_override: boolean;
  overrides_id: number | null;
}

export function configurationOf(row: VersionRow): Configuration {
  return {
    id: row.configuration_id,
    level: row.configurable_type,
    targetId: row.configurable_id,
    policyType: row.policy_type,
    config: row.config as Configuration["config"],
    isOverride: row.is_override,
    overridesId: row.overrides_id,
    version: row.version,
  };
}

/** Ends the version in force and begins the next one at the same instant: at every instant exactly one applies. */
export async function insertVersion(
  tx: Tx,
  tenant: Tenant,
  version: Pick<PolicyVersion, "change" | "comment" | "actor"> & Configuration,
  now: Instant,
): Promise<void> {
  await tx
    .of(tenant)
    .updateTable("policy_versions")
    .set({ valid_until: now, updated_at: now })
    .where("configuration_id", "=", version.id)
    .where("version", "=", version.version - 1)
    .execute();
  await tx
    .of(tenant)
    .insertInto("policy_versions")
    .values({
      configuration_id: version.id,
      version: version.version,
      configurable_type: version.level,
      configurable_id: version.targetId,
      policy_type: version.policyType,
      config: version.config,
      is_override: version.isOverride,
      overrides_id: version.overridesId,
      change_kind: version.change,
      comment: version.comment,
      valid_from: now,
      actor_type: version.actor.type,
      actor_id: version.actor.id,
      created_at: now,
      updated_at: now,
    })
    .execute();
}

/** What a configuration said at one of its versions. */
export async function findVersion(
  db: Db,
  tenant: Tenant,
  policyId: number,
  version: number,
): Promise<Configuration | undefined> {
  const row = await db
    .of(tenant)
    .selectFrom("policy_versions")
    .select(versionColumns)
    .where("configuration_id", "=", policyId)
    .where("version", "=", version)
    .executeTakeFirst();
  return row && configurationOf(row);
}

/** Newest first; of deleted configurations too. */
export async function versionsOf(
  db: Db,
  tenant: Tenant,
  policyId: number,
  beforeVersion: number,
  limit: number,
): Promise<PolicyVersion[]> {
  const rows = await db
    .of(tenant)
    .selectFrom("policy_versions")
    .select([...versionColumns, "change_kind", "comment", "valid_from", "valid_until", "actor_type", "actor_id"])
    .where("configuration_id", "=", policyId)
    .where("version", "<", beforeVersion)
    .orderBy("version", "desc")
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    ...configurationOf(row),
    change: row.change_kind,
    comment: row.comment,
    validFrom: row.valid_from,
    validUntil: row.valid_until,
    actor: { type: row.actor_type, id: row.actor_id },
  }));
}
