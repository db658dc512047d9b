import { quotaUsage, saveUsage } from "../src/appointments/quota.ts";
import { readSurroundings } from "../src/appointments/surroundings-store.ts";
import { instantOf, MovableClock, plusMilliseconds } from "../src/clock.ts";
import { connect, currentTime, type Db } from "../src/db/connect.ts";
import { byWindowIndex } from "../src/db/dialect.ts";
import { transaction } from "../src/db/transaction.ts";
import { type ACompany, aCompany, aCustomer, anAppointment } from "../test/factories.ts";
import { insertMany } from "./cancel-data.ts";
import { type BenchEngine, startDatabase } from "./database.ts";
import { median } from "./median.ts";
import type { BenchTable } from "./table.ts";

const sizes = [10, 1_000, 100_000];
const checks = 600;
const minuteMs = 60_000;
const windowMs = 30 * 24 * 60 * minuteMs;
const limits = { maxPer30Days: 5, maxPer90Days: null };
/** So many leave the window during the run, whatever the size. Of ten, five stay: every check has a denial to confirm. */
const expiring = 5;

interface Subject {
  readonly customerId: number;
  readonly appointmentId: number;
}

/** Bringing a customer's count up to date and reading it, against counting the rows, while the clock moves on. */
export async function benchQuota(): Promise<BenchTable> {
  const rows: (string | number)[][] = [];
  for (const engine of ["mysql", "sqlite"] as const) rows.push(...(await onEngine(engine)));
  return {
    name: "quota: one check of a customer's quota",
    columns: ["database", "in the window", "check, µs", "to that of 10", "live COUNT, µs", "COUNT to that of 10"],
    rows,
    note:
      `${checks} checks of each size in turns, a minute apart by the database's clock; all rows lie inside the window at ` +
      `first and ${expiring} leave it during the run. A check reads the stored count as a decision does, with the ` +
      "appointment's surroundings, brings it up to date where a row has left, and confirms the denial: the limit is " +
      `${limits.maxPer30Days}, which all of them have used up to the end. Medians. Both sides name the index.`,
  };
}

async function onEngine(engine: BenchEngine): Promise<(string | number)[][]> {
  const database = await startDatabase(engine);
  const clock = new MovableClock(instantOf(Date.UTC(2026, 2, 2, 9)));
  const db = await connect(database.url, { clock });
  try {
    const company = await aCompany(db);
    const customers: Subject[] = [];
    for (const size of sizes) customers.push(await aCustomerWith(db, company, size));
    const [ours, counting] = [sizes.map(() => [] as number[]), sizes.map(() => [] as number[])];
    for (let check = 0; check < checks; check++) {
      clock.advance(minuteMs);
      for (const [index, customer] of customers.entries()) {
        ours[index]?.push(await timed(() => checkQuota(db, company, customer)));
        if (check % 10 === 0) counting[index]?.push(await timed(() => countLive(db, company, customer)));
      }
    }
    const [smallest, smallestCount] = [median(ours[0]), median(counting[0])];
    return sizes.map((size, index) => {
      const [check, count] = [median(ours[index]), median(counting[index])];
      return [
        database.name,
        size,
        Math.round(check),
        ratio(check / smallest),
        Math.round(count),
        ratio(count / smallestCount),
      ];
    });
  } finally {
    await db.close();
    await database.stop();
  }
}

async function aCustomerWith(db: Db, company: ACompany, size: number): Promise<Subject> {
  const customerId = await aCustomer(db, company.caller);
  const appointmentId = await anAppointment(db, company, { customerId });
  const now = (await currentTime(db)).epochMilliseconds;
  const every = Math.floor(checks / expiring);
  const spacing = (windowMs - checks * minuteMs) / size;
  await insertMany(db, company, "appointment_modifications", Array.from({ length: size }), (_, index) => {
    const early = now - windowMs + (index * every + every / 2) * minuteMs;
    const at = instantOf(Math.floor(index < expiring ? early : now - (size - index) * spacing));
    return {
      appointment_id: appointmentId,
      customer_id: customerId,
      modification_type: "cancel",
      initiated_by: "customer",
      within_policy: true,
      fee_cents: 0,
      currency: "EUR",
      modified_by_type: "system",
      counts_toward_quota: true,
      metadata: {},
      created_at: at,
      updated_at: at,
    };
  });
  const subject = { customerId, appointmentId };
  await checkQuota(db, company, subject);
  return subject;
}

async function checkQuota(db: Db, { caller }: ACompany, { customerId, appointmentId }: Subject): Promise<void> {
  await transaction(db, async (tx) => {
    const { now, stats } = await readSurroundings(tx, caller, appointmentId, "cancel");
    const usage = await quotaUsage(tx, caller, { customerId, type: "cancel", stats }, limits, now);
    await saveUsage(tx, caller, usage, false);
  });
}

async function countLive(db: Db, { caller }: ACompany, { customerId }: Subject): Promise<void> {
  const start = plusMilliseconds(await currentTime(db), -windowMs);
  await db
    .of(caller)
    .selectFrom("appointment_modifications")
    .modifyFront(byWindowIndex)
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("customer_id", "=", customerId)
    .where("modification_type", "=", "cancel")
    .where("counts_toward_quota", "=", true)
    .where("created_at", ">", start)
    .executeTakeFirstOrThrow();
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) * 1000;
}

function ratio(value: number): number {
  return Math.round(value * 100) / 100;
}
