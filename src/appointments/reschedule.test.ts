import { expect, test } from "vitest";
import { aClient, type Client } from "../../test/client.ts";
import { onEveryDatabase, testStart } from "../../test/databases.ts";
import { type ACompany, aBranch, aCompany, anAppointment, aPolicy, aStaffMember } from "../../test/factories.ts";
import { isoOf, plusMilliseconds } from "../clock.ts";
import { replay } from "../policies/decide.ts";
import { parseReceipt } from "../policies/receipts.ts";
import { permissions } from "../tenant.ts";

const hourMs = 3_600_000;
const inHours = (hours: number) => isoOf(plusMilliseconds(testStart, hours * hourMs));

onEveryDatabase("moving over the API", (db) => {
  const move = (client: Client, id: number, body: object) =>
    client.send("POST", `/appointments/${id}/rescheduling`, body);
  const kept = async (client: Client) => ({
    modifications: (await client.send("GET", "/modifications")).body.items,
    decisions: (await client.send("GET", "/decisions")).body.items,
  });
  const eventTypes = async ({ caller }: ACompany) =>
    (await db().of(caller).selectFrom("domain_events").select("type").orderBy("id").execute()).map(({ type }) => type);

  test("keeps the duration, and leaves one modification, one decision and one event", async () => {
    const company = await aCompany(db());
    await using client = await aClient(db(), company);
    const id = await anAppointment(db(), company, { inHours: 72 });
    const reply = await move(client, id, { startsAt: inHours(96), reason: "Dentist" });
    expect(reply).toMatchObject({
      status: 200,
      body: { allowed: true, feeCents: 0, appointment: { startsAt: inHours(96), endsAt: inHours(97), version: 2 } },
    });
    const { modifications, decisions } = await kept(client);
    expect(modifications).toMatchObject([
      { type: "reschedule", reason: "Dentist", withinPolicy: true, countsTowardQuota: true },
    ]);
    expect(decisions).toMatchObject([{ id: reply.body.decisionId, allowed: true, action: "reschedule" }]);
    expect(await eventTypes(company)).toEqual(["appointment.rescheduled"]);
  });

  test.each([
    ["noticeTooShort", { minNoticeHours: 24 }, 12, 96],
    ["sameDayNotAllowed", { allowSameDay: false }, 3, 96],
    ["quotaExceeded", { maxPer30Days: 0 }, 72, 96],
    ["reasonRequired", { requireReason: true }, 72, 96],
    ["alreadyStarted", {}, -0.5, 96],
  ] as const)("is denied with %s, which changes nothing but leaves the decision", async (code, config, at, to) => {
    const company = await aCompany(db());
    await using client = await aClient(db(), company);
    await aPolicy(db(), company, "reschedule", config);
    const id = await anAppointment(db(), company, { inHours: at });
    const before = (await client.send("GET", `/appointments/${id}`)).body;
    const events = await eventTypes(company);
    const reply = await move(client, id, { startsAt: inHours(to) });
    expect(reply).toMatchObject({ status: 409, body: { code, decision: { allowed: false, code } } });
    expect(reply.body.detail.length).toBeGreaterThan(20);
    expect((await client.send("GET", `/appointments/${id}`)).body).toEqual(before);
    const { modifications, decisions } = await kept(client);
    expect([modifications, decisions]).toMatchObject([[], [{ code }]]);
    expect(await eventTypes(company)).toEqual(events);
  });

  test("a third time is refused where two are the most, for this appointment only", async () => {
    const company = await aCompany(db());
    await using client = await aClient(db(), company);
    await aPolicy(db(), company, "reschedule", { minNoticeHours: 24, maxPerAppointment: 2 });
    const [one, other] = [await anAppointment(db(), company), await anAppointment(db(), company)];
    for (const hours of [80, 90]) expect((await move(client, one, { startsAt: inHours(hours) })).status).toBe(200);
    expect((await move(client, one, { startsAt: inHours(100) })).body.code).toBe("appointmentLimitReached");
    expect((await move(client, other, { startsAt: inHours(100) })).status).toBe(200);
  });

  test("goes to a free hour of a staff member of the same branch", async () => {
    const [company, theirs] = [await aCompany(db()), await aCompany(db())];
    await using client = await aClient(db(), company);
    const { caller, branchId, staffId } = company;
    const colleague = await aStaffMember(db(), caller, { branchId });
    const elsewhere = await aStaffMember(db(), caller, { branchId: await aBranch(db(), caller) });
    await anAppointment(db(), company, { inHours: 96, staffId });
    const id = await anAppointment(db(), company, { inHours: 72, staffId });
    const to = (staff: string | undefined, hours = 96.5) =>
      move(client, id, { startsAt: inHours(hours), staffId: staff });
    expect(await to(undefined)).toMatchObject({ status: 409, body: { code: "slotTaken" } });
    expect(await to(theirs.staffId)).toMatchObject({ status: 422, body: { errors: [{ pointer: "/staffId" }] } });
    expect((await to(elsewhere)).body.errors[0].message).toContain("another branch");
    expect(await to(undefined, -1)).toMatchObject({ status: 422, body: { errors: [{ pointer: "/startsAt" }] } });
    expect(await to(colleague)).toMatchObject({ status: 200, body: { appointment: { staffId: colleague } } });
  });

  test("to when it is already, or a mistyped year, is no move: nothing is decided, counted or told", async () => {
    const company = await aCompany(db());
    await using client = await aClient(db(), company);
    await aPolicy(db(), company, "reschedule", { maxPerAppointment: 1 });
    const id = await anAppointment(db(), company, { inHours: 48 });
    for (const [startsAt, message] of [
      [inHours(48), "is when it begins already; choose another start, or another staff member"],
      ["2199-12-31T23:30:00Z", "lies more than five years away; check the year"],
    ] as const) {
      const mistake = { status: 422, body: { errors: [{ pointer: "/startsAt", message }] } };
      expect(await move(client, id, { startsAt })).toMatchObject(mistake);
      expect(await client.send("POST", `/appointments/${id}/quotes`, { action: "reschedule", startsAt })).toMatchObject(
        mistake,
      );
    }
    expect((await client.send("GET", `/decisions?appointmentId=${id}`)).body.items).toEqual([]);
    expect((await move(client, id, { startsAt: inHours(49) })).status).toBe(200);
  });

  test("costs what the policy says, and can be forced with the fee waived for a reason", async () => {
    const company = await aCompany(db(), { priceCents: 3333 });
    await using client = await aClient(db(), company);
    const fee = { type: "percentage", percent: 25 };
    await aPolicy(db(), company, "reschedule", { minNoticeHours: 24, lateReschedule: "allow", fee, maxPer30Days: 2 });
    const late = await anAppointment(db(), company, { inHours: 12, priceCents: 3333 });
    expect((await move(client, late, { startsAt: inHours(200) })).body).toMatchObject({
      feeCents: 833,
      withinPolicy: true,
    });
    expect((await move(client, await anAppointment(db(), company), { startsAt: inHours(201) })).body.feeCents).toBe(0);
    const third = await anAppointment(db(), company, { inHours: 12, priceCents: 3333 });
    expect((await move(client, third, { startsAt: inHours(202) })).body.code).toBe("quotaExceeded");
    for (const [mistaken, pointer] of [
      [{ reason: "Regular", waiveFee: true }, "/force/waiverReason"],
      [{ reason: "Regular", waiveFee: true, waiverReason: "  " }, "/force/waiverReason"],
      [{ reason: " \n", waiveFee: false }, "/force/reason"],
    ]) {
      expect(await move(client, third, { startsAt: inHours(202), force: mistaken })).toMatchObject({
        status: 422,
        body: { errors: [{ pointer }] },
      });
    }
    const force = { reason: "Regular", waiveFee: true, waiverReason: "Our mistake" };
    expect((await move(client, third, { startsAt: inHours(202), force })).body).toMatchObject({
      allowed: true,
      forced: true,
      withinPolicy: false,
      feeCents: 0,
    });
  });

  test("by the business is free, uncounted and says why", async () => {
    const company = await aCompany(db());
    await using client = await aClient(db(), company);
    await aPolicy(db(), company, "reschedule", {
      minNoticeHours: 24,
      maxPer30Days: 0,
      fee: { type: "fixed", amountCents: 900 },
      feeWhen: "always",
    });
    const id = await anAppointment(db(), company, { inHours: 2 });
    const request = { startsAt: inHours(96), initiatedBy: "business" };
    expect((await move(client, id, request)).body.code).toBe("reasonRequired");
    expect((await move(client, id, { ...request, reason: "Anna is ill" })).body).toMatchObject({
      allowed: true,
      feeCents: 0,
    });
    expect((await kept(client)).modifications).toMatchObject([{ initiatedBy: "business", countsTowardQuota: false }]);
    const scopes = permissions.filter((permission) => permission !== "appointments:act_for_business");
    await using machine = await aClient(db(), company, scopes);
    const other = await anAppointment(db(), company, { inHours: 2 });
    expect((await move(machine, other, { ...request, reason: "x" })).body.code).toBe("actorNotAllowed");
  });

  test("a quote answers as the move would, is never kept, and a stranger's number reveals nothing", async () => {
    const company = await aCompany(db());
    await using client = await aClient(
      db(),
      company,
      permissions.filter((each) => each !== "callers:vouch"),
    );
    const id = await anAppointment(db(), company);
    const quote = (more: object) =>
      client.send("POST", `/appointments/${id}/quotes`, { action: "reschedule", startsAt: inHours(96), ...more });
    expect(await quote({ callerPhone: "030 12345678" })).toMatchObject({
      status: 200,
      body: { allowed: true, decisionId: null },
    });
    const stranger = await quote({ callerPhone: "+49 171 9999999" });
    expect(stranger).toMatchObject({ status: 200, body: { allowed: false, code: "callerUnverified" } });
    expect(JSON.stringify(stranger.body)).not.toContain("12345678");
    expect(await kept(client)).toEqual({ modifications: [], decisions: [] });
  });

  test("every decision that is kept replays to the same one", async () => {
    const company = await aCompany(db());
    await using client = await aClient(db(), company);
    await aPolicy(db(), company, "reschedule", {
      minNoticeHours: 24,
      maxPer30Days: 3,
      maxPerAppointment: 1,
      allowSameDay: false,
    });
    await aPolicy(db(), company, "cancellation", {
      minNoticeHours: 10,
      maxPer90Days: 2,
      fee: { type: "fixed", amountCents: 500 },
      feeWhen: "always",
    });
    for (let index = 0; index < 12; index++) {
      const id = await anAppointment(db(), company, { inHours: (index % 4) * 12 - 1 });
      await move(client, id, { startsAt: inHours(100 + index) });
      await client.send("POST", `/appointments/${id}/cancellation`, index % 3 === 0 ? {} : { force: { reason: "x" } });
    }
    const { decisions } = await kept(client);
    expect(decisions).toHaveLength(24);
    expect(new Set(decisions.map(({ code }: { code: string }) => code)).size).toBeGreaterThan(3);
    for (const { receipt, allowed, code, feeCents } of decisions) {
      expect(replay(parseReceipt(receipt))).toMatchObject({ allowed, code, feeCents });
    }
  });
});
