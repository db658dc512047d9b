import { beforeEach, expect, test } from "vitest";
import { onEveryDatabase, testStart } from "../../test/databases.ts";
import {
  type ACompany,
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
import type { Caller } from "../tenant.ts";
import { assignAutomatically, assignCallback } from "./assign.ts";
import { changeCallback } from "./change.ts";
import { changeCallbackSettings, createCalendar, createLadder } from "./configure.ts";
import { escalateDueAcrossCompanies } from "./escalate.ts";
import { listEscalationRows } from "./escalation-store.ts";
import { transitions } from "./lifecycle.ts";
import { callbackStats } from "./metrics.ts";
import { type CallbackRequest, openCallback } from "./open.ts";
import { listQueue } from "./queue-store.ts";
import { recountAcrossCompanies } from "./recount.ts";
import { callbackColumns, getCallback, transitionsOf } from "./store.ts";
import {
  acknowledgeCallback,
  cancelCallback,
  completeCallback,
  contactCallback,
  escalateByHand,
  readCallback,
  recordFailedAttempt,
  resolveEscalation,
} from "./work.ts";

const hourMs = 3_600_000;
const errors: unknown[] = [];
const log = { error: (error: unknown) => errors.push(error) };

onEveryDatabase("callbacks", (db) => {
  const { signal } = new AbortController();
  const sweep = () => escalateDueAcrossCompanies({ db: db(), log, signal });
  const recount = () => recountAcrossCompanies({ db: db(), log, signal });
  const later = (hours: number) => db().clock.advance(hours * hourMs);
  const escalations = ({ caller }: ACompany) => listEscalationRows(db(), caller, {}, Number.MAX_SAFE_INTEGER, 100);
  const eventsOf = async ({ caller }: ACompany, type: string) =>
    (await db().of(caller).selectFrom("domain_events").select("payload").where("type", "=", type).execute()).map(
      ({ payload }) => payload as Record<string, unknown>,
    );
  // A sweep sees all companies.
  beforeEach(async () => void (await acrossCompanies(db()).deleteFrom("callback_requests").execute()));

  let numbers = 0;
  const wish = (company: ACompany, overrides: Partial<CallbackRequest> = {}): CallbackRequest => ({
    phoneNumber: `+4930555${String(10_000 + numbers++)}`,
    customerName: "Petra O'Neil",
    branchId: company.branchId,
    preferredWindow: null,
    priority: "normal",
    notes: null,
    decisionId: null,
    ...overrides,
  });
  const open = async (company: ACompany, overrides: Partial<CallbackRequest> = {}) =>
    openCallback(db(), company.caller, wish(company, overrides));
  const as = ({ caller }: ACompany, staffId: string): Caller => ({ ...caller, actor: { type: "staff", id: staffId } });
  const dayAndNight = (company: ACompany) =>
    createCalendar(db(), company.caller, {
      branchId: null,
      name: "Day and night",
      rules: { timezone: null, alwaysOpen: true, hours: {}, holidays: null, closures: [] },
    });
  const open247 = async () => {
    const company = await aCompany(db());
    await dayAndNight(company);
    await recount();
    return company;
  };
  const aUser = async (company: ACompany, role: "manager" | "admin", staffId: string | null) => {
    const email = `${role}-${company.companyId}-${numbers++}@example.org`;
    await transaction(db(), async (tx) => {
      const { insertId } = await acrossCompanies(tx)
        .insertInto("users")
        .values({ email, name: "M", company_id: company.companyId })
        .executeTakeFirstOrThrow();
      await tx
        .of(company.caller)
        .insertInto("role_grants")
        .values({
          user_id: Number(insertId),
          role,
          branch_id: role === "admin" ? null : company.branchId,
          staff_id: staffId,
          created_at: testStart,
          updated_at: testStart,
        })
        .execute();
    });
    return email;
  };

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

  test("a branch takes its callbacks and their escalations along", async () => {
    const company = await open247();
    const { id } = await open(company);
    await escalateByHand(db(), company.caller, id, { detail: "Please" });
    await db().of(company.caller).deleteFrom("branches").where("id", "=", company.branchId).execute();
    for (const table of [
      "callback_requests",
      "callback_escalations",
      "callback_transitions",
      "callback_runs",
    ] as const) {
      expect(await db().of(company.caller).selectFrom(table).select("id").execute(), table).toEqual([]);
    }
  });

  test("every action is refused from where it is not legal, and the refusal names what is", async () => {
    const company = await open247();
    const staff = as(company, company.staffId);
    const other = await aStaffMember(db(), company.caller, company);
    const actions: Record<string, (id: number) => Promise<unknown>> = {
      assign: (id) => assignCallback(db(), staff, id, { action: "assign", staffId: other }),
      reassign: (id) => assignCallback(db(), staff, id, { action: "reassign", staffId: other }),
      autoAssign: (id) => assignAutomatically(db(), staff, id),
      acknowledge: (id) => acknowledgeCallback(db(), staff, id),
      contact: (id) => contactCallback(db(), staff, id),
      attempt: (id) => recordFailedAttempt(db(), staff, id, { notes: null }),
      complete: (id) => completeCallback(db(), staff, id, { outcome: "reached", notes: null }),
      cancel: (id) => cancelCallback(db(), staff, id, { reason: null }),
      escalate: (id) => escalateByHand(db(), staff, id, { detail: "x" }),
      change: (id) => changeCallback(db(), staff, id, { notes: "x" }, null),
    };
    const reach: Record<string, (id: number) => Promise<unknown>> = {
      pending: async () => {},
      assigned: (id) => assignCallback(db(), staff, id, { action: "assign", staffId: company.staffId }),
      contacted: (id) => contactCallback(db(), staff, id),
      completed: async (id) => {
        await contactCallback(db(), staff, id);
        return completeCallback(db(), staff, id, { outcome: "reached", notes: null });
      },
      cancelled: (id) => cancelCallback(db(), staff, id, { reason: null }),
      expired: async (id) =>
        db()
          .of(company.caller)
          .updateTable("callback_requests")
          .set({ status: "expired" })
          .where("id", "=", id)
          .execute(),
    };
    await changeCallbackSettings(db(), company.caller, null, { autoAssign: false }, [], null);
    const tried = { legal: 0, illegal: 0 };
    for (const [status, arrive] of Object.entries(reach)) {
      for (const [action, act] of Object.entries(actions)) {
        const { id } = await open(company);
        await arrive(id);
        const { from } = transitions[action as keyof typeof transitions];
        const before = await getCallback(db(), company.caller, id);
        if ((from as readonly string[]).includes(status)) {
          await expect(act(id), `${action} from ${status}`).resolves.toBeTruthy();
          tried.legal++;
        } else {
          await expect(act(id), `${action} from ${status}`).rejects.toMatchObject({
            code: "illegalTransition",
            message: expect.stringMatching(/^The callback is \w+\. (Legal now: |It can no longer be changed)/),
          });
          expect(await getCallback(db(), company.caller, id)).toEqual(before);
          tried.illegal++;
        }
      }
    }
    expect(tried).toEqual({ legal: 18, illegal: 42 });
  });

  test("each step sets its time and is kept with who did it", async () => {
    const company = await open247();
    const staff = as(company, company.staffId);
    const { id } = await open(company);
    later(1);
    await acknowledgeCallback(db(), staff, id);
    await contactCallback(db(), staff, id);
    const done = await completeCallback(db(), staff, id, { outcome: "declined", notes: "Will call again" });
    const at = plusMilliseconds(testStart, hourMs).toString().replace("Z", ".000Z");
    expect(done).toMatchObject({
      outcome: "declined",
      acknowledgedAt: at,
      contactedAt: at,
      completedAt: at,
      nextStepAt: null,
    });
    expect(
      (await transitionsOf(db(), company.caller, id)).map(({ action, to, actorType }) => [action, to, actorType]),
    ).toEqual([
      ["create", "pending", "user"],
      ["autoAssign", "assigned", "user"],
      ["acknowledge", "assigned", "staff"],
      ["contact", "contacted", "staff"],
      ["complete", "completed", "staff"],
    ]);
  });

  test("contacting a pending one makes it the caller's, who must be staff", async () => {
    const company = await open247();
    await changeCallbackSettings(db(), company.caller, null, { autoAssign: false }, [], null);
    const { id } = await open(company);
    await expect(contactCallback(db(), company.caller, id)).rejects.toMatchObject({ code: "validationFailed" });
    expect(await contactCallback(db(), as(company, company.staffId), id)).toMatchObject({
      assignedTo: company.staffId,
      status: "contacted",
    });
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

  test("a pause keeps what is used up, and the promise moves by it", async () => {
    const company = await open247();
    const { id } = await open(company, { priority: "high" });
    later(1);
    await contactCallback(db(), company.caller, id);
    later(10);
    expect(await sweep()).toBe(0);
    const again = await recordFailedAttempt(db(), company.caller, id, { notes: "Nobody there" });
    expect(again).toMatchObject({ status: "assigned", sla: { consumedMs: hourMs } });
    expect(again.expiresAt).toBe(
      plusMilliseconds(testStart, 14 * hourMs)
        .toString()
        .replace("Z", ".000Z"),
    );
  });

  test("another target or calendar counts from then on", async () => {
    const company = await open247();
    const { id } = await open(company, { priority: "high" });
    later(1);
    await changeCallbackSettings(db(), company.caller, company.branchId, { highMinutes: 120 }, [], null);
    await recount();
    const due = async () => (await readCallback(db(), company.caller, id)).expiresAt;
    expect(await due()).toBe("2026-03-02T11:00:00.000Z");
    const hours = { monday: [{ from: "08:00", until: "10:30" }], tuesday: [{ from: "08:00", until: "18:00" }] };
    await createCalendar(db(), company.caller, {
      branchId: company.branchId,
      name: "Berlin",
      rules: { timezone: "Europe/Berlin", alwaysOpen: false, hours, holidays: null, closures: [] },
    });
    await recount();
    expect(await due()).toBe("2026-03-03T08:00:00.000Z");
    expect(await recount()).toBe(0);
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

  test("the metrics count what was promised, kept and missed", async () => {
    const company = await open247();
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

  test("no open callback is without an assignee and no contacted one without its time", async () => {
    const company = await open247();
    for (let number = 0; number < 3; number++) await open(company);
    const rows = await db().of(company.caller).selectFrom("callback_requests").select(callbackColumns).execute();
    for (const row of rows) expect([row.status === "assigned", row.assignedTo !== null]).toEqual([true, true]);
  });
});
