import type { Db, Tx } from "../db/connect.ts";
import { isUniqueViolation } from "../db/unique-violation.ts";
import type { Tenant } from "../tenant.ts";
import { openStatuses } from "./store.ts";

/** Who could take a callback of a branch, and whose turn it is. */

/** A branch's lock: first statement of what creates callbacks there or hands them out. The row changes each time. */
export async function takeDesk(tx: Tx, tenant: Tenant, branchId: string): Promise<void> {
  if (await bump(tx, tenant, branchId)) return;
  try {
    await tx.of(tenant).insertInto("callback_desks").values({ branch_id: branchId }).execute();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    await bump(tx, tenant, branchId);
  }
}

async function bump(tx: Tx, tenant: Tenant, branchId: string): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .of(tenant)
    .updateTable("callback_desks")
    .set((eb) => ({ n: eb("n", "+", 1) }))
    .where("branch_id", "=", branchId)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

export async function lastAssigned(tx: Tx, tenant: Tenant, branchId: string): Promise<string | null> {
  const query = tx.of(tenant).selectFrom("callback_desks").select("last_staff_id").where("branch_id", "=", branchId);
  return (await query.executeTakeFirst())?.last_staff_id ?? null;
}

export async function rememberAssigned(tx: Tx, tenant: Tenant, branchId: string, staffId: string): Promise<void> {
  const query = tx.of(tenant).updateTable("callback_desks").set({ last_staff_id: staffId });
  await query.where("branch_id", "=", branchId).execute();
}

/** The branch's active staff in a fixed order. */
export async function activeStaffOf(db: Db, tenant: Tenant, branchId: string): Promise<string[]> {
  const rows = await db
    .of(tenant)
    .selectFrom("staff")
    .select("id")
    .where("branch_id", "=", branchId)
    .where("is_active", "=", true)
    .where("deleted_at", "is", null)
    .orderBy("id")
    .execute();
  return rows.map(({ id }) => id);
}

/** How many open callbacks each of them has: answered by an index alone, however many there are. */
export async function openCallbacksOf(
  db: Db,
  tenant: Tenant,
  staffIds: readonly string[],
): Promise<Map<string, number>> {
  if (staffIds.length === 0) return new Map();
  const rows = await db
    .of(tenant)
    .selectFrom("callback_requests")
    .select((eb) => ["assigned_to as staffId", eb.fn.countAll<number>().as("count")])
    .where("assigned_to", "in", staffIds)
    .where("status", "in", openStatuses)
    .groupBy("assigned_to")
    .execute();
  return new Map(rows.map(({ staffId, count }) => [staffId ?? "", Number(count)]));
}
