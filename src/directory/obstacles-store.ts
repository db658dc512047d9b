import { activeStatuses } from "../appointments/store.ts";
import { openStatuses } from "../callbacks/store.ts";
import type { Instant } from "../clock.ts";
import type { Tx } from "../db/connect.ts";
import type { Tenant } from "../tenant.ts";

/** What would be left hanging if a row went: asked in the transaction that is to delete it. */

type Named = "branch_id" | "service_id" | "staff_id" | "customer_id";

export async function hasAppointmentsToCome(
  tx: Tx,
  tenant: Tenant,
  named: Named,
  id: number | string,
  now: Instant,
): Promise<boolean> {
  const row = await tx
    .of(tenant)
    .selectFrom("appointments")
    .select("id")
    .where(named, "=", id as never)
    .where("ends_at", ">", now)
    .where("status", "in", activeStatuses)
    .where("deleted_at", "is", null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

export async function hasOpenCallbacks(
  tx: Tx,
  tenant: Tenant,
  named: "branch_id" | "customer_id",
  id: number | string,
): Promise<boolean> {
  const row = await tx
    .of(tenant)
    .selectFrom("callback_requests")
    .select("id")
    .where(named, "=", id as never)
    .where("status", "in", openStatuses)
    .where("deleted_at", "is", null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Staff and services of the branch that are not deleted. */
export async function hasPeopleOrServices(tx: Tx, tenant: Tenant, branchId: string): Promise<boolean> {
  for (const table of ["staff", "services"] as const) {
    const row = await tx
      .of(tenant)
      .selectFrom(table as "staff")
      .select("id")
      .where("branch_id", "=", branchId)
      .where("deleted_at", "is", null)
      .limit(1)
      .executeTakeFirst();
    if (row !== undefined) return true;
  }
  return false;
}
