import { expect, test } from "vitest";
import { onEveryDatabase } from "../../test/databases.ts";
import { aCompany, aStaffMember } from "../../test/factories.ts";
import { buildApp } from "../app.ts";
import { issueApiKey } from "../tenancy/api-keys.ts";
import { type Permission, permissions } from "../tenant.ts";

type Method = "GET" | "POST" | "PATCH" | "PUT" | "DELETE";

onEveryDatabase("the API of callbacks", (db) => {
  async function stage(scopes: readonly Permission[] = permissions) {
    const company = await aCompany(db());
    const { key } = await issueApiKey(db(), company.caller, { name: "k", scopes, expiresAt: null });
    const app = await buildApp({ db: db() });
    const send = (method: Method, url: string, payload?: object, headers: Record<string, string> = {}) =>
      app.inject({
        method,
        url: `/api/v1${url}`,
        headers: { authorization: `Bearer ${key}`, ...headers },
        ...(payload ? { payload } : {}),
      });
    const wish = { phoneNumber: "030 5551234", customerName: "Petra O'Neil", branchId: company.branchId };
    return { company, app, send, wish };
  }

  test("a callback's whole way, with its time line and the proof of its deadline", async () => {
    const { company, app, send, wish } = await stage();
    const opened = await send("POST", "/callbacks", { ...wish, priority: "high", notes: "Colour" });
    expect([opened.statusCode, opened.json().isNew]).toEqual([201, true]);
    const { id, expiresAt } = opened.json();
    const again = await send("POST", "/callbacks", wish);
    expect([again.statusCode, again.json().id]).toEqual([200, id]);

    const url = `/callbacks/${id}`;
    const clock = (await send("GET", `${url}/clock`)).json();
    expect(clock).toMatchObject({ targetMs: 14_400_000, expiresAt, isRunning: true });
    expect(clock.counted.at(-1)).toMatchObject({ until: expiresAt, totalMs: 14_400_000 });
    const other = await aStaffMember(db(), company.caller, company);
    expect((await send("POST", `${url}/reassignment`, { staffId: other })).json()).toMatchObject({ assignedTo: other });
    expect((await send("POST", `${url}/acknowledgement`)).json().acknowledgedAt).not.toBeNull();
    expect((await send("POST", `${url}/contact`)).json().status).toBe("contacted");
    expect((await send("POST", `${url}/attempts`, { notes: "Busy" })).json().contactAttempts).toBe(1);
    await send("POST", `${url}/contact`);
    const done = await send("POST", `${url}/completion`, { outcome: "reached" });
    expect(done.json()).toMatchObject({ status: "completed", outcome: "reached" });
    const late = await send("POST", `${url}/cancellation`, {});
    expect([late.statusCode, late.json().code]).toEqual([409, "illegalTransition"]);

    const detail = (await send("GET", url)).json();
    expect(detail.timeline.map(({ action }: { action: string }) => action)).toEqual([
      "create",
      "autoAssign",
      "change",
      "reassign",
      "acknowledge",
      "contact",
      "attempt",
      "contact",
      "complete",
    ]);
    await app.close();
  });

  test("a change of what somebody else changed meanwhile is refused", async () => {
    const { app, send, wish } = await stage();
    const { id } = (await send("POST", "/callbacks", wish)).json();
    const { etag } = (await send("GET", `/callbacks/${id}`)).headers;
    const ifMatch = { "if-match": String(etag) };
    expect((await send("PATCH", `/callbacks/${id}`, { priority: "urgent" }, ifMatch)).statusCode).toBe(200);
    expect((await send("PATCH", `/callbacks/${id}`, { priority: "normal" }, ifMatch)).statusCode).toBe(412);
    await app.close();
  });

  test("the tabs of the queue hold what they say, page by page", async () => {
    const { app, send, wish } = await stage();
    for (const [index, priority] of ["normal", "urgent", "high"].entries()) {
      await send("POST", "/callbacks", { ...wish, phoneNumber: `030 555120${index}`, priority });
    }
    const priorities = async (query: string) =>
      (await send("GET", `/callbacks?${query}`)).json().items.map((item: { priority: string }) => item.priority);
    expect(await priorities("")).toEqual(["urgent", "high", "normal"]);
    expect(await priorities("tab=urgent")).toEqual(["urgent"]);
    expect(await priorities("tab=urgent&priority=high")).toEqual([]);
    expect(await priorities("tab=today")).toEqual(["urgent", "high"]);
    for (const tab of ["mine", "unassigned", "overdue", "completed"])
      expect(await priorities(`tab=${tab}`)).toEqual([]);
    expect(await priorities("sort=newest")).toEqual(["high", "urgent", "normal"]);
    db().clock.advance(5 * 3_600_000);
    expect(await priorities("tab=overdue")).toEqual(["urgent", "high"]);
    const first = (await send("GET", "/callbacks?limit=2")).json();
    expect(await priorities(`limit=2&cursor=${first.nextCursor}`)).toEqual(["normal"]);
    await app.close();
  });

  test("calendars are replaced against a lost update, refused when nobody could count by them, and know their holidays", async () => {
    const { app, send } = await stage();
    const hours = {
      monday: [
        { from: "09:00", until: "12:00" },
        { from: "13:00", until: "18:00" },
      ],
    };
    const berlin = { country: "DE", state: "BE" };
    const created = await send("POST", "/calendars", { name: "Berlin", hours, holidays: berlin });
    expect([created.statusCode, created.headers.etag]).toEqual([201, '"1"']);
    const url = `/calendars/${created.json().id}`;
    expect((await send("POST", "/calendars", { name: "Second", hours })).statusCode).toBe(409);
    const closures = [{ from: "2026-12-24", until: "2026-12-31", name: "Holidays" }];
    const ifMatch = { "if-match": '"1"' };
    expect((await send("PUT", url, { name: "Berlin", hours, closures }, ifMatch)).json()).toMatchObject({
      version: 2,
      closures,
      holidays: null,
    });
    expect((await send("PUT", url, { name: "Berlin", hours }, ifMatch)).statusCode).toBe(412);
    await send("PUT", url, { name: "Berlin", hours, holidays: berlin });
    expect((await send("GET", `${url}/holidays?year=2026`)).json().items).toContainEqual({
      date: "2026-03-08",
      name: "Internationaler Frauentag",
    });
    const wrong: [object, string][] = [
      [{ name: "x" }, "/hours"],
      [{ name: "x", hours: { monday: [{ from: "18:00", until: "09:00" }] } }, "/hours/monday"],
      [{ name: "x", hours: { monday: [{ from: "9", until: "18:00" }] } }, "/hours/monday/0/from"],
      [{ name: "x", hours: { funday: [] } }, "/hours/funday"],
      [{ name: "x", hours, timezone: "Europe/Atlantis" }, "/timezone"],
      [{ name: "x", hours, holidays: { country: "XX" } }, "/holidays/country"],
      [{ name: "x", hours, holidays: { country: "DE", state: "ZZ" } }, "/holidays/state"],
      [{ name: "x", hours, closures: [{ from: "2026-02-30", until: "2026-03-01" }] }, "/closures/0/from"],
      [{ name: "x", hours, closures: [{ from: "2026-03-02", until: "2026-03-01" }] }, "/closures/0/until"],
    ];
    for (const [body, pointer] of wrong) {
      const reply = await send("PUT", url, body);
      expect([reply.statusCode, reply.json().errors?.[0]?.pointer], reply.body).toEqual([422, pointer]);
    }
    expect((await send("DELETE", url)).statusCode).toBe(204);
    expect((await send("GET", url)).statusCode).toBe(404);
    await app.close();
  });

  test("a ladder can be tried out on a time line before it is set", async () => {
    const { company, app, send } = await stage();
    const createdAt = "2026-03-06T15:30:00Z";
    const run = { branchId: company.branchId, priority: "high", createdAt };
    const timeline = async (body: object) => (await send("POST", "/ladders/dry-runs", body)).json();
    const usual = await timeline(run);
    // Friday 16:30 in Berlin: an hour and a half that day, the rest on Monday.
    expect(usual.dueAt).toBe("2026-03-09T10:30:00.000Z");
    expect(usual.timeline.map(({ at, level }: { at: string; level: number }) => [at, level])).toEqual([
      ["2026-03-09T09:30:00.000Z", null],
      ["2026-03-09T10:30:00.000Z", 1],
      ["2026-03-09T14:30:00.000Z", 2],
      ["2026-03-10T09:30:00.000Z", 3],
    ]);
    const steps = [{ at: { minutes: -30 }, action: "notify", to: [{ type: "email", address: "desk@example.org" }] }];
    expect((await timeline({ ...run, steps })).timeline).toMatchObject([
      { at: "2026-03-09T10:00:00.000Z", action: "notify" },
    ]);
    const created = await send("POST", "/ladders", { name: "Desk", steps });
    expect(created.statusCode).toBe(201);
    expect((await timeline(run)).timeline).toHaveLength(1);
    const url = `/ladders/${created.json().id}`;
    expect((await send("PUT", url, { name: "Desk", steps: [] })).statusCode).toBe(422);
    const stranger = [{ at: { minutes: 0 }, action: "escalate", to: [{ type: "staff", staffId: company.branchId }] }];
    expect((await send("PUT", url, { name: "Desk", steps: stranger })).json().errors[0].pointer).toBe(
      "/steps/0/to/0/staffId",
    );
    expect((await send("DELETE", url, undefined, { "if-match": '"7"' })).statusCode).toBe(412);
    expect((await send("DELETE", url)).statusCode).toBe(204);
    await app.close();
  });

  test("settings of a branch go before the company's, which go before the defaults", async () => {
    const { company, app, send } = await stage();
    const branch = `/callback-settings/${company.branchId}`;
    await send("PATCH", "/callback-settings", { urgentMinutes: 60, highMinutes: 90 });
    const changed = await send("PATCH", branch, { highMinutes: 30 }, { "if-match": '"0"' });
    expect(changed.json()).toMatchObject({
      urgentMinutes: 60,
      highMinutes: 30,
      normalMinutes: 1440,
      own: { highMinutes: 30 },
      version: 1,
    });
    expect((await send("PATCH", branch, { highMinutes: 20 }, { "if-match": '"0"' })).statusCode).toBe(412);
    expect((await send("PATCH", branch, { reset: ["highMinutes"] })).json()).toMatchObject({
      highMinutes: 90,
      own: {},
    });
    expect((await send("PATCH", branch, { highMinutes: 0 })).statusCode).toBe(422);
    expect((await send("PATCH", branch, { expireAfterHours: 999_999 })).statusCode).toBe(422);
    await app.close();
  });

  test("wrong input names what to mend", async () => {
    const { company, app, send, wish } = await stage();
    const { id } = (await send("POST", "/callbacks", wish)).json();
    const wrong: [object, string][] = [
      [{ ...wish, phoneNumber: "anonymous" }, "/phoneNumber"],
      [{ ...wish, branchId: undefined }, "/branchId"],
      [{ ...wish, customerName: undefined }, "/customerName"],
      [{ ...wish, decisionId: 999_999 }, "/decisionId"],
      [{ ...wish, priority: "highest" }, "/priority"],
      [{ ...wish, notes: "a\u0000" }, "/notes"],
      [
        { ...wish, preferredWindow: { from: "2026-03-03T10:00:00Z", until: "2026-03-03T09:00:00Z" } },
        "/preferredWindow/until",
      ],
      [
        { ...wish, preferredWindow: { from: "2025-03-03T10:00:00Z", until: "2025-03-03T11:00:00Z" } },
        "/preferredWindow/until",
      ],
      [{ ...wish, staffId: company.branchId }, "/staffId"],
    ];
    for (const [body, pointer] of wrong) {
      const reply = await send("POST", "/callbacks", body);
      expect([reply.statusCode, reply.json().errors?.[0]?.pointer], reply.body).toEqual([422, pointer]);
    }
    expect((await send("GET", "/callbacks?cursor=x")).statusCode).toBe(422);
    expect((await send("GET", "/callbacks/stats?from=2020-01-01T00:00:00Z")).statusCode).toBe(422);
    expect((await send("POST", `/callbacks/${id}/assignment`, { staffId: company.branchId })).statusCode).toBe(409);
    expect((await send("POST", `/callbacks/${id}/reassignment`, { staffId: company.branchId })).statusCode).toBe(422);
    await app.close();
  });

  test("a key that may only read changes nothing", async () => {
    const { app, send, wish } = await stage(["callbacks:read"]);
    expect((await send("POST", "/callbacks", wish)).statusCode).toBe(403);
    expect((await send("GET", "/callbacks")).statusCode).toBe(200);
    await app.close();
  });

  test("with an idempotency key a repetition opens no second callback and is answered as the first", async () => {
    const { app, send, wish } = await stage();
    const key = { "idempotency-key": "a-fresh-one" };
    const [first, second] = [await send("POST", "/callbacks", wish, key), await send("POST", "/callbacks", wish, key)];
    expect([second.statusCode, second.headers["idempotency-replayed"]]).toEqual([201, "true"]);
    expect(second.json()).toEqual(first.json());
    await app.close();
  });
});
