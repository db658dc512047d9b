import type { Db } from "../db/connect.ts";
import { type ConfigurableType, configurableTypes } from "../db/schema.ts";
import { invalid } from "../errors.ts";
import type { Tenant } from "../tenant.ts";

/** The chain company → branch → service → staff: who belongs to whom, asked inside one company only. */

export interface Branch {
  readonly id: string;
  readonly timezone: string;
}

export interface Service {
  readonly id: number;
  readonly branchId: string | null;
  readonly durationMinutes: number;
  readonly priceCents: number | null;
}

export interface StaffMember {
  readonly id: string;
  readonly branchId: string;
}

/** Whether a configuration may stand at this place: it exists here, is of that kind, and is not deleted. */
export async function targetExists(db: Db, tenant: Tenant, level: ConfigurableType, id: string): Promise<boolean> {
  switch (level) {
    case "company":
      return id === String(tenant.companyId);
    case "branch":
      return (await findBranch(db, tenant, id)) !== undefined;
    case "service":
      return /^[1-9]\d{0,15}$/.test(id) && (await findService(db, tenant, Number(id))) !== undefined;
    case "staff":
      return (await findStaff(db, tenant, id)) !== undefined;
  }
}

/** In which the company's prices are. */
export async function currencyOf(db: Db, tenant: Tenant): Promise<string> {
  const { currency } = await db.of(tenant).selectFrom("companies").select("currency").executeTakeFirstOrThrow();
  return currency;
}

export async function findBranch(db: Db, tenant: Tenant, id: string): Promise<Branch | undefined> {
  return db
    .of(tenant)
    .selectFrom("branches")
    .select(["id", "timezone"])
    .where("id", "=", id)
    .where("deleted_at", "is", null)
    .executeTakeFirst();
}

export async function findService(db: Db, tenant: Tenant, id: number): Promise<Service | undefined> {
  return db
    .of(tenant)
    .selectFrom("services")
    .select(["id", "branch_id as branchId", "duration_minutes as durationMinutes", "price_cents as priceCents"])
    .where("id", "=", id)
    .where("deleted_at", "is", null)
    .executeTakeFirst();
}

export async function findStaff(db: Db, tenant: Tenant, id: string): Promise<StaffMember | undefined> {
  return db
    .of(tenant)
    .selectFrom("staff")
    .select(["id", "branch_id as branchId"])
    .where("id", "=", id)
    .where("is_active", "=", true)
    .where("deleted_at", "is", null)
    .executeTakeFirst();
}

/** The name of a customer who was erased. Nothing new is tied to such a row. */
export const erasedName = "[erased]";

export async function customerExists(db: Db, tenant: Tenant, id: number): Promise<boolean> {
  const found = await db
    .of(tenant)
    .selectFrom("customers")
    .select("id")
    .where("id", "=", id)
    .where("name", "<>", erasedName)
    .where("deleted_at", "is", null)
    .executeTakeFirst();
  return found !== undefined;
}

/** Refuses a body's id that is not of this company, exactly as one that does not exist at all. */
export function unknownId(pointer: string, what: string) {
  return invalid(pointer, `There is no such ${what} in this company; use the id of one that exists.`);
}

/** From the most to the least specific. */
export const levelsBySpecificity = [...configurableTypes].reverse();

/** Everything a policy can be set for, by name. */
export async function readHierarchy(db: Db, tenant: Tenant) {
  const own = db.of(tenant);
  const company = await own
    .selectFrom("companies")
    .select(["id", "name", "timezone", "locale", "currency"])
    .executeTakeFirstOrThrow();
  const branches = await own
    .selectFrom("branches")
    .select(["id", "name", "timezone"])
    .where("deleted_at", "is", null)
    .orderBy("name")
    .execute();
  const services = await own
    .selectFrom("services")
    .select(["id", "name", "branch_id as branchId"])
    .where("deleted_at", "is", null)
    .orderBy("name")
    .execute();
  const staff = await own
    .selectFrom("staff")
    .select(["id", "name", "branch_id as branchId"])
    .where("deleted_at", "is", null)
    .orderBy("name")
    .execute();
  return { company, branches, services, staff };
}
