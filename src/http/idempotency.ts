import { randomUUID } from "node:crypto";
import { type Instant, isBefore } from "../clock.ts";
import { currentTime, type Db } from "../db/connect.ts";
import { transaction } from "../db/transaction.ts";
import { invalid, Refusal, refusals } from "../errors.ts";
import { sha256 } from "../ids.ts";
import type { Caller, Tenant } from "../tenant.ts";
import {
  type Claim,
  deleteSomeExpiredAcrossCompanies,
  findKey,
  insertClaim,
  type KeyRow,
  leaseMilliseconds,
  releaseClaim,
  saveResponse,
  takeOverClaim,
} from "./idempotency-store.ts";
import type { Response } from "./reply.ts";

/** What the key's first request was, for a later one to be compared with. */
export interface KeyedRequest {
  readonly key: string;
  readonly method: string;
  /** Path and query as sent. */
  readonly url: string;
  readonly body: unknown;
}

/** The work behind a key, and how its outcome is put to the caller. */
export interface KeyedWork {
  run(db: Db): Promise<unknown>;
  respond(result: unknown): Response;
  refuse(refusal: Refusal): Response;
  /** How a reply is kept that holds a secret; as it is, if left out. */
  readonly seal?: Seal;
}

export interface Seal {
  close(text: string): string;
  /** @throws Error when it cannot be opened any more */
  open(sealed: string): string;
}

const sealMark = "sealed:";

function closed(response: Response, seal: Seal | undefined): Response {
  const { body, status } = response;
  return seal === undefined || body === null || status >= 400
    ? response
    : { ...response, body: sealMark + seal.close(body) };
}

function opened(response: Response, seal: Seal | undefined): Response {
  const { body } = response;
  return seal && body?.startsWith(sealMark) ? { ...response, body: seal.open(body.slice(sealMark.length)) } : response;
}

/** @throws Refusal validationFailed on a key that is none */
export function idempotencyKeyIn(header: string | string[] | undefined): string | null {
  if (header === undefined) return null;
  if (typeof header === "string" && /^[\x20-\x7e]{1,255}$/.test(header)) return header;
  throw invalid("headers/idempotency-key", "Must be 1 to 255 printable ASCII characters, such as a fresh uuid.");
}

/**
 * Does the work of a key exactly once, and gives every later request with this key the first one's reply for 24 hours.
 * The reply is saved inside the work's own transaction, fenced by the claim's owner: either both are committed or
 * neither is, whichever process dies when. A Refusal undoes the work and is kept as its reply; any other error gives
 * the key free again.
 *
 * @throws Refusal idempotencyKeyReused for another request's key, idempotencyKeyInFlight while the first one runs
 */
export async function onceForKey(
  db: Db,
  caller: Caller,
  request: KeyedRequest,
  work: KeyedWork,
): Promise<{ response: Response; replayed: boolean }> {
  const claim = claimFor(caller, request);
  const kept = await claimOrFind(db, caller, claim);
  if (kept !== null) return { response: opened(kept, work.seal), replayed: true };
  try {
    return { response: await workAndSave(db, caller, claim, work), replayed: false };
  } catch (error) {
    // Should this fail too, the lease runs out and the next request does the work.
    await keepOrRelease(db, caller, claim, work, error).catch(() => {});
    throw error;
  }
}

async function keepOrRelease(db: Db, tenant: Tenant, claim: Claim, work: KeyedWork, error: unknown): Promise<void> {
  const isCallers = error instanceof Refusal && refusals[error.code].status < 500;
  if (isCallers) await save(db, tenant, claim, work.refuse(error));
  else await transaction(db, (tx) => releaseClaim(tx, tenant, claim));
}

/** Keys are the company's, whoever of it sends them; a link's are its own, or a customer could use up the company's. */
function claimFor({ actor, appointmentId }: Caller, { key, method, url, body }: KeyedRequest): Claim {
  const request = [method, url, actor.type, actor.id, canonical(body)];
  // No key that is sent holds a line break.
  const scoped = appointmentId === undefined ? key : `${key}\n${appointmentId}`;
  return { keyHash: sha256(scoped), requestHash: sha256(JSON.stringify(request)), owner: randomUUID() };
}

/** The same value with its keys sorted: two spellings of one JSON body are one request. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return value;
  const sorted = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, child]) => [key, canonical(child)]));
}

const tries = 5;

/** Null when the key is now this request's, else the reply to be replayed. */
async function claimOrFind(db: Db, tenant: Tenant, claim: Claim): Promise<Response | null> {
  for (let attempt = 1; attempt <= tries; attempt++) {
    const now = await currentTime(db);
    if (await transaction(db, (tx) => insertClaim(tx, tenant, claim, now))) return null;
    const row = await findKey(db, tenant, claim.keyHash);
    if (row === null) continue;
    const decision = decide(row, claim, now);
    if (decision !== "takeOver") return decision;
    if (await transaction(db, (tx) => takeOverClaim(tx, tenant, row, claim, now))) return null;
  }
  throw inFlight();
}

function decide(row: KeyRow, { requestHash }: Claim, now: Instant): Response | "takeOver" {
  if (!isBefore(now, row.expiresAt)) return "takeOver";
  if (row.requestHash !== requestHash) {
    throw new Refusal(
      "idempotencyKeyReused",
      "This key came with another request before. Use a fresh key for this one.",
    );
  }
  if (row.response !== null) return row.response;
  if (isBefore(now, row.leaseUntil)) throw inFlight();
  return "takeOver";
}

function inFlight(): Refusal {
  const seconds = leaseMilliseconds / 1000;
  return new Refusal(
    "idempotencyKeyInFlight",
    `The first request with this key has not ended yet. Send it again in a moment, at the latest in ${seconds} seconds.`,
  );
}

async function workAndSave(db: Db, tenant: Tenant, claim: Claim, work: KeyedWork): Promise<Response> {
  let saved: Response | null = null;
  const saving: Db = {
    ...db,
    async beforeCommit(tx, result) {
      const response = work.respond(result);
      const kept = closed(response, work.seal);
      if (!(await saveResponse(tx, tenant, claim, kept, await currentTime(tx)))) throw inFlight();
      saved = response;
    },
  };
  const result = await work.run(saving);
  if (saved !== null) return saved;
  const response = work.respond(result);
  await save(db, tenant, claim, closed(response, work.seal));
  return response;
}

/** For what changed nothing; a claim that is no longer ours is left to its new owner. */
async function save(db: Db, tenant: Tenant, claim: Claim, response: Response): Promise<void> {
  await transaction(db, async (tx) => saveResponse(tx, tenant, claim, response, await currentTime(tx)));
}

const batch = 500;

/** A chore: removes the keys whose 24 hours are over, and says how many. */
export async function deleteExpiredIdempotencyKeysAcrossCompanies(db: Db, now: Instant): Promise<number> {
  let deleted = 0;
  for (;;) {
    const some = await transaction(db, (tx) => deleteSomeExpiredAcrossCompanies(tx, now, batch));
    deleted += some;
    if (some < batch) return deleted;
  }
}
