import type { Caller, Reach } from "../tenant.ts";

/** Customers' telephone numbers and mail addresses, which not everybody who sees a customer may read. */

/**
 * Whether the caller may read the contacts of all that the route's permission reaches. A key may, whatever its scopes;
 * a person whose contacts reach less far than what is read sees none of them.
 */
export function seesContacts(caller: Caller): boolean {
  if (caller.actor.type === "api_key") return true;
  if (!caller.permissions.has("contacts:read")) return false;
  const contacts = caller.reaches?.get("contacts:read");
  return contacts === undefined || (caller.reach !== undefined && isWithin(caller.reach, contacts));
}

function isWithin(part: Reach, whole: Reach): boolean {
  const holds = (key: keyof Reach) => part[key].every((id) => whole[key].includes(id));
  return holds("branches") && holds("staff");
}

/** `+49•••••78` of a number, `p•••@example.org` of an address: enough to tell two apart, not to reach anybody. */
export function masked(contact: string): string {
  const at = contact.lastIndexOf("@");
  if (at > 0) return `${contact.slice(0, 1)}•••${contact.slice(at)}`;
  return contact.length < 8 ? "•••" : `${contact.slice(0, 3)}•••••${contact.slice(-2)}`;
}

/** Every number and address that stands in a text. */
export function maskedText(text: string): string {
  return text.replace(/[^\s@<>,;:"'()]+@[^\s@<>,;:"'()]+|\+?\d[\d ()/-]{5,}\d/g, masked);
}
