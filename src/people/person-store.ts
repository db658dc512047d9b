import { acrossCompanies } from "../db/across-companies.ts";
import type { Db } from "../db/connect.ts";
import type { Person } from "../sign-in.ts";
import type { Grant } from "../tenancy/roles.ts";
import type { Tenant } from "../tenant.ts";

/** Who signs in with this row of better-auth's; null for somebody who was taken out, or whose company is closed. */
export async function findPersonAcrossCompanies(db: Db, authUserId: number): Promise<Person | null> {
  return (await people(db).where("a.id", "=", authUserId).executeTakeFirst().then(personOf)) ?? null;
}

/** As above, by what is typed to sign in. */
export async function findPersonByEmailAcrossCompanies(db: Db, email: string): Promise<Person | null> {
  return (await people(db).where("a.email", "=", email.toLowerCase()).executeTakeFirst().then(personOf)) ?? null;
}

/** @returns better-auth's id of somebody who can sign in */
export async function findAuthUserAcrossCompanies(db: Db, userId: number): Promise<number | null> {
  const row = await acrossCompanies(db)
    .selectFrom("auth_users")
    .select("id")
    .where("user_id", "=", userId)
    .executeTakeFirst();
  return row?.id ?? null;
}

function people(db: Db) {
  return acrossCompanies(db)
    .selectFrom("auth_users as a")
    .innerJoin("users as u", "u.id", "a.user_id")
    .leftJoin("companies as c", (join) =>
      join.onRef("c.id", "=", "u.company_id").on("c.is_active", "=", true).on("c.deleted_at", "is", null),
    )
    .select(["u.id as userId", "c.id as companyId", "c.name as companyName", "c.locale"])
    .select(["a.email", "u.name", "a.is_operator as isOperator", "a.two_factor_enabled as hasTwoFactor"])
    .where("u.deleted_at", "is", null)
    .where((eb) => eb.or([eb("a.is_operator", "=", true), eb("c.id", "is not", null)]));
}

type Row = NonNullable<Awaited<ReturnType<ReturnType<typeof people>["executeTakeFirst"]>>>;

function personOf(row: Row | undefined): Person | undefined {
  if (row === undefined) return undefined;
  const { isOperator, ...person } = row;
  return isOperator ? { ...person, companyId: null, companyName: null, locale: null } : person;
}

/** Who somebody is among the staff counts while they are active. */
export async function grantsOf(db: Db, tenant: Tenant, userId: number): Promise<Grant[]> {
  return db
    .of(tenant)
    .selectFrom("role_grants as g")
    .leftJoin("staff as s", (join) =>
      join.onRef("s.id", "=", "g.staff_id").on("s.is_active", "=", true).on("s.deleted_at", "is", null),
    )
    .select(["g.role", "g.branch_id as branchId", "s.id as staffId"])
    .where("g.user_id", "=", userId)
    .orderBy("g.id")
    .execute();
}
