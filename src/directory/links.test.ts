import { expect, test } from "vitest";
import { aClient } from "../../test/client.ts";
import { onEveryDatabase } from "../../test/databases.ts";
import { aBranch, aCompany, aStaffMember } from "../../test/factories.ts";
import { acrossCompanies } from "../db/across-companies.ts";

onEveryDatabase("who performs a service, and where", (db) => {
  async function stage() {
    const company = await aCompany(db());
    const client = await aClient(db(), company);
    const { branchId, serviceId, customerId, staffId } = company;
    const other = await aStaffMember(db(), company.caller, company);
    const book = async (more: object = {}) => {
      const startsAt = new Date(db().clock.now().epochMilliseconds + 9 * 864e5).toISOString();
      return client.send("POST", "/appointments", { branchId, serviceId, customerId, startsAt, ...more });
    };
    const paths = { staff: `/services/${serviceId}/staff`, branches: `/services/${serviceId}/branches` };
    return { ...company, client, staffId, other, book, ...paths, [Symbol.asyncDispose]: () => client.app.close() };
  }

  test("without a link everybody performs it everywhere; with one only those named do, until they are taken out", async () => {
    await using it = await stage();
    expect((await it.client.send("GET", it.staff)).body).toEqual({ staffIds: [] });
    expect((await it.book({ staffId: it.other })).status).toBe(201);
    const put = await it.client.send("PUT", it.staff, { staffIds: [it.staffId, it.staffId] });
    expect(put).toMatchObject({ status: 200, body: { staffIds: [it.staffId] } });
    const refused = await it.book({ staffId: it.other });
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: "/staffId" }] } });
    expect(refused.body.errors[0].message).toContain("does not perform this service");
    for (const staffId of [it.staffId, null]) expect((await it.book({ staffId })).status).toBe(201);
    await it.client.send("PUT", it.staff, { staffIds: [] });
    const startsAt = new Date(db().clock.now().epochMilliseconds + 11 * 864e5).toISOString();
    expect((await it.book({ staffId: it.other, startsAt })).status).toBe(201);
  });

  test("an appointment moves to those who perform its service, and stays with whom it was booked", async () => {
    await using it = await stage();
    const { id } = (await it.book({ staffId: it.other })).body;
    const third = await aStaffMember(db(), it.caller, it);
    await it.client.send("PUT", it.staff, { staffIds: [it.staffId] });
    const startsAt = new Date(db().clock.now().epochMilliseconds + 12 * 864e5).toISOString();
    const move = (staffId?: string) =>
      it.client.send("POST", `/appointments/${id}/rescheduling`, { startsAt, staffId });
    expect(await move(third)).toMatchObject({ status: 422, body: { errors: [{ pointer: "/staffId" }] } });
    const quote = { action: "reschedule", startsAt, staffId: third };
    expect((await it.client.send("POST", `/appointments/${id}/quotes`, quote)).status).toBe(422);
    expect(await move()).toMatchObject({ status: 200, body: { appointment: { staffId: it.other } } });
    expect(await move(it.staffId)).toMatchObject({ status: 200, body: { appointment: { staffId: it.staffId } } });
  });

  test("a service is booked where it is offered; what was booked elsewhere before is imported all the same", async () => {
    await using it = await stage();
    const far = await aBranch(db(), it.caller);
    expect((await it.client.send("PUT", it.branches, { branchIds: [far] })).body).toEqual({ branchIds: [far] });
    expect(await it.book()).toMatchObject({ status: 422, body: { errors: [{ pointer: "/serviceId" }] } });
    expect((await it.book({ branchId: far })).status).toBe(201);
    const bookedAt = db().clock.now().toString();
    expect((await it.book({ bookedAt })).status).toBe(201);
    await it.client.send("PATCH", `/services/${it.serviceId}`, { branchId: it.branchId });
    expect((await it.book()).status).toBe(201);
    const ofOne = await it.client.send("PUT", it.branches, { branchIds: [far, it.branchId] });
    expect(ofOne).toMatchObject({ status: 409, body: { detail: expect.stringContaining("belongs to one branch") } });
  });

  test("a lost update is refused, what changes nothing writes nothing, and the log says who was named", async () => {
    await using it = await stage();
    const { etag } = (await it.client.send("GET", it.staff)).headers;
    const named = { staffIds: [it.staffId, it.other].sort() };
    const first = await it.client.send("PUT", it.staff, named, { "if-match": etag });
    expect(first).toMatchObject({ status: 200, body: named });
    expect((await it.client.send("PUT", it.staff, { staffIds: [] }, { "if-match": etag })).status).toBe(412);
    const again = { "if-match": first.headers.etag };
    expect(await it.client.send("PUT", it.staff, { staffIds: named.staffIds.toReversed() }, again)).toMatchObject({
      status: 200,
      headers: { etag: first.headers.etag },
    });
    await it.client.send("PUT", it.staff, { staffIds: [it.other] }, again);
    await it.client.send("PUT", it.staff, named);
    const log = await it.client.send("GET", "/audit-log?subjectType=service");
    expect(log.body.items).toHaveLength(3);
    expect(log.body.items[2]).toMatchObject({
      action: "service.change",
      subjectId: String(it.serviceId),
      changes: { staffIds: { from: [], to: named.staffIds } },
    });
    const rows = await db().of(it.caller).selectFrom("service_staff").select("is_active").execute();
    expect(rows).toEqual([{ is_active: true }, { is_active: true }]);
  });

  test("of two who change it at once having read the same, one is told", async () => {
    await using it = await stage();
    const { etag } = (await it.client.send("GET", it.staff)).headers;
    const both = [it.staffId, it.other].map((id) =>
      it.client.send("PUT", it.staff, { staffIds: [id] }, { "if-match": etag }),
    );
    expect((await Promise.all(both)).map(({ status }) => status).sort()).toEqual([200, 412]);
  });

  test("another company's staff and branches are nobody, and nothing of a mixed list is kept", async () => {
    await using it = await stage();
    const theirs = await aCompany(db());
    const staff = await it.client.send("PUT", it.staff, { staffIds: [it.staffId, theirs.staffId] });
    expect(staff).toMatchObject({ status: 422, body: { errors: [{ pointer: "/staffIds/1" }] } });
    const branches = await it.client.send("PUT", it.branches, { branchIds: [theirs.branchId] });
    expect(branches).toMatchObject({ status: 422, body: { errors: [{ pointer: "/branchIds/0" }] } });
    expect((await it.client.send("PUT", `/services/${theirs.serviceId}/staff`, { staffIds: [] })).status).toBe(404);
    const rows = await acrossCompanies(db())
      .selectFrom("service_staff")
      .select("id")
      .where("staff_id", "in", [it.staffId, theirs.staffId])
      .execute();
    expect(rows).toEqual([]);
  });

  test("a link to who was deleted holds no more", async () => {
    await using it = await stage();
    await it.client.send("PUT", it.staff, { staffIds: [it.other] });
    expect((await it.book({ staffId: it.staffId })).status).toBe(422);
    expect((await it.client.send("DELETE", `/staff/${it.other}`)).status).toBe(204);
    expect((await it.client.send("GET", it.staff)).body).toEqual({ staffIds: [] });
    expect((await it.book({ staffId: it.staffId })).status).toBe(201);
  });
});
