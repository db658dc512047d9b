import { beforeEach, expect, test } from "vitest";
import { onEveryDatabase, testStart } from "../../test/databases.ts";
import { aStaffMember } from "../../test/factories.ts";
import { plusMilliseconds } from "../clock.ts";
import { assignAutomatically, assignCallback } from "./assign.ts";
import { changeCallback } from "./change.ts";
import { changeCallbackSettings, createCalendar } from "./configure.ts";
import { transitions } from "./lifecycle.ts";
import { callbackColumns, getCallback, transitionsOf } from "./store.ts";
import { callbackStage, hourMs } from "./testing.ts";
import {
  acknowledgeCallback,
  cancelCallback,
  completeCallback,
  contactCallback,
  escalateByHand,
  readCallback,
  recordFailedAttempt,
} from "./work.ts";

onEveryDatabase("the lifecycle of a callback", (db) => {
  const { sweep, recount, later, open, as, open247, forgetAll } = callbackStage(db);
  // A sweep sees all companies.
  beforeEach(forgetAll);

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

  test("no open callback is without an assignee and no contacted one without its time", async () => {
    const company = await open247();
    for (let number = 0; number < 3; number++) await open(company);
    const rows = await db().of(company.caller).selectFrom("callback_requests").select(callbackColumns).execute();
    for (const row of rows) expect([row.status === "assigned", row.assignedTo !== null]).toEqual([true, true]);
  });
});
