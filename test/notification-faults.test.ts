import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { instantOf } from "../src/clock.ts";
import { acrossCompanies } from "../src/db/across-companies.ts";
import { type Connection, connect } from "../src/db/connect.ts";
import type { Engine } from "../src/db/engine.ts";
import { transaction } from "../src/db/transaction.ts";
import { emit } from "../src/events/outbox.ts";
import { bareInstallation } from "../src/installation.ts";
import { accountSchema, saveAccount } from "../src/notifications/accounts.ts";
import { changeNotificationSettings } from "../src/notifications/settings.ts";
import { parseKeyring } from "../src/secrets.ts";
import { enginesInUse, scratchDatabase, scratchSchema } from "./databases.ts";
import { type ACompany, aCompany, anAppointment } from "./factories.ts";
import { startMariadb, startMysql } from "./servers/server.ts";
import { smtpSink } from "./sinks.ts";

/** The full run: FRONTDESK_FAULT_MESSAGES=20000. */
const messages = Number(process.env.FRONTDESK_FAULT_MESSAGES ?? 250);
const processes = 4;
const kills = Math.max(4, Math.round(messages / 200));
/** Minutes of retrying pass in seconds. */
const speed = 40;
const failing = 0.3;

describe.each(enginesInUse())("workers that are killed (%s)", (engine) => {
  test(`of ${messages} messages each is sent, or visibly failed; none is lost`, { timeout: 1_200_000 }, async () => {
    const scratch = await restartableDatabase(engine);
    const begin = Date.now();
    const now = () => instantOf(begin + (Date.now() - begin) * speed);
    const db = await connect(scratch.url, { clock: { now }, connections: 5 });
    const keyring = `k:${randomBytes(32).toString("base64")}`;
    const sink = await smtpSink();
    const mails = new Map<string, number>();
    const calledAt = new Map<string, number>();
    sink.behave = (recipient) => {
      if (!calledAt.has(recipient)) calledAt.set(recipient, performance.now());
      return Math.random() < failing ? "451" : "250";
    };
    const workers = new Set<ChildProcess>();
    onTestFinished(async () => {
      for (const child of workers) child.kill("SIGKILL");
      await Promise.all([...workers].map((child) => (child.exitCode ?? child.signalCode) || once(child, "exit")));
      await sink.close();
      await db.close();
      await scratch.remove();
    });

    const companies = [await aSender(db, keyring, sink.port), await aSender(db, keyring, sink.port)];
    const start = async () => {
      const WORK = JSON.stringify({ url: scratch.url, keyring, begin, speed });
      const child = spawn(process.execPath, ["test/notification-worker.ts"], {
        env: { ...process.env, WORK },
        stdio: ["ignore", "pipe", "inherit"],
      });
      workers.add(child);
      await once(child.stdout as NodeJS.ReadableStream, "data");
      return child;
    };
    const running = await Promise.all(Array.from({ length: processes }, start));
    const committedAt = new Map<string, number>();
    const commits = tell(db, companies, now, committedAt);

    for (let kill = 0; kill < kills; kill++) {
      await sleep(400);
      const victim = running.shift();
      victim?.kill("SIGKILL");
      if (victim) workers.delete(victim);
      running.push(await start());
      if (kill === kills - 3) {
        await commits;
        await scratch.restart();
      }
    }
    const rows = await untilAllHaveEnded(db);

    for (const { messageId } of sink.mails) mails.set(messageId, (mails.get(messageId) ?? 0) + 1);
    const sent = rows.filter(({ status }) => status === "sent");
    const lost = sent.filter(({ public_id }) => !mails.has(`<${public_id}@example.org>`));
    const doubled = [...mails.values()].filter((count) => count > 1).length;
    const failed = rows.filter(({ status }) => status === "failed");
    console.log(
      `${engine}: ${sent.length} sent, ${failed.length} failed visibly, ${lost.length} lost, ${doubled} doubled with the same Message-ID, ${kills} workers killed`,
    );
    const waits = [...committedAt]
      .flatMap(([to, at]) => (calledAt.has(to) ? [(calledAt.get(to) ?? 0) - at] : []))
      .sort((a, b) => a - b);
    const quantile = (part: number) => Math.round(waits[Math.floor((waits.length - 1) * part)] ?? Number.NaN);
    console.log(`${engine}: from commit to provider call p50 ${quantile(0.5)} ms, p99 ${quantile(0.99)} ms`);
    expect(messages - waits.length, "what never reached the provider has failed visibly").toBeLessThanOrEqual(
      failed.length,
    );
    expect(rows).toHaveLength(messages);
    expect(new Set(rows.map(({ recipient_id }) => recipient_id)).size).toBe(messages);
    expect(sent.length + failed.length).toBe(messages);
    expect(lost).toEqual([]);
    expect(mails.size).toBeGreaterThanOrEqual(sent.length);
    expect(mails.size).toBeLessThanOrEqual(messages);
    expect(doubled).toBeLessThanOrEqual(kills * 40);
  });
});

async function aSender(db: Connection, keyring: string, port: number): Promise<ACompany> {
  const company = await aCompany(db);
  const installation = { ...bareInstallation, keyring: parseKeyring(keyring) };
  const account = accountSchema.parse({ kind: "smtp", host: "127.0.0.1", port, tls: "none", from: "desk@example.org" });
  await saveAccount(db, company.caller, installation, "email", account, null);
  await changeNotificationSettings(db, company.caller, { muted: false }, null);
  const now = instantOf(Date.now());
  const row = { configurable_type: "company", configurable_id: String(company.companyId), channel: "email" } as const;
  await db
    .of(company.caller)
    .insertInto("notification_configurations")
    .values({
      ...row,
      event_type: "appointment_modified",
      retry_delay_minutes: 1,
      retry_count: 3,
      created_at: now,
      updated_at: now,
    })
    .execute();
  return company;
}

/** One event for each of as many customers, in the transactions of as many commands. */
async function tell(
  db: Connection,
  companies: readonly ACompany[],
  now: () => ReturnType<typeof instantOf>,
  committedAt: Map<string, number>,
): Promise<void> {
  for (let count = 0; count < messages; count++) {
    const company = companies[count % companies.length] as ACompany;
    const { caller } = company;
    const email = `customer-${count}@example.org`;
    const customerId = await transaction(db, async (tx) => {
      const values = { name: `Customer ${count}`, email };
      return Number((await tx.of(caller).insertInto("customers").values(values).executeTakeFirstOrThrow()).insertId);
    });
    const appointmentId = await anAppointment(db, company, { customerId });
    await transaction(db, (tx) =>
      emit(tx, caller, { type: "appointment.modified", appointmentId, customerId, actor: caller.actor }, now()),
    );
    committedAt.set(email, performance.now());
  }
}

/** On a server of its own, since that is restarted; the embedded database has no server. */
async function restartableDatabase(engine: Engine) {
  if (engine === "sqlite") return { ...(await scratchDatabase(engine, "migrated")), restart: async () => {} };
  const server = await (engine === "mysql" ? startMysql() : startMariadb());
  const { url } = await scratchSchema(engine, "migrated", server);
  return { url, remove: () => server.stop(), restart: () => server.restart() };
}

async function untilAllHaveEnded(db: Connection) {
  for (;;) {
    const pending = await acrossCompanies(db).selectFrom("pending_events").select("id").limit(1).execute();
    const rows = await acrossCompanies(db)
      .selectFrom("notification_deliveries")
      .select(["public_id", "recipient_id", "status", "next_at", "last_error_code"])
      .where("channel", "=", "email")
      .execute();
    if (pending.length === 0 && rows.length >= messages && rows.every(({ next_at }) => next_at === null)) return rows;
    await sleep(300);
  }
}
