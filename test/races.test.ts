import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { instantOf, isoOf, plusMilliseconds } from "../src/clock.ts";
import { addUser } from "../src/people/users.ts";
import { changeSettings } from "../src/tenancy/settings.ts";
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

  test("of eight reservations of one appointment one is made", async () => {
    const company = await aHost();
    const id = await anAppointment(db(), company, soon);
    const codes = await race(() => ({ companyId: company.companyId, cancel: [id, id] }));
    expect(codes.flat().sort()).toEqual(["allowed", ...Array(7).fill("alreadyReserved")].sort());
    expect(await reservationsOf(company)).toMatchObject([{ status: "reserved" }]);
  });

  test(`a reservation is confirmed or expires, never both, in ${rounds} rounds`, async () => {
    const company = await aHost();
    await aPolicy(db(), company, "cancellation", { maxPer30Days: rounds });
    const endings: string[] = [];
    for (let round = 0; round < rounds; round++) {
      const id = await anAppointment(db(), company, soon);
      const { companyId } = company;
      await race((worker) => ({ companyId, cancel: worker === 0 ? [id] : [] }));
      const [reservation] = (await reservationsOf(company)).slice(-1);
      const of = db().of(company.caller);
      await of.updateTable("appointments").set({ status: "cancelled" }).where("id", "=", id).execute();
      const about = instantOf(Date.now() + (round % 5) * 3);
      await of.updateTable("appointment_reservations").set({ expires_at: about }).where("is_open", "=", 1).execute();
      await race((worker) => ({
        companyId,
        ...(worker % 2 === 0 ? { confirm: reservation?.id } : { expire: true }),
      }));
      await race((worker) => ({ companyId, expire: worker === 0 }));
      const events = await of.selectFrom("domain_events").select("type").where("subject_id", "=", String(id)).execute();
      const changes = await of
        .selectFrom("appointment_modifications")
        .select("id")
        .where("appointment_id", "=", id)
        .execute();
      const told = events.map(({ type }) => type).filter((type) => type !== "appointment.change_reserved");
      expect([
        ["appointment.cancelled", 1],
        ["appointment.reservation_expired", 0],
      ]).toContainEqual([told.join(), changes.length]);
      endings.push(...told);
    }
    expect(endings).toHaveLength(rounds);
    const counted = await db()
      .of(company.caller)
      .selectFrom("appointment_modification_stats")
      .select("count")
      .where("stat_type", "=", "cancel_30d")
      .executeTakeFirst();
    expect(counted?.count ?? 0).toBe(endings.filter((type) => type === "appointment.cancelled").length);
  });

  async function aHost() {
    const company = await aCompany(db());
    await changeSettings(db(), company.caller, { appointmentOwner: "host" }, null);
    return company;
  }
  const reservationsOf = ({ caller }: { caller: { companyId: number } }) =>
    db().of(caller).selectFrom("appointment_reservations").select(["id", "status"]).orderBy("id").execute();

  test(`of 16 guesses at one password at once five are checked, in ${rounds} rounds`, async () => {
    for (let round = 0; round < rounds; round++) {
      const codes = await race(() => ({ companyId: 1, guess: `round-${round}@people.example` }));
      // One address of the net may guess sixty times, whoever it tries to be: in the thirteenth round that is over.
      const expected = [
        ...Array(round < 12 ? 5 : 0).fill("checked"),
        ...Array(round < 12 ? 11 : 16).fill("rateLimited"),
      ];
      expect(codes.flat().sort(), `round ${round}`).toEqual(expected);
    }
  });

  test(`a company's last two admins who are taken out at once: one stays, in ${rounds} rounds`, async () => {
    for (let round = 0; round < rounds; round++) {
      const { caller, companyId } = await aCompany(db());
      const grants = [{ role: "admin", branchId: null, staffId: null }] as const;
      const ids: number[] = [];
      for (const name of ["Anna", "Berta"]) {
        const email = `${name}-${companyId}@people.example`;
        ids.push((await addUser(db(), caller, { email, name, grants })).id);
      }
      const codes = await race((worker) => ({ companyId, remove: ids[worker % 2] }));
      expect(codes.flat().filter((code) => code === "removed")).toHaveLength(1);
      expect(codes.flat().every((code) => ["removed", "conflict", "notFound"].includes(code))).toBe(true);
    }
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
