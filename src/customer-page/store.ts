import type { Instant } from "../clock.ts";
import type { Db } from "../db/connect.ts";
import type { AppointmentStatus } from "../db/schema.ts";
import { erasedName } from "../tenancy/hierarchy.ts";
import type { Tenant } from "../tenant.ts";

export interface VisitRow {
  readonly customerId: number;
  readonly status: AppointmentStatus;
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  readonly branchId: string;
  readonly serviceId: number;
  readonly zone: string;
  readonly company: string;
  readonly companyLocale: string;
  readonly branch: string;
  readonly service: string;
  readonly staff: string | null;
  readonly phone: string | null;
  /** Until when a change of it waits for the platform; null where none does. */
  readonly reservedUntil: Instant | null;
}

/** An appointment as its customer sees it; undefined where it, or the customer, is gone. */
export async function findVisit(db: Db, tenant: Tenant, appointmentId: number): Promise<VisitRow | undefined> {
  return db
    .of(tenant)
    .selectFrom("appointments as a")
    .innerJoin("companies as c", "c.id", "a.company_id")
    .innerJoin("branches as b", "b.id", "a.branch_id")
    .innerJoin("services as s", "s.id", "a.service_id")
    .innerJoin("customers as k", "k.id", "a.customer_id")
    .leftJoin("staff as m", "m.id", "a.staff_id")
    .leftJoin("appointment_reservations as w", (join) =>
      join.onRef("w.appointment_id", "=", "a.id").on("w.is_open", "=", 1),
    )
    .select([
      "a.customer_id as customerId",
      "a.status",
      "a.starts_at as startsAt",
      "a.ends_at as endsAt",
      "a.branch_id as branchId",
      "a.service_id as serviceId",
      "b.timezone as zone",
      "c.name as company",
      "c.locale as companyLocale",
      "b.name as branch",
      "s.name as service",
      "m.name as staff",
      "k.phone",
      "w.expires_at as reservedUntil",
    ])
    .where("a.id", "=", appointmentId)
    .where("a.deleted_at", "is", null)
    .where("k.deleted_at", "is", null)
    .where("k.name", "<>", erasedName)
    .executeTakeFirst();
}
