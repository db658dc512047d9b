import { beforeEach, expect, test } from "vitest";
import { onEveryDatabase, testStart } from "../../test/databases.ts";
import {
  aBranch,
  aCompany,
  aCustomer,
  anAppointment,
  aPolicy,
  aStaffMember,
  byCustomer,
} from "../../test/factories.ts";
import { cancelAppointment } from "../appointments/cancel.ts";
import { parseInstant, plusMilliseconds } from "../clock.ts";
import { acrossCompanies } from "../db/across-companies.ts";
import { transaction } from "../db/transaction.ts";
import { assignCallback } from "./assign.ts";
import { changeCallbackSettings } from "./configure.ts";
import { callbackStats } from "./metrics.ts";
import { openCallback } from "./open.ts";
import { listQueue } from "./queue-store.ts";
import { callbackStage, hourMs } from "./testing.ts";
import { completeCallback, contactCallback } from "./work.ts";

onEveryDatabase("opening and handing out", (db) => {
  const { sweep, later, wish, open, open247, forgetAll } = callbackStage(db);
  // A sweep sees all companies.
  beforeEach(forgetAll);

  test("an urgent one is due in two hours, a high one in four, a normal one in twenty-four", async () => {
    const company = await open247();
    db().clock.moveTo(parseInstant("2025-10-03T10:00:00Z"));
    for (const [priority, due] of [
      ["urgent", "2025-10-03T12:00"],
      ["high", "2025-10-03T14:00"],
      ["normal", "2025-10-04T10:00"],
    ] as const) {
      expect((await open(company, { priority })).expiresAt).toBe(`${due}:00.000Z`);
    }
  });

  test("who asks again within half an hour is the same callback: noted, and never less urgent", async () => {
    const company = await open247();
    const phoneNumber = "0151 23456789";
    const first = await open(company, { phoneNumber, priority: "high", notes: "Colour" });
    expect(first).toMatchObject({ isNew: true, phoneNumber: "+4915123456789" });
    later(0.4);
    const again = await open(company, { phoneNumber: "+49 151 23456789", priority: "normal", notes: "And cut" });
    expect(again).toMatchObject({ id: first.id, isNew: false, priority: "high", notes: "Colour\n\nAnd cut" });
    expect(again.expiresAt).toBe(first.expiresAt);
    const urgent = await open(company, { phoneNumber, priority: "urgent" });
    expect(urgent).toMatchObject({
      id: first.id,
      priority: "urgent",
      sla: { targetMs: 2 * hourMs, consumedMs: 0.4 * hourMs },
    });
    expect(urgent.expiresAt).toBe(
      plusMilliseconds(testStart, 2 * hourMs)
        .toString()
        .replace("Z", ".000Z"),
    );
    later(0.2);
    expect((await open(company, { phoneNumber })).id).not.toBe(first.id);
  });

  test("eight who ask for the same number at once get one callback", async () => {
    const company = await open247();
    const request = wish(company);
    const all = await Promise.all(Array.from({ length: 8 }, () => openCallback(db(), company.caller, request)));
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    expect(all.filter(({ isNew }) => isNew)).toHaveLength(1);
  });

  test("a number that nobody can call is refused, and so is what belongs to another company", async () => {
    const [company, theirs] = [await open247(), await aCompany(db())];
    for (const phoneNumber of ["", "anonymous", "110", "00000000", "+49 0000000000"]) {
      await expect(open(company, { phoneNumber }), phoneNumber).rejects.toMatchObject({
        fields: [{ pointer: "/phoneNumber" }],
      });
    }
    for (const foreign of [
      { branchId: theirs.branchId },
      { customerId: theirs.customerId },
      { serviceId: theirs.serviceId },
      { staffId: theirs.staffId },
    ]) {
      await expect(open(company, foreign)).rejects.toMatchObject({ code: "validationFailed" });
    }
    expect((await open(company, { customerName: "<b>O'Neil & Söhne</b> 🙂" })).customerName).toBe(
      "<b>O'Neil & Söhne</b> 🙂",
    );
  });

  test("a denied cancellation opens one that knows the customer, the place and the reason", async () => {
    const company = await open247();
    await aPolicy(db(), company, "cancellation", { minNoticeHours: 24 });
    const customerId = await aCustomer(db(), company.caller, { name: "Ömer Aydın", phone: "030 7654321" });
    const appointmentId = await anAppointment(db(), company, { inHours: 2, staffId: company.staffId, customerId });
    const { decisionId } = await cancelAppointment(db(), company.caller, appointmentId, byCustomer());
    const request = { preferredWindow: null, priority: "high", notes: null, decisionId } as const;
    const callback = await openCallback(db(), company.caller, request);
    const { branchId, serviceId, staffId } = company;
    expect(callback).toMatchObject({ decisionId, branchId, serviceId, staffId, customerId, assignedTo: staffId });
    expect(callback).toMatchObject({ customerName: "Ömer Aydın", phoneNumber: "+49307654321" });
    const theirs = await aCompany(db());
    await expect(openCallback(db(), theirs.caller, request)).rejects.toMatchObject({ code: "validationFailed" });
  });

  test("it goes to whom the customer asked for, else to the least loaded who offers the service, else in turn", async () => {
    const company = await open247();
    const { caller, serviceId, staffId } = company;
    const [skilled, idle] = [await aStaffMember(db(), caller, company), await aStaffMember(db(), caller, company)];
    await transaction(db(), (tx) =>
      acrossCompanies(tx)
        .insertInto("service_staff")
        .values({ service_id: serviceId, staff_id: skilled, is_active: true })
        .execute(),
    );
    expect(await open(company, { staffId })).toMatchObject({
      assignedTo: staffId,
      assignedReason: expect.stringContaining("asked for"),
    });
    expect(await open(company, { serviceId })).toMatchObject({
      assignedTo: skilled,
      assignedReason: expect.stringContaining("1 who offer the service"),
    });
    expect(await open(company)).toMatchObject({
      assignedTo: idle,
      assignedReason: expect.stringContaining("0 open callbacks"),
    });
    await changeCallbackSettings(db(), caller, null, { strategy: "roundRobin" }, [], null);
    const turns = [];
    for (let turn = 0; turn < 6; turn++) turns.push((await open(company)).assignedTo);
    expect(new Set(turns.slice(0, 3)).size).toBe(3);
    expect(turns.slice(3)).toEqual(turns.slice(0, 3));
  });

  test("where nobody works it stays pending, and says so", async () => {
    const company = await open247();
    const branchId = await aBranch(db(), company.caller);
    expect(await open(company, { branchId })).toMatchObject({
      status: "pending",
      needsAssignment: true,
      assignedReason: expect.stringContaining("Nobody"),
    });
    const { id } = await open(company, { branchId });
    await expect(
      assignCallback(db(), company.caller, id, { action: "assign", staffId: company.staffId }),
    ).rejects.toMatchObject({ code: "validationFailed" });
  });

  test("the queue holds urgent before high before normal, each oldest deadline first, page by page", async () => {
    const company = await open247();
    const ids: Record<string, number[]> = { urgent: [], high: [], normal: [] };
    for (const priority of ["normal", "high", "urgent", "high", "normal", "urgent"] as const) {
      ids[priority]?.push((await open(company, { priority })).id);
      later(0.01);
    }
    later(48);
    const overdueAt = db().clock.now();
    const all = await listQueue(db(), company.caller, { overdueAt }, null, 10);
    expect(all.map(({ id }) => id)).toEqual([...(ids.urgent ?? []), ...(ids.high ?? []), ...(ids.normal ?? [])]);
    const [, second] = all;
    const place = [second?.priorityRank ?? 0, second?.expiresAt.toString() ?? "", second?.id ?? 0] as const;
    const rest = await listQueue(db(), company.caller, { overdueAt }, place, 10);
    expect(rest.map(({ id }) => id)).toEqual(all.slice(2).map(({ id }) => id));
  });

  test("the metrics count what was promised, kept and missed", async () => {
    const company = await open247();
    await aStaffMember(db(), company.caller, company);
    const [kept, missed] = [await open(company, { priority: "urgent" }), await open(company, { priority: "urgent" })];
    await open(company);
    later(1);
    await contactCallback(db(), company.caller, kept.id);
    await completeCallback(db(), company.caller, kept.id, { outcome: "reached", notes: null });
    later(2);
    await sweep();
    await contactCallback(db(), company.caller, missed.id);
    const period = { from: testStart, until: plusMilliseconds(testStart, 24 * hourMs) };
    expect(await callbackStats(db(), company.caller, period)).toMatchObject({
      created: 3,
      assigned: 3,
      contacted: 2,
      completed: 1,
      completedByOutcome: { reached: 1, declined: 0 },
      escalated: 1,
      sla: { met: 1, missed: 1, percent: 50 },
      timeToAssign: { count: 3, averageMs: 0 },
      timeToContact: { count: 2, averageMs: 2 * hourMs },
      openByAge: [{ count: 0 }, { count: 2 }, { count: 0 }, { count: 0 }],
    });
    const empty = await aCompany(db());
    expect(await callbackStats(db(), empty.caller, period)).toMatchObject({
      created: 0,
      escalated: 0,
      sla: { percent: null },
    });
  });
});
