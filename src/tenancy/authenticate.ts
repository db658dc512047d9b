import { isBefore } from "../clock.ts";
import { currentTime, type Db } from "../db/connect.ts";
import { transaction } from "../db/transaction.ts";
import { Refusal } from "../errors.ts";
import { sha256 } from "../ids.ts";
import { type Caller, type Permission, permissions } from "../tenant.ts";
import { askedTogether } from "./asked-together.ts";
import { findLiveKeyAcrossCompanies, markUsed } from "./store.ts";

const usedEveryMilliseconds = 60_000;

/** Tells who is asking, and notes beside the requests when each key was last used. */
export interface Authenticator {
  /**
   * From an Authorization header to the caller, by one look-up, which those share who come with the same key at once.
   * @throws Refusal unauthenticated, the same for an unknown, expired or revoked key and for one of a closed company
   */
  authenticate(authorization: string | undefined): Promise<Caller>;
  /** Resolves when no note is being written any more. */
  settled(): Promise<void>;
}

/** @param onError gets what went wrong with noting a use; the request it belongs to is not held up by it */
export function authenticator(db: Db, onError: (error: unknown) => void): Authenticator {
  const noting = new Map<number, Promise<void>>();
  const liveKey = askedTogether((hash) => findLiveKeyAcrossCompanies(db, hash));
  return {
    async authenticate(authorization) {
      const key = /^Bearer +(fd_[0-9a-f]{8}_[\w-]{43})$/i.exec(authorization ?? "")?.[1];
      const row = key === undefined ? undefined : await liveKey(sha256(key));
      if (row === undefined) throw unauthenticated();
      if (row.expires_at !== null && !isBefore(await currentTime(db), row.expires_at)) throw unauthenticated();
      const tenant = { companyId: row.company_id };
      if (isStale(db, row.last_used_at) && !noting.has(row.id)) {
        noting.set(
          row.id,
          note(db, tenant, row.id)
            .catch(onError)
            .finally(() => noting.delete(row.id)),
        );
      }
      return { ...tenant, actor: { type: "api_key", id: String(row.id) }, permissions: permissionsOf(row.scopes) };
    },
    settled: async () => void (await Promise.all(noting.values())),
  };
}

function unauthenticated(): Refusal {
  return new Refusal("unauthenticated", "Send a valid API key as `Authorization: Bearer fd_…`.");
}

/** By this process's clock: only whether a note is worth a statement, which looks again. */
function isStale(db: Db, lastUsedAt: { epochMilliseconds: number } | null): boolean {
  const now = db.clock?.now().epochMilliseconds ?? Date.now();
  return lastUsedAt === null || now - lastUsedAt.epochMilliseconds >= usedEveryMilliseconds;
}

async function note(db: Db, tenant: { companyId: number }, id: number): Promise<void> {
  await transaction(db, async (tx) => markUsed(tx, tenant, id, await currentTime(tx), usedEveryMilliseconds));
}

const known: ReadonlySet<string> = new Set(permissions);

/** A scope that this version does not know is no permission. */
function permissionsOf(scopes: readonly string[]): ReadonlySet<Permission> {
  return new Set(scopes.filter((scope): scope is Permission => known.has(scope)));
}
