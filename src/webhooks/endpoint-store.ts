import type { Instant } from "../clock.ts";
import { acrossCompanies } from "../db/across-companies.ts";
import type { Db, Tx } from "../db/connect.ts";
import type { Tenant } from "../tenant.ts";

export interface EndpointRow {
  readonly id: number;
  readonly url: string;
  readonly description: string;
  readonly eventTypes: string[];
  readonly secret: string;
  readonly secretKeyId: string;
  readonly isEnabled: boolean;
  readonly disabledAt: Instant | null;
  readonly disabledReason: string | null;
  readonly lastDeliveredAt: Instant | null;
  readonly version: number;
  readonly createdAt: Instant;
}

export interface EndpointChange {
  readonly url?: string;
  readonly description?: string;
  readonly event_types?: readonly string[];
  readonly secret?: string;
  readonly secret_key_id?: string;
  readonly is_enabled?: boolean;
  readonly disabled_at?: Instant | null;
  readonly disabled_reason?: string | null;
}

const columns = [
  "id",
  "url",
  "description",
  "event_types as eventTypes",
  "secret",
  "secret_key_id as secretKeyId",
  "is_enabled as isEnabled",
  "disabled_at as disabledAt",
  "disabled_reason as disabledReason",
  "last_delivered_at as lastDeliveredAt",
  "version",
  "created_at as createdAt",
] as const;

export async function findEndpoint(db: Db, tenant: Tenant, id: number): Promise<EndpointRow | undefined> {
  return db.of(tenant).selectFrom("webhook_endpoints").select(columns).where("id", "=", id).executeTakeFirst();
}

export async function listEndpoints(db: Db, tenant: Tenant): Promise<EndpointRow[]> {
  return db.of(tenant).selectFrom("webhook_endpoints").select(columns).orderBy("id").execute();
}

export async function insertEndpoint(
  tx: Tx,
  tenant: Tenant,
  given: { url: string; description: string; event_types: readonly string[]; secret: string; secret_key_id: string },
  now: Instant,
): Promise<number> {
  const { insertId } = await tx
    .of(tenant)
    .insertInto("webhook_endpoints")
    .values({ ...given, created_at: now, updated_at: now })
    .executeTakeFirstOrThrow();
  return Number(insertId);
}

/** Under the company's lock. */
export async function updateEndpoint(
  tx: Tx,
  tenant: Tenant,
  id: number,
  change: EndpointChange,
  now: Instant,
): Promise<void> {
  await tx
    .of(tenant)
    .updateTable("webhook_endpoints")
    .set((eb) => ({ ...change, version: eb("version", "+", 1), updated_at: now }))
    .where("id", "=", id)
    .execute();
}

export async function deleteEndpoint(tx: Tx, tenant: Tenant, id: number): Promise<void> {
  await tx.of(tenant).deleteFrom("webhook_endpoints").where("id", "=", id).execute();
}

/** Of those companies, the endpoints that are to be told of events. */
export async function enabledEndpointsAcrossCompanies(db: Db, companyIds: readonly number[]) {
  return acrossCompanies(db)
    .selectFrom("webhook_endpoints")
    .select(["id", "company_id as companyId", "event_types as eventTypes"])
    .where("company_id", "in", companyIds)
    .where("is_enabled", "=", true)
    .execute();
}

/** Endpoints whose secrets another key than this one sealed. */
export async function endpointsToRotateAcrossCompanies(db: Db, currentKeyId: string) {
  return acrossCompanies(db)
    .selectFrom("webhook_endpoints")
    .select(["id", "company_id as companyId", "secret", "secret_key_id as secretKeyId"])
    .where("secret_key_id", "!=", currentKeyId)
    .execute();
}

/**
 * Only if nothing was delivered since, and nobody disabled it meanwhile: a single message that an endpoint chokes on
 * does not silence it. @returns whether it was
 */
export async function disableUnlessDelivered(
  tx: Tx,
  tenant: Tenant,
  id: number,
  { since, reason }: { since: Instant; reason: string },
  now: Instant,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .of(tenant)
    .updateTable("webhook_endpoints")
    .set((eb) => ({
      is_enabled: false,
      disabled_at: now,
      disabled_reason: reason,
      version: eb("version", "+", 1),
      updated_at: now,
    }))
    .where("id", "=", id)
    .where("is_enabled", "=", true)
    .where((eb) => eb.or([eb("last_delivered_at", "is", null), eb("last_delivered_at", "<", since)]))
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/** @param before where a later time is noted already, the row stays as it is */
export async function noteDelivered(
  tx: Tx,
  tenant: Tenant,
  id: number,
  { before }: { before: Instant },
  now: Instant,
): Promise<void> {
  await tx
    .of(tenant)
    .updateTable("webhook_endpoints")
    .set({ last_delivered_at: now })
    .where("id", "=", id)
    .where((eb) => eb.or([eb("last_delivered_at", "is", null), eb("last_delivered_at", "<", before)]))
    .execute();
}
