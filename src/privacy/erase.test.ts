import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { aClient } from "../../test/client.ts";
import { onEveryDatabase } from "../../test/databases.ts";
import { aCompany, anAppointment, aPolicy, byCustomer } from "../../test/factories.ts";
import { cancelAppointment } from "../appointments/cancel.ts";
import { auditEvents } from "../audit/log.ts";
import { verifyAudit } from "../audit/verify.ts";
import { openCallback } from "../callbacks/open.ts";
import { isoOf, plusMilliseconds } from "../clock.ts";
import { acrossCompanies } from "../db/across-companies.ts";
import { allTables } from "../db/schema.ts";
import { bareInstallation } from "../installation.ts";
import { planEventsAcrossCompanies } from "../notifications/plan.ts";
import { changeNotificationSettings } from "../notifications/settings.ts";
import { parseKeyring } from "../secrets.ts";
import { changeSettings } from "../tenancy/settings.ts";
import { createEndpoint } from "../webhooks/endpoints.ts";
import { planWebhooks } from "../webhooks/plan.ts";
import { eraseCustomer } from "./erase.ts";

onEveryDatabase("erasing a customer", (db) => {
  const person = { name: "Wilhelmine Querfeldt", phone: "+4930998877665", email: "wilhelmine@querfeldt.example" };

  /** Every row of every table in which one of the words stands. */
  async function mentions(words: readonly string[]): Promise<string[]> {
    const found: string[] = [];
    for (const { name } of allTables) {
      const rows = await acrossCompanies(db())
        .selectFrom(name as "customers")
        .selectAll()
        .execute();
      for (const row of rows) {
        const text = JSON.stringify(row);
        for (const word of words) if (text.includes(word)) found.push(`${name}: ${word}`);
      }
    }
    return [...new Set(found)].sort();
  }

  async function stage() {
    const company = await aCompany(db());
    const { caller, customerId, branchId } = company;
    await db().of(caller).updateTable("customers").set(person).where("id", "=", customerId).execute();
    await changeNotificationSettings(db(), caller, { muted: false, quietHours: null, throttlePerDay: null }, null);
    const keyring = parseKeyring(`k:${randomBytes(32).toString("base64")}`);
    const endpoint = { url: "https://crm.example/hook", description: "", eventTypes: ["*"] } as const;
    await createEndpoint(db(), caller, { ...bareInstallation, keyring }, endpoint);
    await aPolicy(db(), company, "cancellation", { minNoticeHours: 24 });
    const asCustomer = { ...caller, actor: { type: "customer", id: String(customerId) } } as const;
    const reason = `${person.name} is ill, call ${person.phone}`;
    await cancelAppointment(db(), asCustomer, await anAppointment(db(), company), byCustomer({ reason }));
    await changeSettings(db(), caller, { appointmentOwner: "host" }, null);
    await cancelAppointment(db(), asCustomer, await anAppointment(db(), company), byCustomer({ reason }));
    await openCallback(db(), caller, {
      branchId,
      phoneNumber: person.phone,
      customerName: person.name,
      preferredWindow: null,
      priority: "normal",
      notes: `Write to ${person.email}`,
      decisionId: null,
    });
    const mail = { url: "smtp://localhost", from: "desk@example.org" };
    await planEventsAcrossCompanies(db(), { ...bareInstallation, mail }, async (tx, events, now) => {
      await planWebhooks(tx, events, now);
      await auditEvents(tx, events, now);
    });
    await using client = await aClient(db(), company);
    const preferences = { locale: "de" };
    expect(
      (await client.send("PUT" as "POST", `/customers/${customerId}/notification-preferences`, preferences)).status,
    ).toBe(200);
    return company;
  }

  test("leaves name, number and address nowhere in the database, and the audit log provable", async () => {
    const words = [person.name, person.phone, person.email];
    const company = await stage();
    const before = await mentions(words);
    const tables = new Set(before.map((line) => line.split(":")[0]));
    expect([...tables]).toEqual(
      expect.arrayContaining([
        "appointment_modifications",
        "callback_requests",
        "customers",
        "notification_deliveries",
      ]),
    );
    await using client = await aClient(db(), company);
    const erased = await client.send("POST", `/customers/${company.customerId}/erasure`, undefined, {
      "idempotency-key": "once",
    });
    expect(erased.status).toBe(200);
    expect(await mentions(words)).toEqual([]);
    const verdict = await verifyAudit(db(), company.caller);
    expect(verdict).toMatchObject({ isValid: true, brokenAt: null });
    expect(verdict.erased).toBeGreaterThanOrEqual(2);
    await eraseCustomer(db(), company.caller, company.customerId);
    expect(await verifyAudit(db(), company.caller)).toEqual(verdict);
  });

  test("reaches what the customer was called before, and the replies kept for requests that come twice", async () => {
    const company = await aCompany(db());
    await using client = await aClient(db(), company);
    const once = { "idempotency-key": "made" };
    const { body: made } = await client.send("POST", "/customers", person, once);
    const appointment = await anAppointment(db(), company, { customerId: made.id });
    await cancelAppointment(db(), company.caller, appointment, byCustomer({ reason: `${person.name} is ill` }));
    const now = { name: "Mina Ohnesorg", phone: "+4930111222333", email: "mina@ohnesorg.example" };
    expect((await client.send("PATCH", `/customers/${made.id}`, now)).status).toBe(200);
    const words = [...Object.values(person), ...Object.values(now)];
    expect((await mentions(words)).length).toBeGreaterThan(5);
    await eraseCustomer(db(), company.caller, made.id);
    expect(await mentions(words)).toEqual([]);
    expect(await verifyAudit(db(), company.caller)).toMatchObject({ isValid: true });
  });

  test("leaves a row that nothing new is tied to", async () => {
    const company = await aCompany(db());
    await using client = await aClient(db(), company);
    await eraseCustomer(db(), company.caller, company.customerId);
    const { branchId, serviceId, customerId } = company;
    const startsAt = isoOf(plusMilliseconds(db().clock.now(), 86_400_000));
    const unknown = { status: 422, body: { errors: [{ pointer: "/customerId" }] } };
    expect(await client.send("POST", "/appointments", { branchId, serviceId, customerId, startsAt })).toMatchObject(
      unknown,
    );
    const wish = { branchId, customerId, customerName: "Ada", phoneNumber: "+4915123456789" };
    expect(await client.send("POST", "/callbacks", wish)).toMatchObject(unknown);
  });

  test("is of one customer: another's data stay as they are, and another company's customer is unknown", async () => {
    const [company, other] = [await aCompany(db()), await aCompany(db())];
    const kept = await db().of(other.caller).selectFrom("customers").selectAll().execute();
    await eraseCustomer(db(), company.caller, company.customerId);
    await expect(eraseCustomer(db(), company.caller, other.customerId)).rejects.toMatchObject({ code: "notFound" });
    expect(await db().of(other.caller).selectFrom("customers").selectAll().execute()).toEqual(kept);
  });

  test("the export holds what is kept of the customer, and nothing of anybody else", async () => {
    const company = await stage();
    await using client = await aClient(db(), company);
    const { body } = await client.send("GET", `/customers/${company.customerId}/export`);
    expect(body.tables.customers).toMatchObject([{ name: person.name, phone: person.phone, email: person.email }]);
    const kept = {
      appointments: 2,
      appointment_modifications: 1,
      appointment_reservations: 1,
      policy_decisions: 2,
      callback_requests: 1,
    };
    for (const [table, rows] of Object.entries(kept)) expect(body.tables[table], table).toHaveLength(rows);
    expect(body.tables.notification_deliveries.length).toBeGreaterThan(0);
    await eraseCustomer(db(), company.caller, company.customerId);
  });
});
