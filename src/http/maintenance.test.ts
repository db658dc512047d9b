import { type AddressInfo, connect } from "node:net";
import { expect, test, vi } from "vitest";
import { onEveryDatabase } from "../../test/databases.ts";
import { buildApp } from "../app.ts";
import { type Closure, createGate, type Gate } from "../gate.ts";
import { sha256 } from "../ids.ts";
import { aCompanyWithKey, addService, countServices, postThing, thingsRoute, type Work } from "../tenancy/testing.ts";
import { csvRoute } from "./csv.ts";

const closed: Closure = {
  code: "maintenance",
  message: "Under maintenance.",
  retryAfterSeconds: 30,
  allowTokenHash: sha256("let-me-in"),
};

onEveryDatabase("a closed gate", (db) => {
  const anApp = (gate: Gate, work: Work = addService) => buildApp({ db: db(), routes: [thingsRoute(work)], gate });

  test("refuses before anything is written, with the same idempotency key as afterwards, and lets the token pass", async () => {
    const gate = createGate();
    await using app = await anApp(gate);
    const { headers, ...company } = await aCompanyWithKey(db());
    const once = { ...headers, "idempotency-key": "one" };

    gate.set(closed);
    const refused = await postThing(app, once, { name: "Cut" });
    expect(refused).toMatchObject({ status: 503, body: { code: "maintenance", errors: [] } });
    expect(refused.headers).toMatchObject({ "retry-after": "30", "x-frame-options": "DENY" });
    expect(await postThing(app, { ...once, "frontdesk-maintenance-token": "" }, {})).toMatchObject({ status: 503 });
    const passing = { ...headers, "frontdesk-maintenance-token": "let-me-in" };
    expect(await postThing(app, passing, { name: "Dye" })).toMatchObject({ status: 201 });
    gate.set({ ...closed, allowTokenHash: null });
    expect(await postThing(app, passing, { name: "Dye" })).toMatchObject({ status: 503 });

    gate.set(null);
    const done = await postThing(app, once, { name: "Cut" });
    expect(done).toMatchObject({ status: 201 });
    expect(done.headers).not.toHaveProperty("idempotency-replayed");
    expect(await countServices(db(), company)).toBe(2);
  });

  test("counts what was let in until it is over, however it ends", async () => {
    const gate = createGate();
    await using app = await anApp(gate, async (...given) => {
      if (given[2] === "break") throw new Error("broken");
      return addService(...given);
    });
    const { headers } = await aCompanyWithKey(db());
    const ends = { Cut: 201, "no thanks": 409, break: 500 };
    for (const [name, status] of Object.entries(ends)) {
      expect(await postThing(app, headers, { name })).toMatchObject({ status });
    }
    expect(await postThing(app, headers, "")).toMatchObject({ status: 422 });
    for (const [path, status] of [
      ["/", 200],
      ["/nothing", 404],
      ["/docs", 200],
      ["/livez", 200],
    ] as const) {
      expect(await app.inject(path)).toMatchObject({ statusCode: status });
    }
    expect(gate.atWork()).toBe(0);
  });

  test("waits for a request whose caller is gone, because it is still being worked on", async () => {
    const gate = createGate();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    await using app = await anApp(gate, async (...given) => {
      await released;
      return addService(...given);
    });
    const { headers, ...company } = await aCompanyWithKey(db());
    await app.listen({ port: 0, host: "127.0.0.1" });
    const socket = connect((app.server.address() as AddressInfo).port, "127.0.0.1");
    const head = `POST /api/v1/things HTTP/1.1\r\nHost: x\r\nAuthorization: ${headers.authorization}`;
    socket.write(`${head}\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n{"name":"Cut"}`);
    await vi.waitFor(() => expect(gate.atWork()).toBe(1));

    gate.set(closed);
    socket.destroy();
    await vi.waitFor(async () => expect(await connections()).toBe(0));
    expect(gate.atWork()).toBe(1);

    release();
    await vi.waitFor(() => expect(gate.atWork()).toBe(0));
    expect(await countServices(db(), company)).toBe(1);

    function connections(): Promise<number> {
      return new Promise((resolve, reject) =>
        app.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      );
    }
  });

  test("breaks a download off that was let in, and none that its token lets pass", async () => {
    const gate = createGate();
    let isEndless = true;
    const route = csvRoute({
      path: "/numbers",
      tag: "things",
      permission: "settings:read",
      summary: "Numbers",
      fileName: "numbers.csv",
      columns: ["n"],
      async *pages() {
        do yield Array.from({ length: 1000 }, (_, n) => [n]);
        while (isEndless);
      },
    });
    await using app = await buildApp({ db: db(), routes: [route], gate });
    const { headers } = await aCompanyWithKey(db());
    await app.listen({ port: 0, host: "127.0.0.1" });
    const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/api/v1/numbers`;
    const reply = await fetch(url, { headers });
    expect(gate.atWork()).toBe(1);
    gate.set(closed);
    await expect(reply.text()).rejects.toThrow();
    await vi.waitFor(() => expect(gate.atWork()).toBe(0));

    isEndless = false;
    const passing = { ...headers, "frontdesk-maintenance-token": "let-me-in" };
    expect(await (await fetch(url, { headers: passing })).text()).toHaveLength(4893);
  });

  test("keeps the process ready, says that it is closed, and drops out only when it lost its database", async () => {
    const gate = createGate();
    gate.setWatched(true);
    await using app = await anApp(gate);
    const ready = async () => {
      const { statusCode, body } = await app.inject("/readyz");
      return [statusCode, JSON.parse(body).status];
    };
    expect(await ready()).toEqual([200, expect.stringMatching(/^(ok|degraded)$/)]);
    gate.set(closed);
    expect(await ready()).toEqual([200, "maintenance"]);
    gate.set({ ...closed, code: "unavailable" });
    expect(await ready()).toEqual([503, 503]);
  });
});
