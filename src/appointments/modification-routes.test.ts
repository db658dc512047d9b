import { expect, test } from "vitest";
import { aClient } from "../../test/client.ts";
import { onEveryDatabase } from "../../test/databases.ts";
import { aBranch, aCompany, anAppointment, aPolicy, aStaffMember } from "../../test/factories.ts";
import { permissions } from "../tenant.ts";

onEveryDatabase("what was cancelled and moved, and what decided it", (db) => {
  test("is narrowed by branch and by what the policy allowed, and says whose it is only to who may know", async () => {
    const company = await aCompany(db());
    await using client = await aClient(db(), company);
    const branchId = await aBranch(db(), company.caller);
    const staffId = await aStaffMember(db(), company.caller, { branchId });
    await aPolicy(db(), company, "cancellation", { minNoticeHours: 24 });
    const cancel = async (place: object, inHours: number, body: object) => {
      const id = await anAppointment(db(), company, { ...place, inHours });
      expect(await client.send("POST", `/appointments/${id}/cancellation`, body)).toMatchObject({ status: 200 });
      return id;
    };
    const here = await cancel({}, 72, { reason: "ill" });
    const forced = await cancel({}, 2, { force: { reason: "The customer is in hospital" } });
    const there = await cancel({ branchId, staffId }, 72, { reason: "ill" });

    const found = async (query: string) => (await client.send("GET", `/modifications${query}`)).body.items;
    const ids = async (query: string) =>
      (await found(query)).map(({ appointmentId }: { appointmentId: number }) => appointmentId);
    expect(await ids("")).toEqual([there, forced, here]);
    expect(await ids(`?branchId=${branchId}`)).toEqual([there]);
    expect(await ids("?withinPolicy=false")).toEqual([forced]);
    expect(await ids(`?withinPolicy=true&branchId=${company.branchId}`)).toEqual([here]);

    expect(await found("?withinPolicy=false")).toMatchObject([
      { branchId: company.branchId, serviceId: company.serviceId, customerId: company.customerId },
    ]);
    expect((await found(""))[0]).not.toHaveProperty("customer");
    const { name } = (await client.send("GET", `/customers/${company.customerId}`)).body;
    expect((await found("?include=customer"))[0]).toMatchObject({ customer: { id: company.customerId, name } });

    const scopes = permissions.filter((permission) => permission !== "customers:read");
    await using blind = await aClient(db(), company, scopes);
    expect(await blind.send("GET", "/modifications?include=customer")).toMatchObject({ status: 403 });
    expect(await blind.send("GET", "/modifications")).toMatchObject({ status: 200 });
  });

  test("a decision explains itself later as it did at the time, also once its customer was erased", async () => {
    const company = await aCompany(db());
    await using client = await aClient(db(), company);
    await aPolicy(db(), company, "cancellation", { minNoticeHours: 24, requireReason: true });
    const late = await anAppointment(db(), company, { inHours: 2 });
    const { decision } = (await client.send("POST", `/appointments/${late}/cancellation`, { reason: "ill" })).body;
    const kept = await anAppointment(db(), company, { inHours: 72 });
    const done = (await client.send("POST", `/appointments/${kept}/cancellation`, { reason: "ill" })).body;

    const { items } = (await client.send("GET", "/decisions")).body;
    expect(items).toMatchObject([
      { id: done.decisionId, code: "allowed", explanation: done.explanation },
      { code: "noticeTooShort", explanation: decision.explanation },
    ]);
    expect(decision.explanation.de.customer).toMatch(/24 Stunden/);
    expect((await client.send("GET", `/decisions/${done.decisionId}`)).body).toEqual(items[0]);

    const other = await aCompany(db());
    await using stranger = await aClient(db(), other);
    expect(await stranger.send("GET", `/decisions/${done.decisionId}`)).toMatchObject({ status: 404 });
    expect(await client.send("GET", "/decisions/999999999")).toMatchObject({ status: 404 });

    expect(await client.send("POST", `/customers/${company.customerId}/erasure`)).toMatchObject({ status: 200 });
    const [erased] = (await client.send("GET", `/decisions?appointmentId=${kept}`)).body.items;
    expect(erased).toMatchObject({ id: done.decisionId, code: "allowed", explanation: done.explanation });
    expect(JSON.stringify(erased)).not.toContain('ill"');
  });
});
