import { type Instant, isoOf } from "../clock.ts";
import type { Db } from "../db/connect.ts";
import type { DomainEvent } from "../events/outbox.ts";
import { normalisedPhone } from "../tenancy/phone.ts";
import { inReach } from "../tenancy/reach.ts";
import type { Tenant } from "../tenant.ts";
import type { Target } from "./effective.ts";
import type { AppointmentScene, CallbackScene } from "./mapping.ts";

/** What an event is about, with all that its messages name. */
export interface Scene {
  readonly about: AppointmentScene | CallbackScene;
  readonly appointmentId: number | null;
  readonly callbackId: number | null;
  readonly zone: string;
  readonly companyLocale: string;
  /** Without the staff level, which depends on who is told. */
  readonly chain: readonly Target[];
  readonly staffId: string | null;
  readonly startsAt: Instant | null;
  readonly isActive: boolean;
}

export const activeStatuses = ["pending", "scheduled", "confirmed", "booked", "in_progress"];

/** Null where the appointment is gone. @param staffIds of members that the event names besides */
export async function appointmentScene(
  db: Db,
  tenant: Tenant,
  appointmentId: number,
  staffIds: readonly string[] = [],
): Promise<Scene | null> {
  const row = await db
    .of(tenant)
    .selectFrom("appointments as a")
    .innerJoin("companies as c", "c.id", "a.company_id")
    .innerJoin("branches as b", "b.id", "a.branch_id")
    .innerJoin("services as s", "s.id", "a.service_id")
    .innerJoin("customers as k", "k.id", "a.customer_id")
    .leftJoin("staff as m", "m.id", "a.staff_id")
    .select([
      "a.starts_at",
      "a.ends_at",
      "a.status",
      "a.branch_id",
      "a.service_id",
      "a.staff_id",
      "a.customer_id",
      "c.name as company",
      "c.locale",
      "b.name as branch",
      "b.timezone",
      "s.name as service",
      "k.name as customer",
      "m.name as staff",
    ])
    .where("a.id", "=", appointmentId)
    .where("a.deleted_at", "is", null)
    .where((eb) => inReach(eb, tenant, "a.branch_id", "a.staff_id"))
    .executeTakeFirst();
  if (!row) return null;
  const visit = {
    company: row.company,
    branch: row.branch,
    service: row.service,
    staff: row.staff ?? "",
    customer: row.customer,
    zone: row.timezone,
    startsAt: isoOf(row.starts_at),
    endsAt: isoOf(row.ends_at),
  };
  const staffNames = await namesOfStaff(db, tenant, staffIds);
  return {
    about: { visit, customerId: row.customer_id, branchId: row.branch_id, staffId: row.staff_id, staffNames },
    appointmentId,
    callbackId: null,
    zone: row.timezone,
    companyLocale: row.locale,
    chain: [
      { level: "service", id: String(row.service_id) },
      { level: "branch", id: row.branch_id },
      { level: "company", id: String(tenant.companyId) },
    ],
    staffId: row.staff_id,
    startsAt: row.starts_at,
    isActive: activeStatuses.includes(row.status),
  };
}

async function namesOfStaff(db: Db, tenant: Tenant, ids: readonly string[]): Promise<Record<string, string>> {
  if (ids.length === 0) return {};
  const rows = await db
    .of(tenant)
    .selectFrom("staff")
    .select(["id", "name"])
    .where("id", "in", [...ids])
    .execute();
  return Object.fromEntries(rows.map(({ id, name }) => [id, name]));
}

/** Null where the request is gone. */
export async function callbackScene(db: Db, tenant: Tenant, callbackId: number): Promise<Scene | null> {
  const row = await db
    .of(tenant)
    .selectFrom("callback_requests as r")
    .innerJoin("companies as c", "c.id", "r.company_id")
    .innerJoin("branches as b", "b.id", "r.branch_id")
    .leftJoin("staff as m", "m.id", "r.assigned_to")
    .select([
      "r.branch_id",
      "r.service_id",
      "r.customer_id",
      "r.customer_name",
      "r.phone_number",
      "r.priority",
      "r.expires_at",
      "c.name as company",
      "c.locale",
      "b.name as branch",
      "b.timezone",
      "m.name as assignee",
    ])
    .where("r.id", "=", callbackId)
    .where("r.deleted_at", "is", null)
    .executeTakeFirst();
  if (!row) return null;
  const callback = {
    company: row.company,
    branch: row.branch,
    customer: row.customer_name,
    phone: row.phone_number,
    zone: row.timezone,
    priority: row.priority,
    promisedBy: isoOf(row.expires_at),
    assignee: row.assignee ?? "",
  };
  const service: Target[] = row.service_id === null ? [] : [{ level: "service", id: String(row.service_id) }];
  return {
    about: { callback, customerId: row.customer_id, branchId: row.branch_id },
    appointmentId: null,
    callbackId,
    zone: row.timezone,
    companyLocale: row.locale,
    chain: [...service, { level: "branch", id: row.branch_id }, { level: "company", id: String(tenant.companyId) }],
    staffId: null,
    startsAt: null,
    isActive: true,
  };
}

/** The scene of an event; null for one that is about neither, or whose subject is gone. */
export async function sceneOf(db: Db, tenant: Tenant, event: DomainEvent): Promise<Scene | null> {
  if ("appointmentId" in event) {
    const named = event.type === "appointment.rescheduled" ? [event.from.staffId] : [];
    return appointmentScene(
      db,
      tenant,
      event.appointmentId,
      named.flatMap((id) => id ?? []),
    );
  }
  return "callbackId" in event ? callbackScene(db, tenant, event.callbackId) : null;
}

/** How somebody can be reached, as it stands in the platform's own tables. */
export interface Contact {
  readonly name: string;
  readonly email: string | null;
  /** E.164; null for none, or one that is no number. */
  readonly phone: string | null;
  readonly locale: string | null;
  readonly canBePushed: boolean;
}

export async function customerContact(db: Db, tenant: Tenant, id: number, zone: string): Promise<Contact | null> {
  const row = await db
    .of(tenant)
    .selectFrom("customers")
    .select(["name", "email", "phone", "locale"])
    .where("id", "=", id)
    .where("deleted_at", "is", null)
    .executeTakeFirst();
  return row ? { ...row, phone: phoneOf(row.phone, zone), canBePushed: false } : null;
}

/** Null for one who is not active any more. */
export async function staffContact(db: Db, tenant: Tenant, id: string, zone: string): Promise<Contact | null> {
  const row = await db
    .of(tenant)
    .selectFrom("staff")
    .select(["name", "email", "phone"])
    .where("id", "=", id)
    .where("is_active", "=", true)
    .where("deleted_at", "is", null)
    .executeTakeFirst();
  if (!row) return null;
  const subscription = await db
    .of(tenant)
    .selectFrom("push_subscriptions")
    .select("id")
    .where("staff_id", "=", id)
    .limit(1)
    .executeTakeFirst();
  return { ...row, phone: phoneOf(row.phone, zone), locale: null, canBePushed: subscription !== undefined };
}

export async function branchContact(db: Db, tenant: Tenant, id: string): Promise<Contact | null> {
  const row = await db
    .of(tenant)
    .selectFrom("branches")
    .select(["name", "notification_email as email"])
    .where("id", "=", id)
    .where("deleted_at", "is", null)
    .executeTakeFirst();
  return row ? { ...row, phone: null, locale: null, canBePushed: false } : null;
}

function phoneOf(phone: string | null, zone: string): string | null {
  return phone === null ? null : normalisedPhone(phone, zone);
}
