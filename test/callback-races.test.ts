import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { changeCallbackSettings, createCalendar } from "../src/callbacks/configure.ts";
import { instantOf, plusMilliseconds } from "../src/clock.ts";
import { transaction } from "../src/db/transaction.ts";
import { onEveryDatabase } from "./databases.ts";
import { type ACompany, aBranch, aCompany, aStaffMember } from "./factories.ts";

const processes = 4;
/** The promise is made for 10,000; that many take minutes. */
const requests = Number(process.env.FRONTDESK_TEST_CALLBACKS ?? 400);
const timeoutMilliseconds = 60_000 + 200 * requests;
const killEveryMilliseconds = requests > 1000 ? 1000 : 400;

onEveryDatabase("workers that race", (db) => {
  const start = async (task: "sweep" | "open") => {
    const child = spawn(process.execPath, ["test/callback-worker.ts", db().url, task], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    if (!child.stdout) throw new Error("A worker has no output.");
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    expect((await lines.next()).value).toBe("ready");
    return { child, lines };
  };

  test(
    `of ${requests} overdue callbacks each is escalated once, by four workers of which one is killed again and again`,
    async () => {
      const company = await aCompany(db());
      for (let number = 0; number < 2; number++) await aStaffMember(db(), company.caller, company);
      await overdue(company, requests);
      const workers: ChildProcess[] = await Promise.all(
        Array.from({ length: processes }, async () => (await start("sweep")).child),
      );
      let kills = 0;
      while (await anyDue(company)) {
        const died = once(workers[kills % processes] as ChildProcess, "exit");
        workers[kills % processes]?.kill("SIGKILL");
        await died;
        workers[kills % processes] = (await start("sweep")).child;
        kills++;
        await sleep(killEveryMilliseconds);
      }
      for (const worker of workers) worker.kill("SIGKILL");
      await Promise.all(workers.map((worker) => worker.exitCode ?? worker.signalCode ?? once(worker, "exit")));

      expect(kills).toBeGreaterThan(0);
      const own = db().of(company.caller);
      const rows = await own
        .selectFrom("callback_escalations")
        .select(["callback_request_id as id", "level"])
        .execute();
      expect(rows.map(({ level }) => level)).toEqual(Array(requests).fill(1));
      expect(new Set(rows.map(({ id }) => id)).size).toBe(requests);
      const events = await own
        .selectFrom("domain_events")
        .select("subject_id")
        .where("type", "=", "callback.escalated");
      const told = (await events.execute()).map(({ subject_id }) => Number(subject_id));
      expect(told.sort((one, other) => one - other)).toEqual(
        rows.map(({ id }) => id).sort((one, other) => one - other),
      );
      const done = await own.selectFrom("callback_transitions").select("id").where("action", "=", "escalate").execute();
      expect(done).toHaveLength(requests);
      const left = await own.selectFrom("callback_requests").select("id").where("assigned_to", "=", company.staffId);
      expect(await left.execute()).toEqual([]);
    },
    timeoutMilliseconds,
  );

  test("of four processes that open a callback for one number at once, one makes it", async () => {
    const company = await aCompany(db());
    const { companyId, branchId } = company;
    await using openers = await startOpeners();
    for (let round = 0; round < 10; round++) {
      const wish = { companyId, branchId, phoneNumber: `+49305557${100 + round}` };
      const answers = await openers.openAtOnce(() => wish);
      expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
      expect(answers.filter(({ isNew }) => isNew)).toHaveLength(1);
    }
  });

  test("of callbacks that four processes hand out in turn at once, nobody gets more than their turns, at each branch", async () => {
    const company = await aCompany(db());
    const { caller, companyId } = company;
    await changeCallbackSettings(db(), caller, null, { strategy: "roundRobin" }, [], null);
    const branchIds = [company.branchId, await aBranch(db(), caller)];
    for (const branchId of [company.branchId, company.branchId, branchIds[1], branchIds[1], branchIds[1]]) {
      await aStaffMember(db(), caller, { branchId: branchId ?? "" });
    }
    await using openers = await startOpeners();
    for (let round = 0; round < 6; round++) {
      await openers.openAtOnce((n) => ({
        companyId,
        branchId: branchIds[n % 2] ?? "",
        phoneNumber: `+4930555${8000 + round * processes + n}`,
      }));
    }
    const loads = await db()
      .of(caller)
      .selectFrom("callback_requests")
      .select(["branch_id", "assigned_to", (eb) => eb.fn.countAll<number>().as("count")])
      .groupBy(["branch_id", "assigned_to"])
      .execute();
    expect(loads.map(({ branch_id, count }) => [branchIds.indexOf(branch_id), Number(count)]).sort()).toEqual([
      ...Array(3).fill([0, 4]),
      ...Array(3).fill([1, 4]),
    ]);
  });

  interface Wish {
    readonly companyId: number;
    readonly branchId: string;
    readonly phoneNumber: string;
  }

  async function startOpeners() {
    const workers = await Promise.all(Array.from({ length: processes }, () => start("open")));
    return {
      async openAtOnce(wishOf: (worker: number) => Wish): Promise<{ id: number; isNew: boolean }[]> {
        for (const [n, { child }] of workers.entries()) child.stdin?.write(`${JSON.stringify(wishOf(n))}\n`);
        return Promise.all(workers.map(async ({ lines }) => JSON.parse((await lines.next()).value ?? "{}")));
      },
      async [Symbol.asyncDispose]() {
        for (const { child } of workers) {
          child.stdin?.end();
          await once(child, "exit");
        }
      },
    };
  }

  async function anyDue({ caller }: ACompany): Promise<boolean> {
    const query = db().of(caller).selectFrom("callback_requests").select("id").limit(1);
    return (await query.where("next_due_at", "<=", instantOf(Date.now())).executeTakeFirst()) !== undefined;
  }

  /** All of one staff member, due an hour ago by the real clock. */
  async function overdue({ caller, branchId, staffId }: ACompany, count: number): Promise<void> {
    const rules = { timezone: null, alwaysOpen: true, hours: {}, holidays: null, closures: [] };
    await createCalendar(db(), caller, { branchId: null, name: "Always", rules });
    const due = instantOf(Date.now() - 3_600_000);
    const since = plusMilliseconds(due, -7_200_000);
    const row = {
      branch_id: branchId,
      customer_name: "Petra",
      priority: "urgent",
      status: "assigned",
      assigned_to: staffId,
      assigned_at: since,
      expires_at: due,
      next_due_at: due,
      sla_target_ms: 7_200_000,
      sla_running_since: since,
      created_at: since,
      updated_at: since,
    } as const;
    await transaction(db(), async (tx) => {
      for (let from = 0; from < count; from += 100) {
        const phones = Array.from({ length: Math.min(100, count - from) }, (_, n) => `+4930${1_000_000 + from + n}`);
        await tx
          .of(caller)
          .insertInto("callback_requests")
          .values(phones.map((phone_number) => ({ ...row, phone_number })))
          .execute();
      }
    });
  }
});
