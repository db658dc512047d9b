import { randomBytes } from "node:crypto";
import { globalAgent } from "node:https";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { onEveryDatabase, type TestDb } from "../../test/databases.ts";
import { type ACompany, aCompany, anAppointment, byCustomer } from "../../test/factories.ts";
import {
  aCertificate,
  type MailBehaviour,
  type PushService,
  pushService,
  type SmtpSink,
  smtpSink,
  type TwilioStandIn,
  twilioStandIn,
} from "../../test/sinks.ts";
import { bookAppointment } from "../appointments/book.ts";
import { cancelAppointment } from "../appointments/cancel.ts";
import { rescheduleAppointment } from "../appointments/reschedule.ts";
import { plusMilliseconds } from "../clock.ts";
import { transaction } from "../db/transaction.ts";
import { bareInstallation, type Installation } from "../installation.ts";
import { parseKeyring } from "../secrets.ts";
import { writeSubscription } from "./account-store.ts";
import { accountSchema, rotateSecretsAcrossCompanies, saveAccount } from "./accounts.ts";
import type { Channel, NotificationEvent } from "./catalogue.ts";
import { deliverDueAcrossCompanies } from "./deliver.ts";
import { planEventsAcrossCompanies, planNotice } from "./plan.ts";
import { planDueRemindersAcrossCompanies } from "./reminders.ts";
import { changeNotificationSettings } from "./settings.ts";

const log = pino({ level: "silent" });
const hour = 3_600_000;
const certificate = aCertificate();
const keyring = parseKeyring(`first:${randomBytes(32).toString("base64")}`);

let smtp: SmtpSink;
let twilio: TwilioStandIn;
let push: PushService;
let installation: Installation;

beforeAll(async () => {
  smtp = await smtpSink({ certificate, password: "s3cret" });
  twilio = await twilioStandIn();
  globalAgent.options.ca = certificate.cert;
  push = await pushService(certificate);
  installation = { ...bareInstallation, keyring, publicUrl: "https://salon.example", twilioUrl: twilio.url };
});
afterAll(async () => {
  await smtp.close();
  await twilio.close();
  await push.close();
});

/** The database at hand; the describes run one after the other. */
let current: () => TestDb;

interface Reachable extends ACompany {
  readonly email: string;
  readonly phone: string;
  readonly accountSid: string;
}

let count = 0;

async function aReachableCompany(
  db: TestDb,
  { muted = false, smtp: withSmtp = true, twilio: withTwilio = false } = {},
): Promise<Reachable> {
  current = () => db;
  const company = await aCompany(db);
  const email = `petra-${++count}-${db.engine}@example.org`;
  const phone = `+4930${String(23_125_000 + count).padStart(8, "0")}`;
  const accountSid = `AC${randomBytes(16).toString("hex")}`;
  await db
    .of(company.caller)
    .updateTable("customers")
    .set({ email, phone })
    .where("id", "=", company.customerId)
    .execute();
  await changeNotificationSettings(db, company.caller, { muted, quietHours: null, throttlePerDay: null }, null);
  if (withSmtp) {
    const server = { kind: "smtp", host: "localhost", port: smtp.port, tls: "starttls", ca: certificate.cert };
    const account = accountSchema.parse({
      ...server,
      user: "desk",
      password: "s3cret",
      from: "Salon <desk@example.org>",
    });
    await saveAccount(db, company.caller, installation, "email", account, null);
  }
  if (withTwilio) {
    const account = { kind: "twilio_sms", accountSid, authToken: `token of ${accountSid}`, from: "+4930555000" };
    await saveAccount(db, company.caller, installation, "sms", accountSchema.parse(account), null);
  }
  return { ...company, email, phone, accountSid };
}

/** Plans and sends until there is nothing left to do. @returns how many things were done */
async function work(on: Installation = installation): Promise<number> {
  const { signal } = new AbortController();
  let done = 0;
  for (let more = -1; more !== done; ) {
    more = done;
    done += await planEventsAcrossCompanies(current(), on);
    done += await planDueRemindersAcrossCompanies(current(), on, planNotice);
    done += await deliverDueAcrossCompanies({ db: current(), log, signal, installation: on });
  }
  return done;
}

function mailsTo({ email }: Reachable) {
  return smtp.mails.filter(({ to }) => to === email);
}

const behaviours = new Map<string, () => MailBehaviour>();

function behave({ email }: Reachable, answer: () => MailBehaviour): void {
  behaviours.set(email, answer);
  smtp.behave = (to) => behaviours.get(to)?.() ?? "250";
}

async function deliveries({ caller }: ACompany, event: NotificationEvent) {
  return current()
    .of(caller)
    .selectFrom("notification_deliveries")
    .selectAll()
    .where("event_type", "=", event)
    .orderBy("channel")
    .execute();
}

/** Without what was not to be sent at all. */
async function sendable(company: ACompany, event: NotificationEvent) {
  return (await deliveries(company, event)).filter(({ status }) => status !== "skipped");
}

async function outcomes({ caller }: ACompany): Promise<string[]> {
  const rows = await current().of(caller).selectFrom("notification_attempts").select("outcome").orderBy("id").execute();
  return rows.map(({ outcome }) => outcome);
}

async function aConfiguration(
  company: ACompany,
  event: NotificationEvent,
  channel: Channel,
  fallback: Channel | null,
): Promise<void> {
  const now = current().clock.now();
  await current()
    .of(company.caller)
    .insertInto("notification_configurations")
    .values({
      configurable_type: "company",
      configurable_id: String(company.companyId),
      event_type: event,
      channel,
      fallback_channel: fallback,
      created_at: now,
      updated_at: now,
    })
    .execute();
}

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

  test("a staff member's browser decrypts what is pushed; one that is gone is forgotten", async () => {
    const company = await aReachableCompany(db());
    await aConfiguration(company, "staff_cancellation", "push", null);
    const account = accountSchema.parse({ kind: "web_push", subject: "mailto:desk@example.org" });
    await saveAccount(db(), company.caller, installation, "push", account, null);
    const subscription = push.subscribe();
    await transaction(db(), (tx) =>
      writeSubscription(tx, company.caller, company.staffId, subscription, db().clock.now()),
    );
    const cancel = async () =>
      cancelAppointment(
        db(),
        company.caller,
        await anAppointment(db(), company, { staffId: company.staffId }),
        byCustomer(),
      );
    await cancel();
    await work();
    expect(push.messages.at(-1)?.payload).toMatchObject({
      title: expect.stringContaining("Abgesagt"),
      body: expect.stringContaining("O'Neil"),
    });

    push.status = 410;
    await cancel();
    await work();
    push.status = 201;
    expect(await db().of(company.caller).selectFrom("push_subscriptions").select("id").execute()).toEqual([]);
    expect(
      (await sendable(company, "staff_cancellation")).map(({ channel, status }) => `${channel} ${status}`),
    ).toContain("push failed");
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

onEveryDatabase("reminders", (db) => {
  test("are planned on booking, follow a move, and are never sent after the start", async () => {
    const company = await aReachableCompany(db());
    const id = await book(company, 30);
    await work();
    expect(await reminderRows(id, company)).toEqual({
      reminder_1week: "withdrawn or none",
      reminder_24h: 6,
      reminder_2h: 28,
    });

    const startsAt = plusMilliseconds(db().clock.now(), 50 * hour);
    await rescheduleAppointment(db(), company.caller, id, { ...byCustomer(), startsAt });
    await work();
    expect(await reminderRows(id, company)).toMatchObject({ reminder_24h: 26, reminder_2h: 48 });
    db().clock.advance(25 * hour);
    await work();
    expect(await sendable(company, "reminder_24h")).toEqual([]);
    db().clock.advance(1.1 * hour);
    await work();
    expect(await sendable(company, "reminder_24h")).toMatchObject([{ status: "sent", channel: "email" }]);
    expect(mailsTo(company).at(-1)?.source).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click/m);
    db().clock.advance(24 * hour);
    await work();
    expect((await sendable(company, "reminder_2h")).map(({ status, reason }) => reason ?? status)).not.toContain(
      "sent",
    );
  });

  test("are withdrawn when the appointment is cancelled, those too that wait to be sent", async () => {
    const company = await aReachableCompany(db());
    behave(company, () => "451");
    const id = await book(company, 30);
    await work();
    db().clock.advance(6.1 * hour);
    await work();
    expect(await sendable(company, "reminder_24h")).toMatchObject([{ status: "queued" }]);
    behave(company, () => "250");
    const outcome = await cancelAppointment(
      db(),
      company.caller,
      id,
      byCustomer({ initiatedBy: "business", reason: "Illness" }),
    );
    expect(outcome.code).toBe("allowed");
    await work();
    db().clock.advance(20 * hour);
    await work();
    expect(await sendable(company, "reminder_24h")).toMatchObject([{ status: "superseded" }]);
    expect(await reminderRows(id, company)).toMatchObject({ reminder_2h: "withdrawn or none" });
  });

  test("of an appointment that the platform moved or cancelled by itself are not sent for the old time", async () => {
    const company = await aReachableCompany(db());
    const [moved, cancelled] = [await book(company, 30), await book(company, 30)];
    await work();
    const startsAt = plusMilliseconds(db().clock.now(), 60 * hour);
    await db()
      .of(company.caller)
      .updateTable("appointments")
      .set({ starts_at: startsAt })
      .where("id", "=", moved)
      .execute();
    await db()
      .of(company.caller)
      .updateTable("appointments")
      .set({ status: "cancelled" })
      .where("id", "=", cancelled)
      .execute();
    db().clock.advance(6.1 * hour);
    await work();
    expect(await sendable(company, "reminder_24h")).toEqual([]);
    expect(await reminderRows(moved, company)).toMatchObject({ reminder_24h: 36 - 6.1 });
    expect(await reminderRows(cancelled, company)).toMatchObject({ reminder_24h: "withdrawn or none" });
  });

  test("are never planned for imported history, nor is its booking confirmed", async () => {
    const company = await aReachableCompany(db());
    await book(company, 30, plusMilliseconds(db().clock.now(), -48 * hour));
    await work();
    expect(mailsTo(company)).toEqual([]);
    expect(await db().of(company.caller).selectFrom("notification_reminders").select("id").execute()).toEqual([]);
  });

  async function book(
    company: ACompany,
    inHours: number,
    bookedAt: ReturnType<typeof plusMilliseconds> | null = null,
  ): Promise<number> {
    const { branchId, serviceId, customerId } = company;
    const startsAt = plusMilliseconds(db().clock.now(), inHours * hour);
    const rest = { staffId: null, durationMinutes: null, priceCents: null, status: "booked", bookedAt } as const;
    return (await bookAppointment(db(), company.caller, { branchId, serviceId, customerId, startsAt, ...rest })).id;
  }

  async function reminderRows(appointmentId: number, company: ACompany) {
    const rows = await db()
      .of(company.caller)
      .selectFrom("notification_reminders")
      .select(["event_type", "next_at"])
      .where("appointment_id", "=", appointmentId)
      .execute();
    const inHours = (event: string) => {
      const next = rows.find(({ event_type }) => event_type === event)?.next_at;
      return next ? (next.epochMilliseconds - db().clock.now().epochMilliseconds) / hour : "withdrawn or none";
    };
    return {
      reminder_1week: inHours("reminder_1week"),
      reminder_24h: inHours("reminder_24h"),
      reminder_2h: inHours("reminder_2h"),
    };
  }
});
