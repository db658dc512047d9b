import type { Expression, ExpressionBuilder, ReferenceExpression, SqlBool } from "kysely";
import type { Db } from "../db/connect.ts";
import type { ConfigurableType, Schema } from "../db/schema.ts";
import { notFound, Refusal } from "../errors.ts";
import type { Caller, Permission, Reach, Tenant } from "../tenant.ts";
import { findService, findStaff } from "./hierarchy.ts";

/** Narrowing what is read and written to the part of the company that a caller's permission reaches. */

/** A row that stands in one of the branches, or is one of the staff members' own; a missing reach is the whole company. */
export function inReach<Tables, Table extends keyof Tables>(
  eb: ExpressionBuilder<Tables, Table>,
  { reach }: Tenant,
  branch: ReferenceExpression<Tables, Table>,
  staff: ReferenceExpression<Tables, Table>,
): Expression<SqlBool> {
  if (reach === undefined) return eb.and([]);
  const { branches, staff: own } = reach;
  // An empty list is no SQL.
  return eb.or([
    ...(branches.length === 0 ? [] : [eb(branch, "in", branches as never)]),
    ...(own.length === 0 ? [] : [eb(staff, "in", own as never)]),
  ]);
}

/** A row that belongs to an appointment in reach: its column names the appointment. */
export function ofAppointmentInReach<Tables, Table extends keyof Tables>(
  eb: ExpressionBuilder<Tables, Table>,
  tenant: Tenant,
  appointmentId: string,
): Expression<SqlBool> {
  if (tenant.reach === undefined) return eb.and([]);
  return eb.exists(
    tables(eb)
      .selectFrom("appointments as reached")
      .select("reached.id")
      .whereRef("reached.id", "=", appointmentId as "reached.id")
      .where((of) => inReach(of, tenant, "reached.branch_id", "reached.staff_id")),
  );
}

/** A row that belongs to a callback in reach: its column names the callback. */
export function ofCallbackInReach<Tables, Table extends keyof Tables>(
  eb: ExpressionBuilder<Tables, Table>,
  tenant: Tenant,
  callbackId: string,
): Expression<SqlBool> {
  if (tenant.reach === undefined) return eb.and([]);
  return eb.exists(
    tables(eb)
      .selectFrom("callback_requests as promised")
      .select("promised.id")
      .whereRef("promised.id", "=", callbackId as "promised.id")
      .where((of) => inReach(of, tenant, "promised.branch_id", "promised.assigned_to")),
  );
}

/** A company's branches share its customers; whoever reaches no branch reaches the customers of own appointments. */
export function customerInReach<Tables, Table extends keyof Tables>(
  eb: ExpressionBuilder<Tables, Table>,
  { reach }: Tenant,
  customerId: string,
): Expression<SqlBool> {
  if (reach === undefined || reach.branches.length > 0) return eb.and([]);
  if (reach.staff.length === 0) return eb.or([]);
  return eb.exists(
    tables(eb)
      .selectFrom("appointments as visited")
      .select("visited.id")
      .whereRef("visited.customer_id", "=", customerId as "visited.customer_id")
      .where("visited.staff_id", "in", reach.staff)
      .where("visited.deleted_at", "is", null),
  );
}

/** Subqueries name tables by themselves, whatever the query around them calls its own. */
function tables(eb: unknown): ExpressionBuilder<Schema, never> {
  return eb as ExpressionBuilder<Schema, never>;
}

/** @throws Refusal notFound, as for a customer who does not exist */
export async function assertCustomerInReach(db: Db, tenant: Tenant, id: number): Promise<void> {
  const query = db.of(tenant).selectFrom("customers").select("customers.id").where("customers.id", "=", id);
  const found = await query.where((eb) => customerInReach(eb, tenant, "customers.id")).executeTakeFirst();
  if (!found) throw notFound("customer");
}

/**
 * The caller as far as another permission than the route's own reaches: for a person who lacks it that is nowhere. A
 * key's scopes stand each for itself.
 */
export function within(caller: Caller, permission: Permission): Caller {
  const { reach: _, ...all } = caller;
  if (caller.actor.type === "api_key") return all;
  const reach = caller.permissions.has(permission) ? caller.reaches?.get(permission) : nowhere;
  return reach === undefined ? all : { ...all, reach };
}

const nowhere: Reach = { branches: [], staff: [] };

/** Where something stands, and whose own it is. */
export interface Place {
  readonly branchId: string | null;
  readonly staffId: string | null;
}

export function reachesPlace(reach: Reach | undefined, { branchId, staffId }: Place): boolean {
  if (reach === undefined) return true;
  const { branches, staff } = reach;
  return (branchId !== null && branches.includes(branchId)) || (staffId !== null && staff.includes(staffId));
}

/** Whether a permission is held, and held there. */
export function holdsAt(caller: Caller, permission: Permission, place: Place): boolean {
  return caller.permissions.has(permission) && reachesPlace(caller.reaches?.get(permission), place);
}

/**
 * For what is written at a place of the chain, which exists. What stands above branches is in no part of a company.
 * @throws Refusal forbidden
 */
export async function assertTarget(db: Db, tenant: Tenant, level: ConfigurableType, id: string): Promise<void> {
  if (tenant.reach === undefined) return;
  if (!reachesPlace(tenant.reach, await placeOf(db, tenant, level, id))) throw outOfReach(level);
}

/** For what is written for the whole company. @throws Refusal forbidden */
export function assertWholeCompany({ reach }: Tenant): void {
  if (reach !== undefined) throw outOfReach("company");
}

async function placeOf(db: Db, tenant: Tenant, level: ConfigurableType, id: string): Promise<Place> {
  switch (level) {
    case "company":
      return { branchId: null, staffId: null };
    case "branch":
      return { branchId: id, staffId: null };
    case "service":
      return { branchId: (await findService(db, tenant, Number(id)))?.branchId ?? null, staffId: null };
    case "staff":
      return { branchId: (await findStaff(db, tenant, id))?.branchId ?? null, staffId: id };
  }
}

const whose = {
  company: "This is the whole company's, and your role reaches a part of it.",
  branch: "This branch is not one that your role reaches.",
  service: "This is a service of every branch, or of one that your role does not reach.",
  staff: "This staff member works at a branch that your role does not reach.",
};

function outOfReach(level: ConfigurableType): Refusal {
  return new Refusal("forbidden", `${whose[level]} Ask an admin of the company.`);
}
