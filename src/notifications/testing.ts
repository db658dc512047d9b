import { randomBytes } from "node:crypto";
import { globalAgent } from "node:https";
import { pino } from "pino";
import { afterAll, beforeAll } from "vitest";
import type { TestDb } from "../../test/databases.ts";
import { type ACompany, aCompany } from "../../test/factories.ts";
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
import { bareInstallation, type Installation } from "../installation.ts";
import { parseKeyring } from "../secrets.ts";
import { accountSchema, saveAccount } from "./accounts.ts";
import type { Channel, NotificationEvent } from "./catalogue.ts";
import { deliverDueAcrossCompanies } from "./deliver.ts";
import { planEventsAcrossCompanies, planNotice } from "./plan.ts";
import { planDueRemindersAcrossCompanies } from "./reminders.ts";
import { changeNotificationSettings } from "./settings.ts";

export const log = pino({ level: "silent" });
export const hour = 3_600_000;
export const certificate = aCertificate();
export const keyring = parseKeyring(`first:${randomBytes(32).toString("base64")}`);

export let smtp: SmtpSink;
export let twilio: TwilioStandIn;
export let push: PushService;
export let installation: Installation;

/** Starts the outside world for a test file, and ends it. */
export function useTheOutsideWorld(): void {
  beforeAll(async () => {
    smtp = await smtpSink({ certificate, password: "s3cret" });
    twilio = await twilioStandIn();
    globalAgent.options.ca = certificate.cert;
    push = await pushService(certificate);
    installation = {
      ...bareInstallation,
      keyring,
      publicUrl: "https://salon.example",
      twilioUrl: twilio.url,
      allowsPrivateNetworks: true,
    };
  });
  afterAll(async () => {
    await smtp.close();
    await twilio.close();
    await push.close();
  });
}

/** The database at hand; the describes run one after the other. */
export let current: () => TestDb;

export interface Reachable extends ACompany {
  readonly email: string;
  readonly phone: string;
  readonly accountSid: string;
}

export let count = 0;

export async function aReachableCompany(
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
export async function work(on: Installation = installation): Promise<number> {
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

export function mailsTo({ email }: Reachable) {
  return smtp.mails.filter(({ to }) => to === email);
}

export const behaviours = new Map<string, () => MailBehaviour>();

export function behave({ email }: Reachable, answer: () => MailBehaviour): void {
  behaviours.set(email, answer);
  smtp.behave = (to) => behaviours.get(to)?.() ?? "250";
}

export async function deliveries({ caller }: ACompany, event: NotificationEvent) {
  return current()
    .of(caller)
    .selectFrom("notification_deliveries")
    .selectAll()
    .where("event_type", "=", event)
    .orderBy("channel")
    .execute();
}

/** Without what was not to be sent at all. */
export async function sendable(company: ACompany, event: NotificationEvent) {
  return (await deliveries(company, event)).filter(({ status }) => status !== "skipped");
}

export async function outcomes({ caller }: ACompany): Promise<string[]> {
  const rows = await current().of(caller).selectFrom("notification_attempts").select("outcome").orderBy("id").execute();
  return rows.map(({ outcome }) => outcome);
}

export async function aConfiguration(
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

/** A delivery status notification, as Postfix writes it. */
export function aReport(messageId: string, action = "failed", status = "5.1.1", returned = "message/rfc822"): string {
  return `From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: desk@example.org
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
	boundary="9B095B5ADSN=_01/mx.example.org"

--9B095B5ADSN=_01/mx.example.org
Content-Type: text/plain; charset=us-ascii

<petra@example.org>: user unknown

--9B095B5ADSN=_01/mx.example.org
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
X-Postfix-Queue-ID: 9B095B5ADSN

Final-Recipient: rfc822; petra@example.org
Action: ${action}
Status: ${status}
Diagnostic-Code: smtp; 550 5.1.1 <petra@example.org>:
    user unknown

--9B095B5ADSN=_01/mx.example.org
Content-Type: ${returned}

From: desk@example.org
Message-ID:
 ${messageId}
To: petra@example.org
Subject: Your appointment

Action: delivered

--9B095B5ADSN=_01/mx.example.org--
`.replaceAll("\n", "\r\n");
}
