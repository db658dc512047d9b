import { beforeEach, expect, test } from "vitest";
import { onEveryDatabase, testStart } from "../../test/databases.ts";
import { aBranch, aCompany, aStaffMember } from "../../test/factories.ts";
import { parseInstant, plusMilliseconds } from "../clock.ts";
import { assignCallback } from "./assign.ts";
import { changeCallbackSettings, createLadder } from "./configure.ts";
import { listQueue } from "./queue-store.ts";
import { getCallback } from "./store.ts";
import { callbackStage, hourMs } from "./testing.ts";
import {
  acknowledgeCallback,
  contactCallback,
  escalateByHand,
  readCallback,
  recordFailedAttempt,
  resolveEscalation,
} from "./work.ts";

onEveryDatabase("escalation", (db) => {
  const { errors, sweep, sweepAbandoned, recount, later, escalations, eventsOf, open, open247, aUser, forgetAll } =
    callbackStage(db);
  // A sweep sees all companies.
  beforeEach(forgetAll);

  test("an overdue one goes to the manager, then to a third person, then to nobody, and the admins are told", async () => {
    const company = await open247();
    const manager = await aStaffMember(db(), company.caller, { branchId: await aBranch(db(), company.caller) });
    await aUser(company, "manager", manager);
    const admin = await aUser(company, "admin", null);
    const { id } = await open(company, { priority: "urgent", staffId: company.staffId });
    later(2);
    expect(await sweep()).toBe(1);
    expect(await escalations(company)).toMatchObject([
      { reason: "sla_breach", level: 1, escalatedFrom: company.staffId, escalatedTo: manager },
    ]);
    expect(await getCallback(db(), company.caller, id)).toMatchObject({ assignedTo: manager, status: "assigned" });
    expect(await sweep()).toBe(0);

    const third = await aStaffMember(db(), company.caller, company);
    later(5);
    expect(await sweep()).toBe(1);
    expect((await escalations(company))[0]).toMatchObject({ level: 2, escalatedFrom: manager, escalatedTo: third });
    later(5);
    await sweep();
    const [last, ...before] = await escalations(company);
    expect(last).toMatchObject({ level: 3, escalatedFrom: third, escalatedTo: null, metadata: { nobodyLeft: true } });
    expect(before).toHaveLength(2);
    expect((await eventsOf(company, "callback.escalated")).map(({ recipients }) => recipients)).toEqual([
      [{ type: "staff", staffId: manager }],
      [{ type: "staff", staffId: third }],
      [{ type: "email", address: admin }],
    ]);
    later(500);
    expect(await sweep()).toBe(0);
    expect(errors).toEqual([]);
  });

  test("with nobody but the assignee and the manager the second level is nobody's, and it says so", async () => {
    const company = await open247();
    const manager = await aStaffMember(db(), company.caller, { branchId: await aBranch(db(), company.caller) });
    await aUser(company, "manager", manager);
    await open(company, { priority: "urgent" });
    later(3);
    await sweep();
    later(5);
    await sweep();
    expect(await escalations(company)).toMatchObject([
      { level: 2, escalatedFrom: manager, escalatedTo: null },
      { level: 1, escalatedTo: manager },
    ]);
  });

  test("a manager who is no staff is told, and somebody else takes over", async () => {
    const company = await open247();
    const email = await aUser(company, "manager", null);
    const other = await aStaffMember(db(), company.caller, company);
    await open(company, { priority: "urgent", staffId: company.staffId });
    later(3);
    await sweep();
    expect(await escalations(company)).toMatchObject([{ escalatedTo: other }]);
    expect((await eventsOf(company, "callback.escalated"))[0]).toMatchObject({
      recipients: [
        { type: "staff", staffId: other },
        { type: "email", address: email },
      ],
    });
  });

  test("the assignee is reminded when three quarters are used up, once, with no row of its own", async () => {
    const company = await open247();
    await open(company, { priority: "high" });
    later(2.9);
    expect(await sweep()).toBe(0);
    later(0.1);
    expect(await sweep()).toBe(1);
    expect(await sweep()).toBe(0);
    expect(await eventsOf(company, "callback.overdue")).toMatchObject([
      { ladderStep: 0, recipients: [{ type: "staff", staffId: company.staffId }] },
    ]);
    expect(await escalations(company)).toEqual([]);
  });

  test("three failed attempts hand it on before its deadline; when the last level has failed too, it is unreachable", async () => {
    const company = await open247();
    const others = [
      await aStaffMember(db(), company.caller, company),
      await aStaffMember(db(), company.caller, company),
    ];
    const { id } = await open(company, { staffId: company.staffId });
    const fail = async () => {
      await contactCallback(db(), company.caller, id);
      return recordFailedAttempt(db(), company.caller, id, { notes: null });
    };
    for (let attempt = 1; attempt <= 9; attempt++) await fail();
    expect(await escalations(company)).toMatchObject([
      { reason: "multiple_attempts_failed", level: 3, escalatedTo: null },
      { reason: "multiple_attempts_failed", level: 2 },
      { reason: "multiple_attempts_failed", level: 1, escalatedFrom: company.staffId },
    ]);
    expect(others).toContain((await getCallback(db(), company.caller, id)).assignedTo);
    await fail();
    await fail();
    expect(await fail()).toMatchObject({ status: "completed", outcome: "unreachable", contactAttempts: 12 });
    expect(await eventsOf(company, "callback.completed")).toMatchObject([{ outcome: "unreachable" }]);
  });

  test("a deleted staff member leaves the rows, and the next sweep gives the callback to somebody else", async () => {
    const company = await open247();
    const gone = await aStaffMember(db(), company.caller, company);
    const { id } = await open(company, { priority: "urgent", staffId: gone });
    await escalateByHand(db(), company.caller, id, { detail: "Ill", staffId: company.staffId });
    await assignCallback(db(), company.caller, id, { action: "reassign", staffId: gone });
    await db().of(company.caller).deleteFrom("staff").where("id", "=", gone).execute();
    expect(await escalations(company)).toMatchObject([{ escalatedFrom: null, escalatedTo: company.staffId }]);
    expect(await readCallback(db(), company.caller, id)).toMatchObject({
      status: "pending",
      assignedTo: null,
      needsAssignment: true,
    });
    expect((await listQueue(db(), company.caller, { unassigned: true }, null, 9)).map((row) => row.id)).toEqual([id]);
    expect(await sweep()).toBe(1);
    expect(await getCallback(db(), company.caller, id)).toMatchObject({
      status: "assigned",
      assignedTo: company.staffId,
    });
    expect(await sweep()).toBe(0);
  });

  test.each([{ is_active: false }, { deleted_at: parseInstant("2025-10-01T08:00:00Z") }])(
    "what belongs to somebody who works no longer (%o) goes to somebody else; where there is nobody it is flagged",
    async (gone) => {
      const company = await open247();
      const other = await aStaffMember(db(), company.caller, company);
      const leave = (staffId: string) =>
        db().of(company.caller).updateTable("staff").set(gone).where("id", "=", staffId).execute();
      const { id } = await open(company, { staffId: company.staffId });
      const inHand = await open(company, { staffId: company.staffId, phoneNumber: "+493055512399" });
      await contactCallback(db(), company.caller, inHand.id);
      expect(await sweepAbandoned()).toBe(0);

      await leave(company.staffId);
      expect(await sweepAbandoned()).toBe(2);
      for (const each of [id, inHand.id]) {
        expect(await getCallback(db(), company.caller, each)).toMatchObject({ status: "assigned", assignedTo: other });
      }
      await leave(other);
      expect(await sweepAbandoned()).toBe(2);
      expect(await readCallback(db(), company.caller, id)).toMatchObject({ assignedTo: null, needsAssignment: true });
      expect(await sweepAbandoned()).toBe(0);
    },
  );

  test("of one that was being called when its assignee was deleted, the clock runs on", async () => {
    const company = await open247();
    const { id } = await open(company, { priority: "urgent" });
    later(1);
    await contactCallback(db(), company.caller, id);
    await db().of(company.caller).deleteFrom("staff").where("id", "=", company.staffId).execute();
    later(1);
    await sweep();
    const callback = await getCallback(db(), company.caller, id);
    expect(callback).toMatchObject({ status: "pending", assignedTo: null, slaConsumedMs: hourMs });
    expect(callback.expiresAt.toString()).toBe(plusMilliseconds(testStart, 3 * hourMs).toString());
  });

  test("outside business hours nobody is alerted: a step that falls on closing time waits for the morning, unless urgent", async () => {
    const company = await aCompany(db());
    await createLadder(db(), company.caller, {
      branchId: null,
      name: "Short",
      steps: [{ at: { minutes: 0 }, action: "escalate", to: [{ type: "otherStaff" }] }],
    });
    db().clock.moveTo(parseInstant("2026-03-02T13:00:00Z"));
    const [high, urgent] = [await open(company, { priority: "high" }), await open(company, { priority: "urgent" })];
    expect(high).toMatchObject({ expiresAt: "2026-03-02T17:00:00.000Z", nextStepAt: "2026-03-03T08:00:00.000Z" });
    expect(urgent.nextStepAt).toBe("2026-03-02T15:00:00.000Z");
    db().clock.moveTo(parseInstant("2026-03-02T21:00:00Z"));
    await open(company);
    const created = await eventsOf(company, "callback.created");
    expect(created.map(({ notBefore }) => notBefore)).toEqual([undefined, undefined, "2026-03-03T08:00:00.000Z"]);
  });

  test("acknowledging stops the ladder until somebody else gets it", async () => {
    const company = await open247();
    const { id } = await open(company, { priority: "urgent" });
    expect(await acknowledgeCallback(db(), company.caller, id)).toMatchObject({ nextStepAt: null });
    later(50);
    expect(await sweep()).toBe(0);
    const other = await aStaffMember(db(), company.caller, company);
    expect(await assignCallback(db(), company.caller, id, { action: "reassign", staffId: other })).toMatchObject({
      acknowledgedAt: null,
    });
    expect(await sweep()).toBe(1);
  });

  test("one that is still open so long after its deadline expires, if the company wants it", async () => {
    const company = await open247();
    const { id } = await open(company, { priority: "urgent" });
    await acknowledgeCallback(db(), company.caller, id);
    await changeCallbackSettings(db(), company.caller, null, { expireAfterHours: 24 }, [], null);
    await recount();
    later(25.9);
    expect(await sweep()).toBe(0);
    later(0.1);
    expect(await sweep()).toBe(1);
    expect(await readCallback(db(), company.caller, id)).toMatchObject({ status: "expired", nextStepAt: null });
    expect(await eventsOf(company, "callback.expired")).toHaveLength(1);
  });

  test("an escalation by hand keeps its reason, and is resolved once", async () => {
    const company = await open247();
    const { id } = await open(company);
    await escalateByHand(db(), company.caller, id, { detail: "The customer is upset" });
    const [row] = await escalations(company);
    expect(row).toMatchObject({ reason: "manual_escalation", metadata: { detail: "The customer is upset" } });
    const escalationId = row?.id ?? 0;
    expect(await resolveEscalation(db(), company.caller, escalationId, { notes: "Called her" })).toMatchObject({
      resolutionNotes: "Called her",
    });
    await expect(resolveEscalation(db(), company.caller, escalationId, { notes: null })).rejects.toMatchObject({
      code: "conflict",
    });
    const theirs = await aCompany(db());
    await expect(resolveEscalation(db(), theirs.caller, escalationId, { notes: null })).rejects.toMatchObject({
      code: "notFound",
    });
  });

  test("a clock that jumps back or far ahead takes no step twice and none too many", async () => {
    const company = await open247();
    await open(company, { priority: "urgent" });
    later(1000);
    expect(await sweep()).toBe(1);
    later(-500);
    expect(await sweep()).toBe(0);
    later(500);
    expect(await sweep()).toBe(0);
    expect(await escalations(company)).toHaveLength(1);
  });
});
