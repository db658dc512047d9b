import { type Instant, plusMilliseconds } from "../clock.ts";
import { acrossCompanies } from "../db/across-companies.ts";
import type { Db, Tx } from "../db/connect.ts";
import { insertRow, prepared } from "../db/prepared.ts";
import { isUniqueViolation } from "../db/unique-violation.ts";
import type { Tenant } from "../tenant.ts";
import type { Response } from "./reply.ts";

/** How long a claim is its owner's before another request may take it over. */
export const leaseMilliseconds = 30_000;
/** How long a reply is kept. */
export const keptMilliseconds = 24 * 3_600_000;

export interface KeyRow {
  readonly id: number;
  readonly requestHash: string;
  readonly state: "in_flight" | "done";
  readonly owner: string;
  readonly leaseUntil: Instant;
  readonly expiresAt: Instant;
  /** Null until it is done. */
  readonly response: Response | null;
}

export interface Claim {
  readonly keyHash: string;
  readonly requestHash: string;
  /** A uuid of this request alone: the fence of all that it writes. */
  readonly owner: string;
}

/** False when the key is there already. */
export async function insertClaim(tx: Tx, tenant: Tenant, claim: Claim, now: Instant): Promise<boolean> {
  try {
    await insertRow(tx, tenant, "idempotency_keys", {
      key_hash: claim.keyHash,
      ...claimed(claim, now),
      created_at: now,
    });
    return true;
  } catch (error) {
    if (isUniqueViolation(error)) return false;
    throw error;
  }
}

/** Makes a key this request's, unless it is no longer as it was read. */
export async function takeOverClaim(tx: Tx, tenant: Tenant, read: KeyRow, claim: Claim, now: Instant) {
  const { numUpdatedRows } = await tx
    .of(tenant)
    .updateTable("idempotency_keys")
    .set({ ...claimed(claim, now), response_status: null, response_body: null })
    .where("id", "=", read.id)
    .where("owner", "=", read.owner)
    .where("state", "=", read.state)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

function claimed({ requestHash, owner }: Claim, now: Instant) {
  return {
    request_hash: requestHash,
    owner,
    state: "in_flight" as const,
    lease_until: plusMilliseconds(now, leaseMilliseconds),
    expires_at: plusMilliseconds(now, keptMilliseconds),
    updated_at: now,
  };
}

export async function findKey(db: Db, tenant: Tenant, keyHash: string): Promise<KeyRow | null> {
  const row = await byHash.first(db, tenant, { keyHash });
  if (!row) return null;
  const kept = row.response_body as Pick<Response, "etag" | "body"> | null;
  return {
    id: row.id,
    requestHash: row.request_hash,
    state: row.state,
    owner: row.owner,
    leaseUntil: row.lease_until,
    expiresAt: row.expires_at,
    response: row.response_status === null || kept === null ? null : { ...kept, status: row.response_status },
  };
}

const byHash = prepared((queries, { keyHash }: { keyHash: string }) =>
  queries
    .selectFrom("idempotency_keys")
    .select(["id", "request_hash", "state", "owner", "lease_until", "expires_at", "response_status", "response_body"])
    .where("key_hash", "=", keyHash),
);

/** False when the claim is no longer this owner's: then nothing of the transaction may stay. The body is kept as text, since MySQL would reorder its keys. */
export async function saveResponse(
  tx: Tx,
  tenant: Tenant,
  { keyHash, owner }: Claim,
  response: Response,
  now: Instant,
) {
  const { status, etag, body } = response;
  const { numAffectedRows } = await save.run(tx, tenant, { keyHash, owner, status, response: { etag, body }, now });
  return numAffectedRows === 1n;
}

type Saved = Pick<Claim, "keyHash" | "owner"> & { status: number; response: object; now: Instant };

const save = prepared((queries, { keyHash, owner, status, response, now }: Saved) =>
  queries
    .updateTable("idempotency_keys")
    .set({ state: "done", response_status: status, response_body: response, updated_at: now })
    .where("key_hash", "=", keyHash)
    .where("owner", "=", owner)
    .where("state", "=", "in_flight"),
);

/** Lets the next request with this key begin anew; nothing happens to a claim that is done or somebody else's. */
export async function releaseClaim(tx: Tx, tenant: Tenant, { keyHash, owner }: Claim): Promise<void> {
  await tx
    .of(tenant)
    .deleteFrom("idempotency_keys")
    .where("key_hash", "=", keyHash)
    .where("owner", "=", owner)
    .where("state", "=", "in_flight")
    .execute();
}

export async function deleteSomeExpiredAcrossCompanies(tx: Tx, now: Instant, atMost: number): Promise<number> {
  const expired = await acrossCompanies(tx)
    .selectFrom("idempotency_keys")
    .select("id")
    .where("expires_at", "<=", now)
    .orderBy("expires_at")
    .limit(atMost)
    .execute();
  if (expired.length === 0) return 0;
  const ids = expired.map(({ id }) => id);
  await acrossCompanies(tx)
    .deleteFrom("idempotency_keys")
    .where("id", "in", ids)
    .where("expires_at", "<=", now)
    .execute();
  return ids.length;
}
