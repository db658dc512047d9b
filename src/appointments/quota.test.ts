import fc from "fast-check";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { onEveryDatabase, testStart } from "../../test/databases.ts";
import { type ACompany, aCompany, aCustomer, anAppointment } from "../../test/factories.ts";
import { plusMilliseconds } from "../clock.ts";
import { acrossCompanies } from "../db/across-companies.ts";
import { connect, type Db, type Tx } from "../db/connect.ts";
import { takeLock } from "../db/locks.ts";
import { transaction } from "../db/transaction.ts";
import { insertModification } from "./modification-store.ts";
import { quotaUsage, saveUsage } from "./quota.ts";
import { countBetween } from "./quota-store.ts";
import { getAppointment } from "./store.ts";
import { readSurroundings } from "./surroundings-store.ts";

const dayMs = 86_400_000;
const histories = 200;
const steps = 50;

/** Days to wait (whole ones land on expiries to the millisecond), or a host's deletion, or one more cancellation. */
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ what: fc.constant("cancel" as const), limit: fc.integer({ min: 0, max: 6 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({ what: fc.constant("wait" as const), days: fc.constantFrom(0, 1, 5, 29.5, 30, 60) }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("delete" as const), which: fc.nat(50) }) },
);

onEveryDatabase("the stored quota", (db) => {
  test(`says what a live count says, over ${histories} histories of ${steps} steps`, { timeout: 180_000 }, async () => {
    const company = await aCompany(db());
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: steps, maxLength: steps }), async (history) => {
        await follow(company, history);
      }),
      { numRuns: histories, endOnFailure: true },
    );
  });

  test("reads as many rows as the limit says, however many one customer has", async () => {
    const company = await aCompany(db());
    const customerId = await aCustomer(db(), company.caller);
    const appointmentId = await anAppointment(db(), company, { customerId });
    const appointment = await getAppointment(db(), company.caller, appointmentId);
    const facts = {
      type: "cancel",
      initiatedBy: "customer",
      withinPolicy: true,
      feeCents: 0,
      currency: "EUR",
    } as const;
    const more = { reason: null, actor: company.caller.actor, countsTowardQuota: true, metadata: {} };
    await transaction(db(), async (tx) => {
      for (let index = 0; index < 1500; index++) {
        const at = plusMilliseconds(testStart, -index * 1000);
        await insertModification(tx, company.caller, { appointment, ...facts, ...more }, at);
      }
    });
    const check = async (tx: Db) => {
      const { stats } = await readSurroundings(tx, company.caller, appointmentId, "cancel");
      const customer = { customerId, type: "cancel", stats } as const;
      return quotaUsage(tx, company.caller, customer, { maxPer30Days: 5, maxPer90Days: 7 }, testStart);
    };
    await transaction(db(), async (tx) => saveUsage(tx, company.caller, await check(tx), false));
    if (db().engine === "sqlite") return;
    await using one = {
      db: await connect(db().url, { clock: db().clock, connections: 1 }),
      [Symbol.asyncDispose]: () => one.db.close(),
    };
    const rowsRead = async () => {
      const { rows } = await sql<{ Value: string }>`show session status like 'Handler_read%'`.execute(
        acrossCompanies(one.db),
      );
      return rows.reduce((sum, { Value }) => sum + Number(Value), 0);
    };
    const before = await rowsRead();
    const usage = await check(one.db);
    expect(usage.windows).toMatchObject([{ count: 1500 }, { count: 1500 }]);
    expect((await rowsRead()) - before).toBeLessThan(60);
  });

  async function follow(company: ACompany, history: Parameters<typeof play>[1][]): Promise<void> {
    db().clock.moveTo(testStart);
    const customerId = await aCustomer(db(), company.caller);
    const life = { company, customerId, appointments: [] as number[], deleted: false };
    for (const next of history) await play(life, next);
  }

  async function play(
    life: { company: ACompany; customerId: number; appointments: number[]; deleted: boolean },
    next: { what: "wait"; days: number } | { what: "delete"; which: number } | { what: "cancel"; limit: number },
  ): Promise<void> {
    const { company, customerId, appointments } = life;
    if (next.what === "wait") return db().clock.advance(next.days * dayMs);
    if (next.what === "delete") {
      const [id] = appointments.splice(next.which % Math.max(1, appointments.length), 1);
      if (id === undefined) return;
      await db().of(company.caller).deleteFrom("appointments").where("id", "=", id).execute();
      life.deleted = true;
      return;
    }
    const id = await anAppointment(db(), company, { customerId });
    const kept = await transaction(db(), (tx) => cancelOne(tx, life, id, next.limit));
    if (kept) appointments.push(id);
  }

  async function cancelOne(
    tx: Tx,
    life: { company: ACompany; customerId: number; deleted: boolean },
    id: number,
    limit: number,
  ) {
    const { company, customerId } = life;
    const { caller } = company;
    await takeLock(tx, caller, "customer", customerId);
    const limits = { maxPer30Days: limit, maxPer90Days: limit + 2 };
    const { now, stats } = await readSurroundings(tx, caller, id, "cancel");
    const usage = await quotaUsage(tx, caller, { customerId, type: "cancel", stats }, limits, now);
    let allowed = true;
    for (const { days, count } of usage.windows) {
      const most = days === 30 ? limits.maxPer30Days : limits.maxPer90Days;
      const subject = { db: tx, tenant: caller, customerId, type: "cancel" } as const;
      const live = await countBetween(subject, plusMilliseconds(usage.now, -days * dayMs), null);
      expect(count < most).toBe(live < most);
      if (!life.deleted) expect(count).toBe(live);
      allowed &&= count < most;
    }
    await saveUsage(tx, caller, usage, allowed);
    if (!allowed) return false;
    const modification = {
      appointment: await getAppointment(tx, caller, id),
      type: "cancel",
      initiatedBy: "customer",
      withinPolicy: true,
      feeCents: 0,
      currency: "EUR",
      reason: null,
      actor: caller.actor,
      countsTowardQuota: true,
      metadata: {},
    } as const;
    await insertModification(tx, caller, modification, usage.now);
    return true;
  }
});
