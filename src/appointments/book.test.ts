import { expect, test } from "vitest";
import { aClient } from "../../test/client.ts";
import { onEveryDatabase, testStart } from "../../test/databases.ts";
import { type ACompany, aBranch, aCompany, anAppointment, aStaffMember } from "../../test/factories.ts";
import { isoOf, plusMilliseconds } from "../clock.ts";
import { permissions } from "../tenant.ts";

const hourMs = 3_600_000;
const inHours = (hours: number) => isoOf(plusMilliseconds(testStart, hours * hourMs));

onEveryDatabase("booking", (db) => {
  const bookingOf = ({ branchId, serviceId, customerId, staffId }: ACompany) => ({
    branchId,
    serviceId,
    customerId,
    staffId,
    startsAt: inHours(72),
  });
  const eventsOf = ({ caller }: ACompany) =>
    db().of(caller).selectFrom("domain_events").select(["type", "payload"]).orderBy("id").execute();

  test("takes duration and price from the service, tells of it, and can be read and listed", async () => {
    const company = await aCompany(db(), { priceCents: 4200 });
    await using client = await aClient(db(), company);
    const { status, body } = await client.send("POST", "/appointments", bookingOf(company));
    expect(status).toBe(201);
    expect(body).toMatchObject({
      startsAt: inHours(72),
      endsAt: inHours(73),
      priceCents: 4200,
      status: "booked",
      version: 1,
    });
    expect(await client.send("GET", `/appointments/${body.id}`)).toMatchObject({
      status: 200,
      headers: { etag: '"1"' },
      body,
    });
    expect((await client.send("GET", "/appointments")).body.items).toEqual([body]);
    expect(await eventsOf(company)).toMatchObject([
      { type: "appointment.booked", payload: { appointmentId: body.id, imported: false } },
    ]);
  });

  test("of a slot that the staff member has no longer free is refused; beside it is not", async () => {
    const company = await aCompany(db());
    await using client = await aClient(db(), company);
    const booking = bookingOf(company);
    const at = async (startsAt: string, staffId: string | null = company.staffId) =>
      client.send("POST", "/appointments", { ...booking, startsAt, staffId });
    expect((await at(inHours(72))).status).toBe(201);
    expect(await at(inHours(72.5))).toMatchObject({ status: 409, body: { code: "slotTaken" } });
    expect((await at(inHours(73))).status).toBe(201);
    expect((await at(inHours(72), null)).status).toBe(201);
    const other = await aStaffMember(db(), company.caller, { branchId: company.branchId });
    expect((await at(inHours(72), other)).status).toBe(201);
  });

  test("lies in the future, and an import may lie in the past, with the permission for it", async () => {
    const company = await aCompany(db());
    await using client = await aClient(db(), company);
    const booking = { ...bookingOf(company), startsAt: inHours(-24) };
    const refused = async (change: object, pointer: string) => {
      const reply = await client.send("POST", "/appointments", { ...booking, ...change });
      expect(reply).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
    };
    await refused({}, "/startsAt");
    await refused({ bookedAt: inHours(1) }, "/bookedAt");
    await refused({ startsAt: inHours(24 * 366 * 6) }, "/startsAt");
    await refused({ startsAt: inHours(48), durationMinutes: 0 }, "/durationMinutes");
    const imported = await client.send("POST", "/appointments", { ...booking, bookedAt: inHours(-48) });
    expect(imported).toMatchObject({ status: 201, body: { createdAt: inHours(-48) } });
    expect(await eventsOf(company)).toMatchObject([{ type: "appointment.booked", payload: { imported: true } }]);

    const scopes = permissions.filter((permission) => permission !== "appointments:import");
    await using machine = await aClient(db(), company, scopes);
    const reply = await machine.send("POST", "/appointments", { ...booking, bookedAt: inHours(-48) });
    expect(reply).toMatchObject({ status: 403, body: { detail: expect.stringContaining("appointments:import") } });
  });

  test("names only what the company has, and what belongs together", async () => {
    const [company, theirs] = [await aCompany(db()), await aCompany(db())];
    await using client = await aClient(db(), company);
    const secondBranch = await aBranch(db(), company.caller);
    const elsewhere = await aStaffMember(db(), company.caller, { branchId: secondBranch });
    const book = (change: object) => client.send("POST", "/appointments", { ...bookingOf(company), ...change });
    const wrong = [
      [{ customerId: theirs.customerId }, { customerId: 999_999_999 }, "/customerId"],
      [{ branchId: theirs.branchId }, { branchId: "00000000-0000-4000-8000-000000000000" }, "/branchId"],
      [{ serviceId: theirs.serviceId }, { serviceId: 999_999_999 }, "/serviceId"],
      [{ staffId: theirs.staffId }, { staffId: "00000000-0000-4000-8000-000000000000" }, "/staffId"],
    ] as const;
    for (const [foreign, unknown, pointer] of wrong) {
      const [one, other] = [await book(foreign), await book(unknown)];
      expect(one).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
      expect(one.body.errors).toEqual(other.body.errors);
    }
    expect((await book({ staffId: elsewhere })).body.errors[0].message).toContain("another branch");
    expect((await client.send("GET", "/appointments")).body.items).toEqual([]);
    expect(await eventsOf(company)).toEqual([]);
  });

  test("sent twice with one idempotency key happens once", async () => {
    const company = await aCompany(db());
    await using client = await aClient(db(), company);
    const twice = [1, 2].map(() =>
      client.send("POST", "/appointments", { ...bookingOf(company), staffId: null }, { "idempotency-key": "b-1" }),
    );
    const [one, two] = await Promise.all(twice);
    for (const reply of [one, two]) expect([201, 409]).toContain(reply?.status);
    const again = await client.send(
      "POST",
      "/appointments",
      { ...bookingOf(company), staffId: null },
      { "idempotency-key": "b-1" },
    );
    expect(again.status).toBe(201);
    expect((await client.send("GET", "/appointments")).body.items).toEqual([again.body]);
  });
});

onEveryDatabase("the list of appointments", (db) => {
  test("is read page by page, each once, though others are booked meanwhile", async () => {
    const company = await aCompany(db());
    await using client = await aClient(db(), company);
    const ids: number[] = [];
    for (let index = 0; index < 12; index++)
      ids.push(await anAppointment(db(), company, { inHours: 10 + Math.floor(index / 3) }));
    const seen: number[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: { body: { items: { id: number }[]; nextCursor: string | null } } = await client.send(
        "GET",
        `/appointments?limit=5${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      seen.push(...page.body.items.map(({ id }) => id));
      cursor = page.body.nextCursor;
      await anAppointment(db(), company, { inHours: 1 });
    }
    expect(seen).toEqual(ids);
  });

  test("is narrowed by customer, branch, staff, status and time", async () => {
    const company = await aCompany(db());
    await using client = await aClient(db(), company);
    const plain = await anAppointment(db(), company, { inHours: 10 });
    const hers = await anAppointment(db(), company, { inHours: 20, staffId: company.staffId });
    const done = await anAppointment(db(), company, { inHours: -20, status: "completed" });
    const list = async (query: string) =>
      (await client.send("GET", `/appointments?${query}`)).body.items.map(({ id }: { id: number }) => id);
    expect(await list("")).toEqual([done, plain, hers]);
    expect(await list(`staffId=${company.staffId}`)).toEqual([hers]);
    expect(await list("status=completed")).toEqual([done]);
    const nobody = company.customerId + 100_000;
    expect(await list(`customerId=${nobody}`)).toEqual([]);
    expect(await list(`branchId=${company.branchId}&from=${inHours(0)}&until=${inHours(15)}`)).toEqual([plain]);
    expect((await client.send("GET", "/appointments?colour=red")).status).toBe(422);
  });

  test("names its customers where that is asked for by a key that may read customers", async () => {
    const company = await aCompany(db());
    const id = await anAppointment(db(), company);
    await using client = await aClient(db(), company);
    await using blind = await aClient(db(), company, ["appointments:read"]);
    const customer = {
      id: company.customerId,
      name: (await client.send("GET", `/customers/${company.customerId}`)).body.name,
    };
    expect((await client.send("GET", "/appointments?include=customer")).body.items).toMatchObject([{ id, customer }]);
    expect((await client.send("GET", "/appointments")).body.items[0]).not.toHaveProperty("customer");
    expect((await blind.send("GET", "/appointments?include=customer")).status).toBe(403);
    expect((await blind.send("GET", "/appointments")).status).toBe(200);
  });
});
