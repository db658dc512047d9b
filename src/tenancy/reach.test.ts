import { describe, expect, test } from "vitest";
import { onEveryDatabase } from "../../test/databases.ts";
import {
  type ACompany,
  aBranch,
  aCompany,
  anAppointment,
  aPolicy,
  aStaffMember,
  byCustomer,
} from "../../test/factories.ts";
import { buildApp } from "../app.ts";
import { bookAppointment } from "../appointments/book.ts";
import { cancelAppointment } from "../appointments/cancel.ts";
import { quoteCancellation } from "../appointments/quote.ts";
import { getAppointment, listAppointmentRows } from "../appointments/store.ts";
import type { PolicyEntry } from "../policies/document.ts";
import { importPolicies } from "../policies/exchange.ts";
import type { Caller, Permission } from "../tenant.ts";
import { holdsAt, reachesPlace, within } from "./reach.ts";
import { allowanceOf, type Grant } from "./roles.ts";
import { aCompanyWithKey } from "./testing.ts";

/** Somebody with these grants who came in by a route that needs this permission. */
function by(permission: Permission, companyId: number, ...grants: Grant[]): Caller {
  return within({ companyId, actor: { type: "user", id: "1" }, ...allowanceOf(grants) }, permission);
}

describe("a reach", () => {
  const reach = { branches: ["b1"], staff: ["s1"] };

  test.each([
    ["a branch of it", { branchId: "b1", staffId: null }, true],
    ["its staff member's own at another branch", { branchId: "b2", staffId: "s1" }, true],
    ["another branch and another's", { branchId: "b2", staffId: "s2" }, false],
    ["nobody's at another branch", { branchId: "b2", staffId: null }, false],
    ["the whole company's", { branchId: null, staffId: null }, false],
  ])("of a branch and a staff member: %s", (_, place, expected) => expect(reachesPlace(reach, place)).toBe(expected));

  test("that is missing is the whole company", () => {
    expect(reachesPlace(undefined, { branchId: null, staffId: null })).toBe(true);
  });

  test("of a permission that a person lacks is nowhere; a key's scopes stand each for itself", () => {
    const person: Caller = { companyId: 1, actor: { type: "user", id: "1" }, permissions: new Set() };
    expect(within(person, "customers:read").reach).toEqual({ branches: [], staff: [] });
    expect(within({ ...person, actor: { type: "api_key", id: "1" } }, "customers:read").reach).toBeUndefined();
  });

  test("is looked at permission by permission", () => {
    const caller = by(
      "appointments:read",
      1,
      { role: "receptionist", branchId: "b1", staffId: null },
      { role: "viewer", branchId: "b2", staffId: null },
    );
    expect(caller.reach).toEqual({ branches: ["b1", "b2"], staff: [] });
    expect(holdsAt(caller, "appointments:force", { branchId: "b1", staffId: null })).toBe(true);
    expect(holdsAt(caller, "appointments:force", { branchId: "b2", staffId: null })).toBe(false);
  });
});

onEveryDatabase("what a person reaches", (db) => {
  const manager = (permission: Permission, { companyId, branchId }: ACompany) =>
    by(permission, companyId, { role: "manager", branchId, staffId: null });

  async function twoBranches() {
    const company = await aCompany(db());
    const branchId = await aBranch(db(), company.caller);
    const staffId = await aStaffMember(db(), company.caller, { branchId });
    const elsewhere = await anAppointment(db(), company, { branchId, staffId });
    const here = await anAppointment(db(), company, { staffId: company.staffId });
    return { company, branchId, staffId, elsewhere, here };
  }

  test("nobody's appointments are shown to who reaches nothing", async () => {
    const { company, here } = await twoBranches();
    const nobody = by("appointments:read", company.companyId);
    expect(await listAppointmentRows(db(), nobody, {}, null, 10)).toEqual([]);
    await expect(getAppointment(db(), nobody, here)).rejects.toMatchObject({ code: "notFound" });
  });

  test("a filter does not widen it", async () => {
    const { company, branchId, staffId } = await twoBranches();
    const caller = manager("appointments:read", company);
    expect(await listAppointmentRows(db(), caller, { branchId }, null, 10)).toEqual([]);
    expect(await listAppointmentRows(db(), caller, { staffId }, null, 10)).toEqual([]);
    expect(await listAppointmentRows(db(), caller, { customerId: company.customerId }, null, 10)).toHaveLength(1);
  });

  test("an appointment of another branch is neither cancelled nor booked there, and nothing is written", async () => {
    const { company, branchId, elsewhere } = await twoBranches();
    const cancelling = cancelAppointment(db(), manager("appointments:cancel", company), elsewhere, byCustomer());
    await expect(cancelling).rejects.toMatchObject({ code: "notFound" });
    const { serviceId, customerId, caller } = company;
    const { startsAt } = await getAppointment(db(), caller, elsewhere);
    const time = { startsAt, durationMinutes: null, priceCents: null, bookedAt: null, status: "booked" } as const;
    const booking = { branchId, serviceId, customerId, staffId: null, ...time };
    await expect(bookAppointment(db(), manager("appointments:write", company), booking)).rejects.toMatchObject({
      fields: [{ pointer: "/branchId" }],
    });
    expect((await getAppointment(db(), caller, elsewhere)).status).toBe("booked");
    expect(await listAppointmentRows(db(), caller, { branchId }, null, 10)).toHaveLength(1);
  });

  test("who may force at one branch and look at another cannot force there, not even in a quote", async () => {
    const { company, branchId, elsewhere, here } = await twoBranches();
    await aPolicy(db(), company, "cancellation", { minNoticeHours: 1000, lateCancellation: "deny" });
    const caller = by(
      "appointments:read",
      company.companyId,
      { role: "receptionist", branchId: company.branchId, staffId: null },
      { role: "viewer", branchId, staffId: null },
    );
    const forced = byCustomer({ force: { reason: "Ill", waiveFee: false, waiverReason: null } });
    expect(await quoteCancellation(db(), caller, here, forced)).toMatchObject({ allowed: true, forced: true });
    expect(await quoteCancellation(db(), caller, elsewhere, forced)).toMatchObject({ allowed: false });
  });

  test("a document of policies that says something about another branch is refused whole", async () => {
    const { company, branchId } = await twoBranches();
    const options = { dryRun: false, deleteOthers: false, comment: null };
    const entry = (targetId: string): PolicyEntry => ({
      policyType: "cancellation",
      level: "branch",
      targetId,
      config: { minNoticeHours: 5 },
      isOverride: true,
      overrides: null,
    });
    const caller = manager("policies:write", company);
    const both = importPolicies(db(), caller, [entry(company.branchId), entry(branchId)], options);
    await expect(both).rejects.toMatchObject({ code: "forbidden" });
    const others = importPolicies(db(), caller, [entry(company.branchId)], options);
    expect(await others).toMatchObject({ created: 1 });
    await aPolicy(db(), company, "reschedule", { minNoticeHours: 1 }, { level: "branch", targetId: branchId });
    const deleting = importPolicies(db(), caller, [entry(company.branchId)], { ...options, deleteOthers: true });
    await expect(deleting).rejects.toMatchObject({ code: "forbidden" });
  });

  test("a policy of the whole company, or of a service of every branch, is no branch manager's", async () => {
    const { company } = await twoBranches();
    const theirs = { ...company, caller: manager("policies:write", company) };
    const config = { minNoticeHours: 1 };
    await expect(aPolicy(db(), theirs, "cancellation", config)).rejects.toMatchObject({ code: "forbidden" });
    const service = { level: "service", targetId: company.serviceId } as const;
    await expect(aPolicy(db(), theirs, "cancellation", config, service)).rejects.toMatchObject({ code: "forbidden" });
    const staff = { level: "staff", targetId: company.staffId } as const;
    expect(await aPolicy(db(), theirs, "cancellation", config, staff)).toBeGreaterThan(0);
  });

  test("keys made with appointments:write go on confirming; a key that may only confirm does nothing else", async () => {
    for (const [scope, booking] of [
      ["appointments:write", 422],
      ["appointments:confirm", 403],
      ["appointments:read", 403],
    ] as const) {
      const { headers } = await aCompanyWithKey(db(), [scope]);
      const app = await buildApp({ db: db() });
      const post = async (path: string) =>
        (await app.inject({ method: "POST", url: `/api/v1${path}`, headers, payload: {} })).statusCode;
      expect(await post("/appointments"), scope).toBe(booking);
      expect(await post("/appointments/1/confirmation"), scope).toBe(scope === "appointments:read" ? 403 : 404);
      await app.close();
    }
  });
});
