import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { createConnection } from "mysql2/promise";
import { dueAcrossCompanies } from "../src/callbacks/due-store.ts";
import { escalateDueAcrossCompanies } from "../src/callbacks/escalate.ts";
import { type Instant, plusMilliseconds } from "../src/clock.ts";
import { acrossCompanies } from "../src/db/across-companies.ts";
import { type Connection, connect, currentTime } from "../src/db/connect.ts";
import { deploy } from "../src/deploy/run.ts";
import { openTarget } from "../src/deploy/target.ts";
import { startMariadb, startMysql } from "../test/servers/server.ts";
import type { BenchTable } from "./table.ts";

/** How many open callbacks are stored; FRONTDESK_BENCH_CALLBACKS=100000,1000000 for more. */
const sizes = (process.env.FRONTDESK_BENCH_CALLBACKS ?? "1000,100000").split(",").map(Number);
export const openPerCompany = 500;
const due = 100;
const hourMs = 3_600_000;

export const starters = {
  sqlite: async () => {
    const folder = mkdtempSync(join(tmpdir(), "frontdesk-bench-"));
    const stop = async () => rmSync(folder, { recursive: true, force: true });
    return { url: `sqlite:${join(folder, "bench.db")}`, stop };
  },
  mariadb: () => withDatabase(startMariadb()),
  mysql: () => withDatabase(startMysql()),
};

async function withDatabase(starting: ReturnType<typeof startMysql>) {
  const server = await starting;
  const connection = await createConnection(server.url);
  await connection.query("create database bench character set utf8mb4");
  await connection.end();
  return { url: `${server.url}/bench`, stop: () => server.stop() };
}

/** The sweep, with ever more open callbacks of which always the same number is due. */
export async function benchCallbacks(): Promise<BenchTable> {
  const rows: (string | number)[][] = [];
  for (const [engine, start] of Object.entries(starters)) {
    const server = await start();
    try {
      const target = await openTarget(server.url);
      await deploy(target).finally(() => target.close());
      const db = await connect(server.url, { connections: 1 });
      await measure(db, engine, rows).finally(() => db.close());
    } finally {
      await server.stop();
    }
  }
  return {
    name: `Escalation sweep: ${due} callbacks due among ever more open ones, one worker`,
    columns: ["database", "open", "nothing due, ms", "look, ms", "rows read", "sweep, ms", "escalations/s"],
    rows,
    note: "Flat is right: the work follows what is due, not what is stored. Rows read: by the look for what is due, as the server counts them; SQLite does not count.",
  };
}

async function measure(db: Connection, engine: string, rows: (string | number)[][]): Promise<void> {
  const places: Place[] = [];
  for (const size of sizes) {
    const now = await currentTime(db);
    const more = await seedAcrossCompanies(db, Math.ceil(size / openPerCompany) - places.length);
    await insertAcrossCompanies(db, more, more.length * openPerCompany, plusMilliseconds(now, 1000 * hourMs));
    places.push(...more);
    if (engine !== "sqlite") await sql`analyze table callback_requests`.execute(acrossCompanies(db));
    const idle = await fastest(() => sweep(db));
    await insertAcrossCompanies(db, places, due, plusMilliseconds(now, -hourMs));
    const look = await fastest(async () => dueAcrossCompanies(db, await currentTime(db), null, 200));
    const read = engine === "sqlite" ? "–" : await rowsReadAcrossCompanies(db);
    const start = performance.now();
    const done = await sweep(db);
    const tookMs = performance.now() - start;
    if (done !== due) throw new Error(`${done} callbacks were escalated, not ${due}.`);
    rows.push([engine, size, round(idle), round(look), read, round(tookMs), Math.round((due * 1000) / tookMs)]);
  }
}

async function sweep(db: Connection): Promise<number> {
  const log = {
    error: (error: unknown) => {
      throw error;
    },
  };
  return escalateDueAcrossCompanies({ db, log, signal: new AbortController().signal });
}

interface Place {
  readonly companyId: number;
  readonly branchId: string;
  readonly staff: readonly string[];
}

/** Companies that are open day and night, each with a branch of five. */
export async function seedAcrossCompanies(db: Connection, companies: number): Promise<Place[]> {
  const own = acrossCompanies(db);
  const places: Place[] = [];
  for (let number = 0; number < companies; number++) {
    const { insertId } = await own.insertInto("companies").values({ name: "Bench" }).executeTakeFirstOrThrow();
    const company_id = Number(insertId);
    const place = {
      companyId: company_id,
      branchId: randomUUID(),
      staff: Array.from({ length: 5 }, () => randomUUID()),
    };
    const insert = db.of(place);
    await insert.insertInto("branches").values({ id: place.branchId, name: "Bench" }).execute();
    await insert
      .insertInto("staff")
      .values(place.staff.map((id) => ({ id, branch_id: place.branchId, name: "Anna" })))
      .execute();
    const now = await currentTime(db);
    const rules = { timezone: "UTC", alwaysOpen: true, hours: {}, holidays: null, closures: [] };
    const calendar = { scope: "company", branch_id: null, name: "Always", rules, created_at: now, updated_at: now };
    await insert.insertInto("business_calendars").values(calendar).execute();
    places.push(place);
  }
  return places;
}

const chunk = 500;

export async function insertAcrossCompanies(
  db: Connection,
  places: Place[],
  count: number,
  dueAt: Instant,
  spreadMs = 1000,
): Promise<void> {
  const since = plusMilliseconds(dueAt, -2 * hourMs);
  const perPlace = Math.ceil(count / places.length);
  let left = count;
  for (const place of places) {
    const here = Math.min(left, perPlace);
    left -= here;
    for (let from = 0; from < here; from += chunk) {
      const values = Array.from({ length: Math.min(chunk, here - from) }, (_, n) => {
        const nextDueAt = plusMilliseconds(dueAt, Math.floor(Math.random() * spreadMs));
        return {
          branch_id: place.branchId,
          phone_number: "+493055512345",
          customer_name: "Petra O'Neil",
          priority: "urgent" as const,
          status: "assigned" as const,
          assigned_to: place.staff[(from + n) % place.staff.length] ?? null,
          assigned_at: since,
          expires_at: dueAt,
          next_due_at: nextDueAt,
          metadata: { dueMs: nextDueAt.epochMilliseconds },
          sla_target_ms: 2 * hourMs,
          sla_running_since: since,
          created_at: since,
          updated_at: since,
        };
      });
      await db.of(place).insertInto("callback_requests").values(values).execute();
    }
  }
}

/** What one look for due callbacks makes the server read: its own counters, on the pool's only connection. */
async function rowsReadAcrossCompanies(db: Connection): Promise<number> {
  const before = await readSoFarAcrossCompanies(db);
  const between = await readSoFarAcrossCompanies(db);
  await dueAcrossCompanies(db, await currentTime(db), null, 200);
  const after = await readSoFarAcrossCompanies(db);
  return after - between - (between - before);
}

async function readSoFarAcrossCompanies(db: Connection): Promise<number> {
  const { rows } = await sql<{ Value: string }>`show session status where Variable_name in
    ('Handler_read_first', 'Handler_read_key', 'Handler_read_next', 'Handler_read_prev', 'Handler_read_rnd', 'Handler_read_rnd_next')`.execute(
    acrossCompanies(db),
  );
  return rows.reduce((sum, { Value }) => sum + Number(Value), 0);
}

async function fastest(work: () => Promise<unknown>): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 10; round++) {
    const start = performance.now();
    await work();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
