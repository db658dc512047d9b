import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { systemOf } from "../src/callbacks/escalate.ts";
import { openCallback } from "../src/callbacks/open.ts";
import { plusMilliseconds } from "../src/clock.ts";
import { acrossCompanies } from "../src/db/across-companies.ts";
import { type Connection, connect, currentTime } from "../src/db/connect.ts";
import { migrate } from "../src/deploy/run.ts";
import { openTarget } from "../src/deploy/target.ts";
import { chores, startWorker } from "../src/worker.ts";
import { insertAcrossCompanies, openPerCompany, seedAcrossCompanies, starters } from "./callbacks.ts";
import type { BenchTable } from "./table.ts";

/** Open callbacks; FRONTDESK_BENCH_LATENESS=100000. */
const open = Number(process.env.FRONTDESK_BENCH_LATENESS ?? 100_000);
const workers = 2;
const overSeconds = 130;
const duePerSecond = 20;
const sweep = chores.filter(({ name }) => name === "escalate due callbacks");

/** How late the worker's own chore escalates, at its own period, while callbacks are opened beside it. */
export async function benchLateness(): Promise<BenchTable> {
  const rows: (string | number)[][] = [];
  for (const engine of ["mariadb", "mysql"] as const) {
    const server = await starters[engine]();
    try {
      const target = await openTarget(server.url);
      await migrate(target).finally(() => target.close());
      const db = await connect(server.url, { connections: 8 });
      rows.push([engine, open, ...(await measure(db).finally(() => db.close()))]);
    } finally {
      await server.stop();
    }
  }
  return {
    name: `Lateness of escalations: ${duePerSecond} due a second for ${overSeconds} s, ${workers} workers, one sweep in ${sweep[0]?.everySeconds} s`,
    columns: ["database", "open", "opened beside it", "escalated", "p50, s", "p99, s", "p99 beyond the period, s"],
    rows,
    note: "From the time at which a callback was due to the row that says it was escalated. Aim: p99 below 5 s beyond the sweep's period.",
  };
}

async function measure(db: Connection): Promise<(string | number)[]> {
  const now = await currentTime(db);
  const places = await seedAcrossCompanies(db, Math.ceil(open / openPerCompany));
  await insertAcrossCompanies(db, places, open, plusMilliseconds(now, 3_600_000_000));
  const from = plusMilliseconds(await currentTime(db), 2000);
  await insertAcrossCompanies(db, places, overSeconds * duePerSecond, from, overSeconds * 1000);
  const log = pino({ level: "error" });
  const running = Array.from({ length: workers }, () => startWorker({ db, log, chores: sweep }));
  const opened = await openMeanwhile(db, places, overSeconds + 65);
  await Promise.all(running.map((worker) => worker.stop()));

  const found = await acrossCompanies(db)
    .selectFrom("callback_escalations as e")
    .innerJoin("callback_requests as r", "r.id", "e.callback_request_id")
    .select(["e.escalated_at as at", "r.metadata"])
    .where("e.level", "=", 1)
    .execute();
  const late = found
    .map(({ at, metadata }) => at.epochMilliseconds - (metadata as { dueMs: number }).dueMs)
    .sort((one, other) => one - other);
  if (late.length !== overSeconds * duePerSecond) throw new Error(`${late.length} were escalated.`);
  const seconds = (part: number) => Math.round((late[Math.floor((late.length - 1) * part)] ?? 0) / 100) / 10;
  return [
    opened,
    late.length,
    seconds(0.5),
    seconds(0.99),
    Math.round((seconds(0.99) - (sweep[0]?.everySeconds ?? 0)) * 10) / 10,
  ];
}

/** Ten a second, as receptionists and voice agents do. */
async function openMeanwhile(
  db: Connection,
  places: readonly { companyId: number; branchId: string }[],
  seconds: number,
): Promise<number> {
  const end = performance.now() + seconds * 1000;
  let opened = 0;
  while (performance.now() < end) {
    const place = places[opened % places.length] as (typeof places)[number];
    await openCallback(db, systemOf(place), {
      phoneNumber: `+4930${String(10_000_000 + opened)}`,
      customerName: "Petra O'Neil",
      branchId: place.branchId,
      preferredWindow: null,
      priority: "normal",
      notes: null,
      decisionId: null,
    });
    opened++;
    await sleep(100);
  }
  return opened;
}
