import type { Db } from "../db/connect.ts";
import { invalid } from "../errors.ts";
import { erasedName, unknownId } from "../tenancy/hierarchy.ts";
import { ofAppointmentInReach } from "../tenancy/reach.ts";
import type { Tenant } from "../tenant.ts";

/** What a new callback can take over from elsewhere. */

/** @throws Refusal validationFailed for one that is unknown, or that allowed what was asked */
export async function findDeniedDecision(db: Db, tenant: Tenant, id: number | null) {
  if (id === null) return undefined;
  const row = await db
    .of(tenant)
    .selectFrom("policy_decisions as d")
    .leftJoin("appointments as a", "a.id", "d.appointment_id")
    .select([
      "d.allowed",
      "d.customer_id as customerId",
      "a.branch_id as branchId",
      "a.service_id as serviceId",
      "a.staff_id as staffId",
    ])
    .where("d.id", "=", id)
    .where((eb) => ofAppointmentInReach(eb, tenant, "d.appointment_id"))
    .executeTakeFirst();
  if (!row) throw unknownId("/decisionId", "decision");
  if (row.allowed) throw invalid("/decisionId", "allowed what was asked; name a decision that denied it");
  return { ...row, branchId: row.branchId ?? undefined };
}

/** With its receipt, for the screen of the callback that came from it. */
export async function findDecision(db: Db, tenant: Tenant, id: number | null) {
  if (id === null) return null;
  const row = await db
    .of(tenant)
    .selectFrom("policy_decisions")
    .select(["id", "action", "code", "appointment_id as appointmentId", "receipt"])
    .where("id", "=", id)
    .executeTakeFirst();
  return row ? { ...row, receipt: row.receipt as unknown as Record<string, unknown> } : null;
}

export async function findCustomer(db: Db, tenant: Tenant, id: number) {
  return db
    .of(tenant)
    .selectFrom("customers")
    .select(["name", "phone"])
    .where("id", "=", id)
    .where("name", "<>", erasedName)
    .where("deleted_at", "is", null)
    .executeTakeFirst();
}
