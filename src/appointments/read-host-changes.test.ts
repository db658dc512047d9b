import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { expect, test } from "vitest";
import { aClient } from "../../test/client.ts";
import { onEveryDatabase, type TestDb, testStart } from "../../test/databases.ts";
import { type ACompany, aCompany, anAppointment, aPolicy, byCustomer } from "../../test/factories.ts";
import { instantOf, isoOf, plusMilliseconds } from "../clock.ts";
import { transaction } from "../db/transaction.ts";
import { bareInstallation } from "../installation.ts";
import { planEventsAcrossCompanies } from "../notifications/plan.ts";
import { changeSettings } from "../tenancy/settings.ts";
import { cancelAppointment } from "./cancel.ts";
import { readHostChangesAcrossCompanies } from "./read-host-changes.ts";
import { confirmReservation } from "./settle.ts";
import { sightAppointment } from "./sight.ts";

const log = pino({ level: "silent" });
const lookEveryMs = 5000;

onEveryDatabase("reading what a platform did by itself", (db) => {
  const look = (signal = new AbortController().signal) => readHostChangesAcrossCompanies({ db: db(), log, signal });
  const lookAgain = async () => {
    db().clock.advance(lookEveryMs);
    return look();
  };
  async function aHost(): Promise<ACompany> {
    const company = await aCompany(db());
    await changeSettings(db(), company.caller, { appointmentOwner: "host" }, null);
    return company;
  }
  const eventsOf = async ({ caller }: ACompany, id: number) => {
    const query = db().of(caller).selectFrom("domain_events").select(["type", "payload"]).orderBy("id");
    return query.where("subject_id", "=", String(id)).where("type", "like", "appointment.%").execute();
  };
  const typesOf = async (company: ACompany, id: number) => (await eventsOf(company, id)).map(({ type }) => type);

  /** As the platform books, at the test's time. */
  async function hostBooks(company: ACompany, overrides: Parameters<typeof anAppointment>[2] = {}): Promise<number> {
    const id = await anAppointment(db(), company, overrides);
    await hostSets(company, id, { created_at: db().clock.now() });
    return id;
  }
  async function hostSets({ caller }: ACompany, id: number, set: object, at = db().clock.now()): Promise<void> {
    const values = { ...set, updated_at: at };
    await transaction(db(), (tx) =>
      tx.of(caller).updateTable("appointments").set(values).where("id", "=", id).execute(),
    );
  }

  test("a booking gets its snapshot, its event and its reminders; each change its event, and each once", async () => {
    const company = await aHost();
    await look();
    const id = await hostBooks(company);
    await lookAgain();
    await lookAgain();
    expect(await eventsOf(company, id)).toMatchObject([
      { type: "appointment.booked", payload: { imported: false, actor: { type: "system", id: "host" } } },
    ]);
    const snapshots = await db().of(company.caller).selectFrom("booking_snapshots").selectAll().execute();
    expect(snapshots).toMatchObject([{ appointment_id: id, booked_at: testStart, price_cents: 5000 }]);
    await planEventsAcrossCompanies(db(), bareInstallation);
    const reminders = () =>
      db().of(company.caller).selectFrom("notification_reminders").select("next_at").orderBy("id").execute();
    const planned = await reminders();
    expect(planned.length).toBeGreaterThan(0);

    const startsAt = plusMilliseconds(testStart, 200 * 3_600_000);
    await hostSets(company, id, { starts_at: startsAt, ends_at: plusMilliseconds(startsAt, 3_600_000) });
    await lookAgain();
    await planEventsAcrossCompanies(db(), bareInstallation);
    expect(await reminders()).not.toEqual(planned);
    await hostSets(company, id, { status: "cancelled" });
    await lookAgain();
    await lookAgain();
    expect(await typesOf(company, id)).toEqual([
      "appointment.booked",
      "appointment.rescheduled",
      "appointment.cancelled",
    ]);
    expect((await eventsOf(company, id))[1]).toMatchObject({
      payload: { to: { startsAt: isoOf(startsAt) }, decisionId: null },
    });
  });

  test("what was booked before is reminded of and confirmed to nobody; what is over is told of not at all", async () => {
    const company = await aCompany(db());
    const [ahead, over, cancelled] = [
      await anAppointment(db(), company),
      await anAppointment(db(), company, { inHours: -5 }),
      await anAppointment(db(), company, { status: "cancelled" }),
    ];
    await changeSettings(db(), company.caller, { appointmentOwner: "host" }, null);
    await look();
    await hostSets(company, over, { status: "completed" });
    await lookAgain();
    expect(await typesOf(company, ahead)).toEqual(["appointment.seen"]);
    expect(await typesOf(company, over)).toEqual([]);
    expect(await typesOf(company, cancelled)).toEqual([]);
    await hostSets(company, ahead, { status: "cancelled" });
    await lookAgain();
    expect(await typesOf(company, ahead)).toEqual(["appointment.seen", "appointment.cancelled"]);
  });

  test("a change that was committed long after its time is read, and one from before the worker paused too", async () => {
    const company = await aHost();
    const id = await hostBooks(company);
    await look();
    db().clock.advance(100_000);
    await look();
    const late = plusMilliseconds(db().clock.now(), -110_000);
    await hostSets(company, id, { status: "confirmed" }, late);
    await lookAgain();
    await hostSets(company, id, { status: "no_show" });
    db().clock.advance(30 * 86_400_000);
    await look();
    expect(await typesOf(company, id)).toEqual(["appointment.booked", "appointment.confirmed", "appointment.no_show"]);
  });

  test("a reservation is confirmed by the row itself, and confirming it as well tells nothing twice", async () => {
    const company = await aHost();
    await aPolicy(db(), company, "cancellation", { maxPer30Days: 5 });
    const [read, confirmed] = [await hostBooks(company), await hostBooks(company)];
    await look();
    const reserved = [];
    for (const id of [read, confirmed]) {
      reserved.push((await cancelAppointment(db(), company.caller, id, byCustomer())).reservation?.id ?? 0);
      await hostSets(company, id, { status: "cancelled" });
    }
    await confirmReservation(db(), company.caller, reserved[1] ?? 0);
    await lookAgain();
    await confirmReservation(db(), company.caller, reserved[0] ?? 0);
    await lookAgain();
    const once = ["appointment.booked", "appointment.change_reserved", "appointment.cancelled"];
    expect(await typesOf(company, read)).toEqual(once);
    expect(await typesOf(company, confirmed)).toEqual(once);
    const rows = db().of(company.caller).selectFrom("appointment_modifications").select("appointment_id");
    expect(await rows.execute()).toHaveLength(2);
  });

  test("while Frontdesk changes the rows nothing is read, and afterwards its own changes are no news", async () => {
    const company = await aHost();
    const id = await hostBooks(company);
    await look();
    await changeSettings(db(), company.caller, { appointmentOwner: "frontdesk" }, null);
    await cancelAppointment(db(), company.caller, id, byCustomer());
    await lookAgain();
    await changeSettings(db(), company.caller, { appointmentOwner: "host" }, null);
    await lookAgain();
    await lookAgain();
    expect(await typesOf(company, id)).toEqual(["appointment.booked", "appointment.cancelled"]);
    await using client = await aClient(db(), company);
    await changeSettings(db(), company.caller, { appointmentOwner: "frontdesk" }, null);
    const refused = await client.send("POST", `/appointments/${id}/sightings`, {});
    expect(refused).toMatchObject({ status: 409, body: { detail: expect.stringContaining("appointmentOwner") } });
  });

  test("told by the endpoint it is looked at at once, and never twice whoever looks", async () => {
    const company = await aHost();
    await look();
    const id = await hostBooks(company);
    await using client = await aClient(db(), company);
    const tell = () => client.send("POST", `/appointments/${id}/sightings`, {});
    expect((await tell()).body).toEqual({ appointmentId: id, event: "appointment.booked" });
    expect((await tell()).body).toEqual({ appointmentId: id, event: null });
    await hostSets(company, id, { status: "cancelled" });
    const looks = await Promise.all([
      lookAgain(),
      ...Array.from({ length: 4 }, () => sightAppointment(db(), company.caller, id)),
    ]);
    expect(looks).toHaveLength(5);
    expect(await typesOf(company, id)).toEqual(["appointment.booked", "appointment.cancelled"]);
  });

  test("hundreds of rows that were changed at one instant are all read once, though the first look is cut short", async () => {
    const company = await aHost();
    await look();
    const ids = [];
    for (let count = 0; count < 5; count++) ids.push(await hostBooks(company));
    const template = await db().of(company.caller).selectFrom("appointments").selectAll().executeTakeFirstOrThrow();
    const { id: _, company_id: __, ...row } = template;
    for (let part = 0; part < 6; part++) {
      await db()
        .of(company.caller)
        .insertInto("appointments")
        .values(Array.from({ length: 100 }, () => row))
        .execute();
    }
    const stopping = new AbortController();
    const half = look(stopping.signal);
    stopping.abort();
    db().clock.advance(lookEveryMs);
    await half;
    await lookAgain();
    const booked = await db()
      .of(company.caller)
      .selectFrom("domain_events")
      .select("subject_id")
      .where("type", "=", "appointment.booked")
      .execute();
    expect(new Set(booked.map(({ subject_id }) => subject_id)).size).toBe(605);
    expect(booked).toHaveLength(605);
  });

  test("readers that are killed at any moment lose nothing and double nothing", async () => {
    const company = await aRealTimeHost(db());
    const changed: number[] = [];
    let isOver = false;
    const killing = (async () => {
      for (let kills = 0; !isOver || kills < 6; kills++) {
        const child = spawn(process.execPath, ["test/reading-worker.ts", db().url], {
          stdio: ["ignore", "ignore", "inherit"],
        });
        await sleep(500 + Math.random() * 400);
        child.kill("SIGKILL");
        await once(child, "exit");
      }
    })();
    for (let round = 0; round < 60; round++) {
      const now = instantOf(Date.now());
      const id = await anAppointment(db(), company, { startsAt: plusMilliseconds(now, 864e5) });
      await hostSets(company, id, { created_at: now }, now);
      changed.push(id);
      await sleep(30);
      if (round % 2 === 0) await hostSets(company, id, { status: "cancelled" }, instantOf(Date.now()));
    }
    isOver = true;
    await killing;
    const last = spawn(process.execPath, ["test/reading-worker.ts", db().url, "once"], { stdio: "inherit" });
    await once(last, "exit");
    for (const [round, id] of changed.entries()) {
      const types = await typesOf(company, id);
      // One that was booked and cancelled between two looks was never there.
      const allowed = round % 2 === 0 ? ["", "appointment.booked,appointment.cancelled"] : ["appointment.booked"];
      expect(allowed, `appointment ${id}`).toContain(types.join());
    }
  });

  /** The killed processes have the real time. */
  async function aRealTimeHost(database: TestDb): Promise<ACompany> {
    const company = await aCompany(database);
    database.clock.moveTo(instantOf(Date.now()));
    await changeSettings(database, company.caller, { appointmentOwner: "host" }, null);
    await look();
    return company;
  }
});
