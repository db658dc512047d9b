import fc from "fast-check";
import type { FastifyInstance, InjectOptions } from "fastify";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { onEveryDatabase } from "../../test/databases.ts";
import { buildApp } from "../app.ts";
import { notFound } from "../errors.ts";
import { aCompanyWithKey } from "../tenancy/testing.ts";
import { problemSchema } from "./problems.ts";
import { route } from "./route.ts";

const shape = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("circle"), radius: z.number() }),
  z.strictObject({ kind: z.literal("square"), side: z.number() }),
]);

const echo = route({
  method: "POST",
  path: "/things/:thingId/echo",
  tag: "things",
  permission: "settings:read",
  summary: "Send it back",
  params: z.object({ thingId: z.coerce.number().int().min(1) }),
  query: z.object({ limit: z.coerce.number().int().min(1).max(100).default(25), kind: z.enum(["a", "b"]).optional() }),
  body: z.strictObject({
    name: z.string().min(2).max(10),
    startsAt: z.iso.datetime().optional(),
    shape: shape.optional(),
    sizes: z.array(z.int()).optional(),
    free: z.json().optional(),
  }),
  reply: z.looseObject({}),
  handle: async ({ params, query, body }) => ({ ...params, ...query, ...body }),
});

const secret = "password=hunter2";
const throwing = (path: `/${string}`, error: () => unknown) =>
  route({
    method: "GET",
    path,
    tag: "things",
    permission: "settings:read",
    summary: "Fails",
    reply: z.object({ name: z.string() }),
    handle: async () => {
      throw error();
    },
  });
const leaking = route({
  method: "GET",
  path: "/leaking",
  tag: "things",
  permission: "settings:read",
  summary: "Says more than its schema",
  reply: z.object({ name: z.string() }),
  handle: async () => ({ name: "n", ...({ secret } as object) }),
});
const forbidden = route({
  method: "GET",
  path: "/forbidden",
  tag: "things",
  permission: "policies:write",
  summary: "Needs another permission",
  reply: z.object({}),
  handle: async () => ({}),
});
const routes = [
  echo,
  leaking,
  forbidden,
  throwing("/bug", () => new Error(secret, { cause: new Error("the cause") })),
  throwing("/null", () => null),
  throwing("/missing", () => notFound("thing")),
];

onEveryDatabase("a problem", (db) => {
  let app: FastifyInstance;
  let headers: Record<string, string>;
  const logged: string[] = [];

  beforeAll(async () => {
    ({ headers } = await aCompanyWithKey(db(), ["settings:read"]));
    const log = pino({ level: "warn" }, { write: (line: string) => logged.push(line) });
    app = await buildApp({ db: db(), routes, log, rateLimitPerMinute: 1_000_000 });
  });
  afterAll(() => app.close());

  const url = "/api/v1/things/1/echo";
  const json = { "content-type": "application/json" };

  async function ask(options: InjectOptions) {
    const response = await app.inject({ method: "POST", url, ...options, headers: { ...headers, ...options.headers } });
    return { status: response.statusCode, headers: response.headers, body: response.body };
  }

  async function problem(options: InjectOptions) {
    const { status, headers, body } = await ask(options);
    expect(headers["content-type"]).toBe("application/problem+json; charset=utf-8");
    const parsed = problemSchema.parse(JSON.parse(body));
    expect(parsed).toMatchObject({ status, type: `urn:frontdesk:problem:${parsed.code}` });
    expect(parsed.requestId).toBe(headers["x-request-id"]);
    return { ...parsed, allow: headers.allow };
  }

  describe("names what to mend", () => {
    const body = { name: "Petra" };
    const cases: [what: string, request: InjectOptions, pointer: string, message: RegExp][] = [
      ["a missing field", { payload: {} }, "/name", /missing; send a text/],
      ["a wrong type", { payload: { name: 3 } }, "/name", /must be a text/i],
      ["a short text", { payload: { name: "x" } }, "/name", /at least 2 characters/],
      ["a long text", { payload: { name: "x".repeat(11) } }, "/name", /at most 10 characters/],
      ["a misspelt key", { payload: { ...body, startAt: "" } }, "/startAt", /"startAt" is not known/],
      ["a date that is none", { payload: { ...body, startsAt: "tomorrow" } }, "/startsAt", /2026-11-24T09:30:00Z/],
      ["an item of a list", { payload: { ...body, sizes: [1, 2.5] } }, "/sizes/1", /whole number/],
      ["no body", {}, "", /missing; send an object/],
      ["null for a body", { payload: "null", headers: json }, "", /must be an object/i],
      ["a list for a body", { payload: [] }, "", /must be an object/i],
      ["an unknown kind", { payload: { ...body, shape: { kind: "dot" } } }, "/shape/kind", /"circle", "square"/],
      ["a field of a kind", { payload: { ...body, shape: { kind: "circle" } } }, "/shape/radius", /missing/],
      ["a query that is no number", { payload: body, query: { limit: "ten" } }, "query/limit", /must be a number/i],
      ["a query out of range", { payload: body, query: { limit: "101" } }, "query/limit", /at most 100/],
      ["an unknown query", { payload: body, query: { limt: "1" } }, "query/limt", /not known/],
      ["a query given twice", { payload: body, url: `${url}?kind=a&kind=b` }, "query/kind", /one of "a", "b"/],
      ["a param", { payload: body, url: "/api/v1/things/x/echo" }, "params/thingId", /must be a number/i],
      ["U+0000 in a value", { payload: { name: "a\0b" } }, "/name", /U\+0000/],
      ["half a surrogate pair", { payload: { ...body, free: ["\ud800"] } }, "/free/0", /surrogate/],
      ["U+0000 in a key", { payload: { ...body, free: { "a\0": 1 } } }, "/free", /key/],
      ["U+0000 in a query", { payload: body, url: `${url}?kind=%00` }, "query/kind", /U\+0000/],
      ["U+0000 in a param", { payload: body, url: "/api/v1/things/%00/echo" }, "params/thingId", /U\+0000/],
      ["a key with a slash", { payload: { ...body, free: { "a/b~": "\0" } } }, "/free/a~1b~0", /U\+0000/],
    ];

    test.each(cases)("%s", async (_what, request, pointer, message) => {
      const { status, code, errors } = await problem(request);

      expect({ status, code }).toEqual({ status: 422, code: "validationFailed" });
      expect(errors).toHaveLength(1);
      expect(errors[0]?.pointer).toBe(pointer);
      expect(errors[0]?.message).toMatch(message);
      expect(errors[0]?.message).not.toContain("NaN");
    });

    test("all of params, query and body at once", async () => {
      const { errors } = await problem({ url: "/api/v1/things/x/echo?limit=0", payload: { nme: 1 } });

      expect(errors.map(({ pointer }) => pointer)).toEqual(["params/thingId", "query/limit", "/name", "/nme"]);
    });
  });

  describe("has the status and the code of", () => {
    const deep = `${'{"free":'.repeat(5000)}1${"}".repeat(5000)}`;
    const cases: [what: string, request: InjectOptions, status: number, code: string][] = [
      ["no key", { headers: { authorization: "" }, payload: {} }, 401, "unauthenticated"],
      ["a lacking permission", { method: "GET", url: "/api/v1/forbidden" }, 403, "forbidden"],
      ["broken JSON", { payload: '{"name":', headers: json }, 400, "malformedJson"],
      ["a body that is not UTF-8", { payload: Buffer.from([34, 0xff, 34]), headers: json }, 400, "malformedJson"],
      ["a prototype in the body", { payload: '{"__proto__":{"a":1}}', headers: json }, 400, "badRequest"],
      ["a constructor's", { payload: '{"constructor":{"prototype":{}}}', headers: json }, 400, "badRequest"],
      ["a body nested too deeply", { payload: deep, headers: json }, 400, "badRequest"],
      ["a body over 256 KB", { payload: { name: "x".repeat(256 * 1024) } }, 413, "bodyTooLarge"],
      ["text for JSON", { payload: "hello", headers: { "content-type": "text/plain" } }, 415, "unsupportedMediaType"],
      [
        "a form for JSON",
        { payload: "a=b", headers: { "content-type": "application/x-www-form-urlencoded" } },
        415,
        "unsupportedMediaType",
      ],
      ["a body of no type", { payload: "{}" }, 415, "unsupportedMediaType"],
      ["a bad escape in the path", { url: "/api/v1/things/%zz/echo" }, 400, "badRequest"],
      ["a bad escape in the query", { url: `${url}?kind=%e4` }, 400, "badRequest"],
      ["an unknown path", { method: "GET", url: "/api/v1/nothing" }, 404, "routeNotFound"],
      ["an unknown thing", { method: "GET", url: "/api/v1/missing" }, 404, "notFound"],
      ["an id of any length", { url: `/api/v1/things/${"1".repeat(5000)}/echo` }, 404, "routeNotFound"],
      ["an error of ours", { method: "GET", url: "/api/v1/bug" }, 500, "internal"],
      ["something thrown that is no error", { method: "GET", url: "/api/v1/null" }, 500, "internal"],
      ["a reply that is not what its schema says", { method: "GET", url: "/api/v1/leaking" }, 500, "internal"],
    ];

    test.each(cases)("%s", async (_what, request, status, code) => {
      expect(await problem(request)).toMatchObject({ status, code });
    });

    test("another method than the path takes, with those it takes", async () => {
      expect(await problem({ method: "DELETE" })).toMatchObject({
        status: 405,
        code: "methodNotAllowed",
        allow: "POST",
      });
      expect(await problem({ url: "/livez" })).toMatchObject({ status: 405, allow: "GET, HEAD" });
    });
  });

  test("of ours tells the caller nothing, and the log its cause and the request id, once", async () => {
    logged.length = 0;

    const { status, headers, body } = await ask({
      method: "GET",
      url: "/api/v1/bug",
      headers: { "x-request-id": "r-1" },
    });

    expect(status).toBe(500);
    expect(headers["x-request-id"]).toBe("r-1");
    expect(body).not.toMatch(/hunter2|cause|Error|\.ts/);
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain('"requestId":"r-1"');
    expect(logged[0]).toContain("the cause");
    expect(logged[0]).not.toContain("Bearer");
  });

  test("of a caller's is not logged as an error", async () => {
    logged.length = 0;
    await problem({ payload: {} });
    expect(logged).toEqual([]);
  });

  test("a request id that a log could not bear is replaced", async () => {
    const { headers } = await ask({ payload: { name: "Petra" }, headers: { "x-request-id": 'x" y' } });
    expect(headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("no body, query or param makes an error of ours", async () => {
    const text = fc.string({ unit: "binary" });
    await fc.assert(
      fc.asyncProperty(
        fc.jsonValue({ stringUnit: "binary" }),
        fc.dictionary(text, text),
        text,
        async (free, query, id) => {
          const search = Object.entries(query).map((pair) =>
            pair.map((part) => encodeURIComponent(part.toWellFormed())).join("="),
          );
          const path = `/api/v1/things/${encodeURIComponent(id.toWellFormed())}/echo?${search.join("&")}`;
          const { status } = await ask({ url: path, payload: JSON.stringify({ name: "Petra", free }), headers: json });
          expect(status).toBeLessThan(500);
        },
      ),
    );
  });
});
