import type { Instant } from "../clock.ts";
import type { Db, Tx } from "../db/connect.ts";
import { hostRefusal } from "../db/host-refusals.ts";
import { ownColumn } from "../db/host-shape.ts";
import { type FieldError, Refusal } from "../errors.ts";
import { erasedName } from "../tenancy/hierarchy.ts";
import { customerInReach } from "../tenancy/reach.ts";
import type { Tenant } from "../tenant.ts";
import type { Kind } from "./kinds.ts";

/** The platform's tables, or ours in their place. All kinds share these statements: a column is asked for by its field. */

/** A row under its fields' names. */
export interface Entry {
  readonly id: number | string;
  readonly name: string;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly [field: string]: unknown;
}

export type Values = Readonly<Record<string, unknown>>;

/** Deleted rows and erased customers are not there. */
export async function findEntry(db: Db, tenant: Tenant, kind: Kind, id: number | string): Promise<Entry | undefined> {
  const row = await entries(db, tenant, kind)
    .where("id", "=", id as number)
    .executeTakeFirst();
  return row as Entry | undefined;
}

/** Locked against the platform's own writes too, until the transaction ends. */
export async function findEntryForUpdate(
  tx: Tx,
  tenant: Tenant,
  kind: Kind,
  id: number | string,
): Promise<Entry | undefined> {
  const query = entries(tx, tenant, kind).where("id", "=", id as number);
  const row = await (tx.engine === "sqlite" ? query : query.forUpdate()).executeTakeFirst();
  return row as Entry | undefined;
}

export interface EntryFilter {
  /** Part of the name, in capitals or not. */
  readonly name?: string | undefined;
  readonly isActive?: boolean | undefined;
  /** Fields that are to have one of the values. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
}

/** In the kind's order, after the cursor's row. */
export async function listEntries(
  db: Db,
  tenant: Tenant,
  kind: Kind,
  filter: EntryFilter,
  after: { readonly name: string; readonly id: number | string } | null,
  limit: number,
): Promise<Entry[]> {
  let query = entries(db, tenant, kind).limit(limit);
  query = kind.order === "newest" ? query.orderBy("id", "desc") : query.orderBy("name").orderBy("id");
  if (after !== null && kind.order === "newest") query = query.where("id", "<", after.id as number);
  if (after !== null && kind.order === "name") {
    query = query
      .where("name", ">=", after.name)
      .where((eb) => eb.or([eb("name", ">", after.name), eb("id", ">", after.id as number)]));
  }
  const { name, isActive } = filter;
  if (name !== undefined) {
    query = query.where((eb) =>
      eb(eb.fn<number>("instr", [eb.fn("lower", ["name"]), eb.fn("lower", [eb.val(name)])]), ">", 0),
    );
  }
  if (isActive !== undefined) {
    const is = column("is_active");
    // A platform's NULL counts as active.
    query = query.where((eb) => eb.or([eb(is, "=", isActive as never), ...(isActive ? [eb(is, "is", null)] : [])]));
  }
  for (const [field, values] of Object.entries(filter.fields)) {
    query = query.where(column((kind.fields as Record<string, string>)[field] ?? field), "in", values as never);
  }
  return (await query.execute()) as unknown as Entry[];
}

/** Those with one of the values, an address in capitals or not. */
export async function entriesWith(
  db: Db,
  tenant: Tenant,
  kind: Kind,
  field: "email" | "phone" | "id" | "name",
  values: readonly string[],
): Promise<Entry[]> {
  const found: Entry[] = [];
  for (let from = 0; from < values.length; from += 500) {
    const some = values.slice(from, from + 500);
    const query = entries(db, tenant, kind).where((eb) =>
      field === "email" ? eb(eb.fn<string>("lower", ["email"]), "in", some) : eb(column(field), "in", some as never),
    );
    found.push(...((await query.orderBy("id").execute()) as unknown as Entry[]));
  }
  return found;
}

function entries(db: Db, tenant: Tenant, kind: Kind) {
  const { table, fields } = kind;
  const columns = Object.entries(fields as Record<string, string>).map(([field, of]) => `${of} as ${field}`);
  const query = db
    .of(tenant)
    .selectFrom(table as "customers")
    .select(columns as "id"[])
    .where("deleted_at", "is", null);
  if (table !== "customers") return query;
  return query.where("name", "<>", erasedName).where((eb) => customerInReach(eb, tenant, "customers.id"));
}

/** The kinds' tables differ in their columns; what they have in common is typed as a customer's. */
const column = (name: string) => name as "name";

/** @returns the new row's id: the one given, or the database's */
export async function insertEntry(
  tx: Tx,
  tenant: Tenant,
  kind: Kind,
  values: Values,
  now: Instant,
): Promise<number | string> {
  const row = { ...columnsOf(kind, values), created_at: now, updated_at: now };
  const insert = tx
    .of(tenant)
    .insertInto(kind.table as "customers")
    .values(row as never);
  const { insertId } = await taken(tx, kind, insert.executeTakeFirstOrThrow());
  return (values.id as string | undefined) ?? Number(insertId);
}

/** The row is locked. */
export async function updateEntry(
  tx: Tx,
  tenant: Tenant,
  kind: Kind,
  id: number | string,
  values: Values,
  now: Instant,
): Promise<void> {
  const update = tx
    .of(tenant)
    .updateTable(kind.table as "customers")
    .set({ ...columnsOf(kind, values), updated_at: now } as never)
    .where("id", "=", id as number);
  await taken(tx, kind, update.execute());
}

/** Soft: what refers to the row goes on doing so. */
export async function markDeleted(tx: Tx, tenant: Tenant, kind: Kind, id: number | string, now: Instant) {
  const update = tx
    .of(tenant)
    .updateTable(kind.table as "customers")
    .set({ deleted_at: now, updated_at: now })
    .where("id", "=", id as number);
  await taken(tx, kind, update.execute());
}

function columnsOf({ fields }: Kind, values: Values): Record<string, unknown> {
  const columns = fields as Record<string, string>;
  return Object.fromEntries(Object.entries(values).map(([field, value]) => [columns[field], value]));
}

/** A platform's table has rules of its own: what they forbid is the caller's to know, and no error of ours. */
async function taken<T>(tx: Tx, kind: Kind, write: Promise<T>): Promise<T> {
  if (tx.host === null) return write;
  return write.catch((error: unknown) => {
    const refusal = hostRefusal(error, kind.table);
    if (refusal === null) throw error;
    const own = refusal.column === null ? null : ownColumn(tx.host, kind.table, refusal.column);
    const [field] = Object.entries(kind.fields).find(([, of]) => of === own) ?? [];
    if (refusal.about === "table" || field === undefined) throw new Refusal("conflict", refusal.message);
    const mistake: FieldError = { pointer: `/${field}`, message: refusal.message };
    throw new Refusal("validationFailed", "Some fields need mending; see errors.", [mistake]);
  });
}
