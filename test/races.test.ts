import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { instantOf, isoOf, plusMilliseconds } from "../src/clock.ts";
import { onEveryDatabase } from "./databases.ts";
import { aCompany, aCustomer, anAppointment, aPolicy, aStaffMember } from "./factories.ts";

const processes = 4;
const rounds = 25;

/** Four processes on one database; each round's line goes to all of them at once. */
onEveryDatabase("processes that race", (db) => {
  let workers: { child: ChildProcess; lines: AsyncIterator<string> }[] = [];

  beforeAll(async () => {
    workers = Array.from({ length: processes }, () => {
      const child = spawn(process.execPath, ["test/race-worker.ts", db().url], { stdio: ["pipe", "pipe", "inherit"] });
      if (!child.stdout) throw new Error("A worker has no output.");
      return { child, lines: createInterface(child.stdout)[Symbol.asyncIterator]() };
    });
    for (const { lines } of workers) expect((await lines.next()).value).toBe("ready");
  });
  afterAll(async () => {
    for (const { child } of workers) {
      child.stdin?.end();
      await once(child, "exit");
    }
  });

  /** @returns every job's code, by process */
  async function race(roundOf: (worker: number) => object): Promise<string[][]> {
    workers.forEach(({ child }, index) => {
      child.stdin?.write(`${JSON.stringify(roundOf(index))}\n`);
    });
    return Promise.all(workers.map(async ({ lines }) => JSON.parse((await lines.next()).value) as string[]));
  }

  const soon = { startsAt: instantOf(Date.now() + 72 * 3_600_000) };

  test(`of 16 last-quota cancellations at once exactly one is allowed, in ${rounds} rounds`, async () => {
    const company = await aCompany(db());
    await aPolicy(db(), company, "cancellation", { maxPer30Days: 1 });
    for (let round = 0; round < rounds; round++) {
      const customerId = await aCustomer(db(), company.caller);
      const ids = await Promise.all(
        Array.from({ length: 16 }, () => anAppointment(db(), company, { customerId, ...soon })),
      );
      const { companyId } = company;
      const codes = await race((worker) => ({ companyId, cancel: ids.slice(worker * 4, worker * 4 + 4) }));
      expect(codes.map(({ length }) => length)).toEqual([4, 4, 4, 4]);
      expect(codes.flat().sort()).toEqual(["allowed", ...Array(15).fill("quotaExceeded")]);
    }
  });

  test("the same appointment cancelled by eight clients is cancelled once", async () => {
    const company = await aCompany(db());
    const id = await anAppointment(db(), company, soon);
    const codes = await race(() => ({ companyId: company.companyId, cancel: [id, id] }));
    expect(codes.flat().sort()).toEqual(["allowed", ...Array(7).fill("alreadyCancelled")]);
    const rows = await db().of(company.caller).selectFrom("appointment_modifications").select("id").execute();
    expect(rows).toHaveLength(1);
  });

  test("of four customers moved to the same time of one staff member, one gets it", async () => {
    const company = await aCompany(db());
    const staffId = await aStaffMember(db(), company.caller, company);
    const ids = await Promise.all(
      Array.from({ length: processes }, async () =>
        anAppointment(db(), company, { customerId: await aCustomer(db(), company.caller), ...soon }),
      ),
    );
    const startsAt = isoOf(plusMilliseconds(soon.startsAt, 48 * 3_600_000));
    const codes = await race((worker) => ({
      companyId: company.companyId,
      move: { id: ids[worker], startsAt, staffId },
    }));
    expect(codes.flat().sort()).toEqual(["allowed", "slotTaken", "slotTaken", "slotTaken"]);
  });
});
