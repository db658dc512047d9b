import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { audit } from "../audit/log.ts";
import { requestRecount } from "../callbacks/recount.ts";
import { currentTime, type Db, type Tx } from "../db/connect.ts";
import { keyKinds, optionalColumn } from "../db/host-contract.ts";
import { lacksColumn } from "../db/host-shape.ts";
import { transaction } from "../db/transaction.ts";
import { invalid } from "../errors.ts";
import { assertMatch, etagOfView } from "../http/preconditions.ts";
import { findBranch, unknownId } from "../tenancy/hierarchy.ts";
import { normalisedPhone } from "../tenancy/phone.ts";
import type { Caller } from "../tenant.ts";
import { aboutOf, auditedOf, getEntryForUpdate, lockFor, subjectOf, viewOf } from "./entries.ts";
import { companies, type Kind } from "./kinds.ts";
import { type Entry, findEntry, insertEntry, updateEntry, type Values } from "./store.ts";

/** Fields as they were sent; those left out take what the table or the company has. */
export type Sent = Readonly<Record<string, unknown>>;

export async function createEntry<View>(db: Db, caller: Caller, kind: Kind<View>, sent: Sent): Promise<View> {
  return transaction(db, async (tx) => {
    await lockFor(tx, caller, kind, null);
    return viewOf(await create(tx, caller, kind, sent, await companyOf(tx, caller))) as View;
  });
}

/** In a transaction that has taken its locks. */
export async function create(tx: Tx, caller: Caller, kind: Kind, sent: Sent, company: Entry): Promise<Entry> {
  const values = { ...inherited(tx, kind, company), ...(await storable(tx, caller, kind, sent, company)) };
  const key = keyKinds[kind.table] === "uuid" ? { id: randomUUID() } : {};
  const now = await currentTime(tx);
  const id = await insertEntry(tx, caller, kind, { ...key, ...values }, now);
  const made = await getEntryForUpdate(tx, caller, kind, id);
  const act = { action: `${subjectOf(kind)}.create`, from: null, to: auditedOf(made) };
  await audit(tx, caller, { ...act, ...aboutOf(kind, id) }, now);
  return made;
}

/** Only the fields that were sent; where nothing differs, nothing is written. @param ifMatch an ETag, or null */
export async function changeEntry<View>(
  db: Db,
  caller: Caller,
  kind: Kind<View>,
  id: number | string,
  sent: Sent,
  ifMatch: string | null,
): Promise<View> {
  return transaction(db, async (tx) => {
    await lockFor(tx, caller, kind, id);
    const from = await getEntryForUpdate(tx, caller, kind, id);
    assertMatch(ifMatch, etagOfView(viewOf(from)));
    return viewOf(await change(tx, caller, kind, from, sent, await companyOf(tx, caller))) as View;
  });
}

/** In a transaction that has taken its locks. @returns the very `from` where nothing differs */
export async function change(
  tx: Tx,
  caller: Caller,
  kind: Kind,
  from: Entry,
  sent: Sent,
  company: Entry,
): Promise<Entry> {
  const values = await storable(tx, caller, kind, sent, company);
  const changed = Object.entries(values).filter(([field, value]) => !isDeepStrictEqual(from[field], value));
  if (changed.length === 0) return from;
  const { id } = from;
  const now = await currentTime(tx);
  await updateEntry(tx, caller, kind, id, Object.fromEntries(changed), now);
  const to = await getEntryForUpdate(tx, caller, kind, id);
  if (kind.table === "branches" && from.timezone !== to.timezone) {
    await requestRecount(tx, caller, id as string, now);
  }
  const act = { action: `${subjectOf(kind)}.change`, from: auditedOf(from), to: auditedOf(to) };
  await audit(tx, caller, { ...act, ...aboutOf(kind, id) }, now);
  return to;
}

export async function companyOf(tx: Db, caller: Caller): Promise<Entry> {
  const company = await findEntry(tx, caller, companies, caller.companyId);
  if (!company) throw new Error("A caller's company was not found.");
  return company;
}

/** What a new row takes from its company, where the table has a column for it. */
function inherited(tx: Tx, { table }: Kind, company: Entry): Values {
  const fields = table === "branches" ? ["timezone"] : table === "customers" ? ["locale"] : [];
  return Object.fromEntries(
    fields.filter((field) => !lacksColumn(tx.host, table, field)).map((field) => [field, company[field]]),
  );
}

/** @throws Refusal validationFailed for what this company or this platform's table has no place for */
export async function storable(tx: Db, caller: Caller, kind: Kind, sent: Sent, company: Entry): Promise<Values> {
  const values: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(sent)) {
    if (value === undefined) continue;
    assertColumn(tx, kind, field, value);
    values[field] = field === "phone" ? phoneOf(value as string | null, company) : value;
  }
  const { branchId } = values as { branchId?: string | null };
  if (branchId && !(await findBranch(tx, caller, branchId))) throw unknownId("/branchId", "branch");
  return values;
}

function assertColumn(tx: Db, { table, fields }: Kind, field: string, value: unknown): void {
  const column = (fields as Record<string, string>)[field] as string;
  if (!lacksColumn(tx.host, table, column) || value === optionalColumn(table, column)?.fallback) return;
  throw invalid(
    `/${field}`,
    `The platform's table ${table} has no column ${column}, so it cannot be kept. Leave it out.`,
  );
}

function phoneOf(typed: string | null, company: Entry): string | null {
  if (typed === null) return null;
  const phone = normalisedPhone(typed, company.timezone as string);
  if (phone === null) {
    throw invalid("/phone", "is no telephone number; send one with its prefix, such as +4930123456, or null");
  }
  return phone;
}
