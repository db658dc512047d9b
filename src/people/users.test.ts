import { expect, test } from "vitest";
import { aClient } from "../../test/client.ts";
import { onEveryDatabase } from "../../test/databases.ts";
import { type ACompany, aBranch, aCompany, aStaffMember } from "../../test/factories.ts";
import { aDesk, password } from "../../test/people.ts";
import { acrossCompanies } from "../db/across-companies.ts";
import { transaction } from "../db/transaction.ts";
import { issueApiKey } from "../tenancy/api-keys.ts";
import type { Grant } from "../tenancy/roles.ts";
import { permissions } from "../tenant.ts";
import { deleteExpiredSignInsAcrossCompanies } from "./failures.ts";
import { addUser, changeGrants, removeUser } from "./users.ts";

const admin: Grant = { role: "admin", branchId: null, staffId: null };
const viewer: Grant = { role: "viewer", branchId: null, staffId: null };
let people = 0;
const anAddress = () => `somebody-${people++}@people.example`;

onEveryDatabase("who can sign in", (db) => {
  const add = (company: ACompany, grants: Grant[] = [viewer], email = anAddress()) =>
    addUser(db(), company.caller, { email, name: "Anna", grants });

  test("somebody is added, invited by mail, chooses a password, and does what their role allows from then on", async () => {
    await using desk = await aDesk(db());
    const company = await aCompany(db());
    const boss = desk.browser();
    await boss.enter((await desk.person(company, admin)).email);
    const email = anAddress();
    const body = { email: email.toUpperCase(), name: "Öğe <b>", grants: [viewer] };
    const added = await boss.send("POST", "/users", body);
    expect(added).toMatchObject({
      status: 201,
      body: { email, status: "invited", hasTwoFactor: false, grants: [viewer] },
    });
    const at = `/users/${added.body.id}`;
    const browser = desk.browser();
    expect((await browser.enter(email)).status).toBe(401);
    expect((await boss.send("PUT", `${at}/invitation`)).body).toEqual({ sentTo: email, link: null });
    const [link = ""] = await desk.links(1);
    expect((await browser.send("PUT", "/password", { token: link.split("#")[1], password })).status).toBe(204);
    expect((await boss.send("GET", at)).body.status).toBe("active");
    expect((await boss.send("PUT", `${at}/invitation`)).body.code).toBe("conflict");

    await browser.enter(email);
    expect((await browser.send("GET", "/users")).status).toBe(403);
    const manager: Grant = { role: "manager", branchId: company.branchId, staffId: null };
    await boss.send("PUT", `${at}/grants`, { grants: [manager] });
    expect((await browser.send("GET", "/users")).body.items).toHaveLength(2);
    expect((await boss.send("DELETE", at)).status).toBe(204);
    expect((await browser.send("GET", "/users")).status).toBe(401);
    expect((await browser.enter(email)).status).toBe(401);
    expect((await boss.send("GET", at)).status).toBe(404);
    const log = (await boss.send("GET", "/audit-log")).body.items.map(({ action }: { action: string }) => action);
    expect(log.slice(0, 4)).toEqual(["user.remove", "user.change_grants", "user.invite", "user.create"]);
  });

  test("an installation that sends no mails tells the link, to be handed over", async () => {
    await using desk = await aDesk(db(), { mailboxFolder: null });
    const company = await aCompany(db());
    const boss = desk.browser();
    await boss.enter((await desk.person(company, admin)).email);
    const { id } = await add(company);
    const { sentTo, link } = (await boss.send("PUT", `/users/${id}/invitation`)).body;
    expect([sentTo, link]).toEqual([null, expect.stringMatching(/^http:\/\/desk\.example\/password#[\w-]{32}$/)]);
  });

  test("an address is one person's: taken, in whichever company, it is refused and nothing is added", async () => {
    const [mine, theirs] = [await aCompany(db()), await aCompany(db())];
    const { email } = await add(theirs);
    for (const company of [mine, theirs]) {
      await expect(add(company, [viewer], email.toUpperCase())).rejects.toMatchObject({ code: "conflict" });
    }
    await using client = await aClient(db(), mine);
    expect((await client.send("GET", "/users")).body.items).toEqual([]);
  });

  test("who is in the platform's own table already is given access there, and keeps the row without it", async () => {
    const company = await aCompany(db());
    const email = anAddress();
    const row = { email, name: "Old name" };
    const { insertId } = await transaction(db(), (tx) =>
      tx.of(company.caller).insertInto("users").values(row).executeTakeFirstOrThrow(),
    );
    const { id } = await add(company, [viewer], email);
    expect(id).toBe(Number(insertId));
    await removeUser(db(), company.caller, id, null);
    const kept = await db().of(company.caller).selectFrom("users").select(["id", "name", "deleted_at"]).execute();
    expect(kept).toEqual([{ id, name: "Anna", deleted_at: null }]);
    expect((await add(company, [viewer], email)).id).toBe(id);
  });

  test("a company never loses its last admin, though two take out each other at once", async () => {
    const company = await aCompany(db());
    const [one, other] = [await add(company, [admin]), await add(company, [admin])];
    const both = await Promise.allSettled([
      changeGrants(db(), company.caller, one.id, [viewer], null),
      removeUser(db(), company.caller, other.id, null),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(both.find((end) => end.status === "rejected")?.reason).toMatchObject({ code: "conflict" });
    const rows = await db().of(company.caller).selectFrom("role_grants").select("role").execute();
    expect(rows.filter(({ role }) => role === "admin")).toHaveLength(1);
  });

  test("nobody gives away more than they hold: no role, and no key", async () => {
    const company = await aCompany(db());
    const scopes = ["users:write", "keys:write", "policies:read"] as const;
    await using client = await aClient(db(), company, scopes);
    const { id } = await add(company);
    const grants = await client.send("PUT", `/users/${id}/grants`, { grants: [admin] });
    expect(grants).toMatchObject({ status: 403, body: { code: "forbidden" } });
    const more = await client.send("POST", "/api-keys", { name: "more", scopes: ["policies:read", "customers:read"] });
    expect(more).toMatchObject({ status: 403, body: { detail: expect.stringContaining("customers:read") } });
    expect((await client.send("POST", "/api-keys", { name: "less", scopes: ["policies:read"] })).status).toBe(201);
  });

  test("a grant names what is the company's own, and makes sense", async () => {
    const [company, theirs] = [await aCompany(db()), await aCompany(db())];
    const { id } = await add(company);
    const { branchId, staffId } = company;
    const refusal = async (...grants: Grant[]) =>
      changeGrants(db(), company.caller, id, grants, null).then(
        () => null,
        ({ fields }) => fields[0].pointer,
      );
    expect(await refusal({ role: "manager", branchId: theirs.branchId, staffId: null })).toBe("/grants/0/branchId");
    expect(await refusal({ role: "staff", branchId, staffId: theirs.staffId })).toBe("/grants/0/staffId");
    expect(await refusal({ role: "staff", branchId, staffId: null })).toBe("/grants/0/staffId");
    expect(await refusal({ role: "admin", branchId, staffId: null })).toBe("/grants/0/branchId");
    expect(await refusal(viewer, { role: "manager", branchId: null, staffId: null })).toBe("/grants/1/branchId");
    expect(await refusal(viewer, { role: "staff", branchId, staffId })).toBe(null);
  });

  test("what somebody else changed meanwhile is not overwritten", async () => {
    const company = await aCompany(db());
    await using client = await aClient(db(), company);
    const { id } = await add(company);
    const read = await client.send("GET", `/users/${id}`);
    const ifMatch = { "if-match": read.headers.etag };
    expect((await client.send("PATCH", `/users/${id}`, { name: "Berta" }, ifMatch)).body.name).toBe("Berta");
    const lost = await client.send("PATCH", `/users/${id}`, { name: "Clara" }, ifMatch);
    expect([lost.status, lost.body.code]).toEqual([412, "preconditionFailed"]);
    expect((await client.send("DELETE", `/users/${id}`, undefined, ifMatch)).status).toBe(412);
  });

  test("people are listed page by page", async () => {
    const company = await aCompany(db());
    const ids = [];
    for (let n = 0; n < 5; n++) ids.push((await add(company)).id);
    await using client = await aClient(db(), company);
    const seen = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const at: string = `/users?limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`;
      const { items, nextCursor } = (await client.send("GET", at)).body;
      seen.push(...items.map(({ id }: { id: number }) => id));
      cursor = nextCursor;
    }
    expect(seen).toEqual(ids);
  });

  test("a branch manager reaches the branch of the grant, a staff member what is theirs, through a session", async () => {
    await using desk = await aDesk(db());
    const company = await aCompany(db());
    const branchId = await aBranch(db(), company.caller);
    const staffId = await aStaffMember(db(), company.caller, { branchId });
    const callback = (at: string) => ({ branchId: at, phoneNumber: "+493055567890", customerName: "Ada" });
    const manager = desk.browser();
    await manager.enter((await desk.person(company, { role: "manager", branchId, staffId: null })).email);
    expect((await manager.send("POST", "/callbacks", callback(branchId))).status).toBe(201);
    expect((await manager.send("POST", "/callbacks", callback(company.branchId))).status).toBe(422);
    const worker = desk.browser();
    await worker.enter((await desk.person(company, { role: "staff", branchId, staffId })).email);
    expect((await worker.send("GET", "/callbacks")).body.items).toHaveLength(1);
    await transaction(db(), (tx) =>
      tx.of(company.caller).updateTable("staff").set({ is_active: false }).where("id", "=", staffId).execute(),
    );
    expect((await worker.send("GET", "/callbacks")).status).toBe(403);
  });

  test("keys are made, told once, listed without their secret, and refused once they are revoked", async () => {
    await using desk = await aDesk(db());
    const company = await aCompany(db());
    const boss = desk.browser();
    const { id, email } = await desk.person(company, admin);
    await boss.enter(email);
    const made = await boss.send("POST", "/api-keys", { name: "CRM", scopes: ["policies:read"], expiresAt: null });
    expect(made).toMatchObject({ status: 201, body: { key: expect.stringMatching(/^fd_/) } });
    const use = () =>
      desk.app.inject({ url: "/api/v1/branches", headers: { authorization: `Bearer ${made.body.key}` } });
    expect((await use()).statusCode).toBe(200);
    const listed = (await boss.send("GET", "/api-keys")).body.items;
    expect(listed).toMatchObject([
      { id: made.body.id, name: "CRM", prefix: made.body.key.slice(0, 11), revokedAt: null },
    ]);
    expect(JSON.stringify(listed)).not.toContain(made.body.key);
    expect((await boss.send("DELETE", `/api-keys/${made.body.id}`)).status).toBe(204);
    expect((await use()).statusCode).toBe(401);
    const [, issued] = (await boss.send("GET", "/audit-log")).body.items;
    expect(issued).toMatchObject({ action: "apiKey.issued", actor: { type: "user", id: String(id) } });
  });

  test("a key and a session at once: the key is who asks", async () => {
    await using desk = await aDesk(db());
    const [mine, theirs] = [await aCompany(db()), await aCompany(db())];
    const browser = desk.browser();
    await browser.enter((await desk.person(mine, admin)).email);
    const { key } = await issueApiKey(db(), theirs.caller, { name: "k", scopes: permissions, expiresAt: null });
    const both = await browser.send("GET", "/branches", undefined, { authorization: `Bearer ${key}` });
    expect(both.body.items).toMatchObject([{ id: theirs.branchId }]);
    const bad = await browser.send("GET", "/branches", undefined, { authorization: "Bearer fd_nothing" });
    expect(bad.status).toBe(401);
  });

  test("sessions, links and counts that have run out are cleared away, and no others", async () => {
    await using desk = await aDesk(db());
    const browser = desk.browser();
    const { email } = await desk.person(await aCompany(db()), admin);
    await browser.enter(email);
    await browser.enter(email, "not the password");
    const count = async () => {
      const across = acrossCompanies(db());
      const rows = [
        await across.selectFrom("auth_sessions").select("id").execute(),
        await across.selectFrom("auth_failures").select("id").execute(),
      ];
      return rows.map(({ length }) => length);
    };
    const before = await count();
    db().clock.advance(16 * 60_000);
    expect(await deleteExpiredSignInsAcrossCompanies(db())).toBeGreaterThan(0);
    expect(await count()).toEqual([before[0], 0]);
  });
});
