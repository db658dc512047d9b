import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import { connect, type Db } from "../src/db/connect.ts";
import { type Booking, bookMany, openShop, type Shop } from "./cancel-data.ts";
import type { Load, LoadResult } from "./cancel-load.ts";
import { recordCancel } from "./cancel-record.ts";
import { type BenchDatabase, durableSettings, startDatabase } from "./database.ts";
import { median } from "./median.ts";
import { runProcess, type ServerProcess, startProcess } from "./processes.ts";
import type { BenchTable } from "./table.ts";

const connections = 32;
const warmUp = 1500;
const amount = 2000;
const rounds = 5;

/** Cancelling over HTTP on MySQL, held against a route that does nothing but send the same statements. */
export async function benchCancel(): Promise<BenchTable> {
  const database = await startDatabase("mysql", { durable: true });
  const db = await connect(database.url);
  try {
    const shop = await openShop(db);
    const plain = await compare(database, db, shop, false);
    const keyed = await compare(database, db, shop, true);
    return {
      name: `cancel: cancellations over HTTP, ${database.name}, ${connections} connections`,
      columns: [
        "what",
        "cancels/s",
        "of the bare route",
        "p50, ms",
        "p99, ms",
        "its CPU, ms",
        "round trips",
        "peak memory, MiB",
      ],
      rows: [...rowsOf("", plain), ...rowsOf(", idempotency key", keyed)],
      note:
        `Median of ${rounds} rounds in turns, ${amount} appointments each, every one cancelled once, by customers who ` +
        "have cancelled before; server, database and load generator share the machine. The bare route sends the " +
        "statements recorded from a real cancellation, prepared, in the same transactions, and answers with the recorded " +
        `reply. Round trips: what the server counted. MySQL with ${durableSettings}.`,
    };
  } finally {
    await db.close();
    await database.stop();
  }
}

interface Measured extends LoadResult {
  readonly roundTrips: number;
  /** Of the server's process, for one cancellation. */
  readonly cpuMs: number;
}

interface Side {
  readonly server: ServerProcess;
  readonly measured: Measured[];
}

interface Comparison {
  readonly ours: readonly Measured[];
  readonly bare: readonly Measured[];
  readonly memoryMib: readonly [ours: number, bare: number];
}

async function compare(database: BenchDatabase, db: Db, shop: Shop, idempotent: boolean): Promise<Comparison> {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-bench-"));
  const file = join(folder, "recording.json");
  const bookings = (await bookMany(db, shop, 10)) as [Booking, Booking];
  writeFileSync(file, JSON.stringify(await recordCancel(database.url, shop, bookings, idempotent)));
  const sides: Side[] = [];
  try {
    const program = process.env.BENCH_NODE_OPTIONS?.split(" ");
    const environment = { DATABASE_URL: database.url, RATE_LIMIT_PER_MINUTE: "1000000000", DRAIN_SECONDS: "0" };
    sides.push({
      server: await startProcess(
        program ? [...program, "src/cli.ts", "serve"] : ["bin/frontdesk", "serve"],
        environment,
      ),
      measured: [],
    });
    sides.push({ server: await startProcess(["bench/cancel-bare.ts", file, database.url], {}), measured: [] });
    for (const { server } of sides) await load(database, db, shop, server, idempotent, warmUp);
    for (let round = 0; round < rounds; round++) {
      for (const { server, measured } of sides) {
        measured.push(await load(database, db, shop, server, idempotent, amount));
      }
    }
    const [ours, bare] = sides as [Side, Side];
    const memoryMib = [ours.server.peakMemoryMib(), bare.server.peakMemoryMib()] as const;
    return { ours: ours.measured, bare: bare.measured, memoryMib };
  } finally {
    for (const { server } of sides) await server.stop();
    rmSync(folder, { recursive: true });
  }
}

async function load(
  database: BenchDatabase,
  db: Db,
  shop: Shop,
  server: ServerProcess,
  idempotent: boolean,
  amount: number,
): Promise<Measured> {
  const bookings = await bookMany(db, shop, amount + connections * 2);
  const appointmentIds = bookings.map(({ appointmentId }) => appointmentId);
  const before = await roundTripsOf(database);
  const cpuBefore = server.cpuMs();
  const work: Load = { url: server.url, key: shop.key, appointmentIds, amount, connections, idempotent };
  const result = await runProcess<LoadResult>("bench/cancel-load.ts", work);
  const cpuMs = (server.cpuMs() - cpuBefore) / amount;
  const sent = (await roundTripsOf(database)) - before;
  const { count } = await db
    .of(shop)
    .selectFrom("appointment_modifications")
    .select((eb) => eb.fn.count<number>("id").distinct().as("count"))
    .where("appointment_id", ">=", Math.min(...appointmentIds))
    .executeTakeFirstOrThrow();
  if (result.answered !== amount || Number(count) !== amount) {
    throw new Error(
      `Of ${amount} cancellations ${result.answered} were answered with success and ${count} are stored.`,
    );
  }
  return { ...result, cpuMs, roundTrips: sent / amount };
}

/** Statements that clients sent, and those they had prepared: one answer awaited for each. */
async function roundTripsOf({ url }: BenchDatabase): Promise<number> {
  const connection = await createConnection(url);
  const [rows] = await connection.query("show global status where variable_name in ('Questions', 'Com_stmt_prepare')");
  await connection.end();
  return (rows as { Value: string }[]).reduce((sum, { Value }) => sum + Number(Value), 0);
}

function rowsOf(title: string, { ours, bare, memoryMib }: Comparison): (string | number)[][] {
  const row = (name: string, side: readonly Measured[], ratio: number, memory: number) => [
    name,
    Math.round(median(side.map(({ perSecond }) => perSecond))),
    Math.round(ratio * 100) / 100,
    median(side.map(({ p50Ms }) => p50Ms)),
    median(side.map(({ p99Ms }) => p99Ms)),
    Math.round(median(side.map(({ cpuMs }) => cpuMs)) * 100) / 100,
    Math.round(median(side.map(({ roundTrips }) => roundTrips)) * 10) / 10,
    Math.round(memory),
  ];
  const ratio = median(ours.map(({ perSecond }, round) => perSecond / (bare[round]?.perSecond ?? 1)));
  return [row(`Frontdesk${title}`, ours, ratio, memoryMib[0]), row(`bare route${title}`, bare, 1, memoryMib[1])];
}
