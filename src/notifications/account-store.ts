import type { Instant } from "../clock.ts";
import { acrossCompanies } from "../db/across-companies.ts";
import type { JsonValue } from "../db/columns.ts";
import type { Db, Tx } from "../db/connect.ts";
import type { ProviderKind } from "../db/schema.ts";
import { sha256 } from "../ids.ts";
import type { Tenant } from "../tenant.ts";
import type { Channel } from "./catalogue.ts";
import type { Subscription } from "./channels/web-push.ts";

export interface AccountRow {
  readonly id: number;
  readonly channel: Channel;
  readonly kind: ProviderKind;
  readonly settings: JsonValue;
  readonly secrets: string | null;
  readonly secret_key_id: string | null;
  readonly version: number;
}

const columns = ["id", "channel", "kind", "settings", "secrets", "secret_key_id", "version"] as const;

export async function findAccount(db: Db, tenant: Tenant, channel: Channel): Promise<AccountRow | undefined> {
  return db
    .of(tenant)
    .selectFrom("provider_accounts")
    .select(columns)
    .where("channel", "=", channel)
    .executeTakeFirst();
}

export async function listAccounts(db: Db, tenant: Tenant): Promise<AccountRow[]> {
  return db.of(tenant).selectFrom("provider_accounts").select(columns).orderBy("channel").execute();
}

/** Under the company's lock. */
export async function writeAccount(
  tx: Tx,
  tenant: Tenant,
  to: Omit<AccountRow, "id" | "settings"> & { settings: object },
  now: Instant,
): Promise<void> {
  const { channel, ...values } = { ...to, updated_at: now };
  const { numUpdatedRows } = await tx
    .of(tenant)
    .updateTable("provider_accounts")
    .set(values)
    .where("channel", "=", channel)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows > 0n) return;
  await tx
    .of(tenant)
    .insertInto("provider_accounts")
    .values({ channel, ...values, created_at: now })
    .execute();
}

export async function removeAccount(tx: Tx, tenant: Tenant, channel: Channel): Promise<boolean> {
  const { numDeletedRows } = await tx
    .of(tenant)
    .deleteFrom("provider_accounts")
    .where("channel", "=", channel)
    .executeTakeFirstOrThrow();
  return numDeletedRows > 0n;
}

/** Accounts whose secrets another key than this one sealed. */
export async function accountsToRotateAcrossCompanies(db: Db, currentKeyId: string) {
  return acrossCompanies(db)
    .selectFrom("provider_accounts")
    .select(["id", "company_id as companyId", "channel", "secrets", "secret_key_id"])
    .where("secrets", "is not", null)
    .where("secret_key_id", "!=", currentKeyId)
    .execute();
}

/** Only if nobody changed the secrets since they were read. */
export async function replaceSecrets(
  tx: Tx,
  tenant: Tenant,
  { id, secrets }: { id: number; secrets: string },
  to: { keyId: string; sealed: string },
  now: Instant,
): Promise<void> {
  await tx
    .of(tenant)
    .updateTable("provider_accounts")
    .set({ secrets: to.sealed, secret_key_id: to.keyId, updated_at: now })
    .where("id", "=", id)
    .where("secrets", "=", secrets)
    .execute();
}

export async function subscriptionsOf(db: Db, tenant: Tenant, staffId: string): Promise<Subscription[]> {
  return db
    .of(tenant)
    .selectFrom("push_subscriptions")
    .select(["endpoint", "p256dh", "auth"])
    .where("staff_id", "=", staffId)
    .execute();
}

/** A browser belongs to who subscribed it last. */
export async function writeSubscription(
  tx: Tx,
  tenant: Tenant,
  staffId: string,
  to: Subscription,
  now: Instant,
): Promise<void> {
  await removeSubscription(tx, tenant, to.endpoint);
  const { endpoint, p256dh, auth } = to;
  await tx
    .of(tenant)
    .insertInto("push_subscriptions")
    .values({
      staff_id: staffId,
      endpoint_hash: sha256(endpoint),
      endpoint,
      p256dh,
      auth,
      created_at: now,
      updated_at: now,
    })
    .execute();
}

/** @param staffId only if it is theirs; whoever's it is when left out */
export async function removeSubscription(tx: Tx, tenant: Tenant, endpoint: string, staffId?: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .of(tenant)
    .deleteFrom("push_subscriptions")
    .where("endpoint_hash", "=", sha256(endpoint))
    .$if(staffId !== undefined, (query) => query.where("staff_id", "=", staffId ?? ""))
    .executeTakeFirstOrThrow();
  return numDeletedRows > 0n;
}
