import { audit } from "../audit/log.ts";
import type { JsonValue } from "../db/columns.ts";
import { currentTime, type Db } from "../db/connect.ts";
import { takeLock } from "../db/locks.ts";
import { transaction } from "../db/transaction.ts";
import { notFound } from "../errors.ts";
import { erasedName } from "../tenancy/hierarchy.ts";
import type { Caller } from "../tenant.ts";
import { formerWords } from "./former-store.ts";
import {
  eraseFromAudit,
  eraseFromWebhooks,
  erasePerson,
  findPerson,
  forgetReplies,
  rowsOf,
  scrubDocuments,
  tiesOf,
} from "./store.ts";

/** All that is kept of a customer, for the customer. @throws Refusal notFound */
export async function exportCustomer(db: Db, caller: Caller, customerId: number) {
  const person = await findPerson(db, caller, customerId);
  if (!person) throw notFound("customer");
  const tables = await rowsOf(db, caller, await tiesOf(db, caller, person));
  return { customerId, tables: JSON.parse(JSON.stringify(tables)) as Record<string, Record<string, unknown>[]> };
}

/**
 * Takes a customer's name, number, address and words out of everything that is kept; appointments, decisions and figures
 * stay, of nobody. Doing it again changes nothing. @throws Refusal notFound
 */
export async function eraseCustomer(db: Db, caller: Caller, customerId: number): Promise<{ customerId: number }> {
  return transaction(db, async (tx) => {
    await takeLock(tx, caller, "customer", customerId);
    const person = await findPerson(tx, caller, customerId);
    if (!person) throw notFound("customer");
    if (person.name === erasedName && person.email === null && person.phone === null) return { customerId };
    const now = await currentTime(tx);
    const ties = await tiesOf(tx, caller, person);
    const former = await formerWords(tx, caller, customerId);
    const scrub = scrubberOf([person.name, person.email, person.phone, ...former]);
    await eraseFromWebhooks(tx, caller, ties, scrub);
    await scrubDocuments(tx, caller, ties, scrub, now);
    await erasePerson(tx, caller, ties, now);
    await eraseFromAudit(tx, caller, ties);
    const isOfThem = new RegExp(`"customerId":${customerId}\\b`);
    await forgetReplies(tx, caller, (value) => {
      const text = JSON.stringify(value);
      return isOfThem.test(text) || JSON.stringify(scrub(value)) !== text;
    });
    await audit(
      tx,
      caller,
      { action: "customer.erase", subject: { type: "customer", id: customerId }, from: null, to: null },
      now,
    );
    return { customerId };
  });
}

/** Replaces a person's names, numbers and addresses wherever they stand in a document's texts, the longest first. */
export function scrubberOf(told: readonly (string | null)[]): (value: JsonValue) => JsonValue {
  const words = told
    .flatMap((word) => (word === null || word === "" || word === erasedName ? [] : [word]))
    .toSorted((one, other) => other.length - one.length);
  const scrub = (value: JsonValue): JsonValue => {
    if (typeof value === "string") return words.reduce((text, word) => text.replaceAll(word, erasedName), value);
    if (Array.isArray(value)) return value.map(scrub);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, scrub(inner)]));
  };
  return scrub;
}
