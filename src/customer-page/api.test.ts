import { expect, test } from "vitest";
import { onEveryDatabase } from "../../test/databases.ts";
import { aBranch, aCompany, aCustomer, anAppointment, aPolicy, customerPhone } from "../../test/factories.ts";
import { buildApp } from "../app.ts";
import { getAppointment } from "../appointments/store.ts";
import { isoOf, plusMilliseconds } from "../clock.ts";
import { bareInstallation } from "../installation.ts";
import { eraseCustomer } from "../privacy/erase.ts";
import { parseKeyring } from "../secrets.ts";
import { issueApiKey } from "../tenancy/api-keys.ts";
import { allowanceOf } from "../tenancy/roles.ts";
import { changeSettings } from "../tenancy/settings.ts";
import type { Caller, Permission } from "../tenant.ts";

const keyring = parseKeyring(`k:${Buffer.alloc(32, 7).toString("base64")}`);
const installation = { ...bareInstallation, keyring, publicUrl: "https://desk.example/at/salon" };
const hour = 3_600_000;
const api = "/api/v1/customer-page";

onEveryDatabase("the customer's page for a platform's own front end", (db) => {
  async function open({ inHours = 72 } = {}) {
    const company = await aCompany(db());
    const app = await buildApp({ db: db(), installation });
    const id = await anAppointment(db(), company, { inHours, staffId: company.staffId });
    const keyOf = async (scopes: readonly Permission[]) =>
      `Bearer ${(await issueApiKey(db(), company.caller, { name: "k", scopes, expiresAt: null })).key}`;
    const key = await keyOf(["appointments:link"]);
    const linkOf = (appointmentId: number, authorization = key) =>
      app.inject({ url: `/api/v1/appointments/${appointmentId}/customer-link`, headers: { authorization } });
    const token = (await linkOf(id)).json().token as string;
    const as = (bearer: string, method: "GET" | "POST" | "PUT", path = "", payload?: object, headers = {}) =>
      app.inject({
        method,
        url: `${api}${path}`,
        headers: { authorization: `Bearer ${bearer}`, ...headers },
        ...(payload ? { payload } : {}),
      });
    const ask = (method: "GET" | "POST" | "PUT", path = "", payload?: object, headers = {}) =>
      as(token, method, path, payload, headers);
    const stored = () => getAppointment(db(), company.caller, id);
    return { company, app, id, key, keyOf, linkOf, token, as, ask, stored, [Symbol.asyncDispose]: () => app.close() };
  }

  test("the link is the one of the messages, opens the page, and says until when", async () => {
    await using it = await open();
    const { statusCode, body } = await it.linkOf(it.id);
    expect(statusCode).toBe(200);
    const { url, token, expiresAt } = JSON.parse(body);
    expect(url).toBe(`https://desk.example/at/salon/a/${token}`);
    const { endsAt } = await it.stored();
    expect(expiresAt).toBe(isoOf(plusMilliseconds(endsAt, 30 * 24 * hour)));
    expect((await it.app.inject({ url: `/a/${token}` })).statusCode).toBe(200);
    db().clock.advance(Date.parse(expiresAt) - db().clock.now().epochMilliseconds);
    expect((await it.ask("GET")).statusCode).toBe(200);
    db().clock.advance(1000);
    expect((await it.ask("GET")).statusCode).toBe(401);
    expect((await it.linkOf(it.id)).json()).toMatchObject({ status: 409, code: "conflict" });
  });

  test("it is given to who may act for customers there, and to nobody who only reads", async () => {
    await using it = await open();
    expect((await it.linkOf(it.id, await it.keyOf(["appointments:read", "contacts:read"]))).statusCode).toBe(403);
    const theirs = await anAppointment(db(), await aCompany(db()));
    expect((await it.linkOf(theirs)).statusCode).toBe(404);
    const elsewhere = await aBranch(db(), it.company.caller);
    for (const [role, branchId, status] of [
      ["receptionist", it.company.branchId, 200],
      ["receptionist", elsewhere, 404],
      ["staff", it.company.branchId, 403],
      ["viewer", it.company.branchId, 403],
    ] as const) {
      const caller: Caller = {
        companyId: it.company.companyId,
        actor: { type: "user", id: "1" },
        ...allowanceOf([{ role, branchId, staffId: it.company.staffId }]),
      };
      await using app = await buildApp({ db: db(), installation, authenticate: async () => caller });
      const reply = await app.inject({ url: `/api/v1/appointments/${it.id}/customer-link` });
      expect(reply.statusCode, `${role} ${branchId}`).toBe(status);
    }
    await using bare = await buildApp({ db: db() });
    const headers = { authorization: it.key };
    const unset = await bare.inject({ url: `/api/v1/appointments/${it.id}/customer-link`, headers });
    expect([unset.statusCode, unset.json().detail]).toEqual([503, expect.stringContaining("PUBLIC_URL")]);
    await eraseCustomer(db(), it.company.caller, it.company.customerId);
    expect((await it.linkOf(it.id)).statusCode).toBe(409);
  });

  test("shows what the page shows, and of the number two digits", async () => {
    await using it = await open();
    await aPolicy(db(), it.company, "cancellation", { fee: { type: "fixed", amountCents: 1500 }, feeWhen: "always" });
    const { statusCode, body } = await it.ask("GET");
    expect(statusCode).toBe(200);
    expect(JSON.parse(body)).toMatchObject({
      status: "booked",
      service: "Cut",
      timezone: "Europe/Berlin",
      language: "de",
      phoneEnding: customerPhone.slice(-2),
      isAhead: true,
      isReserved: false,
      cancellation: { allowed: true, feeCents: 1500, explanation: { en: expect.stringContaining("15") } },
      messages: { reminder: true, feedback: true, locale: null },
    });
    expect(body).not.toContain(customerPhone);
    expect(body).not.toMatch(/receipt|staffId|customerId/);
  });

  test("cancels for the fee that was shown and for no other, as the customer; once, however often it is sent", async () => {
    await using it = await open();
    await aPolicy(db(), it.company, "cancellation", {
      fee: { type: "fixed", amountCents: 1500 },
      feeWhen: "always",
      requireReason: true,
    });
    const quote = (await it.ask("POST", "/quotes", { action: "cancel" })).json();
    expect(quote).toMatchObject({ allowed: true, feeCents: 1500, needsReason: true });
    const reasonless = await it.ask("POST", "/cancellation", { feeAtMostCents: 1500 });
    expect(reasonless.json()).toMatchObject({ status: 409, code: "reasonRequired", decision: { allowed: false } });
    for (const feeAtMostCents of [undefined, 0, 1499]) {
      const dearer = await it.ask("POST", "/cancellation", { reason: "Ill", feeAtMostCents });
      expect(dearer.json()).toMatchObject({ status: 409, code: "feeHigher" });
    }
    expect((await it.stored()).status).toBe("booked");
    const agreed = { reason: "Ill", feeAtMostCents: 1500 };
    const once = { "idempotency-key": "1" };
    const both = await Promise.all([1, 2].map(() => it.ask("POST", "/cancellation", agreed, once)));
    const settled = both.filter(({ statusCode }) => statusCode === 200);
    expect(settled.length).toBeGreaterThan(0);
    expect(both.every(({ statusCode }) => statusCode === 200 || statusCode === 409)).toBe(true);
    const replayed = await it.ask("POST", "/cancellation", agreed, once);
    expect([replayed.headers["idempotency-replayed"], replayed.json()]).toEqual(["true", settled[0]?.json()]);
    expect(Object.keys(replayed.json()).sort()).toEqual(
      [
        "allowed",
        "code",
        "currency",
        "endsAt",
        "explanation",
        "feeCents",
        "reservedUntil",
        "startsAt",
        "status",
      ].sort(),
    );
    expect(replayed.json()).toMatchObject({ status: "cancelled", feeCents: 1500, reservedUntil: null });
    const rows = await db()
      .of(it.company.caller)
      .selectFrom("appointment_modifications")
      .select(["modified_by_type", "modified_by_id", "initiated_by", "reason"])
      .execute();
    const customer = { modified_by_type: "customer", modified_by_id: String(it.company.customerId) };
    expect(rows).toEqual([{ ...customer, initiated_by: "customer", reason: "Ill" }]);
    expect((await it.ask("POST", "/cancellation", agreed)).json().code).toBe("alreadyCancelled");
    expect((await it.ask("GET")).json()).toMatchObject({ status: "cancelled", isAhead: false, cancellation: null });
  });

  test("an idempotency key of one link is no other's, and none of the company's keys", async () => {
    await using it = await open();
    const other = await anAppointment(db(), it.company, { inHours: 100 });
    const token = (await it.linkOf(other)).json().token as string;
    const key = { "idempotency-key": "1" };
    expect((await it.ask("POST", "/cancellation", {}, key)).statusCode).toBe(200);
    const second = await it.as(token, "POST", "/cancellation", {}, key);
    expect([second.statusCode, second.headers["idempotency-replayed"]]).toEqual([200, undefined]);
    expect((await getAppointment(db(), it.company.caller, other)).status).toBe("cancelled");
    const authorization = await it.keyOf(["customers:write"]);
    const made = await it.app.inject({
      method: "POST",
      url: "/api/v1/customers",
      headers: { authorization, ...key },
      payload: { name: "Ada" },
    });
    expect(made.statusCode).toBe(201);
  });

  test("moves to another time, and to none in the past or that is taken", async () => {
    await using it = await open();
    const at = (hours: number) => isoOf(plusMilliseconds(db().clock.now(), hours * hour));
    const other = await aCustomer(db(), it.company.caller);
    const { staffId } = it.company;
    await anAppointment(db(), it.company, { inHours: 100, customerId: other, staffId });
    for (const startsAt of [at(-1), at(3 * 366 * 24)]) {
      for (const path of ["/rescheduling", "/quotes"]) {
        const body = path === "/quotes" ? { action: "reschedule", startsAt } : { startsAt };
        const refused = await it.ask("POST", path, body);
        expect(refused.json()).toMatchObject({ status: 422, errors: [{ pointer: "/startsAt" }] });
      }
    }
    const taken = await it.ask("POST", "/rescheduling", { startsAt: at(100) });
    expect(taken.json()).toMatchObject({ status: 409, code: "slotTaken", decision: { allowed: false } });
    const quote = await it.ask("POST", "/quotes", { action: "reschedule", startsAt: at(200) });
    expect(quote.json()).toMatchObject({ allowed: true, needsReason: false });
    const moved = await it.ask("POST", "/rescheduling", { startsAt: at(200) });
    expect(moved.json()).toMatchObject({ startsAt: at(200), status: "booked" });
    expect(isoOf((await it.stored()).startsAt)).toBe(at(200));
  });

  test("where the platform keeps the appointment, a change says until when it is reserved", async () => {
    await using it = await open();
    await changeSettings(db(), it.company.caller, { appointmentOwner: "host" }, null);
    const { reservedUntil, status } = (await it.ask("POST", "/cancellation", {})).json();
    expect([status, reservedUntil]).toEqual(["booked", isoOf(plusMilliseconds(db().clock.now(), 15 * 60_000))]);
    expect((await it.ask("GET")).json()).toMatchObject({ isReserved: true, isAhead: false });
    expect((await it.ask("POST", "/cancellation", {})).json().code).toBe("alreadyReserved");
  });

  test("asks for a callback to the known number or another, and keeps which messages are wanted", async () => {
    await using it = await open();
    const asked = await it.ask("POST", "/callback", { notes: "Colour" });
    expect([asked.statusCode, Object.keys(asked.json())]).toEqual([201, ["expiresAt"]]);
    const rows = await db().of(it.company.caller).selectFrom("callback_requests").selectAll().execute();
    expect(rows).toMatchObject([{ phone_number: customerPhone, customer_id: it.company.customerId, notes: "Colour" }]);
    const wrong = await it.ask("POST", "/callback", { phoneNumber: "000" });
    expect(wrong.json()).toMatchObject({ status: 422, errors: [{ pointer: "/phoneNumber" }] });
    const wanted = { reminder: false, feedback: true, locale: "en" };
    expect((await it.ask("PUT", "/messages", wanted)).json()).toEqual(wanted);
    expect((await it.ask("GET")).json()).toMatchObject({ language: "en", messages: wanted });
  });

  test("a link opens nothing else, a key opens no page, and what is no link any more is always the same 401", async () => {
    await using it = await open();
    for (const url of ["/api/v1/appointments", `/api/v1/appointments/${it.id}`, "/api/v1/customers"]) {
      const headers = { authorization: `Bearer ${it.token}` };
      expect((await it.app.inject({ url, headers })).statusCode, url).toBe(401);
    }
    const gone = await aCustomer(db(), it.company.caller);
    const theirs = await anAppointment(db(), it.company, { inHours: 50, customerId: gone });
    const ofGone = (await it.linkOf(theirs)).json().token;
    await eraseCustomer(db(), it.company.caller, gone);
    const [body = "", signature = ""] = it.token.split(".");
    const claims = JSON.parse(Buffer.from(body, "base64url").toString());
    const forged = Buffer.from(JSON.stringify({ ...claims, a: theirs })).toString("base64url");
    const wrong = ["rubbish", `${forged}.${signature}`, `${body}.`, ofGone, it.key.slice("Bearer ".length)];
    for (const [method, path, payload] of [
      ["GET", "", undefined],
      ["POST", "/cancellation", {}],
      ["PUT", "/messages", { reminder: true, feedback: true }],
    ] as const) {
      const replies = await Promise.all(wrong.map((bearer) => it.as(bearer, method, path, payload)));
      const told = replies.map((reply) => ({ ...reply.json(), requestId: "" }));
      expect(told.map(({ code }) => code)).toEqual(wrong.map(() => "linkInvalid"));
      expect(new Set(told.map((each) => JSON.stringify(each))).size).toBe(1);
    }
    expect((await it.stored()).status).toBe("booked");
  });

  test("a link cannot ask without end, and holds up no other", async () => {
    await using it = await open();
    const other = (await it.linkOf(await anAppointment(db(), it.company, { inHours: 100 }))).json().token as string;
    let status = 200;
    for (let times = 0; times < 130 && status === 200; times++) status = (await it.ask("GET")).statusCode;
    expect(status).toBe(429);
    expect((await it.as(other, "GET")).statusCode).toBe(200);
  });
});
