import type { Db } from "../db/connect.ts";
import { invalid } from "../errors.ts";
import type { Tenant } from "../tenant.ts";
import type { Service } from "./hierarchy.ts";

/**
 * Who performs a service, and where it is offered. A service without such a link is performed by everybody and offered
 * everywhere; links to what was deleted hold no more.
 */

export async function staffOffering(db: Db, tenant: Tenant, serviceId: number): Promise<ReadonlySet<string>> {
  const rows = await db
    .of(tenant)
    .selectFrom("service_staff as l")
    .innerJoin("staff as s", "s.id", "l.staff_id")
    .select(["l.staff_id as id", "l.is_active as isActive"])
    .where("l.service_id", "=", serviceId)
    .where("s.deleted_at", "is", null)
    .execute();
  return idsOf(rows);
}

export async function branchesOffering(db: Db, tenant: Tenant, serviceId: number): Promise<ReadonlySet<string>> {
  const rows = await db
    .of(tenant)
    .selectFrom("branch_service as l")
    .innerJoin("branches as b", "b.id", "l.branch_id")
    .select(["l.branch_id as id", "l.is_active as isActive"])
    .where("l.service_id", "=", serviceId)
    .where("b.deleted_at", "is", null)
    .execute();
  return idsOf(rows);
}

/** Those switched on: looked at here, as a platform's NULL counts as such. */
function idsOf(rows: readonly { id: string; isActive: boolean }[]): ReadonlySet<string> {
  return new Set(rows.filter(({ isActive }) => isActive).map(({ id }) => id));
}

/** @throws Refusal validationFailed for a service of other branches */
export async function assertOfferedAt(db: Db, tenant: Tenant, service: Service, branchId: string): Promise<void> {
  assertOfBranch(service, branchId);
  if (service.branchId === null && isLeftOut(await branchesOffering(db, tenant, service.id), branchId))
    throw elsewhere();
}

/** Links aside: for what was booked already, and for who asks a question. @throws Refusal validationFailed */
export function assertOfBranch(service: Service, branchId: string): void {
  if (service.branchId !== null && service.branchId !== branchId) throw elsewhere();
}

function elsewhere() {
  return invalid("/serviceId", "is a service of another branch; name one that this branch offers");
}

/** @throws Refusal validationFailed for a service that others perform */
export async function assertPerforms(db: Db, tenant: Tenant, staffId: string, serviceId: number): Promise<void> {
  if (!isLeftOut(await staffOffering(db, tenant, serviceId), staffId)) return;
  throw invalid("/staffId", "does not perform this service; name one of its staff (GET /services/{serviceId}/staff)");
}

const isLeftOut = (all: ReadonlySet<string>, id: string) => all.size > 0 && !all.has(id);
