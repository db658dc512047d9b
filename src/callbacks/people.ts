import type { Db } from "../db/connect.ts";
import type { Tenant } from "../tenant.ts";

/** Who is who in a company, by the roles it granted. The one place that knows. */

export interface Person {
  readonly email: string;
  /** Who they are among the active staff; null for someone who cannot take a callback over. */
  readonly staffId: string | null;
}

/** Those who manage a branch, or all of them. */
export async function managersOf(db: Db, tenant: Tenant, branchId: string): Promise<Person[]> {
  const rows = await granted(db, tenant, "manager");
  return rows.filter((row) => row.branchId === null || row.branchId === branchId).map(personOf);
}

export async function adminsOf(db: Db, tenant: Tenant): Promise<Person[]> {
  return (await granted(db, tenant, "admin")).map(personOf);
}

async function granted(db: Db, tenant: Tenant, role: "admin" | "manager") {
  return db
    .of(tenant)
    .selectFrom("role_grants as g")
    .innerJoin("users as u", "u.id", "g.user_id")
    .leftJoin("staff as s", (join) =>
      join.onRef("s.id", "=", "g.staff_id").on("s.is_active", "=", true).on("s.deleted_at", "is", null),
    )
    .select(["u.email", "g.branch_id as branchId", "s.id as staffId"])
    .where("g.role", "=", role)
    .where("u.deleted_at", "is", null)
    .orderBy("g.id")
    .execute();
}

function personOf({ email, staffId }: Person): Person {
  return { email, staffId };
}
