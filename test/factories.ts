import { randomUUID } from "node:crypto";
import type { ChangeRequest } from "../src/appointments/scene.ts";
import type { Instant } from "../src/clock.ts";
import { plusMilliseconds } from "../src/clock.ts";
import { acrossCompanies } from "../src/db/across-companies.ts";
import { currentTime, type Db } from "../src/db/connect.ts";
import type { AppointmentStatus, ConfigurableType, PolicyType } from "../src/db/schema.ts";
import { transaction } from "../src/db/transaction.ts";
import { createPolicy } from "../src/policies/write.ts";
import { type Caller, permissions } from "../src/tenant.ts";

/** The least of everything, with overrides: one company with one branch, service, staff member and customer. */

export interface ACompany {
  readonly caller: Caller;
  readonly companyId: number;
  readonly branchId: string;
  readonly serviceId: number;
  readonly staffId: string;
  readonly customerId: number;
}

export const customerPhone = "+493012345678";

/** Someone of the company who may do everything. */
export function callerOf(companyId: number, actor: Caller["actor"] = { type: "user", id: "1" }): Caller {
  return { companyId, actor, permissions: new Set(permissions) };
}

export async function aCompany(
  db: Db,
  overrides: { timezone?: string; priceCents?: number | null } = {},
): Promise<ACompany> {
  const timezone = overrides.timezone ?? "Europe/Berlin";
  const companyId = await transaction(db, async (tx) => {
    const { insertId } = await acrossCompanies(tx)
      .insertInto("companies")
      .values({ name: "Salon Lindner", timezone })
      .executeTakeFirstOrThrow();
    return Number(insertId);
  });
  const caller = callerOf(companyId);
  const branchId = await aBranch(db, caller, { timezone });
  const serviceId = await aService(db, caller, {
    priceCents: overrides.priceCents === undefined ? 5000 : overrides.priceCents,
  });
  const staffId = await aStaffMember(db, caller, { branchId });
  const customerId = await aCustomer(db, caller);
  return { caller, companyId, branchId, serviceId, staffId, customerId };
}

export async function aBranch(db: Db, caller: Caller, overrides: { timezone?: string } = {}): Promise<string> {
  const id = randomUUID();
  const timezone = overrides.timezone ?? "Europe/Berlin";
  await transaction(db, (tx) =>
    tx.of(caller).insertInto("branches").values({ id, name: "Berlin Mitte", timezone }).execute(),
  );
  return id;
}

export async function aService(
  db: Db,
  caller: Caller,
  overrides: { priceCents?: number | null } = {},
): Promise<number> {
  const price_cents = overrides.priceCents === undefined ? 5000 : overrides.priceCents;
  return inserted(
    await transaction(db, (tx) =>
      tx
        .of(caller)
        .insertInto("services")
        .values({ name: "Cut", duration_minutes: 60, price_cents })
        .executeTakeFirstOrThrow(),
    ),
  );
}

export async function aStaffMember(db: Db, caller: Caller, { branchId }: { branchId: string }): Promise<string> {
  const id = randomUUID();
  await transaction(db, (tx) =>
    tx.of(caller).insertInto("staff").values({ id, branch_id: branchId, name: "Anna Weber" }).execute(),
  );
  return id;
}

export async function aCustomer(
  db: Db,
  caller: Caller,
  overrides: { phone?: string | null; name?: string } = {},
): Promise<number> {
  const phone = overrides.phone === undefined ? customerPhone : overrides.phone;
  return inserted(
    await transaction(db, (tx) =>
      tx
        .of(caller)
        .insertInto("customers")
        .values({ name: overrides.name ?? "Petra O'Neil", phone })
        .executeTakeFirstOrThrow(),
    ),
  );
}

interface AppointmentOverrides {
  readonly customerId?: number;
  readonly branchId?: string;
  readonly serviceId?: number;
  readonly staffId?: string | null;
  /** Hours from the database's now to the start; 72 when left out. */
  readonly inHours?: number;
  readonly startsAt?: Instant;
  readonly status?: AppointmentStatus;
  readonly priceCents?: number | null;
}

/** An appointment as a host would insert it: no snapshot, no event. */
export async function anAppointment(db: Db, company: ACompany, overrides: AppointmentOverrides = {}): Promise<number> {
  const now = await currentTime(db);
  const startsAt = overrides.startsAt ?? plusMilliseconds(now, (overrides.inHours ?? 72) * 3_600_000);
  return inserted(
    await transaction(db, (tx) =>
      tx
        .of(company.caller)
        .insertInto("appointments")
        .values({
          branch_id: overrides.branchId ?? company.branchId,
          customer_id: overrides.customerId ?? company.customerId,
          service_id: overrides.serviceId ?? company.serviceId,
          staff_id: overrides.staffId === undefined ? null : overrides.staffId,
          starts_at: startsAt,
          ends_at: plusMilliseconds(startsAt, 3_600_000),
          status: overrides.status ?? "booked",
          price_cents: overrides.priceCents === undefined ? 5000 : overrides.priceCents,
          created_at: plusMilliseconds(now, -30 * 86_400_000),
          updated_at: plusMilliseconds(now, -30 * 86_400_000),
        })
        .executeTakeFirstOrThrow(),
    ),
  );
}

interface PolicyOverrides {
  readonly level?: ConfigurableType;
  readonly targetId?: string | number;
  readonly isOverride?: boolean;
  readonly overridesId?: number | null;
}

/** A policy of the company, or of the level and target that are given. */
export async function aPolicy(
  db: Db,
  company: ACompany,
  policyType: PolicyType,
  config: Record<string, unknown>,
  overrides: PolicyOverrides = {},
): Promise<number> {
  const { id } = await createPolicy(db, company.caller, {
    policyType,
    config: config as never,
    level: overrides.level ?? "company",
    targetId: String(overrides.targetId ?? company.companyId),
    isOverride: overrides.isOverride ?? true,
    overridesId: overrides.overridesId ?? null,
    comment: null,
  });
  return id;
}

function inserted({ insertId }: { insertId?: bigint | undefined }): number {
  return Number(insertId);
}

/** A customer's wish, typed by somebody of the company just now. */
export function byCustomer(overrides: Partial<ChangeRequest> = {}): ChangeRequest {
  return {
    initiatedBy: "customer",
    reason: null,
    callerPhone: null,
    force: null,
    elapsedMilliseconds: 0,
    ...overrides,
  };
}
