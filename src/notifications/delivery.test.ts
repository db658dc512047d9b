import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { onEveryDatabase } from "../../test/databases.ts";
import { anAppointment, byCustomer } from "../../test/factories.ts";
import { cancelAppointment } from "../appointments/cancel.ts";
import { parseKeyring } from "../secrets.ts";
import { rotateSecretsAcrossCompanies } from "./accounts.ts";

import {
  aConfiguration,
  aReachableCompany,
  behave,
  deliveries,
  installation,
  keyring,
  mailsTo,
  outcomes,
  sendable,
  smtp,
  twilio,
  useTheOutsideWorld,
  work,
} from "./testing.ts";

useTheOutsideWorld();

onEveryDatabase("telling people", (db) => {
  test("a cancellation becomes one mail to the customer and one to the branch, over TLS and with a login", async () => {
    const company = await aReachableCompany(db());
    await cancelAppointment(db(), company.caller, await anAppointment(db(), company), byCustomer());
    await work();

    const mails = mailsTo(company);
    expect(mails.map(({ user, secure }) => ({ user, secure }))).toEqual([{ user: "desk", secure: true }]);
    expect(mails[0]?.source).toMatch(/^Subject: =\?UTF-8\?Q\?Ihr_Termin/m);
    expect(mails[0]?.source).not.toMatch(/^List-Unsubscribe/m);
    const [delivery] = await sendable(company, "cancellation");
    expect(delivery).toMatchObject({ status: "sent", attempts: 1, provider: "smtp" });
    expect(mails[0]?.messageId).toContain(delivery?.public_id);

    expect(await work()).toBe(0);
    expect(mailsTo(company)).toHaveLength(1);
  });

  test("a muted company's messages are planned and not sent", async () => {
    const company = await aReachableCompany(db(), { muted: true });
    await cancelAppointment(db(), company.caller, await anAppointment(db(), company), byCustomer());
    await work();
    expect(mailsTo(company)).toEqual([]);
    expect(await deliveries(company, "cancellation")).toMatchObject([
      { status: "skipped", reason: "companyMuted" },
      { channel: "sms", reason: "providerNotConfigured" },
    ]);
  });

  test("a mail server in a private network is not connected to, unless the installation allows it", async () => {
    const company = await aReachableCompany(db());
    await cancelAppointment(db(), company.caller, await anAppointment(db(), company), byCustomer());
    const connectionsBefore = smtp.connections();
    await work({ ...installation, allowsPrivateNetworks: false });
    expect(smtp.connections()).toBe(connectionsBefore);
    expect(mailsTo(company)).toEqual([]);
    const [mail] = (await deliveries(company, "cancellation")).filter(({ channel }) => channel === "email");
    expect(mail).toMatchObject({ status: "queued", last_error: expect.stringContaining("private network") });
  });

  test("where nothing sends, that is said, and never that something was sent", async () => {
    const company = await aReachableCompany(db(), { smtp: false });
    await cancelAppointment(db(), company.caller, await anAppointment(db(), company), byCustomer());
    await work();
    expect(
      (await deliveries(company, "cancellation")).map(({ channel, status, reason }) => [channel, status, reason]),
    ).toEqual([
      ["email", "skipped", "providerNotConfigured"],
      ["sms", "skipped", "providerNotConfigured"],
    ]);
  });

  test("planning an event twice sends once", async () => {
    const company = await aReachableCompany(db());
    await cancelAppointment(db(), company.caller, await anAppointment(db(), company), byCustomer());
    await work();
    const [event] = await db().of(company.caller).selectFrom("domain_events").select("id").execute();
    const now = db().clock.now();
    const pending = {
      consumer: "notifications",
      event_id: event?.id ?? 0,
      next_at: now,
      created_at: now,
      updated_at: now,
    } as const;
    await db().of(company.caller).insertInto("pending_events").values(pending).execute();
    await work();
    expect(await sendable(company, "cancellation")).toHaveLength(1);
    expect(mailsTo(company)).toHaveLength(1);
  });

  test("a temporary refusal is tried again, ever later, and then sent once", async () => {
    const company = await aReachableCompany(db());
    const answers = ["451", "451", "250"] as const;
    let asked = 0;
    behave(company, () => answers[asked++] ?? "250");
    await cancelAppointment(db(), company.caller, await anAppointment(db(), company), byCustomer());
    await work();
    expect(await sendable(company, "cancellation")).toMatchObject([
      { status: "queued", attempts: 1, last_error_code: "451", retries_left: 2 },
    ]);
    db().clock.advance(4 * 60_000);
    expect(await work()).toBe(0);
    db().clock.advance(2 * 60_000);
    await work();
    db().clock.advance(9 * 60_000);
    expect(await work()).toBe(0);
    db().clock.advance(3 * 60_000);
    await work();
    expect(await sendable(company, "cancellation")).toMatchObject([{ status: "sent", attempts: 3 }]);
    expect(mailsTo(company)).toHaveLength(1);
    expect(await outcomes(company)).toEqual(["retry", "retry", "sent"]);
  });

  test("a text that fails for good becomes one mail; when that fails too, there is one dead letter and no third channel", async () => {
    const company = await aReachableCompany(db(), { twilio: true });
    await aConfiguration(company, "cancellation", "sms", "email");
    twilio.behave = () => "400";
    behave(company, () => "550");
    await cancelAppointment(db(), company.caller, await anAppointment(db(), company), byCustomer());
    await work();
    const all = await sendable(company, "cancellation");
    expect(all.map(({ channel, status, has_fallen_back }) => ({ channel, status, has_fallen_back }))).toEqual([
      { channel: "email", status: "failed", has_fallen_back: false },
      { channel: "sms", status: "failed", has_fallen_back: true },
    ]);
    expect(all.find(({ channel }) => channel === "sms")?.last_error).not.toContain("+49");
    twilio.behave = () => "201";
  });

  test("a connection lost after the mail was taken ends with the same Message-ID twice at most", async () => {
    const company = await aReachableCompany(db());
    let asked = 0;
    behave(company, () => (asked++ === 0 ? "lost" : "250"));
    await cancelAppointment(db(), company.caller, await anAppointment(db(), company), byCustomer());
    await work();
    expect(await sendable(company, "cancellation")).toMatchObject([{ status: "queued", is_ambiguous: true }]);
    db().clock.advance(6 * 60_000);
    await work();
    expect(await sendable(company, "cancellation")).toMatchObject([{ status: "sent" }]);
    const ids = mailsTo(company).map(({ messageId }) => messageId);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });

  test("a connection dropped in the middle of the mail, and a slow server, end with one mail", async () => {
    for (const first of ["dropInData", "slow"] as const) {
      const company = await aReachableCompany(db());
      let asked = 0;
      behave(company, () => (asked++ === 0 ? first : "250"));
      await cancelAppointment(db(), company.caller, await anAppointment(db(), company), byCustomer());
      await work();
      db().clock.advance(6 * 60_000);
      await work();
      expect(await sendable(company, "cancellation"), first).toMatchObject([{ status: "sent" }]);
      expect(mailsTo(company), first).toHaveLength(1);
    }
  });

  test("a text whose sending ended ambiguously is looked up, not sent again", async () => {
    const company = await aReachableCompany(db(), { twilio: true, smtp: false });
    const to = () => twilio.texts.filter(({ form }) => form.To === company.phone);
    let asked = 0;
    twilio.behave = () => (asked++ === 0 ? "lost" : "201");
    await cancelAppointment(db(), company.caller, await anAppointment(db(), company), byCustomer());
    await work();
    expect(await sendable(company, "cancellation")).toContainEqual(
      expect.objectContaining({ channel: "sms", status: "queued", is_ambiguous: true }),
    );
    db().clock.advance(6 * 60_000);
    await work();
    expect(to()).toHaveLength(1);
    const sms = (await sendable(company, "cancellation")).find(({ channel }) => channel === "sms");
    expect(sms).toMatchObject({ status: "sent", provider_reference: to()[0]?.sid });
    expect(to()[0]?.form.StatusCallback).toBe(
      `https://salon.example/hooks/twilio/${company.companyId}/${sms?.public_id}`,
    );
  });

  test("too many requests wait as long as the provider asks; a server error is looked up, then sent", async () => {
    const company = await aReachableCompany(db(), { twilio: true, smtp: false });
    const answers = ["429", "500", "201"] as const;
    let asked = 0;
    twilio.behave = () => answers[asked++] ?? "201";
    await cancelAppointment(db(), company.caller, await anAppointment(db(), company), byCustomer());
    for (const minutes of [0, 6, 12, 24]) {
      db().clock.advance(minutes * 60_000);
      await work();
    }
    expect(twilio.texts.filter(({ form }) => form.To === company.phone)).toHaveLength(1);
    expect(await outcomes(company)).toEqual(["retry", "ambiguous", "sent"]);
  });

  test("two companies on the same kind of provider each use their own credentials", async () => {
    const [one, other] = [
      await aReachableCompany(db(), { twilio: true, smtp: false }),
      await aReachableCompany(db(), { twilio: true, smtp: false }),
    ];
    for (const company of [one, other])
      await cancelAppointment(db(), company.caller, await anAppointment(db(), company), byCustomer());
    await work();
    for (const { phone, accountSid } of [one, other]) {
      const [text] = twilio.texts.filter(({ form }) => form.To === phone);
      expect(Buffer.from(text?.authorization.slice(6) ?? "", "base64").toString()).toBe(
        `${accountSid}:token of ${accountSid}`,
      );
    }
    const [row] = await db().of(one.caller).selectFrom("provider_accounts").selectAll().execute();
    expect(JSON.stringify(row)).not.toContain("token of");
    await db()
      .of(other.caller)
      .updateTable("provider_accounts")
      .set({ secrets: row?.secrets ?? null, version: 2 })
      .execute();
    await cancelAppointment(db(), other.caller, await anAppointment(db(), other), byCustomer());
    await work();
    expect(twilio.texts.filter(({ form }) => form.To === other.phone)).toHaveLength(1);
  });

  test("credentials survive the rotation of the key, and need the old one no longer", async () => {
    const company = await aReachableCompany(db());
    const second = `second:${randomBytes(32).toString("base64")}`;
    const both = parseKeyring(`${second},first:${keyring?.keys[0].key.toString("base64")}`);
    if (!both) throw new Error("Not a keyring.");
    expect((await rotateSecretsAcrossCompanies(db(), both)).rotated).toBeGreaterThan(0);
    expect((await rotateSecretsAcrossCompanies(db(), both)).rotated).toBe(0);
    const rotated = { ...installation, keyring: parseKeyring(second) };
    await cancelAppointment(db(), company.caller, await anAppointment(db(), company), byCustomer());
    await work(rotated);
    expect(mailsTo(company)).toHaveLength(1);
    await rotateSecretsAcrossCompanies(
      db(),
      parseKeyring(`first:${keyring?.keys[0].key.toString("base64")},${second}`) ?? both,
    );
  });

  test("a failing notification changes nothing about the cancellation", async () => {
    const company = await aReachableCompany(db());
    await db()
      .of(company.caller)
      .updateTable("provider_accounts")
      .set({ settings: { host: 7 } })
      .execute();
    const id = await anAppointment(db(), company);
    expect((await cancelAppointment(db(), company.caller, id, byCustomer())).allowed).toBe(true);
    await work();
    const row = await db()
      .of(company.caller)
      .selectFrom("appointments")
      .select("status")
      .where("id", "=", id)
      .executeTakeFirst();
    expect(row?.status).toBe("cancelled");
    expect((await sendable(company, "cancellation")).map(({ status }) => status)).not.toContain("sent");
  });
});
