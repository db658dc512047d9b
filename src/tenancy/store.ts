import { type Instant, plusMilliseconds } from "../clock.ts";
import type { Db, Tx } from "../db/connect.ts";
import { preparedAcrossCompanies } from "../db/prepared.ts";
import { Refusal } from "../errors.ts";
import type { Tenant } from "../tenant.ts";

/** The key with this hash, if it is neither revoked nor of a company that is closed. */
export async function findLiveKeyAcrossCompanies(db: Db, keyHash: string) {
  return (await liveKeysAcrossCompanies(db, { keyHash }))[0];
}

const liveKeysAcrossCompanies = preparedAcrossCompanies((queries, { keyHash }: { keyHash: string }) =>
  queries
    .selectFrom("api_keys")
    .innerJoin("companies", "companies.id", "api_keys.company_id")
    .select(["api_keys.id", "api_keys.company_id", "api_keys.scopes", "api_keys.expires_at", "api_keys.last_used_at"])
    .where("api_keys.key_hash", "=", keyHash)
    .where("api_keys.revoked_at", "is", null)
    .where("companies.is_active", "=", true)
    .where("companies.deleted_at", "is", null),
);

/** Notes a use, unless one was noted less than `everyMilliseconds` ago. */
export async function markUsed(tx: Tx, tenant: Tenant, id: number, now: Instant, everyMilliseconds: number) {
  await tx
    .of(tenant)
    .updateTable("api_keys")
    .set({ last_used_at: now })
    .where("id", "=", id)
    .where((eb) =>
      eb.or([eb("last_used_at", "is", null), eb("last_used_at", "<=", plusMilliseconds(now, -everyMilliseconds))]),
    )
    .execute();
}

export interface NewKey {
  readonly name: string;
  readonly prefix: string;
  readonly keyHash: string;
  readonly scopes: string[];
  readonly expiresAt: Instant | null;
}

export async function insertKey(tx: Tx, tenant: Tenant, key: NewKey, now: Instant): Promise<number> {
  const { insertId } = await tx
    .of(tenant)
    .insertInto("api_keys")
    .values({
      name: key.name,
      prefix: key.prefix,
      key_hash: key.keyHash,
      scopes: key.scopes,
      expires_at: key.expiresAt,
      created_at: now,
      updated_at: now,
    })
    .executeTakeFirstOrThrow();
  return Number(insertId);
}

/** False when there is no such key, or it was revoked before. */
export async function markRevoked(tx: Tx, tenant: Tenant, id: number, now: Instant): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .of(tenant)
    .updateTable("api_keys")
    .set({ revoked_at: now, updated_at: now })
    .where("id", "=", id)
    .where("revoked_at", "is", null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

export async function keyExists(db: Db, tenant: Tenant, id: number): Promise<boolean> {
  const row = await db.of(tenant).selectFrom("api_keys").select("id").where("id", "=", id).executeTakeFirst();
  return row !== undefined;
}

export async function selectKeys(db: Db, tenant: Tenant) {
  return db
    .of(tenant)
    .selectFrom("api_keys")
    .select(["id", "name", "prefix", "scopes", "expires_at", "revoked_at", "last_used_at", "created_at"])
    .orderBy("id")
    .execute();
}

/** @throws Refusal notFound */
export async function assertOpenCompany(db: Db, tenant: Tenant): Promise<void> {
  const row = await db
    .of(tenant)
    .selectFrom("companies")
    .select("id")
    .where("is_active", "=", true)
    .where("deleted_at", "is", null)
    .executeTakeFirst();
  if (row === undefined) throw new Refusal("notFound", "There is no such company, or it is closed.");
}
