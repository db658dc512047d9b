import { createHmac, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { pino } from "pino";
import { expect, test } from "vitest";
import { onEveryDatabase } from "../../test/databases.ts";
import { type ACompany, aCompany, anAppointment, aStaffMember, byCustomer } from "../../test/factories.ts";
import { smtpSink, twilioStandIn } from "../../test/sinks.ts";
import { buildApp } from "../app.ts";
import { cancelAppointment } from "../appointments/cancel.ts";
import { bareInstallation, type Installation } from "../installation.ts";
import { parseKeyring } from "../secrets.ts";
import { issueApiKey } from "../tenancy/api-keys.ts";
import { permissions } from "../tenant.ts";
import { alertOperatorsAcrossCompanies } from "./alerts.ts";
import { deliverDueAcrossCompanies } from "./deliver.ts";
import { appointmentLink, unsubscribeLink } from "./links.ts";
import { planEventsAcrossCompanies } from "./plan.ts";
import { deleteOldDeliveriesAcrossCompanies } from "./retention.ts";
import { changeNotificationSettings } from "./settings.ts";
import { aReport } from "./testing.ts";

const keyring = parseKeyring(`k:${randomBytes(32).toString("base64")}`);
const log = pino({ level: "silent" });

onEveryDatabase("the API of notifications", (db) => {
  async function stage(overrides: Partial<Installation> = {}) {
    const installation = {
      ...bareInstallation,
      keyring,
      publicUrl: "https://desk.example",
      allowsPrivateNetworks: true,
      ...overrides,
    };
    const company = await aCompany(db());
    const email = "petra@example.org";
    await db()
      .of(company.caller)
      .updateTable("customers")
      .set({ email })
      .where("id", "=", company.customerId)
      .execute();
    const { key } = await issueApiKey(db(), company.caller, { name: "k", scopes: [...permissions], expiresAt: null });
    const app = await buildApp({ db: db(), installation });
    const call = (
      method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
      url: string,
      payload?: object,
      headers: Record<string, string> = {},
    ) =>
      app.inject({
        method,
        url: `/api/v1${url}`,
        headers: { authorization: `Bearer ${key}`, ...headers },
        ...(payload ? { payload } : {}),
      });
    const work = async () => {
      await planEventsAcrossCompanies(db(), installation);
      await deliverDueAcrossCompanies({ db: db(), log, signal: new AbortController().signal, installation });
    };
    return { app, company, installation, call, work };
  }
  const cancelOne = async (company: ACompany) => {
    const id = await anAppointment(db(), company);
    await cancelAppointment(db(), company.caller, id, byCustomer());
    return id;
  };

  test("a configuration is written, read, changed under its ETag, explained and deleted", async () => {
    const { app, company, call } = await stage();
    const body = {
      level: "branch",
      targetId: company.branchId,
      event: "cancellation",
      channel: "email",
      isEnabled: false,
    };
    const made = await call("POST", "/notification-configurations", body);
    expect(made.statusCode, made.body).toBe(201);
    expect((await call("POST", "/notification-configurations", body)).statusCode).toBe(409);
    const url = `/notification-configurations/${made.json().id}`;
    const stale = { "if-match": String(made.headers.etag) };
    expect((await call("PATCH", url, { retryCount: 5 }, stale)).json()).toMatchObject({
      retryCount: 5,
      isEnabled: false,
    });
    expect((await call("PATCH", url, { retryCount: 6 }, stale)).statusCode).toBe(412);
    const effective = (
      await call("GET", `/notification-configurations/effective?event=cancellation&branchId=${company.branchId}`)
    ).json();
    expect(effective).toMatchObject({
      mode: "default",
      channels: [{ channel: "sms" }],
      disabled: [{ channel: "email", from: { level: "branch" } }],
    });
    expect((await call("GET", "/notification-configurations")).json().items).toHaveLength(1);
    expect((await call("DELETE", url)).statusCode).toBe(204);
    expect((await call("GET", url)).statusCode).toBe(404);
    await app.close();
  });

  test("what does not make sense is refused with the field", async () => {
    const { app, company, call } = await stage();
    const other = await aCompany(db());
    const configuration = {
      level: "company",
      targetId: String(company.companyId),
      event: "cancellation",
      channel: "email",
    };
    const wrong = [
      await call("POST", "/notification-configurations", { ...configuration, channel: "push" }),
      await call("POST", "/notification-configurations", { ...configuration, fallbackChannel: "email" }),
      await call("POST", "/notification-configurations", { ...configuration, event: "cancelled" }),
      await call("POST", "/notification-configurations", { ...configuration, template: "nowhere" }),
      await call("POST", "/notification-configurations", {
        ...configuration,
        level: "branch",
        targetId: other.branchId,
      }),
      await call("PUT", "/notification-templates/cancellation/email/de", { subject: "x", text: "{{ customer.nme }}" }),
      await call("PUT", "/notification-templates/cancellation/push/de", { subject: "x", text: "x" }),
      await call("PUT", "/notification-templates/cancellation/email/de", { subject: null, text: "x" }),
      await call("PUT", "/notification-providers/email", {
        kind: "twilio_sms",
        accountSid: `AC${"0".repeat(32)}`,
        authToken: "x",
        from: "+4930555000",
      }),
      await call("PUT", "/notification-providers/email", {
        kind: "smtp",
        host: "a b",
        port: 25,
        tls: "none",
        from: "x",
      }),
      await call("PUT", "/notification-providers/email", { kind: "mailbox" }),
      await call("PATCH", "/notification-settings", { quietHours: { from: "24:00", until: "07:00" } }),
      await call("PUT", `/customers/${company.customerId}/notification-preferences`, { timezone: "Berlin" }),
      await call("POST", "/events", {
        type: "payment.received",
        appointmentId: 999_999,
        amountCents: 1,
        currency: "EUR",
      }),
      await call("POST", "/events", { type: "appointment.cancelled", appointmentId: 1 }),
      await call("POST", "/notification-plans", { event: "cancellation", appointmentId: 999_999 }),
      await call("GET", "/deliveries?status=lost"),
    ];
    for (const reply of wrong) {
      expect(reply.statusCode, reply.body).toBe(422);
      expect(reply.json().errors.length, reply.body).toBeGreaterThan(0);
    }
    expect((await call("GET", `/customers/${other.customerId}/notification-preferences`)).statusCode).toBe(404);
    expect((await call("GET", `/staff/${other.staffId}/notification-preferences`)).statusCode).toBe(404);
    await app.close();
  });

  test("a template of its own is kept byte for byte, previewed, used, and given up again", async () => {
    const { app, call } = await stage();
    const url = "/notification-templates/cancellation/email/de";
    expect((await call("GET", url)).json()).toMatchObject({
      isOwn: false,
      version: 0,
      variables: expect.arrayContaining(["customer.name", "fee.amount"]),
    });
    const text = "Hallo O'Neil & Söhne <b>, {{ customer.name }}\r\n";
    for (const version of [1, 2]) {
      const saved = await call("PUT", url, { subject: "Absage: {{ service.name }}", text });
      expect(saved.json()).toMatchObject({ text, version });
    }
    const preview = (
      await call("POST", "/notification-templates/preview", { event: "cancellation", channel: "email" })
    ).json();
    expect(preview).toMatchObject({ faults: [], content: { subject: "Absage: Farbe & Schnitt" } });
    const bad = { event: "cancellation", channel: "sms", template: { text: "{{ nope }}" } };
    expect((await call("POST", "/notification-templates/preview", bad)).json()).toMatchObject({
      faults: [{ field: "text" }],
      content: null,
    });
    expect(
      (await call("POST", "/notification-templates/preview", { event: "reminder_2h", channel: "sms" })).json().segments,
    ).toMatchObject({ encoding: "GSM-7" });
    expect((await call("DELETE", url)).statusCode).toBe(204);
    expect((await call("GET", url)).json().isOwn).toBe(false);
    await app.close();
  });

  test("a template's HTML may be as long as its column, in bytes, and what is longer is refused by its field", async () => {
    const { app, call } = await stage();
    const url = "/notification-templates/cancellation/email/de";
    const [text, html] = ["🙂".repeat(10_000), "x".repeat(65_535)];
    expect((await call("PUT", url, { subject: "x", text, html })).statusCode).toBe(200);
    expect((await call("GET", url)).json()).toMatchObject({ text, html });
    for (const longer of [`${html}x`, "ü".repeat(32_768)]) {
      const refused = await call("PUT", url, { subject: "x", text, html: longer });
      expect(refused.json()).toMatchObject({ status: 422, errors: [{ pointer: "/html" }] });
    }
    await app.close();
  });

  test("a dry run says who would get what and why not, and sends nothing", async () => {
    const { app, company, call } = await stage();
    const appointmentId = await anAppointment(db(), company);
    const { plans } = (await call("POST", "/notification-plans", { event: "reminder_24h", appointmentId })).json();
    expect(plans).toMatchObject([
      {
        muted: true,
        messages: [],
        notSent: [{ channel: "email", reason: "providerNotConfigured" }, { channel: "sms" }],
      },
    ]);
    expect((await call("GET", "/deliveries")).json().items).toEqual([]);
    await app.close();
  });

  test("a test message is really sent, a dead letter is grouped and replayed, and a cancelled one is not announced", async () => {
    const sink = await smtpSink();
    const { app, company, call, work } = await stage();
    const account = { kind: "smtp", host: "127.0.0.1", port: sink.port, tls: "none", from: "desk@example.org" };
    const saved = await call("PUT", "/notification-providers/email", { ...account, user: null, password: null });
    expect(saved.statusCode, saved.body).toBe(200);
    expect((await call("POST", "/notification-providers/email/test", { to: "anna@example.org" })).json().outcome).toBe(
      "sent",
    );
    expect(sink.mails.map(({ to }) => to)).toEqual(["anna@example.org"]);
    sink.behave = () => "550";
    expect((await call("POST", "/notification-providers/email/test", { to: "anna@example.org" })).json()).toMatchObject(
      { outcome: "permanent", code: "550" },
    );
    await call("PATCH", "/notification-settings", { muted: false, quietHours: null });
    await cancelOne(company);
    await work();
    const { items } = (await call("GET", "/deliveries/dead-letters")).json();
    expect(items).toMatchObject([{ event: "cancellation", channel: "email", errorCode: "550", count: 1 }]);
    sink.behave = () => "250";
    expect((await call("POST", "/deliveries/replays", { errorCode: "550" })).json()).toEqual({ replayed: 1, left: 0 });
    await work();
    const delivery = (await call("GET", `/deliveries/${items[0].newestId}`)).json();
    expect(delivery).toMatchObject({ status: "sent", content: { subject: expect.stringContaining("abgesagt") } });
    const { events } = (await call("GET", `/deliveries/${delivery.id}/timeline`)).json();
    expect(events.map(({ what }: { what: string }) => what)).toEqual(["planned", "failed", "replayed", "sent"]);
    expect((await call("POST", `/deliveries/${delivery.id}/replay`, {})).statusCode).toBe(409);

    sink.behave = () => "550";
    const id = await anAppointment(db(), company);
    await call("POST", "/events", { type: "appointment.modified", appointmentId: id });
    await work();
    const [dead] = (await call("GET", "/deliveries?event=appointment_modified&status=failed")).json().items;
    await cancelAppointment(db(), company.caller, id, byCustomer());
    expect((await call("POST", `/deliveries/${dead.id}/replay`, {})).json().detail).toContain("cancelled or moved");
    await app.close();
    await sink.close();
  });

  test("a mail program unsubscribes with one request, from reminders and not from what is transactional", async () => {
    const { app, company, call, installation } = await stage();
    const { companyId, customerId } = company;
    const link = unsubscribeLink(installation, {
      companyId,
      type: "customer",
      id: String(customerId),
      kind: "reminder",
    });
    const url = link.replace("https://desk.example", "");
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const post = (to: string) =>
      app.inject({ method: "POST", url: to, headers: form, payload: "List-Unsubscribe=One-Click" });
    expect((await app.inject(url)).body).toContain("<form");
    expect((await post(url)).statusCode).toBe(200);
    expect((await post(url)).statusCode).toBe(200);
    expect((await post(`${url.slice(0, -1)}${url.endsWith("A") ? "B" : "A"}`)).statusCode).toBe(404);
    expect((await call("GET", `/customers/${customerId}/notification-preferences`)).json()).toMatchObject({
      optOuts: [{ kind: "reminder", channel: "email", event: null }],
      version: 1,
    });
    await app.close();
  });

  test("a customer's link opens that appointment until it expires, and no other", async () => {
    const { app, company, installation } = await stage();
    const { companyId, customerId } = company;
    const appointmentId = await anAppointment(db(), company);
    const path = (endsAt: string, customer = customerId) =>
      appointmentLink(installation, { companyId, appointmentId, customerId: customer }, endsAt).replace(
        "https://desk.example",
        "",
      );
    const opened = await app.inject(path("2026-03-05T10:00:00Z"));
    expect(opened.statusCode).toBe(200);
    expect(opened.body).toContain("5. März 2026");
    expect((await app.inject(path("2026-01-05T10:00:00Z"))).statusCode).toBe(404);
    expect((await app.inject(path("2026-03-05T10:00:00Z", customerId + 1))).statusCode).toBe(404);
    await app.close();
  });

  test("Twilio's reports count when they are signed", async () => {
    const twilio = await twilioStandIn();
    const { app, company, call, work } = await stage({ twilioUrl: twilio.url });
    const account = { kind: "twilio_sms", accountSid: `AC${"a".repeat(32)}`, authToken: "hush", from: "+4930555000" };
    const saved = await call("PUT", "/notification-providers/sms", account);
    expect(saved.body).not.toContain("hush");
    await call("PATCH", "/notification-settings", { muted: false });
    await cancelOne(company);
    await work();
    const [sms] = (await call("GET", "/deliveries?channel=sms&status=sent")).json().items;
    const url = `/hooks/twilio/${company.companyId}/${sms.publicId}`;
    const report = (MessageStatus: string, token: string) => {
      const form = { MessageSid: sms.providerReference, MessageStatus };
      const text = `https://desk.example${url}MessageSid${form.MessageSid}MessageStatus${MessageStatus}`;
      const signature = createHmac("sha1", token).update(text).digest("base64");
      const headers = { "content-type": "application/x-www-form-urlencoded", "x-twilio-signature": signature };
      return app.inject({ method: "POST", url, headers, payload: new URLSearchParams(form).toString() });
    };
    expect((await report("delivered", "guessed")).statusCode).toBe(403);
    expect((await call("GET", `/deliveries/${sms.id}`)).json().status).toBe("sent");
    expect((await report("delivered", "hush")).statusCode).toBe(204);
    expect((await call("GET", `/deliveries/${sms.id}`)).json().status).toBe("delivered");
    expect((await report("undelivered", "hush")).statusCode).toBe(204);
    expect((await call("GET", `/deliveries/${sms.id}`)).json().status).toBe("delivered");
    await app.close();
    await twilio.close();
  });

  test("operators are told once of an ill provider, and old deliveries are deleted", async () => {
    const told: unknown[] = [];
    const hook = createServer(async (request, response) => {
      let body = "";
      for await (const part of request) body += part;
      told.push(JSON.parse(body));
      response.end();
    }).listen(0, "127.0.0.1");
    const sink = await smtpSink();
    sink.behave = () => "550";
    const webhook = `http://127.0.0.1:${(hook.address() as AddressInfo).port}`;
    const { app, company, call, work, installation } = await stage({ operators: { email: null, webhook } });
    await call("PUT", "/notification-providers/email", {
      kind: "smtp",
      host: "127.0.0.1",
      port: sink.port,
      tls: "none",
      from: "desk@example.org",
    });
    await call("PATCH", "/notification-settings", { muted: false, retentionDays: 30 });
    for (let count = 0; count < 10; count++) {
      await call("POST", "/events", {
        type: "appointment.modified",
        appointmentId: await anAppointment(db(), company),
      });
    }
    await work();
    await alertOperatorsAcrossCompanies(db(), installation);
    expect(await alertOperatorsAcrossCompanies(db(), installation)).toBe(0);
    expect(told).toHaveLength(1);
    expect(JSON.stringify(told)).toContain('"provider_ill","subject":"email"');

    const count = async () => (await call("GET", "/deliveries?limit=100")).json().items.length;
    const before = await count();
    db().clock.advance(29 * 86_400_000);
    await deleteOldDeliveriesAcrossCompanies(db());
    expect(await count()).toBe(before);
    db().clock.advance(2 * 86_400_000);
    await deleteOldDeliveriesAcrossCompanies(db());
    expect(await count()).toBe(0);
    await app.close();
    await sink.close();
    hook.close();
  });

  test("a browser is pushed to no longer when its own staff member says so, and not for a colleague's sake", async () => {
    const { app, company, call } = await stage();
    const { caller, branchId, staffId } = company;
    const colleague = await aStaffMember(db(), caller, { branchId });
    const endpoint = "https://push.example/1";
    const urlOf = (id: string) => `/staff/${id}/push-subscription`;
    const removal = (id: string) => `${urlOf(id)}?endpoint=${encodeURIComponent(endpoint)}`;
    const subscription = { endpoint, p256dh: "p".repeat(87), auth: "a".repeat(22) };
    expect((await call("PUT", urlOf(staffId), subscription)).statusCode).toBe(204);
    expect((await call("DELETE", removal(colleague))).statusCode).toBe(404);
    expect((await call("DELETE", removal(staffId))).statusCode).toBe(204);
    expect((await call("DELETE", removal(staffId))).statusCode).toBe(404);
    await app.close();
  });

  test("a mail that comes back is a dead letter, however often that is reported, and only to its own company", async () => {
    const sink = await smtpSink();
    const { app, company, call, work } = await stage({
      mail: { url: `smtp://127.0.0.1:${sink.port}`, from: "desk@example.org" },
    });
    await changeNotificationSettings(db(), company.caller, { muted: false }, null);
    const stranger = await stage();
    await cancelOne(company);
    await work();
    const [mail] = sink.mails;
    const source = aReport(mail?.messageId ?? "");
    expect((await stranger.call("POST", "/mail-reports", { source })).statusCode).toBe(404);
    for (let times = 0; times < 2; times++) {
      const taken = await call("POST", "/mail-reports", { source });
      expect(taken.json()).toMatchObject({ outcome: "bounced" });
      const url = `/deliveries/${taken.json().deliveryId}`;
      expect((await call("GET", url)).json()).toMatchObject({ status: "bounced", errorCode: "5.1.1" });
      expect((await call("GET", `${url}/timeline`)).body.match(/"what":"bounced"/g)).toHaveLength(1);
    }
    expect((await call("POST", "/mail-reports", { source: "Subject: Hello" })).json().errors[0].pointer).toBe(
      "/source",
    );
    await sink.close();
    await Promise.all([app.close(), stranger.app.close()]);
  });
});
