import { randomBytes } from "node:crypto";
import { audit } from "../audit/log.ts";
import { isoOf } from "../clock.ts";
import { currentTime, type Db } from "../db/connect.ts";
import { takeLock } from "../db/locks.ts";
import { transaction } from "../db/transaction.ts";
import { invalid, notFound, Refusal } from "../errors.ts";
import { assertMatch } from "../http/preconditions.ts";
import type { Installation } from "../installation.ts";
import { assertReachable } from "../outbound.ts";
import { decrypt, encrypt, type Keyring } from "../secrets.ts";
import type { Caller, Tenant } from "../tenant.ts";
import type { EventFilter } from "./catalogue.ts";
import {
  deleteEndpoint,
  type EndpointChange,
  type EndpointRow,
  endpointsToRotateAcrossCompanies,
  findEndpoint,
  insertEndpoint,
  listEndpoints,
  updateEndpoint,
} from "./endpoint-store.ts";

export interface EndpointContent {
  readonly url: string;
  readonly description: string;
  readonly eventTypes: readonly EventFilter[];
}

const mostEndpoints = 20;

/** @returns the endpoint with its secret, which is never shown again */
export async function createEndpoint(
  db: Db,
  caller: Caller,
  installation: Installation,
  { url, description, eventTypes }: EndpointContent,
) {
  assertUrl(url, installation);
  const secret = newSecret();
  const sealed = seal(installation.keyring, caller, secret);
  return transaction(db, async (tx) => {
    await takeLock(tx, caller, "policies", caller.companyId);
    if ((await listEndpoints(tx, caller)).length >= mostEndpoints) {
      throw new Refusal("conflict", `A company has ${mostEndpoints} endpoints at most. Delete one first.`);
    }
    const values = { url, description, event_types: eventTypes, ...sealed };
    const now = await currentTime(tx);
    const id = await insertEndpoint(tx, caller, values, now);
    const to = { url, description, eventTypes };
    await audit(tx, caller, { action: "webhookEndpoint.create", subject: subjectOf(id), from: null, to }, now);
    return { ...endpointView((await findEndpoint(tx, caller, id)) as EndpointRow), secret };
  });
}

/** @param ifMatch an ETag, or null to change whatever is there */
export async function changeEndpoint(
  db: Db,
  caller: Caller,
  installation: Installation,
  id: number,
  given: { [K in keyof EndpointContent]?: EndpointContent[K] | undefined } & { isEnabled?: boolean | undefined },
  ifMatch: string | null,
) {
  if (given.url !== undefined) assertUrl(given.url, installation);
  return transaction(db, async (tx) => {
    await takeLock(tx, caller, "policies", caller.companyId);
    const before = await findEndpoint(tx, caller, id);
    if (!before) throw notFound("webhook endpoint");
    assertMatch(ifMatch, String(before.version));
    const now = await currentTime(tx);
    const { url, description, eventTypes, isEnabled } = given;
    const change: EndpointChange = {
      ...(url === undefined ? {} : { url }),
      ...(description === undefined ? {} : { description }),
      ...(eventTypes === undefined ? {} : { event_types: eventTypes }),
      ...(isEnabled === undefined || isEnabled === before.isEnabled ? {} : switched(isEnabled ? null : now)),
    };
    await updateEndpoint(tx, caller, id, change, now);
    const after = (await findEndpoint(tx, caller, id)) as EndpointRow;
    const act = { action: "webhookEndpoint.change", subject: subjectOf(id), from: audited(before), to: audited(after) };
    await audit(tx, caller, act, now);
    return endpointView(after);
  });
}

const subjectOf = (id: number) => ({ type: "webhookEndpoint", id });

function audited({ url, description, eventTypes, isEnabled }: EndpointRow) {
  return { url, description, eventTypes, isEnabled };
}

function switched(disabledAt: EndpointRow["disabledAt"]): EndpointChange {
  return {
    is_enabled: disabledAt === null,
    disabled_at: disabledAt,
    disabled_reason: disabledAt === null ? null : "byHand",
  };
}

/** The old secret counts no longer. */
export async function renewSecret(db: Db, caller: Caller, installation: Installation, id: number) {
  const secret = newSecret();
  return transaction(db, async (tx) => {
    await takeLock(tx, caller, "policies", caller.companyId);
    if (!(await findEndpoint(tx, caller, id))) throw notFound("webhook endpoint");
    const now = await currentTime(tx);
    await updateEndpoint(tx, caller, id, seal(installation.keyring, caller, secret), now);
    await audit(
      tx,
      caller,
      { action: "webhookEndpoint.renewSecret", subject: subjectOf(id), from: null, to: null },
      now,
    );
    return { ...endpointView((await findEndpoint(tx, caller, id)) as EndpointRow), secret };
  });
}

export async function removeEndpoint(db: Db, caller: Caller, id: number, ifMatch: string | null): Promise<void> {
  await transaction(db, async (tx) => {
    await takeLock(tx, caller, "policies", caller.companyId);
    const before = await findEndpoint(tx, caller, id);
    if (!before) throw notFound("webhook endpoint");
    assertMatch(ifMatch, String(before.version));
    await deleteEndpoint(tx, caller, id);
    const act = { action: "webhookEndpoint.delete", subject: subjectOf(id), from: audited(before), to: null };
    await audit(tx, caller, act, await currentTime(tx));
  });
}

/** Names are looked up when something is sent, each time: what they lead to now says nothing about then. */
function assertUrl(text: string, { allowsPrivateNetworks }: Installation): void {
  const url = URL.canParse(text) ? new URL(text) : null;
  const protocols = allowsPrivateNetworks ? ["https:", "http:"] : ["https:"];
  if (!url || !protocols.includes(url.protocol)) throw invalid("/url", "must be an https address");
  if (url.username !== "" || url.password !== "" || url.hash !== "") {
    throw invalid("/url", "must hold no user, password or fragment; the signature says who sends");
  }
  try {
    assertReachable(url.hostname, allowsPrivateNetworks);
  } catch {
    throw invalid("/url", "lies in a private network, which this installation does not allow");
  }
}

function newSecret(): string {
  return `whsec_${randomBytes(32).toString("base64")}`;
}

/** Bound to the company: copied into another company's row, it does not decrypt. */
const ownerOf = ({ companyId }: Tenant) => `webhook endpoint ${companyId}`;

function seal(keyring: Keyring | null, tenant: Tenant, secret: string): { secret: string; secret_key_id: string } {
  if (keyring === null) {
    throw new Refusal(
      "unavailable",
      "This installation cannot keep secrets: set FRONTDESK_SECRET_KEY and start again.",
    );
  }
  const { sealed, keyId } = encrypt(keyring, ownerOf(tenant), secret);
  return { secret: sealed, secret_key_id: keyId };
}

/** For signing. @throws Error where it cannot be decrypted */
export function openSecret(
  keyring: Keyring | null,
  tenant: Tenant,
  { secret, secretKeyId }: Pick<EndpointRow, "secret" | "secretKeyId">,
): string {
  if (keyring === null) throw new Error("FRONTDESK_SECRET_KEY is not set: stored secrets cannot be read.");
  return decrypt(keyring, ownerOf(tenant), { keyId: secretKeyId, sealed: secret });
}

/** Encrypts with the first key what older ones encrypted. */
export async function rotateWebhookSecretsAcrossCompanies(db: Db, keyring: Keyring) {
  const unreadable: { companyId: number; channel: "webhook"; error: string }[] = [];
  let rotated = 0;
  for (const { id, companyId, ...sealed } of await endpointsToRotateAcrossCompanies(db, keyring.keys[0].id)) {
    try {
      const to = seal(keyring, { companyId }, openSecret(keyring, { companyId }, sealed));
      await transaction(db, async (tx) => {
        await takeLock(tx, { companyId }, "policies", companyId);
        const now = await findEndpoint(tx, { companyId }, id);
        if (now?.secret === sealed.secret) await updateEndpoint(tx, { companyId }, id, to, await currentTime(tx));
      });
      rotated++;
    } catch (error) {
      unreadable.push({ companyId, channel: "webhook", error: error instanceof Error ? error.message : String(error) });
    }
  }
  return { rotated, unreadable };
}

/** Without its secret. */
export function endpointView({ secret: _, secretKeyId: __, ...row }: EndpointRow) {
  return {
    ...row,
    eventTypes: row.eventTypes as EventFilter[],
    disabledAt: row.disabledAt && isoOf(row.disabledAt),
    lastDeliveredAt: row.lastDeliveredAt && isoOf(row.lastDeliveredAt),
    createdAt: isoOf(row.createdAt),
  };
}
