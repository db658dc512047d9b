import type { Instant } from "../clock.ts";
import { acrossCompanies } from "../db/across-companies.ts";
import type { Db, Tx } from "../db/connect.ts";
import type { Grant } from "../tenancy/roles.ts";
import type { Tenant } from "../tenant.ts";

export interface UserRow {
  readonly id: number;
  readonly email: string;
  readonly name: string;
  readonly hasTwoFactor: boolean;
  /** They have chosen a password. */
  readonly hasPassword: boolean;
}

/**
 * Those of the company who can sign in, by their ids. How they sign in is in tables of no company: each query names the
 * company itself.
 */
export async function selectUsers(
  db: Db,
  { companyId }: Tenant,
  { afterId = 0, id, limit }: { readonly afterId?: number; readonly id?: number; readonly limit: number },
): Promise<UserRow[]> {
  let query = acrossCompanies(db)
    .selectFrom("users as u")
    .innerJoin("auth_users as a", "a.user_id", "u.id")
    .leftJoin("auth_accounts as c", (join) =>
      join.onRef("c.auth_user_id", "=", "a.id").on("c.provider_id", "=", "credential"),
    )
    .select(["u.id", "a.email", "u.name", "a.two_factor_enabled as hasTwoFactor", "c.id as accountId"])
    .where("u.company_id", "=", companyId)
    .where("u.deleted_at", "is", null)
    .where("a.is_operator", "=", false)
    .where("u.id", ">", afterId)
    .orderBy("u.id")
    .limit(limit);
  if (id !== undefined) query = query.where("u.id", "=", id);
  return (await query.execute()).map(({ accountId, ...user }) => ({ ...user, hasPassword: accountId !== null }));
}

export type StoredGrant = Grant & { readonly userId: number };

/** Of several users, as they were given. */
export async function selectGrants(db: Db, tenant: Tenant, userIds: readonly number[]): Promise<StoredGrant[]> {
  if (userIds.length === 0) return [];
  return db
    .of(tenant)
    .selectFrom("role_grants")
    .select(["user_id as userId", "role", "branch_id as branchId", "staff_id as staffId"])
    .where("user_id", "in", userIds)
    .orderBy("id")
    .execute();
}

export async function replaceGrants(
  tx: Tx,
  tenant: Tenant,
  userId: number,
  grants: readonly Grant[],
  now: Instant,
): Promise<void> {
  await tx.of(tenant).deleteFrom("role_grants").where("user_id", "=", userId).execute();
  for (const { role, branchId, staffId } of grants) {
    const place = { user_id: userId, role, branch_id: branchId, staff_id: staffId };
    await tx
      .of(tenant)
      .insertInto("role_grants")
      .values({ ...place, created_at: now, updated_at: now })
      .execute();
  }
}

/** The others who are admins of the company and can sign in. */
export async function countOtherAdmins(db: Db, { companyId }: Tenant, userId: number): Promise<number> {
  const { count } = await acrossCompanies(db)
    .selectFrom("role_grants as g")
    .innerJoin("users as u", "u.id", "g.user_id")
    .innerJoin("auth_users as a", "a.user_id", "u.id")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("g.company_id", "=", companyId)
    .where("g.role", "=", "admin")
    .where("g.user_id", "!=", userId)
    .where("u.deleted_at", "is", null)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Whose an address is already: a row of the platform's may be there before they can sign in. */
export async function findByEmailAcrossCompanies(db: Db, email: string) {
  return acrossCompanies(db)
    .selectFrom("users as u")
    .leftJoin("auth_users as a", "a.user_id", "u.id")
    .select(["u.id", "u.company_id as companyId", "u.deleted_at as deletedAt", "a.id as authUserId"])
    .where("u.email", "=", email)
    .executeTakeFirst();
}

/** @param companyId null for an operator of the platform */
export async function insertUserAcrossCompanies(
  tx: Tx,
  { companyId, email, name }: { readonly companyId: number | null; readonly email: string; readonly name: string },
  now: Instant,
): Promise<number> {
  const { insertId } = await acrossCompanies(tx)
    .insertInto("users")
    .values({ company_id: companyId, email, name, created_at: now, updated_at: now })
    .executeTakeFirstOrThrow();
  return Number(insertId);
}

export async function insertAuthUserAcrossCompanies(
  tx: Tx,
  user: { readonly userId: number; readonly email: string; readonly name: string; readonly isOperator: boolean },
  now: Instant,
): Promise<void> {
  const { userId, email, name, isOperator } = user;
  await acrossCompanies(tx)
    .insertInto("auth_users")
    .values({
      ...{ user_id: userId, email, name, image: null, email_verified: false },
      ...{ is_operator: isOperator, two_factor_enabled: false, created_at: now, updated_at: now },
    })
    .execute();
}

/** In the platform's row and in ours. */
export async function renameUserAcrossCompanies(tx: Tx, userId: number, name: string, now: Instant): Promise<void> {
  const set = { name, updated_at: now };
  await acrossCompanies(tx).updateTable("users").set(set).where("id", "=", userId).execute();
  await acrossCompanies(tx).updateTable("auth_users").set(set).where("user_id", "=", userId).execute();
}

/** They cannot sign in any more, and are signed out everywhere; the platform keeps its row. */
export async function deleteAuthUserAcrossCompanies(tx: Tx, userId: number): Promise<void> {
  await acrossCompanies(tx).deleteFrom("auth_users").where("user_id", "=", userId).execute();
}

/** The app is lost: the password alone opens the door again, and all sessions end. */
export async function deleteTwoFactorAcrossCompanies(tx: Tx, userId: number): Promise<void> {
  const across = acrossCompanies(tx);
  const { id } = await across
    .selectFrom("auth_users")
    .select("id")
    .where("user_id", "=", userId)
    .executeTakeFirstOrThrow();
  await across.deleteFrom("auth_two_factors").where("auth_user_id", "=", id).execute();
  await across.deleteFrom("auth_sessions").where("auth_user_id", "=", id).execute();
  await across.updateTable("auth_users").set({ two_factor_enabled: false }).where("id", "=", id).execute();
}

/** Every link that was sent to somebody, and every device that was trusted. */
export async function deleteLinksAcrossCompanies(tx: Tx, authUserId: number): Promise<void> {
  await acrossCompanies(tx).deleteFrom("auth_verifications").where("value", "=", String(authUserId)).execute();
}

/** What an authenticator app and its backup codes are compared with, encrypted. */
export interface TwoFactorRow {
  readonly id: number;
  readonly secret: string;
  readonly backupCodes: string;
}

export async function selectTwoFactorsAcrossCompanies(db: Db): Promise<TwoFactorRow[]> {
  return acrossCompanies(db)
    .selectFrom("auth_two_factors")
    .select(["id", "secret", "backup_codes as backupCodes"])
    .orderBy("id")
    .execute();
}

/** Unless somebody used a backup code, or set the app up anew, meanwhile. */
export async function replaceTwoFactorAcrossCompanies(
  tx: Tx,
  before: TwoFactorRow,
  next: Omit<TwoFactorRow, "id">,
): Promise<void> {
  await acrossCompanies(tx)
    .updateTable("auth_two_factors")
    .set({ secret: next.secret, backup_codes: next.backupCodes })
    .where("id", "=", before.id)
    .where("secret", "=", before.secret)
    .where("backup_codes", "=", before.backupCodes)
    .execute();
}
