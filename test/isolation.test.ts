import { randomBytes, randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { z } from "zod";
import { buildApp, routes } from "../src/app.ts";
import { cancelAppointment } from "../src/appointments/cancel.ts";
import { createCalendar, createLadder } from "../src/callbacks/configure.ts";
import { defaultLadder } from "../src/callbacks/ladder.ts";
import { openCallback } from "../src/callbacks/open.ts";
import { escalateByHand } from "../src/callbacks/work.ts";
import { currentTime } from "../src/db/connect.ts";
import { transaction } from "../src/db/transaction.ts";
import { apiPrefix } from "../src/http/route.ts";
import { bareInstallation } from "../src/installation.ts";
import { findAccount } from "../src/notifications/account-store.ts";
import { accountSchema, saveAccount } from "../src/notifications/accounts.ts";
import { createConfiguration } from "../src/notifications/configure.ts";
import { planEventsAcrossCompanies } from "../src/notifications/plan.ts";
import { findTemplate } from "../src/notifications/template-store.ts";
import { saveTemplate } from "../src/notifications/template-write.ts";
import { addUser } from "../src/people/users.ts";
import { parseKeyring } from "../src/secrets.ts";
import { issueApiKey } from "../src/tenancy/api-keys.ts";
import { changeSettings } from "../src/tenancy/settings.ts";
import { permissions } from "../src/tenant.ts";
import { insertDeliveries } from "../src/webhooks/delivery-store.ts";
import { createEndpoint } from "../src/webhooks/endpoints.ts";
import { newMessageId } from "../src/webhooks/plan.ts";
import { onEveryDatabase } from "./databases.ts";
import { type ACompany, aCompany, anAppointment, aPolicy, byCustomer } from "./factories.ts";

/** What paths name, each with an id of another company. */
const ownIds = [
  "companyId",
  "serviceId",
  "appointmentId",
  "policyId",
  "callbackId",
  "escalationId",
  "calendarId",
  "ladderId",
  "customerId",
  "deliveryId",
  "configurationId",
  "endpointId",
  "webhookDeliveryId",
  "reservationId",
  "decisionId",
  "userId",
  "apiKeyId",
] as const;

const endpoint = "https://push.example/1";
const theirTemplate = { event: "cancellation", channel: "email", locale: "de", name: null } as const;

/** Attacks every route of the route list, so a new one is covered on the day it is listed. */
onEveryDatabase("no company sees another's data", (db) => {
  async function stage() {
    const theirs = await aCompany(db());
    const mine = await aCompany(db());
    const policyId = await aPolicy(db(), theirs, "cancellation", { minNoticeHours: 24 });
    const appointmentId = await anAppointment(db(), theirs);
    const { decisionId } = await cancelAppointment(
      db(),
      theirs.caller,
      await anAppointment(db(), theirs),
      byCustomer(),
    );
    const callbackIds = await aCallback(theirs);
    const messageIds = await aMessage(theirs);
    await saveAccount(
      db(),
      theirs.caller,
      { ...bareInstallation, mailboxFolder: "unused" },
      "email",
      accountSchema.parse({ kind: "mailbox" }),
      null,
    );
    await saveTemplate(db(), theirs.caller, theirTemplate, { subject: "x", text: "Only theirs", html: null }, null);
    const { key } = await issueApiKey(db(), mine.caller, {
      name: "intruder",
      scopes: [...permissions],
      expiresAt: null,
    });
    const app = await buildApp({ db: db() });
    const ids: Record<string, string> = {
      appointmentId: String(appointmentId),
      policyId: String(policyId),
      decisionId: String(decisionId),
      field: "minNoticeHours",
      companyId: String(theirs.companyId),
      branchId: theirs.branchId,
      serviceId: String(theirs.serviceId),
      customerId: String(theirs.customerId),
      staffId: theirs.staffId,
      ...callbackIds,
      ...messageIds,
      ...(await aWebhook(theirs)),
      reservationId: await aReservation(theirs),
      userId: String(
        (await addUser(db(), theirs.caller, { email: `${randomUUID()}@x.example`, name: "Eva", grants: [] })).id,
      ),
      apiKeyId: String(
        (await issueApiKey(db(), theirs.caller, { name: "theirs", scopes: ["policies:read"], expiresAt: null })).id,
      ),
    };
    // Every request from an address of its own: after many refused keys an address has to wait.
    let requests = 0;
    const request = (method: string, path: string, replacement: Record<string, string>, authorization?: string) =>
      app.inject({
        method: method as "GET",
        remoteAddress: `10.0.${Math.floor(++requests / 200)}.${requests % 200}`,
        url: apiPrefix + path.replace(/:(\w+)/g, (_, name) => replacement[name] ?? ids[name] ?? "1"),
        ...(path.endsWith("/push-subscription") && method === "DELETE" ? { query: { endpoint } } : {}),
        ...(authorization ? { headers: { authorization } } : {}),
        ...(method === "GET" || method === "DELETE" ? {} : { payload: bodyOf(path, mine.staffId) }),
      });
    return { app, theirs, mine, request, key: `Bearer ${key}` };
  }

  test("without a key nothing answers, and another company's ids answer as unknown ones do", async () => {
    const { app, request, key } = await stage();
    const unknown: Record<string, string> = {
      ...Object.fromEntries(ownIds.map((name) => [name, "999999999"])),
      branchId: "00000000-0000-4000-8000-000000000000",
      staffId: "00000000-0000-4000-8000-000000000000",
    };
    for (const { method, path, stream, permission } of routes) {
      // Signing in is of no company, and is tried by itself.
      if (permission === null) continue;
      expect((await request(method, path, {})).statusCode, `${method} ${path}`).toBe(401);
      if (stream || !/:\w+Id|:field/.test(path)) continue;
      const [theirs, nobodys] = [await request(method, path, {}, key), await request(method, path, unknown, key)];
      expect(theirs.statusCode, `${method} ${path}`).toBe(404);
      const { requestId: _, instance: __, ...body } = theirs.json();
      expect(nobodys.json()).toMatchObject(body);
    }
    await app.close();
  });

  test("lists hold nothing of another company", async () => {
    const { app, mine, request, key } = await stage();
    const lists = routes.filter(
      ({ method, path, reply }) =>
        method === "GET" && !path.includes(":") && reply instanceof z.ZodObject && "items" in reply.shape,
    );
    expect(lists.length).toBeGreaterThan(3);
    // What the company itself has: a line of the log for the key that asks, and one of each in its directory.
    const own: Record<string, unknown[]> = {
      "/api-keys": [{ name: "intruder" }],
      "/audit-log": [{ action: "apiKey.issued" }],
      "/companies": [{ id: mine.companyId }],
      "/branches": [{ id: mine.branchId }],
      "/services": [{ id: mine.serviceId }],
      "/staff": [{ id: mine.staffId }],
      "/customers": [{ id: mine.customerId }],
    };
    for (const { method, path } of lists) {
      const { items } = (await request(method, path, {}, key)).json();
      expect(items, path).toHaveLength(own[path]?.length ?? 0);
      expect(items, path).toMatchObject(own[path] ?? []);
    }
    await app.close();
  });

  test("numbers and lists that can be filtered count nothing of another company", async () => {
    const { app, request, key } = await stage();
    expect((await request("GET", "/callbacks/stats", {}, key)).json()).toMatchObject({ created: 0, escalated: 0 });
    const settings = (await request("GET", "/callback-settings", {}, key)).json();
    expect(settings).toMatchObject({ own: {}, version: 0 });
    await app.close();
  });

  test("what has a name in place of an id is each company's own", async () => {
    const { app, theirs, request, key } = await stage();
    const named = { channel: "email", event: "cancellation", locale: "de" };
    const [account, template] = ["/notification-providers/:channel", "/notification-templates/:event/:channel/:locale"];
    expect((await request("DELETE", account, named, key)).statusCode).toBe(404);
    expect((await request("POST", `${account}/test`, named, key)).statusCode).toBe(404);
    expect((await request("GET", template, named, key)).json()).toMatchObject({ isOwn: false, version: 0 });
    expect((await request("DELETE", template, named, key)).statusCode).toBe(404);
    expect(await findAccount(db(), theirs.caller, "email")).toMatchObject({ version: 1 });
    expect(await findTemplate(db(), theirs.caller, theirTemplate)).toMatchObject({ text: "Only theirs" });
    await app.close();
  });

  /** What became of the events so far, and a configuration. */
  async function aMessage({ caller, companyId }: ACompany) {
    await planEventsAcrossCompanies(db(), bareInstallation);
    const delivery = await db().of(caller).selectFrom("notification_deliveries").select("id").executeTakeFirstOrThrow();
    const { id } = await createConfiguration(db(), caller, {
      level: "company",
      targetId: String(companyId),
      event: "cancellation",
      channel: "email",
      fallbackChannel: null,
      isEnabled: true,
      retryCount: 3,
      retryDelayMinutes: 1,
      template: null,
    });
    return { deliveryId: String(delivery.id), configurationId: String(id) };
  }

  /** A change that waits for the company's own platform. */
  async function aReservation(company: ACompany): Promise<string> {
    await changeSettings(db(), company.caller, { appointmentOwner: "host" }, null);
    const outcome = await cancelAppointment(db(), company.caller, await anAppointment(db(), company), byCustomer());
    return String(outcome.reservation?.id);
  }

  /** An endpoint and a message to it. */
  async function aWebhook({ caller }: ACompany) {
    const keyring = parseKeyring(`k:${randomBytes(32).toString("base64")}`);
    const content = { url: "https://crm.example/hook", description: "", eventTypes: ["*"] } as const;
    const { id } = await createEndpoint(db(), caller, { ...bareInstallation, keyring }, content);
    const message = { endpointId: id, eventId: 1, type: "appointment.booked", messageId: newMessageId(), body: "{}" };
    await transaction(db(), async (tx) => insertDeliveries(tx, caller, [message], await currentTime(tx)));
    const delivery = await db().of(caller).selectFrom("webhook_deliveries").select("id").executeTakeFirstOrThrow();
    return { endpointId: String(id), webhookDeliveryId: String(delivery.id) };
  }

  /** One that was escalated, with a calendar and a ladder. */
  async function aCallback(company: ACompany) {
    const { caller, branchId, staffId } = company;
    const wish = { phoneNumber: "+493055512345", customerName: "Petra O'Neil", branchId } as const;
    const { id: callbackId } = await openCallback(db(), caller, {
      ...wish,
      preferredWindow: null,
      priority: "normal",
      notes: null,
      decisionId: null,
    });
    await escalateByHand(db(), caller, callbackId, { detail: "Please" });
    const escalation = await db().of(caller).selectFrom("callback_escalations").select("id").executeTakeFirstOrThrow();
    const rules = { timezone: null, alwaysOpen: true, hours: {}, holidays: null, closures: [] };
    const calendar = await createCalendar(db(), caller, { branchId: null, name: "Always", rules });
    const steps = [
      ...defaultLadder,
      { at: { minutes: 5 }, action: "notify", to: [{ type: "staff", staffId }] } as const,
    ];
    const ladder = await createLadder(db(), caller, { branchId: null, name: "Ladder", steps });
    return {
      callbackId: String(callbackId),
      escalationId: String(escalation.id),
      calendarId: String(calendar.id),
      ladderId: String(ladder.id),
    };
  }

  function bodyOf(path: string, staffId: string): object {
    const startsAt = new Date(db().clock.now().epochMilliseconds + 864e5 * 9).toISOString();
    if (path.endsWith("/quotes")) return { action: "cancel" };
    if (/\/(re)?assignment$/.test(path)) return { staffId };
    if (path.endsWith("/completion") && path.startsWith("/callbacks")) return { outcome: "reached" };
    if (path.endsWith("/escalations")) return { detail: "x" };
    if (path.endsWith("/grants")) return { grants: [] };
    if (path.endsWith("/reversion")) return { version: 1 };
    if (path === "/services/:serviceId/staff") return { staffIds: [] };
    if (path === "/services/:serviceId/branches") return { branchIds: [] };
    if (path.startsWith("/notification-providers/")) return { to: "somebody@example.org" };
    if (path.endsWith("/push-subscription")) {
      return { endpoint, p256dh: "p".repeat(87), auth: "a".repeat(22) };
    }
    if (path.startsWith("/notification-configurations/")) return { isEnabled: false };
    if (path.startsWith("/calendars/")) return { name: "x", alwaysOpen: true };
    if (path.startsWith("/ladders/")) return { name: "x", steps: defaultLadder };
    return path.endsWith("/rescheduling") ? { startsAt } : {};
  }
});
