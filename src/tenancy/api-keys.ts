import { randomBytes } from "node:crypto";
import { audit } from "../audit/log.ts";
import { type Instant, isBefore, isoOf } from "../clock.ts";
import { currentTime, type Db } from "../db/connect.ts";
import { transaction } from "../db/transaction.ts";
import { invalid, notFound, Refusal } from "../errors.ts";
import { sha256 } from "../ids.ts";
import { type Caller, machineCaller, type Permission, permissions, type Tenant } from "../tenant.ts";
import { assertOpenCompany, insertKey, keyExists, markRevoked, selectKeys } from "./store.ts";

export interface ApiKeyRequest {
  /** Who or what uses it, for people: at most 100 characters. */
  readonly name: string;
  readonly scopes: readonly Permission[];
  /** Null for a key that does not expire. */
  readonly expiresAt: Instant | null;
}

export interface ApiKey {
  readonly id: number;
  readonly name: string;
  /** The beginning of the key, by which people tell keys apart. */
  readonly prefix: string;
  readonly scopes: readonly string[];
  readonly expiresAt: Instant | null;
  readonly revokedAt: Instant | null;
  /** To the minute. */
  readonly lastUsedAt: Instant | null;
  readonly createdAt: Instant;
}

/**
 * Makes a key of the company. The key itself is told this once: only its sha256 is kept.
 * @param by who makes it; whoever may run commands on this machine, when left out
 * @throws Refusal notFound for a closed or unknown company, validationFailed for a request that makes no usable key,
 *   forbidden for one that could do more than who makes it
 */
export async function issueApiKey(
  db: Db,
  tenant: Tenant,
  request: ApiKeyRequest,
  by: Caller = machineCaller(tenant),
): Promise<{ id: number; key: string }> {
  const prefix = `fd_${randomBytes(4).toString("hex")}`;
  const key = `${prefix}_${randomBytes(32).toString("base64url")}`;
  return transaction(db, async (tx) => {
    const now = await currentTime(tx);
    assertUsable(request, now);
    assertHeld(request, by);
    await assertOpenCompany(tx, tenant);
    const { name, scopes, expiresAt } = request;
    const made = { name, prefix, scopes: [...new Set(scopes)], expiresAt };
    const newId = await insertKey(tx, tenant, { ...made, keyHash: sha256(key) }, now);
    const to = { ...made, expiresAt: expiresAt && isoOf(expiresAt) };
    await audit(tx, by, { action: "apiKey.issued", subject: subjectOf(newId), from: null, to }, now);
    return { id: newId, key };
  });
}

function assertUsable({ name, scopes, expiresAt }: ApiKeyRequest, now: Instant): void {
  if (name.trim() === "" || name.length > 100) throw invalid("/name", "Must have 1 to 100 characters.");
  const [unknown] = scopes.filter((scope) => !permissions.includes(scope));
  if (unknown !== undefined || scopes.length === 0) {
    throw invalid("/scopes", `Must name at least one of ${permissions.join(", ")}.`);
  }
  if (expiresAt !== null && !isBefore(now, expiresAt)) throw invalid("/expiresAt", "Must lie in the future.");
}

function assertHeld({ scopes }: ApiKeyRequest, { permissions }: Caller): void {
  const more = scopes.find((scope) => !permissions.has(scope));
  if (more !== undefined) throw new Refusal("forbidden", `Nobody gives away more than they hold: you lack ${more}.`);
}

/** From the next request on the key is refused. Revoking it again changes nothing. */
export async function revokeApiKey(
  db: Db,
  tenant: Tenant,
  id: number,
  by: Caller = machineCaller(tenant),
): Promise<void> {
  await transaction(db, async (tx) => {
    const now = await currentTime(tx);
    if (await markRevoked(tx, tenant, id, now)) {
      const [from, to] = [{ revokedAt: null }, { revokedAt: isoOf(now) }];
      await audit(tx, by, { action: "apiKey.revoked", subject: subjectOf(id), from, to }, now);
    } else if (!(await keyExists(tx, tenant, id))) throw notFound("API key");
  });
}

const subjectOf = (id: number) => ({ type: "apiKey", id });

/** All keys of the company, oldest first, revoked and expired ones too. */
export async function listApiKeys(db: Db, tenant: Tenant): Promise<ApiKey[]> {
  return (await selectKeys(db, tenant)).map((row) => ({
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
    createdAt: row.created_at,
  }));
}
