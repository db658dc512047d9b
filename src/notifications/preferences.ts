import { audit } from "../audit/log.ts";
import { currentTime, type Db } from "../db/connect.ts";
import { takeLock } from "../db/locks.ts";
import { transaction } from "../db/transaction.ts";
import { notFound, Refusal } from "../errors.ts";
import { assertMatch } from "../http/preconditions.ts";
import { customerExists, findStaff } from "../tenancy/hierarchy.ts";
import { assertTarget } from "../tenancy/reach.ts";
import type { Caller, Tenant } from "../tenant.ts";
import { normalised } from "./locale.ts";
import { findPreferences, type StoredPreferences, writePreferences } from "./settings-store.ts";

const none: StoredPreferences = {
  locale: null,
  timezone: null,
  quietHours: null,
  preferredChannel: null,
  optOuts: [],
  version: 0,
};

/** Whose they are. */
export type Owner = { readonly type: "customer" | "staff"; readonly id: string };

export async function readPreferences(db: Db, tenant: Tenant, owner: Owner): Promise<StoredPreferences> {
  await assertExists(db, tenant, owner);
  return (await findPreferences(db, tenant, owner.type, owner.id)) ?? none;
}

/** Replaces all of them. @throws Refusal notFound; preconditionFailed where `ifMatch` names another version */
export async function savePreferences(
  db: Db,
  caller: Caller,
  owner: Owner,
  to: Omit<StoredPreferences, "version">,
  ifMatch: string | null,
): Promise<StoredPreferences> {
  return transaction(db, async (tx) => {
    await takeLock(tx, caller, "policies", caller.companyId);
    await assertExists(tx, caller, owner);
    await assertMayWrite(tx, caller, owner);
    const from = (await findPreferences(tx, caller, owner.type, owner.id)) ?? none;
    assertMatch(ifMatch, String(from.version));
    const locale = to.locale === null ? null : normalised(to.locale);
    const saved = { ...to, locale, version: from.version + 1 };
    const now = await currentTime(tx);
    await writePreferences(tx, caller, owner, saved, now);
    const subject = { type: `${owner.type}Preferences`, id: owner.id };
    await audit(tx, caller, { action: "preferences.set", subject, from, to: saved }, now);
    return saved;
  });
}

/** Adds what a recipient does not want any more; saying it twice changes nothing. */
export async function optOut(
  db: Db,
  tenant: Tenant,
  owner: Owner,
  what: StoredPreferences["optOuts"][number],
): Promise<void> {
  await transaction(db, async (tx) => {
    await takeLock(tx, tenant, "policies", tenant.companyId);
    const from = (await findPreferences(tx, tenant, owner.type, owner.id)) ?? none;
    if (
      from.optOuts.some(
        (known) => JSON.stringify(Object.entries(known).sort()) === JSON.stringify(Object.entries(what).sort()),
      )
    )
      return;
    const to = { ...from, optOuts: [...from.optOuts, what], version: from.version + 1 };
    const now = await currentTime(tx);
    await writePreferences(tx, tenant, owner, to, now);
    const subject = { type: `${owner.type}Preferences`, id: owner.id };
    await audit(tx, themselves(tenant, owner), { action: "preferences.optedOut", subject, from, to }, now);
  });
}

/** Whoever follows a link that was sent to them. */
function themselves({ companyId }: Tenant, owner: Owner): Caller {
  return { companyId, actor: owner, permissions: new Set(), origin: { source: "ui", requestId: null } };
}

/** Who reaches no branch sets what is their own, and nothing of a customer. @throws Refusal forbidden */
export async function assertMayWrite(db: Db, caller: Caller, { type, id }: Owner): Promise<void> {
  if (type === "staff") return assertTarget(db, caller, "staff", id);
  if (caller.reach?.branches.length === 0) throw new Refusal("forbidden", "Your role sets its own preferences only.");
}

/** @throws Refusal notFound */
export async function assertExists(db: Db, tenant: Tenant, { type, id }: Owner): Promise<void> {
  const exists =
    type === "customer"
      ? await customerExists(db, tenant, Number(id))
      : (await findStaff(db, tenant, id)) !== undefined;
  if (!exists) throw notFound(type === "customer" ? "customer" : "staff member");
}
