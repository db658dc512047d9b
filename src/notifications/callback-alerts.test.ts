import { expect, test } from "vitest";
import { onEveryDatabase } from "../../test/databases.ts";
import { aStaffMember } from "../../test/factories.ts";
import { assignCallback } from "../callbacks/assign.ts";
import { openCallback } from "../callbacks/open.ts";
import { acknowledgeCallback, cancelCallback, completeCallback, contactCallback } from "../callbacks/work.ts";
import { parseInstant } from "../clock.ts";
import { deliverDueAcrossCompanies } from "./deliver.ts";
import {
  aReachableCompany,
  installation,
  log,
  mailsTo,
  type Reachable,
  sendable,
  useTheOutsideWorld,
  work,
} from "./testing.ts";

useTheOutsideWorld();

onEveryDatabase("telling people of callbacks", (db) => {
  const opening = parseInstant("2026-03-03T08:00:00Z");

  /** Opened at night, with mail to the branch and to its two members; what staff are told waits for the morning. */
  async function atNight(company: Reachable, phoneNumber: string) {
    const { caller, branchId } = company;
    db().clock.moveTo(parseInstant("2026-03-02T21:00:00Z"));
    const request = { branchId, phoneNumber, customerName: "Petra O'Neil", preferredWindow: null, notes: null };
    return openCallback(db(), caller, { ...request, priority: "normal", decisionId: null });
  }

  async function withAddresses() {
    const company = await aReachableCompany(db());
    const { caller } = company;
    const other = await aStaffMember(db(), caller, company);
    const own = db().of(caller);
    await own.updateTable("branches").set({ notification_email: "mitte@example.org" }).execute();
    await own.updateTable("staff").set({ email: "staff@example.org" }).execute();
    return { company, other };
  }

  const states = async (company: Reachable, event: "callback_created" | "callback_assigned") =>
    (await sendable(company, event)).map(({ status, reason }) => reason ?? status);

  test("of a callback opened at night staff are told when the business opens", async () => {
    const { company } = await withAddresses();
    await atNight(company, "+493055512345");
    await work();
    const waiting = await sendable(company, "callback_created");
    expect(waiting).toMatchObject([{ status: expect.not.stringMatching("sent"), next_at: opening, attempts: 0 }]);
    db().clock.moveTo(opening);
    await work();
    expect(await sendable(company, "callback_created")).toMatchObject([{ status: "sent", attempts: 1 }]);
  });

  test("a customer who could not be called back is told so in writing; one who was reached is not", async () => {
    const company = await aReachableCompany(db());
    const { caller, branchId, customerId } = company;
    const asked = { branchId, customerId, customerName: "Petra", preferredWindow: null, notes: null, decisionId: null };
    for (const [phoneNumber, outcome] of [
      ["+493055512346", "reached"],
      ["+493055512347", "unreachable"],
    ] as const) {
      const callback = await openCallback(db(), caller, { ...asked, phoneNumber, priority: "normal" });
      await contactCallback(db(), caller, callback.id);
      await completeCallback(db(), caller, callback.id, { outcome, notes: null });
    }
    await work();
    expect(await sendable(company, "callback_unreachable")).toMatchObject([
      { status: "sent", channel: "email", recipient_type: "customer" },
    ]);
    const [told] = mailsTo(company).filter(({ source }) => /^Subject: Wir haben Sie nicht erreicht/m.test(source));
    expect(told?.source).toContain("+493055512347");
  });

  test.each([
    ["acknowledged", acknowledgeCallback],
    ["being called", contactCallback],
    [
      "cancelled",
      (...[tx, caller, id]: Parameters<typeof contactCallback>) => cancelCallback(tx, caller, id, { reason: null }),
    ],
  ] as const)("nobody is alerted any more of one that is %s before the alert was due", async (_, seeTo) => {
    const { company } = await withAddresses();
    const { id } = await atNight(company, "+493055512348");
    await work();
    expect([await states(company, "callback_created"), await states(company, "callback_assigned")]).toEqual([
      ["queued"],
      ["queued"],
    ]);
    await seeTo(db(), company.caller, id);
    await work();
    expect([await states(company, "callback_created"), await states(company, "callback_assigned")]).toEqual([
      ["superseded"],
      ["superseded"],
    ]);
  });

  test("one that is seen to in the very moment its alert is due is not alerted of, planned or not", async () => {
    const { company } = await withAddresses();
    const { id } = await atNight(company, "+493055512349");
    await work();
    db().clock.moveTo(opening);
    await acknowledgeCallback(db(), company.caller, id);
    const { signal } = new AbortController();
    await deliverDueAcrossCompanies({ db: db(), log, signal, installation });
    expect(await states(company, "callback_created")).toEqual(["superseded"]);
  });

  test("who has to hand one over again before hearing of it does not hear of it; who gets it does", async () => {
    const { company, other } = await withAddresses();
    const { id, assignedTo } = await atNight(company, "+493055512350");
    const to = assignedTo === other ? company.staffId : other;
    await work();
    await assignCallback(db(), company.caller, id, { action: "reassign", staffId: to });
    await work();
    db().clock.moveTo(opening);
    await work();
    const rows = await sendable(company, "callback_assigned");
    expect(Object.fromEntries(rows.map(({ recipient_id, status }) => [recipient_id, status]))).toEqual({
      [assignedTo ?? ""]: "superseded",
      [to]: "sent",
    });
  });
});
