import { z } from "zod";
import { isoOf } from "../clock.ts";
import type { Db, Tx } from "../db/connect.ts";
import { takeLock } from "../db/locks.ts";
import { notFound, Refusal } from "../errors.ts";
import { cursorOf, type Page, page, readCursor, type Sort } from "../http/pagination.ts";
import { masked, seesContacts } from "../tenancy/contacts.ts";
import type { Caller } from "../tenant.ts";
import type { Kind } from "./kinds.ts";
import { type Entry, type EntryFilter, findEntry, findEntryForUpdate, listEntries } from "./store.ts";

/** @throws Refusal notFound */
export async function getEntry<View>(db: Db, caller: Caller, kind: Kind<View>, id: number | string): Promise<View> {
  const entry = await findEntry(db, caller, kind, id);
  if (!entry) throw notFound(kind.noun);
  return viewFor(caller, kind)(entry) as View;
}

/** @throws Refusal notFound */
export async function getEntryForUpdate(tx: Tx, caller: Caller, kind: Kind, id: number | string): Promise<Entry> {
  const entry = await findEntryForUpdate(tx, caller, kind, id);
  if (!entry) throw notFound(kind.noun);
  return entry;
}

export async function pageOfEntries<View>(
  db: Db,
  caller: Caller,
  kind: Kind<View>,
  filter: EntryFilter,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<Page<View>> {
  assertMayFilter(caller, kind, filter);
  const sort = sorts[kind.order];
  const key = readCursor(sort, cursor);
  const rows = await listEntries(db, caller, kind, filter, key && { name: key[0], id: key[1] }, limit + 1);
  const last = ({ name, id }: Entry) => cursorOf(sort, [kind.order === "name" ? name : "", id]);
  const { items, nextCursor } = page(rows, limit, last);
  return { items: items.map(viewFor(caller, kind)) as View[], nextCursor };
}

const key = z.tuple([z.string(), z.union([z.int(), z.string()])]);
const sorts: Readonly<Record<Kind["order"], Sort<[string, number | string]>>> = {
  name: { name: "name", key },
  newest: { name: "newest", key },
};

/** Whether somebody has a number tells it as well. @throws Refusal forbidden */
function assertMayFilter(caller: Caller, { table }: Kind, { fields }: EntryFilter): void {
  if (table !== "customers" || seesContacts(caller) || !("phone" in fields || "email" in fields)) return;
  throw new Refusal("forbidden", "You may not see contacts (contacts:read), so you cannot look for one. Use the name.");
}

/** What the caller may see of an entry. */
function viewFor(caller: Caller, { table }: Kind): (entry: Entry) => object {
  if (table !== "customers" || seesContacts(caller)) return viewOf;
  const hidden = (contact: unknown) => (contact === null ? null : masked(contact as string));
  return (entry) => ({ ...viewOf(entry), phone: hidden(entry.phone), email: hidden(entry.email) });
}

/** What goes over the wire. */
export function viewOf(entry: Entry): object {
  return { ...entry, createdAt: isoOf(entry.createdAt), updatedAt: isoOf(entry.updatedAt) };
}

/** As the audit log writes it down. */
export function auditedOf({ id: _, createdAt: __, updatedAt: ___, ...fields }: Entry): object {
  return fields;
}

/** Whose line it is there; a customer's is reached by erasing the customer. */
export function aboutOf(kind: Kind, id: number | string) {
  const customerId = kind.table === "customers" ? (id as number) : null;
  return { subject: { type: subjectOf(kind), id }, customerId };
}

/** The kind's name in the audit log. */
export function subjectOf({ table }: Pick<Kind, "table">): string {
  return subjects[table];
}

const subjects = {
  companies: "company",
  branches: "branch",
  services: "service",
  staff: "staff",
  customers: "customer",
} as const;

/**
 * Before everything else. Policies name branches, services and staff: whoever writes those waits for whoever writes
 * these. @param id null for one that is made
 */
export async function lockFor(tx: Tx, caller: Caller, { table }: Kind, id: number | string | null): Promise<void> {
  if (table !== "customers") await takeLock(tx, caller, "policies", caller.companyId);
  if (id !== null && table === "customers") await takeLock(tx, caller, "customer", id);
  if (id !== null && table === "staff") await takeLock(tx, caller, "staff", id);
}
