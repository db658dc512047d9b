import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { connect } from "../src/db/connect.ts";
import type { Migration } from "../src/db/migration.ts";
import { migrations } from "../src/db/migrations.ts";
import { latestRuns } from "../src/deploy/journal.ts";
import { reportOf } from "../src/deploy/report.ts";
import { deploy } from "../src/deploy/run.ts";
import { openTarget } from "../src/deploy/target.ts";
import { issueApiKey } from "../src/tenancy/api-keys.ts";
import { enginesInUse, scratchDatabase } from "./databases.ts";
import { aCompany, aCustomer } from "./factories.ts";
import { bareEnvironment } from "./programs.ts";
import { serverPrefixes } from "./servers/server.ts";

const clients = 50;
const cli = join(import.meta.dirname, "../src/cli.ts");

/** A release to come: a table that hangs on the three busiest there are. */
const parts = {
  tables: [
    {
      up: "create table loyalty_cards (id bigint unsigned not null auto_increment primary key, company_id {companies.id} not null, customer_id {customers.id} not null, appointment_id {appointments.id} null)",
      down: "drop table loyalty_cards",
    },
  ],
  foreignKeys: ["companies", "customers", "appointments"].map((parent) => {
    const column = { companies: "company_id", customers: "customer_id", appointments: "appointment_id" }[parent];
    const name = `loyalty_cards_${column}_foreign`;
    return {
      up: `alter table loyalty_cards add constraint ${name} foreign key (${column}) references ${parent} (id) on delete cascade`,
      down: `alter table loyalty_cards drop foreign key ${name}`,
    };
  }),
};
const toCome: Migration = {
  id: "0900_loyalty_cards",
  release: "phase-5-platform",
  steps: { mysql: parts, mariadb: parts, sqlite: { tables: [], foreignKeys: [] } },
};

const maintenance = {
  ...{ reason: "a new table", retryAfterSeconds: 5, acknowledgeSeconds: 20, hookSeconds: 5 },
  ...{ freezeHook: null, thawHook: null },
};

describe.each(enginesInUse().filter((engine) => engine !== "sqlite"))("a deployment under load (%s)", (engine) => {
  test.each([
    ["without maintenance no request fails", null],
    ["with maintenance nothing but 503 with Retry-After is answered", maintenance],
  ] as const)(
    `of ${clients} clients that read and write all along: %s, and what they were told is true`,
    { timeout: 240_000 },
    async (_, closed) => {
      const database = await scratchDatabase(engine, "empty");
      const folder = mkdtempSync(join(tmpdir(), "frontdesk-zero-"));
      const target = await openTarget(database.url);
      const db = await connect(database.url, { connections: 2 });
      onTestFinished(async () => {
        await Promise.all([db.close(), target.close()]);
        await database.remove();
        rmSync(folder, { recursive: true });
      });
      await deploy(target);
      const company = await aCompany(db);
      const { key } = await issueApiKey(db, company.caller, {
        name: "k",
        scopes: ["appointments:read", "appointments:write", "appointments:cancel", "callers:vouch"],
        expiresAt: null,
      });
      const customers = await Promise.all(Array.from({ length: clients }, () => aCustomer(db, company.caller)));
      const servers = await Promise.all([serve(database.url), serve(database.url)]);

      const ledger = { booked: new Set<number>(), cancelled: new Set<number>(), failed: [] as string[] };
      const waits: { at: number; ms: number }[] = [];
      const refused: number[] = [];
      let isOver = false;
      const ask = async (client: number, method: "GET" | "POST", path: string, body?: object) => {
        const began = performance.now();
        try {
          const reply = await fetch(`${servers[client % 2]}/api/v1${path}`, {
            method,
            headers: { authorization: `Bearer ${key}`, ...(body ? { "content-type": "application/json" } : {}) },
            ...(body ? { body: JSON.stringify(body) } : {}),
          });
          const answer = (await reply.json()) as { id: number };
          if (reply.status === 503 && closed !== null && Number(reply.headers.get("retry-after")) > 0) {
            refused.push(began);
            await sleep(50);
            return null;
          }
          if (!reply.ok) ledger.failed.push(`${method} ${path}: ${reply.status} ${JSON.stringify(answer)}`);
          return reply.ok ? answer : null;
        } catch (error) {
          ledger.failed.push(`${method} ${path}: ${error}`);
          return null;
        } finally {
          waits.push({ at: began, ms: performance.now() - began });
        }
      };
      const live = async (client: number) => {
        const { branchId, serviceId } = company;
        for (let turn = 0; !isOver; turn++) {
          const startsAt = new Date(Date.now() + (48 + turn) * 3_600_000).toISOString();
          const place = { branchId, serviceId, customerId: customers[client] };
          const booked = await ask(client, "POST", "/appointments", { ...place, startsAt });
          if (booked === null) continue;
          ledger.booked.add(booked.id);
          await ask(client, "GET", `/appointments/${booked.id}`);
          if (turn % 2 === 1) continue;
          if (await ask(client, "POST", `/appointments/${booked.id}/cancellation`, {})) ledger.cancelled.add(booked.id);
        }
      };
      const living = Array.from({ length: clients }, (_, client) => live(client));
      await sleep(2500);
      const began = performance.now();
      const toolsDir = join((await serverPrefixes([engine])).get(engine) ?? "", "bin");
      const rehearsal = { directory: folder, toolsDir, withRows: true };
      // On a busy machine a client's own transaction may take as long as one attempt waits for it.
      const settings = {
        ...{ maintenance: closed, rehearsal, lockPatienceSeconds: 120 },
        prober: closed === null ? { stallLimitMilliseconds: 1150 } : null,
      };
      const ending = await deploy(target, { migrations: [...migrations, toCome], settings });
      const ended = performance.now();
      await sleep(1000);
      isOver = true;
      await Promise.all(living);

      expect(ending, JSON.stringify(ending)).toMatchObject({ end: "migrated", migrations: [toCome.id] });
      expect(ledger.failed).toEqual([]);
      const [run] = await latestRuns(target, 1);
      const { prober = null } = run === undefined ? {} : await reportOf(target, run);
      expect(prober?.notMeasured ?? null).toBeNull();
      expect(prober?.kinds.map(({ kind }) => kind) ?? null).toEqual(closed === null ? ["read", "lock", "write"] : null);
      const rows = await db.of(company.caller).selectFrom("appointments").select(["id", "status"]).execute();
      expect(new Set(rows.map(({ id }) => id))).toEqual(ledger.booked);
      expect(new Set(rows.filter(({ status }) => status === "cancelled").map(({ id }) => id))).toEqual(
        ledger.cancelled,
      );
      const kept = await db
        .of(company.caller)
        .selectFrom("appointment_modifications")
        .select("appointment_id")
        .execute();
      expect(kept.map(({ appointment_id }) => appointment_id).sort((a, b) => a - b)).toEqual(
        [...ledger.cancelled].sort((a, b) => a - b),
      );
      expect(refused.length > 0).toBe(closed !== null);
      const slowest = (from: number, until: number) =>
        Math.round(Math.max(...waits.filter(({ at }) => at >= from && at < until).map(({ ms }) => ms)));
      const closedFor = refused.length === 0 ? 0 : Math.round(Math.max(...refused) - Math.min(...refused));
      console.log(
        `under load, ${engine}: ${waits.length} requests, 0 failed, ${refused.length} told to come back over ${closedFor} ms; ` +
          `${(prober?.kinds ?? []).map(({ kind, questions, worstMilliseconds, stallMilliseconds }) => `${kind} ${questions} asked, worst ${worstMilliseconds} ms, by us ${stallMilliseconds} ms; `).join("")}` +
          `slowest ${slowest(0, began)} ms before the deployment, ${slowest(began, ended)} ms during its ${Math.round(ended - began)} ms`,
      );
    },
  );
});

/** A process of its own, as in production. @returns its address */
async function serve(url: string): Promise<string> {
  const env = {
    ...bareEnvironment,
    DATABASE_URL: url,
    PORT: "0",
    RATE_LIMIT_PER_MINUTE: "100000000",
    DRAIN_SECONDS: "0",
  };
  const child: ChildProcess = spawn(process.execPath, [cli, "serve"], { env, stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  if (!child.stdout) throw new Error("The server has no output.");
  for await (const line of createInterface({ input: child.stdout })) {
    const address = /listening at (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1];
    if (address === undefined) continue;
    child.stdout.resume();
    return address;
  }
  throw new Error("The server ended before it listened.");
}
