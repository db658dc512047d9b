import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { onEveryDatabase } from "../../test/databases.ts";
import { aCompany } from "../../test/factories.ts";
import { aDesk, codeOfApp, password } from "../../test/people.ts";
import { buildApp } from "../app.ts";
import { instantOf } from "../clock.ts";
import { acrossCompanies } from "../db/across-companies.ts";
import { transaction } from "../db/transaction.ts";
import { parseKeyring } from "../secrets.ts";
import type { Grant } from "../tenancy/roles.ts";
import { rotateTwoFactorsAcrossCompanies } from "./rotate.ts";

const admin: Grant = { role: "admin", branchId: null, staffId: null };
const refused = (reply: { status: number; body: { code: string } }) => [reply.status, reply.body.code];

onEveryDatabase("signing in", (db) => {
  test("with the right password a session begins, which says who it is and what they may do, and ends", async () => {
    await using desk = await aDesk(db());
    const company = await aCompany(db());
    const { id, email } = await desk.person(company, { role: "manager", branchId: company.branchId, staffId: null });
    const browser = desk.browser();
    expect(refused(await browser.send("GET", "/session"))).toEqual([401, "unauthenticated"]);
    expect(await browser.enter(email.toUpperCase())).toMatchObject({ status: 200, body: { next: "signedIn" } });
    const { body } = await browser.send("GET", "/session");
    expect(body.person).toEqual({ id, email, name: "Petra O'Neil", hasTwoFactor: false, isOperator: false });
    expect(body.company).toEqual({ id: company.companyId, name: "Salon Lindner" });
    expect(body.staffId).toBeNull();
    const { branchId, staffId } = company;
    const colleague = desk.browser();
    await colleague.enter((await desk.person(company, { role: "manager", branchId, staffId })).email);
    expect((await colleague.send("GET", "/session")).body.staffId).toBe(staffId);
    const reachOf = (wanted: string) =>
      body.permissions.find(({ permission }: { permission: string }) => permission === wanted)?.reach;
    expect(reachOf("callbacks:work")).toEqual({ branches: [company.branchId], staff: [] });
    expect([reachOf("policies:read"), reachOf("users:write")]).toEqual([null, undefined]);
    expect((await browser.send("GET", "/branches")).body.items).toHaveLength(1);
    const stolen = new Map(browser.cookies);
    expect((await browser.send("DELETE", "/session")).status).toBe(204);
    expect(browser.cookies.size).toBe(0);
    for (const [name, value] of stolen) browser.cookies.set(name, value);
    expect(refused(await browser.send("GET", "/branches"))).toEqual([401, "unauthenticated"]);
  });

  test("a session that has run out opens nothing", async () => {
    await using desk = await aDesk(db());
    const { email } = await desk.person(await aCompany(db()), admin);
    const browser = desk.browser();
    await browser.enter(email);
    expect((await browser.send("GET", "/branches")).status).toBe(200);
    await transaction(db(), (tx) =>
      acrossCompanies(tx).updateTable("auth_sessions").set({ expires_at: aMinuteAgo() }).execute(),
    );
    expect(refused(await browser.send("GET", "/branches"))).toEqual([401, "unauthenticated"]);
    expect(refused(await browser.send("GET", "/session"))).toEqual([401, "unauthenticated"]);
  });

  test("a wrong password, an unknown address and a closed company are answered alike, and as slowly", async () => {
    await using desk = await aDesk(db());
    const [company, closed] = [await aCompany(db()), await aCompany(db())];
    const [{ email }, outsider] = [await desk.person(company, admin), await desk.person(closed, admin)];
    await transaction(db(), (tx) => tx.of(closed.caller).updateTable("companies").set({ is_active: false }).execute());
    const tried = async (address: string, pass: string) => {
      const { requestId: _, ...body } = (await desk.browser().enter(address, pass)).body;
      return body;
    };
    const wrong = await tried(email, "not the password");
    expect(wrong).toMatchObject({ status: 401, code: "signInFailed" });
    expect(await tried("nobody@people.example", password)).toEqual(wrong);
    expect(await tried(outsider.email, password)).toEqual(wrong);
    const times = { known: [] as number[], unknown: [] as number[] };
    for (let round = 0; round < 7; round++) {
      for (const [kind, address] of [
        ["known", email],
        ["unknown", `nobody-${round}@people.example`],
      ] as const) {
        const from = performance.now();
        await desk.browser(`10.2.0.${round}`).enter(address, "not the password");
        times[kind].push(performance.now() - from);
      }
    }
    // A hash of the password is what takes the time; without one the answer comes in a tenth of it.
    const median = (list: number[]) => list.sort((a, b) => a - b)[3] as number;
    expect(median(times.unknown) / median(times.known)).toBeGreaterThan(0.4);
    expect(median(times.unknown) / median(times.known)).toBeLessThan(2.5);
  });

  test("guessing ends after five tries, however many come at once, and for nobody else", async () => {
    await using desk = await aDesk(db());
    const { email } = await desk.person(await aCompany(db()), admin);
    const tries = await Promise.all(
      Array.from({ length: 12 }, () => desk.browser("10.3.0.1").enter(email, "not the password")),
    );
    expect(tries.filter(({ status }) => status === 401)).toHaveLength(5);
    const [limited] = tries.filter(({ status }) => status === 429);
    expect(limited?.body.code).toBe("rateLimited");
    expect(Number(limited?.headers["retry-after"])).toBeGreaterThan(800);
    expect((await desk.browser("10.3.0.1").enter(email)).status).toBe(429);
    expect((await desk.browser("10.3.0.2").enter(email)).status).toBe(200);
    db().clock.advance(15 * 60_000);
    expect((await desk.browser("10.3.0.1").enter(email)).status).toBe(200);
  });

  test("one address of the net guesses sixty times at most, whoever it tries to be; who gets in is not counted", async () => {
    await using desk = await aDesk(db());
    const { email } = await desk.person(await aCompany(db()), admin);
    const reset = (round: number) =>
      desk.browser("10.4.0.1").send("PUT", "/password-reset", { email: `nobody-${round}@people.example` });
    for (let round = 0; round < 59; round++) expect((await reset(round)).status).toBe(204);
    for (let round = 0; round < 3; round++) expect((await desk.browser("10.4.0.1").enter(email)).status).toBe(200);
    expect((await reset(60)).status).toBe(204);
    expect((await reset(61)).status).toBe(429);
  });

  test("a forgotten password is chosen anew by a link that works once, and every session ends", async () => {
    await using desk = await aDesk(db());
    const { email } = await desk.person(await aCompany(db()), admin);
    const [browser, elsewhere] = [desk.browser(), desk.browser()];
    await elsewhere.enter(email);
    const asked = await browser.send("PUT", "/password-reset", { email });
    expect(asked).toMatchObject({ status: 204, body: null });
    expect(await browser.send("PUT", "/password-reset", { email: "nobody@people.example" })).toMatchObject({
      status: 204,
      body: null,
    });
    await browser.send("PUT", "/password-reset", { email });
    const links = await desk.links(2);
    const [token, second] = links.map((link) => link.split("#")[1] ?? "");
    expect(links[0]).toBe(`http://desk.example/password#${token}`);
    const choose = (body: object) => browser.send("PUT", "/password", body);
    expect(refused(await choose({ token, password: "short" }))).toEqual([422, "validationFailed"]);
    expect((await choose({ token, password: "another good password" })).status).toBe(204);
    for (const used of [token, second, "no token at all"]) {
      const again = await choose({ token: used, password: "yet another password" });
      expect(again).toMatchObject({ status: 422, body: { errors: [{ pointer: "/token" }] } });
    }
    expect((await elsewhere.send("GET", "/branches")).status).toBe(401);
    expect((await browser.enter(email)).status).toBe(401);
    expect((await browser.enter(email, "another good password")).status).toBe(200);
    expect(desk.errors).toEqual([]);
  });

  test("changing the password needs the old one, keeps this session and ends the others", async () => {
    await using desk = await aDesk(db());
    const { email } = await desk.person(await aCompany(db()), admin);
    const [browser, elsewhere] = [desk.browser(), desk.browser()];
    await browser.enter(email);
    await elsewhere.enter(email);
    const change = (current: string, next: string) => browser.send("PUT", "/session/password", { current, next });
    expect(refused(await change("not the password", "another good password"))).toEqual([401, "signInFailed"]);
    expect((await change(password, "another good password")).status).toBe(204);
    expect((await browser.send("GET", "/session")).status).toBe(200);
    expect((await elsewhere.send("GET", "/session")).status).toBe(401);
  });

  test("with an authenticator app a code is asked for; a backup code works once; a lost app can be taken out", async () => {
    await using desk = await aDesk(db());
    const company = await aCompany(db());
    const [boss, { id, email }] = [await desk.person(company, admin), await desk.person(company, admin)];
    const browser = desk.browser();
    await browser.enter(email);
    const started = await browser.send("PUT", "/session/two-factor", { password });
    const { uri, backupCodes } = started.body as { uri: string; backupCodes: string[] };
    expect((await desk.browser().enter(email)).body.next).toBe("signedIn");
    const confirm = (code: string) => browser.send("PUT", "/session/two-factor/confirmation", { code });
    expect(refused(await confirm(wrongCode(uri)))).toEqual([401, "signInFailed"]);
    expect((await confirm(codeOfApp(uri))).status).toBe(204);
    expect((await browser.send("GET", "/session")).body.person.hasTwoFactor).toBe(true);

    const other = desk.browser();
    expect((await other.enter(email)).body.next).toBe("codeNeeded");
    expect((await other.send("GET", "/session")).status).toBe(401);
    const enter = (code: string) => other.send("PUT", "/session/code", { code });
    expect(refused(await enter(wrongCode(uri)))).toEqual([401, "signInFailed"]);
    expect((await enter(codeOfApp(uri))).status).toBe(204);
    expect((await other.send("GET", "/session")).status).toBe(200);
    await other.send("DELETE", "/session");
    for (const status of [204, 401]) {
      await other.enter(email);
      expect((await enter(backupCodes[0] ?? "")).status).toBe(status);
      await other.send("DELETE", "/session");
    }
    expect((await desk.browser().send("PUT", "/session/code", { code: codeOfApp(uri) })).status).toBe(401);

    const chief = desk.browser();
    await chief.enter(boss.email);
    expect((await chief.send("DELETE", `/users/${id}/two-factor`)).body.hasTwoFactor).toBe(false);
    expect((await browser.send("GET", "/session")).status).toBe(401);
    expect((await browser.enter(email)).body.next).toBe("signedIn");
  });

  test("who switches the app off is asked for no code", async () => {
    await using desk = await aDesk(db());
    const { email } = await desk.person(await aCompany(db()), admin);
    const browser = desk.browser();
    await browser.enter(email);
    const { uri } = (await browser.send("PUT", "/session/two-factor", { password })).body;
    await browser.send("PUT", "/session/two-factor/confirmation", { code: codeOfApp(uri) });
    const stop = (pass: string) => browser.send("PUT", "/session/two-factor/removal", { password: pass });
    expect(refused(await stop("not the password"))).toEqual([401, "signInFailed"]);
    expect((await stop(password)).status).toBe(204);
    expect((await desk.browser().enter(email)).body.next).toBe("signedIn");
  });

  test("a new key of the installation signs everybody out and leaves their apps; after rotating, the old one can go", async () => {
    const key = (id: string) => `${id}:${randomBytes(32).toString("base64")}`;
    const [older, newer] = [key("older"), key("newer")];
    const withKeys = (...keys: string[]) => aDesk(db(), { keyring: parseKeyring(keys.join()) });
    let [email, uri, codes] = ["", "", [] as string[]];
    {
      await using desk = await withKeys(older);
      ({ email } = await desk.person(await aCompany(db()), admin));
      const browser = desk.browser();
      await browser.enter(email);
      ({ uri, backupCodes: codes } = (await browser.send("PUT", "/session/two-factor", { password })).body);
      await browser.send("PUT", "/session/two-factor/confirmation", { code: codeOfApp(uri) });
    }
    const entersWith = async (code: string, ...keys: string[]) => {
      await using desk = await withKeys(...keys);
      const browser = desk.browser();
      expect((await browser.enter(email)).body.next).toBe("codeNeeded");
      return (await browser.send("PUT", "/session/code", { code })).status;
    };
    expect(await entersWith(codeOfApp(uri), newer, older)).toBe(204);
    const keyring = parseKeyring(`${newer},${older}`);
    if (keyring === null) throw new Error("These are keys.");
    const { rotated } = await rotateTwoFactorsAcrossCompanies(db(), keyring);
    expect(rotated).toBeGreaterThan(0);
    expect((await rotateTwoFactorsAcrossCompanies(db(), keyring)).rotated).toBe(0);
    expect(await entersWith(codeOfApp(uri), newer)).toBe(204);
    expect(await entersWith(codes[0] ?? "", newer)).toBe(204);
  });

  test("a session changes nothing for a page of another address, and its cookie is read by no script", async () => {
    await using desk = await aDesk(db());
    const { email } = await desk.person(await aCompany(db()), admin);
    const browser = desk.browser();
    const entered = await browser.enter(email);
    expect(String(entered.headers["set-cookie"])).toMatch(
      /^frontdesk\.session_token=.*Path=\/; HttpOnly; SameSite=Lax/,
    );
    const change = (headers: object) => browser.send("POST", "/branches", { name: "Spandau" }, headers);
    for (const headers of [
      { origin: "http://evil.example" },
      {},
      { origin: "null" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
    ]) {
      expect(refused(await change(headers))).toEqual([403, "forbidden"]);
    }
    const strange = await browser.send("PUT", "/session", { email, password }, { origin: "http://evil.example" });
    expect(refused(strange)).toEqual([403, "forbidden"]);
    expect((await change({ "sec-fetch-site": "same-origin" })).status).toBe(201);
  });

  test("behind TLS the cookie is sent over TLS alone", async () => {
    await using desk = await aDesk(db(), { publicUrl: "https://desk.example" });
    const { email } = await desk.person(await aCompany(db()), admin);
    const entered = await desk.browser().enter(email);
    expect(String(entered.headers["set-cookie"])).toMatch(/^__Secure-frontdesk\.session_token=.*; Secure/);
  });

  test("operators work for the company that they name, and for none without", async () => {
    await using desk = await aDesk(db());
    const [company, closed] = [await aCompany(db()), await aCompany(db())];
    await transaction(db(), (tx) => tx.of(closed.caller).updateTable("companies").set({ is_active: false }).execute());
    const { id, email } = await desk.person(null);
    const browser = desk.browser();
    await browser.enter(email);
    const session = (await browser.send("GET", "/session")).body;
    expect([session.person.isOperator, session.company]).toEqual([true, null]);
    const branches = (named?: string) =>
      browser.send("GET", "/branches", undefined, named === undefined ? {} : { "frontdesk-company": named });
    expect(refused(await branches())).toEqual([400, "badRequest"]);
    expect(refused(await branches("x"))).toEqual([400, "badRequest"]);
    expect(refused(await branches("999999"))).toEqual([404, "notFound"]);
    expect(refused(await branches(String(closed.companyId)))).toEqual([404, "notFound"]);
    expect((await branches(String(company.companyId))).body.items).toMatchObject([{ id: company.branchId }]);
    const named = { "frontdesk-company": String(company.companyId), "sec-fetch-site": "same-origin" };
    await browser.send("PATCH", "/settings", { policyBasis: "now" }, named);
    const log = (await browser.send("GET", "/audit-log", undefined, named)).body.items;
    expect(log[0]).toMatchObject({ action: "settings.change", actor: { type: "user", id: String(id) } });
    expect((await browser.send("GET", "/users", undefined, named)).body.items).toEqual([]);
  });

  test("nobody names another company than their own", async () => {
    await using desk = await aDesk(db());
    const [mine, theirs] = [await aCompany(db()), await aCompany(db())];
    const browser = desk.browser();
    await browser.enter((await desk.person(mine, admin)).email);
    const named = { "frontdesk-company": String(theirs.companyId) };
    expect((await browser.send("GET", "/branches", undefined, named)).body.items).toMatchObject([
      { id: mine.branchId },
    ]);
  });

  test("without a key of the installation nobody signs in, and it says so", async () => {
    await using app = await buildApp({ db: db() });
    const put = (url: string, payload: object) =>
      app.inject({ method: "PUT", url: `/api/v1${url}`, headers: { "sec-fetch-site": "same-origin" }, payload });
    const reply = await put("/session", { email: "a@people.example", password });
    expect([reply.statusCode, reply.json().detail]).toEqual([503, expect.stringContaining("FRONTDESK_SECRET_KEY")]);
  });
});

const aMinuteAgo = () => instantOf(Date.now() - 60_000);

function wrongCode(uri: string): string {
  const near = [-60_000, -30_000, 0, 30_000, 60_000].map((shift) => codeOfApp(uri, Date.now() + shift));
  return ["000000", "111111", "222222", "333333", "444444", "555555"].find((code) => !near.includes(code)) ?? "";
}
