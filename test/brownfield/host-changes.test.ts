import { pino } from "pino";
import { describe, expect, onTestFinished, test } from "vitest";
import { readHostChangesAcrossCompanies } from "../../src/appointments/read-host-changes.ts";
import { MovableClock, parseInstant } from "../../src/clock.ts";
import { connect } from "../../src/db/connect.ts";
import { deploy, migrate } from "../../src/deploy/run.ts";
import { openTarget, type Target } from "../../src/deploy/target.ts";
import { aClient } from "../client.ts";
import { enginesInUse, scratchDatabase } from "../databases.ts";
import { anna, berlinBranch, book, makeLeastPlatform, makePlatform } from "./platform.ts";

const servers = enginesInUse().filter((engine) => engine !== "sqlite");
const log = pino({ level: "silent" });
const { signal } = new AbortController();

describe.each(servers)("what an adopted platform does by itself (%s)", { timeout: 120_000 }, (engine) => {
  async function adopted(make: (target: Target) => Promise<void>, hostTimeZone?: string) {
    const database = await scratchDatabase(engine, "empty");
    const target = await openTarget(database.url);
    await make(target);
    if (hostTimeZone === undefined) await migrate(target);
    else await deploy(target, { settings: { hostTimeZone } });
    const clock = new MovableClock(parseInstant("2026-10-24T22:00:00Z"));
    const db = await connect(database.url, { clock });
    const client = await aClient({ ...db, clock, url: database.url }, { companyId: 1 });
    onTestFinished(async () => {
      await client.app.close();
      await db.close();
      await target.close();
      await database.remove();
    });
    const lookAt = async (time: string) => {
      clock.moveTo(parseInstant(time));
      await readHostChangesAcrossCompanies({ db, log, signal });
    };
    const typesOf = async (id: number) => {
      const query = db.of({ companyId: 1 }).selectFrom("domain_events").select("type").orderBy("id");
      return (await query.where("subject_id", "=", String(id)).execute()).map(({ type }) => type);
    };
    return { client, target, lookAt, typesOf };
  }

  test("is read by its wall-clock times, in the hour that autumn repeats too; what we change is no news", async () => {
    const { client, target, lookAt, typesOf } = await adopted(
      (to) => makePlatform(to, { appointments: 10 }),
      "Europe/Berlin",
    );
    const before = await book(target, "2026-11-02 10:00:00", "2026-10-01 10:00:00");
    await lookAt("2026-10-24T22:00:00Z");
    expect(await typesOf(before)).toEqual(["appointment.seen"]);

    // Without an updated_at: as it was booked.
    const booked = await book(target, "2026-11-03 10:00:00", "2026-10-25 02:59:50");
    await lookAt("2026-10-25T00:59:55Z");
    expect(await typesOf(booked)).toEqual(["appointment.booked"]);

    // Half past two for the second time, an hour after the look that clocks call half an hour later.
    await target.query(
      "update appointments set status = 'cancelled', updated_at = '2026-10-25 02:30:00' where id = ?",
      [before],
    );
    await lookAt("2026-10-25T01:30:05Z");
    expect(await typesOf(before)).toEqual(["appointment.seen", "appointment.cancelled"]);

    expect((await client.send("POST", `/appointments/${booked}/cancellation`, {})).status).toBe(200);
    const own = await client.send("POST", "/appointments", {
      branchId: berlinBranch,
      serviceId: 1,
      staffId: anna,
      customerId: 1,
      startsAt: "2026-11-04T10:00:00Z",
    });
    expect(own.status).toBe(201);
    await lookAt("2026-10-25T01:31:00Z");
    await lookAt("2026-10-25T01:32:00Z");
    expect(await typesOf(booked)).toEqual(["appointment.booked", "appointment.cancelled"]);
    expect(await typesOf(own.body.id)).toEqual(["appointment.booked"]);
  });

  test("without times of its own it is seen at first and by being told", async () => {
    const { client, target, lookAt, typesOf } = await adopted(makeLeastPlatform);
    const add = async (startsAt: string) => {
      await target.query(
        "insert into appointments (company_id, branch_id, customer_id, service_id, starts_at, ends_at, status) values (1, ?, 1, 1, ?, ?, 'booked')",
        [berlinBranch, `${startsAt} 10:00:00`, `${startsAt} 11:00:00`],
      );
      const [row] = await target.query<{ id: number }>("select last_insert_id() as id");
      return Number(row?.id);
    };
    const first = await add("2026-11-02");
    await lookAt("2026-10-24T22:00:00Z");
    expect(await typesOf(first)).toEqual(["appointment.seen"]);
    const second = await add("2026-11-03");
    await target.query("update appointments set status = 'cancelled' where id = ?", [first]);
    for (const id of [first, second]) await client.send("POST", `/appointments/${id}/sightings`, {});
    expect(await typesOf(first)).toEqual(["appointment.seen", "appointment.cancelled"]);
    expect(await typesOf(second)).toEqual(["appointment.booked"]);
  });
});
