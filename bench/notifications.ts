import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createConnection } from "mysql2/promise";
import { createTransport } from "nodemailer";
import { pino } from "pino";
import { instantOf, plusMilliseconds } from "../src/clock.ts";
import { acrossCompanies } from "../src/db/across-companies.ts";
import { type Connection, connect, currentTime } from "../src/db/connect.ts";
import { transaction } from "../src/db/transaction.ts";
import { deploy } from "../src/deploy/run.ts";
import { openTarget } from "../src/deploy/target.ts";
import { bareInstallation } from "../src/installation.ts";
import { accountSchema, saveAccount } from "../src/notifications/accounts.ts";
import { claimDueAcrossCompanies } from "../src/notifications/claim-store.ts";
import { deliverDueAcrossCompanies } from "../src/notifications/deliver.ts";
import { samples } from "../src/notifications/payloads.ts";
import { type RouteInput, route } from "../src/notifications/route.ts";
import { changeNotificationSettings } from "../src/notifications/settings.ts";
import { defaultTemplate, render } from "../src/notifications/templates.ts";
import { variablesOf } from "../src/notifications/variables.ts";
import { type ACompany, aCompany } from "../test/factories.ts";
import { startMysql } from "../test/servers/server.ts";
import type { BenchTable } from "./table.ts";

const messages = 2000;
const rounds = 3;
const storedRows = Number(process.env.BENCH_STORED_DELIVERIES ?? 100_000);

/** The router alone; the worker on MySQL against nodemailer's pool alone at the same server; what claiming costs. */
export async function benchNotifications(): Promise<BenchTable> {
  const plans = plansASecond();
  const server = await startMysql();
  const sink = spawn(process.execPath, ["bench/smtp-sink.ts"], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [line] = (await once(sink.stdout, "data")) as [Buffer];
    const port = Number(line.toString());
    const db = await freshDatabase(server.url);
    const company = await aSender(db, port);
    const alone: number[] = [];
    const worker: number[] = [];
    for (let round = 0; round < rounds; round++) {
      alone.push(await poolAlone(port));
      await queue(db, company, messages, "queued");
      worker.push(await workerRate(db));
    }
    const few = await claimMilliseconds(db, company);
    await queue(db, company, storedRows, "sent");
    const many = await claimMilliseconds(db, company);
    await db.close();
    const [best, bestAlone] = [Math.max(...worker), Math.max(...alone)];
    return {
      name: "Notifications",
      columns: ["what", "value", "ratio"],
      rows: [
        ["router, plans/s", Math.round(plans), ""],
        ["nodemailer's pool alone, mails/s", Math.round(bestAlone), 1],
        ["worker on MySQL, mails/s", Math.round(best), round2(best / bestAlone)],
        [`claiming 100 due, ${rounds * messages} rows stored, ms`, round2(few), 1],
        [`claiming 100 due, ${rounds * messages + storedRows} rows stored, ms`, round2(many), round2(many / few)],
      ],
      note: `Best of ${rounds} rounds of ${messages} mails, 5 connections on both sides, the server in a process of its own. The worker claims, renders, sends and records each; the pool alone only sends what was rendered before.`,
    };
  } finally {
    sink.kill("SIGKILL");
    await server.stop();
  }
}

function plansASecond(): number {
  const now = instantOf(Date.UTC(2026, 2, 2, 9));
  const row = { fallbackChannel: "sms", isEnabled: true, retryCount: 3, retryDelayMinutes: 5, template: null } as const;
  const input: RouteInput = {
    event: "reminder_24h",
    recipient: {
      type: "customer",
      id: "1",
      name: "Petra",
      zone: "Europe/Berlin",
      locale: "de",
      addresses: { email: "a@example.org", sms: "+49301234567" },
      preferences: null,
    },
    chain: [
      { level: "service", id: "7" },
      { level: "branch", id: "b" },
      { level: "company", id: "1" },
    ],
    configurations: [
      { id: 1, level: "company", targetId: "1", event: "reminder_24h", channel: "email", ...row },
      { id: 2, level: "branch", targetId: "b", event: "reminder_24h", channel: "whatsapp", ...row, isEnabled: false },
    ],
    settings: { muted: false, quietHours: { from: "21:00", until: "08:00" }, throttlePerDay: 6 },
    providers: { email: "smtp", sms: "twilio_sms" },
    recentMessages: 0,
    now,
    dueAt: plusMilliseconds(now, 14 * 3_600_000),
    notAfter: plusMilliseconds(now, 38 * 3_600_000),
  };
  const count = 20_000;
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    for (let index = 0; index < count; index++) route(input);
    best = Math.min(best, performance.now() - start);
  }
  return (count * 1000) / best;
}

async function freshDatabase(serverUrl: string): Promise<Connection> {
  const url = new URL(serverUrl);
  url.pathname = "/";
  const connection = await createConnection(url.href);
  await connection.query("create database bench_notifications character set utf8mb4");
  await connection.end();
  url.pathname = "/bench_notifications";
  const target = await openTarget(url.href);
  await deploy(target).finally(() => target.close());
  return connect(url.href, { connections: 20 });
}

async function aSender(db: Connection, port: number): Promise<ACompany> {
  const company = await aCompany(db);
  const account = accountSchema.parse({ kind: "smtp", host: "127.0.0.1", port, tls: "none", from: "desk@example.org" });
  await saveAccount(db, company.caller, bareInstallation, "email", account, null);
  await changeNotificationSettings(db, company.caller, { muted: false }, null);
  return company;
}

let eventId = 0;

async function queue(
  db: Connection,
  { caller, customerId }: ACompany,
  count: number,
  status: "queued" | "sent",
): Promise<void> {
  for (let done = 0; done < count; done += 500) {
    await transaction(db, async (tx) => {
      const now = plusMilliseconds(await currentTime(tx), -1000);
      const rows = Array.from({ length: Math.min(500, count - done) }, () => ({
        public_id: randomUUID(),
        event_id: ++eventId,
        event_type: "cancellation",
        recipient_type: "customer" as const,
        recipient_id: String(customerId),
        recipient_name: "Petra O'Neil",
        channel: "email" as const,
        address: "petra@example.org",
        locale: "de",
        payload: samples.cancellation,
        status,
        planned_from: "catalogue",
        retries_left: 3,
        retry_delay_minutes: 5,
        due_at: now,
        next_at: status === "queued" ? now : null,
        created_at: now,
        updated_at: now,
      }));
      await tx.of(caller).insertInto("notification_deliveries").values(rows).execute();
    });
  }
}

/** @returns mails a second */
async function workerRate(db: Connection): Promise<number> {
  const { signal } = new AbortController();
  const log = pino({ level: "error" });
  const start = performance.now();
  const done = await deliverDueAcrossCompanies({
    db,
    log,
    signal,
    installation: { ...bareInstallation, allowsPrivateNetworks: true },
  });
  return (done * 1000) / (performance.now() - start);
}

async function poolAlone(port: number): Promise<number> {
  const transport = createTransport({
    pool: true,
    maxConnections: 5,
    maxMessages: 500,
    host: "127.0.0.1",
    port,
    ignoreTLS: true,
  });
  const reading = { locale: "de", recipientName: "", manageLink: "", unsubscribeLink: "" };
  const { subject, text, html } = render(
    defaultTemplate("cancellation", "email", "de"),
    "email",
    variablesOf(samples.cancellation, reading),
    reading,
  );
  const mail = { from: "desk@example.org", to: "petra@example.org", subject: subject ?? "", text, html: html ?? "" };
  const start = performance.now();
  await Promise.all(Array.from({ length: messages }, () => transport.sendMail(mail)));
  const milliseconds = performance.now() - start;
  transport.close();
  return (messages * 1000) / milliseconds;
}

/** Best of ten, each with 100 due. */
async function claimMilliseconds(db: Connection, company: ACompany): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 10; round++) {
    await queue(db, company, 100, "queued");
    const start = performance.now();
    const { claimed } = await claimDueAcrossCompanies(db, 100, []);
    best = Math.min(best, performance.now() - start);
    const ids = claimed.map(({ id }) => id);
    await acrossCompanies(db).deleteFrom("notification_deliveries").where("id", "in", ids).execute();
  }
  return best;
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
