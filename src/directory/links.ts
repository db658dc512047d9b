import { audit } from "../audit/log.ts";
import { currentTime, type Db, type Tx } from "../db/connect.ts";
import { transaction } from "../db/transaction.ts";
import { Refusal } from "../errors.ts";
import { assertMatch, etagOfView } from "../http/preconditions.ts";
import { unknownId } from "../tenancy/hierarchy.ts";
import { branchesOffering, staffOffering } from "../tenancy/offering.ts";
import type { Caller, Tenant } from "../tenant.ts";
import { aboutOf, getEntry, getEntryForUpdate, lockFor } from "./entries.ts";
import { branches, type Kind, services, staff } from "./kinds.ts";
import { insertLink, type LinkTable, linkRows, switchLink } from "./link-store.ts";
import { findEntry } from "./store.ts";

/** What a service can be linked to. */
export interface Link {
  readonly table: LinkTable;
  readonly kind: Kind;
  /** In what is sent and replied. */
  readonly field: "staffIds" | "branchIds";
  readonly read: (db: Db, tenant: Tenant, serviceId: number) => Promise<ReadonlySet<string>>;
}

export const staffLink: Link = { table: "service_staff", kind: staff, field: "staffIds", read: staffOffering };
export const branchLink: Link = {
  table: "branch_service",
  kind: branches,
  field: "branchIds",
  read: branchesOffering,
};

export type Linked = Readonly<Record<string, readonly string[]>>;

/** @throws Refusal notFound */
export async function readLinks(db: Db, caller: Caller, link: Link, serviceId: number): Promise<Linked> {
  await getEntry(db, caller, services, serviceId);
  return linked(db, caller, link, serviceId);
}

async function linked(db: Db, caller: Caller, { field, read }: Link, serviceId: number): Promise<Linked> {
  return { [field]: [...(await read(db, caller, serviceId))].sort() };
}

/**
 * These and no others; none at all is everybody, or every branch. What is booked already stays.
 * @param ifMatch an ETag, or null
 * @throws Refusal notFound; validationFailed for an id that is none of this company's; conflict for branches of a service
 * that belongs to one
 */
export async function replaceLinks(
  db: Db,
  caller: Caller,
  link: Link,
  serviceId: number,
  ids: readonly string[],
  ifMatch: string | null,
): Promise<Linked> {
  return transaction(db, async (tx) => {
    await lockFor(tx, caller, services, serviceId);
    const service = await getEntryForUpdate(tx, caller, services, serviceId);
    const from = await linked(tx, caller, link, serviceId);
    assertMatch(ifMatch, etagOfView(from));
    if (link.kind === branches && service.branchId !== null && ids.length > 0) throw ofOneBranch();
    await assertAllThere(tx, caller, link, ids);
    if (!(await write(tx, caller, link, serviceId, { from: new Set(from[link.field]), to: new Set(ids) }))) return from;
    const to = await linked(tx, caller, link, serviceId);
    const now = await currentTime(tx);
    await audit(tx, caller, { action: "service.change", from, to, ...aboutOf(services, serviceId) }, now);
    return to;
  });
}

function ofOneBranch(): Refusal {
  return new Refusal(
    "conflict",
    "This service belongs to one branch. Take its branchId out first (PATCH /services/{serviceId}), then name its branches.",
  );
}

async function assertAllThere(tx: Tx, caller: Caller, { kind, field }: Link, ids: readonly string[]): Promise<void> {
  for (const [index, id] of ids.entries()) {
    if (!(await findEntry(tx, caller, kind, id))) throw unknownId(`/${field}/${index}`, kind.noun);
  }
}

/** @returns whether there was anything to write */
async function write(
  tx: Tx,
  caller: Caller,
  { table }: Link,
  serviceId: number,
  { from, to }: { readonly from: ReadonlySet<string>; readonly to: ReadonlySet<string> },
): Promise<boolean> {
  const rows = await linkRows(tx, caller, table, serviceId);
  for (const { id, targetId } of rows) {
    if (from.has(targetId) !== to.has(targetId)) await switchLink(tx, caller, table, id, to.has(targetId));
  }
  const added = [...to.difference(from)];
  for (const targetId of added) {
    if (rows.every((row) => row.targetId !== targetId)) await insertLink(tx, table, serviceId, targetId);
  }
  return added.length > 0 || from.difference(to).size > 0;
}
