import { describe, expect, onTestFinished, test } from "vitest";
import { MovableClock, parseInstant } from "../../src/clock.ts";
import { connect } from "../../src/db/connect.ts";
import { deploy, migrate } from "../../src/deploy/run.ts";
import { openTarget, type Target } from "../../src/deploy/target.ts";
import { aClient } from "../client.ts";
import { enginesInUse, scratchDatabase } from "../databases.ts";
import { anna, berlinBranch, makeLeastPlatform, makePlatform } from "./platform.ts";

const servers = enginesInUse().filter((engine) => engine !== "sqlite");

/** What a platform may ask of its own rows, and we know nothing of. */
const rules = [
  "alter table customers add column email varchar(60) not null, add column phone varchar(10) null, add column deleted_at timestamp null",
  "alter table customers add unique key customers_email (email)",
  "alter table services add column price decimal(5,2) null, add column sort int not null",
  "alter table branches add column timezone varchar(30) not null default 'Europe/Berlin', add constraint no_utc check (timezone <> 'UTC')",
  "create trigger staff_frozen before update on staff for each row signal sqlstate '45000' set message_text = 'payroll is closed'",
];

describe.each(servers)("the directory of a platform (%s)", { timeout: 120_000 }, (engine) => {
  async function adopted(make: (target: Target) => Promise<void>, hostTimeZone?: string) {
    const database = await scratchDatabase(engine, "empty");
    const target = await openTarget(database.url);
    await make(target);
    if (hostTimeZone === undefined) await migrate(target);
    else await deploy(target, { settings: { hostTimeZone } });
    const clock = new MovableClock(parseInstant("2026-03-28T09:00:00.250Z"));
    const db = await connect(database.url, { clock });
    const client = await aClient({ ...db, clock, url: database.url }, { companyId: 1 });
    onTestFinished(async () => {
      await client.app.close();
      await db.close();
      await target.close();
      await database.remove();
    });
    return { client, target };
  }

  test("a link of a table that knows no switch is a row, made and taken out", async () => {
    const { client, target } = await adopted((to) => makePlatform(to, { appointments: 10 }), "Europe/Berlin");
    const rows = () => target.query("select service_id, staff_id from service_staff where service_id = 1");
    expect((await client.send("GET", "/services/1/staff")).body).toEqual({ staffIds: [anna] });
    expect((await client.send("PUT", "/services/1/staff", { staffIds: [] })).body).toEqual({ staffIds: [] });
    expect(await rows()).toEqual([]);
    expect((await client.send("PUT", "/services/1/staff", { staffIds: [anna] })).body).toEqual({ staffIds: [anna] });
    expect(await rows()).toHaveLength(1);
    expect((await client.send("GET", "/services/1/branches")).body).toEqual({ branchIds: [berlinBranch] });
  });

  test("is written in its own words: wall-clock times, decimals, nulls for what reads as a default", async () => {
    const { client, target } = await adopted((to) => makePlatform(to, { appointments: 10 }), "Europe/Berlin");
    const service = await client.send("POST", "/services", { name: "Cut", priceCents: 1905, branchId: berlinBranch });
    expect(service, JSON.stringify(service.body)).toMatchObject({
      status: 201,
      body: { priceCents: 1905, durationMinutes: 30, createdAt: "2026-03-28T09:00:00.000Z" },
    });
    const [row] = await target.query("select price, extra_1, category from services where id = ?", [service.body.id]);
    expect(row).toEqual({ price: 19.05, extra_1: "x1", category: null });

    const at = `/branches/${berlinBranch}`;
    const read = await client.send("GET", at);
    expect(read.body).toMatchObject({ timezone: "Europe/Berlin", notificationEmail: null, isActive: true });
    expect(await client.send("PATCH", at, { notificationEmail: "b@example.org" })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "/notificationEmail", message: expect.stringContaining("no column") }] },
    });
    // Within the second that its updated_at keeps.
    const one = await client.send("PATCH", at, { name: "Mitte" }, { "if-match": read.headers.etag });
    expect(one).toMatchObject({ status: 200, body: { name: "Mitte" } });
    expect((await client.send("PATCH", at, { name: "x" }, { "if-match": read.headers.etag })).status).toBe(412);

    const gone = await client.send("POST", "/customers", { name: "Gone" });
    expect(gone.body).toMatchObject({ locale: "de" });
    expect((await client.send("DELETE", `/customers/${gone.body.id}`)).status).toBe(204);
    const [left] = await target.query("select name, deleted_at from customers where id = ?", [gone.body.id]);
    expect(left).toMatchObject({ name: "Gone", deleted_at: expect.anything() });
    expect((await client.send("GET", `/customers/${gone.body.id}`)).status).toBe(404);
  });

  test("that has no column more than it must: names are written, all else is refused with a reason", async () => {
    const { client, target } = await adopted(makeLeastPlatform);
    for (const [path, body] of [
      ["/branches", { name: "Nord" }],
      ["/services", { name: "Cut", durationMinutes: 60 }],
      ["/staff", { name: "Bea", branchId: berlinBranch }],
      ["/customers", { name: "Ada", locale: "de", email: null }],
    ] as const) {
      const made = await client.send("POST", path, body);
      expect(made, JSON.stringify(made.body)).toMatchObject({ status: 201, body });
      const at = `${path}/${made.body.id}`;
      expect(await client.send("PATCH", at, { name: "Other" })).toMatchObject({ status: 200, body: { name: "Other" } });
      expect((await client.send("PATCH", at, { name: "Lost" }, { "if-match": made.headers.etag })).status).toBe(412);
      expect(await client.send("DELETE", at)).toMatchObject({
        status: 409,
        body: { detail: expect.stringContaining("deleted_at") },
      });
      expect((await client.send("GET", `${path}?name=oth&limit=1`)).body.items).toMatchObject([{ name: "Other" }]);
    }
    for (const [path, body, pointer] of [
      ["/staff", { name: "x", branchId: berlinBranch, isActive: false }, "/isActive"],
      ["/services", { name: "x", priceCents: 100 }, "/priceCents"],
      ["/customers", { name: "x", phone: "+49301234567" }, "/phone"],
    ] as const) {
      expect(await client.send("POST", path, body)).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
    }
    expect(await client.send("PATCH", "/companies/1", { name: "Lindner", timezone: "Europe/Vienna" })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "/timezone" }] },
    });
    expect(await target.query("select name from companies")).toEqual([{ name: "Salon Lindner" }]);
  });

  test("that has rules of its own: what they forbid is told, nothing is written, and nothing is an error of ours", async () => {
    const { client, target } = await adopted(async (to) => {
      await makeLeastPlatform(to);
      await to.query("alter table customers modify name varchar(20) not null");
      await to.query("delete from customers");
      for (const rule of rules) await to.query(rule);
    });
    const taken = { name: "Ada", email: "ada@example.org" };
    expect((await client.send("POST", "/customers", taken)).status).toBe(201);
    const conflict = (words: string) => ({
      status: 409,
      body: { code: "conflict", detail: expect.stringContaining(words) },
    });
    const invalid = (pointer: string) => ({ status: 422, body: { errors: [{ pointer }] } });
    const refused = [
      ["POST", "/services", { name: "Cut" }, conflict("services wants a value for its column sort")],
      ["PATCH", "/services/1", { priceCents: 100_000 }, invalid("/priceCents")],
      ["POST", "/customers", taken, conflict("only once")],
      ["POST", "/customers", { name: "Bea", email: null }, invalid("/email")],
      ["POST", "/customers", { name: "Bea" }, conflict("wants a value for its column email")],
      ["POST", "/customers", { name: "B".repeat(21), email: "b@example.org" }, invalid("/name")],
      ["POST", "/customers", { name: "B", email: "b@example.org", phone: "+493012345678" }, invalid("/phone")],
      ["PATCH", `/branches/${berlinBranch}`, { timezone: "UTC" }, conflict("platform's table branches")],
      ["PATCH", `/staff/${anna}`, { name: "Anna W." }, conflict("platform's table staff")],
    ] as const;
    const before = await everything(target);
    for (const [method, path, body, reply] of refused) {
      const answer = await client.send(method, path, body);
      expect(answer, JSON.stringify([path, body, answer.body])).toMatchObject(reply);
    }
    expect(await everything(target)).toEqual(before);
  });

  async function everything(target: Target) {
    const tables = ["companies", "branches", "services", "staff", "customers", "audit_log"];
    const found: unknown[] = [];
    for (const table of tables) found.push(await target.query(`select * from ${table}`));
    return found;
  }
});
