import type { Db } from "../db/connect.ts";
import type { Caller } from "../tenant.ts";

/** Who the caller is among the active staff, or null. */
export async function staffIdOf(db: Db, caller: Caller): Promise<string | null> {
  const { type, id } = caller.actor;
  if (id === null || (type !== "staff" && type !== "user")) return null;
  const staff = db.of(caller).selectFrom("staff").select("staff.id").where("is_active", "=", true);
  const living = staff.where("staff.deleted_at", "is", null);
  if (type === "staff") return (await living.where("staff.id", "=", id).executeTakeFirst())?.id ?? null;
  const userId = Number(id);
  if (!Number.isSafeInteger(userId)) return null;
  const found = await living
    .innerJoin("role_grants as g", "g.staff_id", "staff.id")
    .where("g.user_id", "=", userId)
    .orderBy("g.id")
    .executeTakeFirst();
  return found?.id ?? null;
}
