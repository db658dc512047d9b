import { expect, test } from "vitest";
import { aClient, type Client } from "../../test/client.ts";
import { onEveryDatabase } from "../../test/databases.ts";
import { aBranch, aCompany, aCustomer, anAppointment } from "../../test/factories.ts";
import { verifyAudit } from "../audit/verify.ts";
import { openCallback } from "../callbacks/open.ts";
import { eraseCustomer } from "../privacy/erase.ts";
import type { Caller } from "../tenant.ts";

onEveryDatabase("the directory", (db) => {
  async function stage() {
    const company = await aCompany(db());
    const client = await aClient(db(), company);
    return { ...company, client, [Symbol.asyncDispose]: () => client.app.close() };
  }

  const logOf = async (caller: Caller, subjectType: string) => {
    const rows = await db()
      .of(caller)
      .selectFrom("audit_log")
      .select(["action", "subject_id", "customer_id", "changes"])
      .where("subject_type", "=", subjectType)
      .orderBy("number")
      .execute();
    return rows.map(({ changes, ...row }) => ({ ...row, changes: JSON.parse(changes) }));
  };

  const kinds = [
    ["branches", "branch", { name: "Potsdam" }, { notificationEmail: "potsdam@example.org" }],
    ["services", "service", { name: "Colour", durationMinutes: 90 }, { priceCents: 8050 }],
    ["staff", "staff", { name: "Bea Kurz" }, { isActive: false }],
    ["customers", "customer", { name: "Ada O'Neil <b>" }, { email: "ada@example.org" }],
  ] as const;

  test.each(kinds)(
    "%s are added, read, changed and deleted, each with its line in the log",
    async (path, subject, made, change) => {
      await using it = await stage();
      const { client, caller } = it;
      const sent = path === "staff" ? { ...made, branchId: it.branchId } : made;
      const created = await client.send("POST", `/${path}`, sent);
      expect(created, JSON.stringify(created.body)).toMatchObject({ status: 201, body: sent });
      const at = `/${path}/${created.body.id}`;
      expect(await client.send("GET", at)).toMatchObject({
        status: 200,
        body: created.body,
        headers: { etag: created.headers.etag },
      });

      const changed = await client.send("PATCH", at, change, { "if-match": created.headers.etag });
      expect(changed).toMatchObject({ status: 200, body: { ...sent, ...change } });
      expect(changed.headers.etag).not.toBe(created.headers.etag);
      const late = { "if-match": created.headers.etag };
      expect((await client.send("PATCH", at, { name: "Lost" }, late)).status).toBe(412);
      expect((await client.send("DELETE", at, undefined, late)).status).toBe(412);
      expect((await client.send("PATCH", at, change)).headers.etag).toBe(changed.headers.etag);

      expect((await client.send("DELETE", at, undefined, { "if-match": changed.headers.etag })).status).toBe(204);
      for (const method of ["GET", "DELETE"] as const) expect((await client.send(method, at)).status).toBe(404);
      expect((await client.send("PATCH", at, change)).status).toBe(404);
      const { items } = (await client.send("GET", `/${path}?limit=100`)).body;
      expect(items.map(({ id }: { id: unknown }) => id)).not.toContain(created.body.id);

      const [field, value] = Object.entries(change)[0] as [string, unknown];
      const about = { subject_id: String(created.body.id), customer_id: path === "customers" ? created.body.id : null };
      expect(await logOf(caller, subject)).toMatchObject([
        { ...about, action: `${subject}.create`, changes: { name: { to: made.name } } },
        { ...about, action: `${subject}.change`, changes: { [field]: { to: value } } },
        { ...about, action: `${subject}.delete`, changes: { name: { from: made.name } } },
      ]);
      expect(await verifyAudit(db(), caller)).toMatchObject({ isValid: true });
    },
  );

  test("of two changes that read the same, the second is told", async () => {
    await using it = await stage();
    const at = `/customers/${it.customerId}`;
    const { etag } = (await it.client.send("GET", at)).headers;
    const both = ["One", "Two"].map((name) => it.client.send("PATCH", at, { name }, { "if-match": etag }));
    expect((await Promise.all(both)).map(({ status }) => status).sort()).toEqual([200, 412]);
    const names = (await logOf(it.caller, "customer")).map(({ action }) => action);
    expect(names).toEqual(["customer.change"]);
  });

  test("what is added twice under one key is there once", async () => {
    await using it = await stage();
    const add = () => it.client.send("POST", "/customers", { name: "Once" }, { "idempotency-key": "k" });
    const [first, second] = [await add(), await add()];
    expect(second).toMatchObject({ status: 201, body: first.body, headers: { etag: first.headers.etag } });
    expect((await it.client.send("GET", "/customers?name=once")).body.items).toHaveLength(1);
  });

  test("the company changes its name and zone, is not deleted, and no other one is to be seen", async () => {
    await using it = await stage();
    const other = await aCompany(db());
    const at = `/companies/${it.companyId}`;
    const change = { name: "Salon Süd", timezone: "Europe/Vienna", locale: "de-AT", currency: "CHF" };
    expect(await it.client.send("PATCH", at, change)).toMatchObject({
      status: 200,
      body: { ...change, isActive: true },
    });
    expect((await it.client.send("GET", "/companies")).body.items).toMatchObject([{ id: it.companyId, ...change }]);
    expect((await it.client.send("DELETE", at)).status).toBe(405);
    expect((await it.client.send("POST", "/companies", { name: "x" })).status).toBe(405);
    for (const wrong of [{ timezone: "Berlin" }, { currency: "XYZ" }, { locale: "german" }, { isActive: false }]) {
      expect(await it.client.send("PATCH", at, wrong)).toMatchObject({ status: 422 });
    }
    const theirs = await it.client.send("PATCH", `/companies/${other.companyId}`, change);
    const nobodys = await it.client.send("PATCH", "/companies/999999999", change);
    expect([theirs.status, nobodys.status]).toEqual([404, 404]);
    expect(theirs.body.detail).toBe(nobodys.body.detail);
  });

  test("a new branch and a new customer take their zone and language from the company", async () => {
    await using it = await stage();
    await it.client.send("PATCH", `/companies/${it.companyId}`, { timezone: "Europe/Vienna", locale: "en" });
    expect((await it.client.send("POST", "/branches", { name: "Wien" })).body).toMatchObject({
      timezone: "Europe/Vienna",
    });
    const customer = await it.client.send("POST", "/customers", { name: "Eva", phone: "01 5123456" });
    expect(customer.body).toMatchObject({ locale: "en", phone: "+4315123456", email: null });
  });

  test("a branch of another company is no branch, for services and staff, as one that there is not", async () => {
    await using it = await stage();
    const other = await aCompany(db());
    for (const branchId of [other.branchId, "00000000-0000-4000-8000-000000000000"]) {
      const refused = { status: 422, body: { errors: [{ pointer: "/branchId" }] } };
      expect(await it.client.send("POST", "/staff", { name: "x", branchId })).toMatchObject(refused);
      expect(await it.client.send("POST", "/services", { name: "x", branchId })).toMatchObject(refused);
      expect(await it.client.send("PATCH", `/staff/${it.staffId}`, { branchId })).toMatchObject(refused);
      expect(await it.client.send("PATCH", `/services/${it.serviceId}`, { branchId })).toMatchObject(refused);
      expect((await it.client.send("GET", `/staff?branchId=${branchId}`)).body.items).toEqual([]);
    }
  });

  test("what something to come names is not deleted, and what is over holds nothing up", async () => {
    await using it = await stage();
    const { client, caller, branchId, serviceId, staffId, customerId } = it;
    const appointmentId = await anAppointment(db(), it, { staffId });
    const remove = (path: string) => client.send("DELETE", path);
    const all = [`/branches/${branchId}`, `/services/${serviceId}`, `/staff/${staffId}`, `/customers/${customerId}`];
    for (const path of all) {
      expect(await remove(path), path).toMatchObject({
        status: 409,
        body: { detail: expect.stringContaining("appointments to come") },
      });
    }
    expect((await client.send("POST", `/appointments/${appointmentId}/cancellation`, {})).status).toBe(200);
    const wish = { branchId, phoneNumber: "+493055512345", customerName: "Petra", customerId } as const;
    const { id } = await openCallback(db(), caller, {
      ...wish,
      preferredWindow: null,
      priority: "normal",
      notes: null,
      decisionId: null,
    });
    expect(await remove(`/customers/${customerId}`)).toMatchObject({
      body: { detail: expect.stringContaining("open callbacks") },
    });
    expect(await remove(`/branches/${branchId}`)).toMatchObject({
      body: { detail: expect.stringContaining("open callbacks") },
    });
    expect((await client.send("POST", `/callbacks/${id}/cancellation`, {})).status).toBe(200);
    expect(await remove(`/branches/${branchId}`)).toMatchObject({
      body: { detail: expect.stringContaining("staff or services") },
    });
    for (const path of all.toReversed()) expect((await remove(path)).status, path).toBe(204);
    expect((await client.send("GET", `/appointments/${appointmentId}`)).status).toBe(200);
    expect((await client.send("GET", "/hierarchy")).body).toMatchObject({ branches: [], services: [], staff: [] });
  });

  test("lists go from page to page in their order, and find by part of a name, branch and switch", async () => {
    await using it = await stage();
    const { client, branchId } = it;
    const other = await aBranch(db(), it.caller);
    for (const name of ["Özlem Ü", "Cem 100%", "ada_B", "Bea", "Bea"]) {
      await client.send("POST", "/staff", { name, branchId: other, isActive: name !== "Bea" });
    }
    const names = async (query: string) => {
      const { items } = (await client.send("GET", `/staff?${query}`)).body;
      return items.map(({ name }: { name: string }) => name);
    };
    const all = await names("limit=100");
    expect(await everyPage(client, "/staff", 2)).toEqual(all);
    expect(all).toHaveLength(6);
    expect(await names(`branchId=${branchId}`)).toEqual(["Anna Weber"]);
    expect(await names("isActive=false")).toEqual(["Bea", "Bea"]);
    expect(await names("name=0%25")).toEqual(["Cem 100%"]);
    expect(await names("name=A_b")).toEqual(["ada_B"]);
    expect(await names(`name=${encodeURIComponent("Özlem Ü")}`)).toEqual(["Özlem Ü"]);
    expect((await client.send("GET", "/services?cursor=rubbish")).status).toBe(422);
  });

  test("customers come last first, are found by number and address, and pages survive the longest names", async () => {
    await using it = await stage();
    const { client } = it;
    const long = "👩‍🚒".repeat(51).slice(0, 255).toWellFormed();
    await client.send("POST", "/customers", { name: "Ada", phone: "+49301111111", email: "ada@example.org" });
    for (const name of [long, long]) {
      expect((await client.send("POST", "/customers", { name })).status).toBe(201);
      expect((await client.send("POST", "/staff", { name, branchId: it.branchId })).status).toBe(201);
    }
    expect(await everyPage(client, "/customers", 1)).toEqual([long, long, "Ada", "Petra O'Neil"]);
    expect(await everyPage(client, "/staff", 1)).toHaveLength(3);
    for (const query of ["phone=%2B49301111111", "email=ada%40example.org"]) {
      expect((await client.send("GET", `/customers?${query}`)).body.items).toMatchObject([{ name: "Ada" }]);
    }
  });

  test("a customer who was erased is not there any more, and nobody can be called so", async () => {
    await using it = await stage();
    const id = await aCustomer(db(), it.caller, { name: "Gone" });
    await eraseCustomer(db(), it.caller, id);
    expect((await it.client.send("GET", `/customers/${id}`)).status).toBe(404);
    expect((await it.client.send("PATCH", `/customers/${id}`, { name: "Back" })).status).toBe(404);
    expect((await it.client.send("GET", "/customers")).body.items).toHaveLength(1);
    expect(await it.client.send("POST", "/customers", { name: "[erased]" })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "/name" }] },
    });
  });

  test("reading, writing customers and writing the rest are permissions of their own", async () => {
    await using it = await stage();
    await using reader = await aClient(db(), it, ["policies:read"]);
    expect((await reader.send("GET", "/branches")).status).toBe(200);
    expect((await reader.send("POST", "/branches", { name: "x" })).status).toBe(403);
    expect((await reader.send("PATCH", `/companies/${it.companyId}`, { name: "x" })).status).toBe(403);
    expect((await reader.send("GET", "/customers")).status).toBe(403);
    await using desk = await aClient(db(), it, ["customers:read"]);
    expect((await desk.send("GET", `/customers/${it.customerId}`)).status).toBe(200);
    expect((await desk.send("PATCH", `/customers/${it.customerId}`, { name: "x" })).status).toBe(403);
  });

  test("what makes no sense is refused with the field", async () => {
    await using it = await stage();
    const wrong: [string, object, string][] = [
      ["/customers", { name: " \u200b" }, "/name"],
      ["/customers", { name: "x", email: "nowhere" }, "/email"],
      ["/customers", { name: "x", phone: "12" }, "/phone"],
      ["/customers", { name: "x", colour: "red" }, "/colour"],
      ["/customers", {}, "/name"],
      ["/branches", { name: "x", timezone: "+02:00" }, "/timezone"],
      ["/services", { name: "x", durationMinutes: 0 }, "/durationMinutes"],
      ["/services", { name: "x", priceCents: 1.5 }, "/priceCents"],
    ];
    for (const [path, body, pointer] of wrong) {
      expect(await it.client.send("POST", path, body), path).toMatchObject({
        status: 422,
        body: { errors: [{ pointer }] },
      });
    }
  });
});

async function everyPage(client: Client, path: string, limit: number): Promise<string[]> {
  const names: string[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? "" : `&cursor=${cursor}`;
    const { status, body } = await client.send("GET", `${path}?limit=${limit}${query}`);
    expect(status).toBe(200);
    names.push(...body.items.map(({ name }: { name: string }) => name));
    cursor = body.nextCursor;
  } while (cursor !== null);
  return names;
}
