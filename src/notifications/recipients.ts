import type { Db } from "../db/connect.ts";
import { sha256 } from "../ids.ts";
import type { Tenant } from "../tenant.ts";
import type { Channel } from "./catalogue.ts";
import { localeFrom } from "./locale.ts";
import type { Addressee } from "./mapping.ts";
import type { Recipient } from "./route.ts";
import { branchContact, type Contact, customerContact, type Scene, staffContact } from "./scene-store.ts";
import { findPreferences, type StoredPreferences } from "./settings-store.ts";

/** Who an addressee is and how they are reached; null for somebody who is gone. */
export async function recipientOf(
  db: Db,
  tenant: Tenant,
  addressee: Addressee,
  scene: Pick<Scene, "zone" | "companyLocale">,
  locales: readonly string[],
): Promise<Recipient | null> {
  if (addressee.to === "address") {
    const { address } = addressee;
    const contact = { name: address, email: address, phone: null, locale: null, canBePushed: false };
    return recipient("address", sha256(address.toLowerCase()), contact, null, scene, locales);
  }
  if (addressee.to === "branch") {
    const contact = await branchContact(db, tenant, addressee.branchId);
    return contact && recipient("branch", addressee.branchId, contact, null, scene, locales);
  }
  const [type, id] =
    addressee.to === "customer"
      ? (["customer", String(addressee.customerId)] as const)
      : (["staff", addressee.staffId] as const);
  const contact =
    addressee.to === "customer"
      ? await customerContact(db, tenant, addressee.customerId, scene.zone)
      : await staffContact(db, tenant, id, scene.zone);
  return contact && recipient(type, id, contact, await findPreferences(db, tenant, type, id), scene, locales);
}

function recipient(
  type: Recipient["type"],
  id: string,
  contact: Contact,
  preferences: StoredPreferences | null,
  { zone, companyLocale }: Pick<Scene, "zone" | "companyLocale">,
  locales: readonly string[],
): Recipient {
  const { name, email, phone, canBePushed } = contact;
  const addresses: Partial<Record<Channel, string>> = {
    ...(email ? { email } : {}),
    ...(phone ? { sms: phone, whatsapp: phone } : {}),
    ...(canBePushed ? { push: id } : {}),
  };
  return {
    type,
    id,
    name,
    addresses,
    zone: preferences?.timezone ?? zone,
    locale: localeFrom([preferences?.locale, contact.locale, companyLocale], locales),
    preferences,
  };
}
