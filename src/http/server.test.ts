import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import { expect, test } from "vitest";
import { onEveryDatabase } from "../../test/databases.ts";
import { type AppOptions, buildApp } from "../app.ts";
import { aCompanyWithKey, addService, postThing, thingsRoute } from "../tenancy/testing.ts";

onEveryDatabase("the server", (db) => {
  const anApp = (options: Partial<AppOptions> = {}) =>
    buildApp({ db: db(), routes: [thingsRoute(addService)], ...options });

  test("limits each key by itself, over all its requests, and says when to go on", async () => {
    await using app = await anApp({ rateLimitPerMinute: 2 });
    const [one, other] = [await aCompanyWithKey(db()), await aCompanyWithKey(db())];

    const first = await postThing(app, one.headers, { name: "Cut" });
    expect(first.headers).toMatchObject({ "ratelimit-limit": "2", "ratelimit-remaining": "1" });
    expect(first.headers).toHaveProperty("ratelimit-reset");
    expect(await postThing(app, one.headers, { nme: "Cut" })).toMatchObject({ status: 422 });

    const third = await postThing(app, one.headers, { name: "Cut" });
    expect(third).toMatchObject({ status: 429, body: { code: "rateLimited" } });
    expect(Number(third.headers["retry-after"])).toBeGreaterThan(0);
    expect(await postThing(app, other.headers, { name: "Cut" })).toMatchObject({ status: 201 });
  });

  test("limits failed attempts of an address, but hears a valid key from there", async () => {
    await using app = await anApp();
    const { headers } = await aCompanyWithKey(db());
    const attempt = () => postThing(app, { authorization: "Bearer fd_wrong" }, { name: "Cut" });

    for (let failed = 0; failed < 60; failed++) expect((await attempt()).status).toBe(401);

    expect(await attempt()).toMatchObject({ status: 429, headers: { "retry-after": expect.anything() } });
    expect(await postThing(app, headers, { name: "Cut" })).toMatchObject({ status: 201 });
  });

  test("sends with every reply what keeps a browser safe", async () => {
    await using app = await anApp();

    for (const path of ["/", "/livez", "/docs", "/nothing", "/%zz", "/livez?x=%zz", "/api/v1/things"]) {
      expect((await app.inject(path)).headers).toMatchObject({
        "content-security-policy": expect.stringContaining("default-src 'none'"),
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
      });
    }
  });

  test("is ready while the database answers and it is not told to end", async () => {
    let draining = false;
    await using app = await anApp({ isDraining: () => draining });

    expect((await app.inject("/readyz")).statusCode).toBe(200);
    draining = true;
    expect((await app.inject("/readyz")).statusCode).toBe(503);
    expect((await app.inject("/livez")).statusCode).toBe(200);
  });

  test.each([
    ["never ends its headers", "POST /api/v1/things HTTP/1.1\r\nHost: x\r\n", "408"],
    [
      "never ends its body",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
      "408",
    ],
    ["speaks no HTTP", "hello\r\n\r\n", "400"],
    ["sends endless headers", `GET / HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(20_000)}\r\n\r\n`, "431"],
  ])("cuts off a client that %s, with a problem", async (_what, text, status) => {
    await using app = await anApp({ requestTimeoutMilliseconds: 600 });
    await app.listen({ port: 0, host: "127.0.0.1" });
    const socket = connect((app.server.address() as AddressInfo).port, "127.0.0.1");
    let reply = "";
    socket.setEncoding("utf8").on("data", (part) => (reply += part));

    socket.write(text);
    await once(socket, "close");

    expect(reply).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(reply).toContain("application/problem+json");
    expect(JSON.parse(reply.split("\r\n\r\n")[1] ?? "")).toMatchObject({ status: Number(status) });
  });
});
