import { expect, test } from "vitest";
import { z } from "zod";
import { onEveryDatabase } from "../../test/databases.ts";
import { buildApp, routes } from "../app.ts";
import { addService, thingsRoute } from "../tenancy/testing.ts";
import { route } from "./route.ts";

z.object({ unused: z.string() }).meta({ id: "NobodyRefersToThis" });

const getThing = route({
  method: "GET",
  path: "/things/:thingId",
  tag: "things",
  permission: "settings:read",
  summary: "Read a thing",
  params: z.object({ thingId: z.coerce.number().int().min(1) }),
  query: z.object({ include: z.enum(["parts"]).optional() }),
  reply: z.object({ id: z.int().min(1).max(1e9) }),
  handle: async ({ params }) => ({ id: params.thingId }),
});
const deleteThing = route({
  method: "DELETE",
  path: "/things/:thingId",
  tag: "things",
  permission: "settings:write",
  summary: "Delete a thing",
  params: z.object({ thingId: z.coerce.number().int().min(1) }),
  reply: z.undefined(),
  status: 204,
  handle: async () => undefined,
});

onEveryDatabase("the API page", (db) => {
  const anApp = () => buildApp({ db: db(), routes: [thingsRoute(addService), getThing, deleteThing] });

  test("says of each route who may call it, with what, and what comes back", async () => {
    await using app = await anApp();

    const document = (await app.inject("/api/v1/openapi.json")).json();

    expect(document.openapi).toBe("3.1.0");
    expect(Object.keys(document.paths)).toEqual(["/api/v1/things", "/api/v1/things/{thingId}"]);
    const post = document.paths["/api/v1/things"].post;
    expect(post).toMatchObject({
      operationId: "postThings",
      tags: ["things"],
      security: [{ apiKey: [] }, { session: [] }],
      parameters: [{ in: "header", name: "Idempotency-Key" }],
    });
    expect(post.description).toContain("settings:write");
    expect(post.responses["201"].content["application/json"].schema).toEqual({ $ref: "#/components/schemas/Thing" });
    expect(document.paths["/api/v1/things/{thingId}"].delete.responses["204"]).not.toHaveProperty("content");
    expect(document.paths["/api/v1/things/{thingId}"].get.parameters).toMatchObject([
      { in: "query", name: "include" },
      { in: "path", name: "thingId", required: true },
    ]);
  });

  test("lists problems for every route, and no schema that nothing refers to", async () => {
    await using app = await anApp();

    const { paths, components } = (await app.inject("/api/v1/openapi.json")).json();

    for (const operation of Object.values(paths).flatMap((path) => Object.values(path as object))) {
      for (const status of ["400", "401", "403", "422", "429", "500"]) {
        expect(operation.responses[status].content["application/problem+json"].schema.$ref).toMatch(/Problem$/);
      }
    }
    expect(Object.keys(components.schemas).sort()).toEqual(["Problem", "Thing"]);
  });

  test("documents every route that is mounted, and none that is not", async () => {
    await using app = await buildApp({ db: db() });
    const { paths } = (await app.inject("/api/v1/openapi.json")).json();
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods as object).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const mounted = routes.map(({ method, path }) => `${method} /api/v1${path.replace(/:(\w+)/g, "{$1}")}`);
    expect(documented.sort()).toEqual(mounted.sort());
    for (const { method, path } of routes) {
      expect(app.hasRoute({ method, url: `/api/v1${path}` }), `${method} ${path}`).toBe(true);
    }
  });

  test("names If-Match and 412 at each route that refuses a lost update, and at no other", async () => {
    await using app = await buildApp({ db: db() });
    const { paths } = (await app.inject("/api/v1/openapi.json")).json();
    const said = routes.map(({ method, path }) => {
      const operation = paths[`/api/v1${path.replace(/:(\w+)/g, "{$1}")}`][method.toLowerCase()];
      const names = (operation.parameters ?? []).map(({ name }: { name: string }) => name);
      return [`${method} ${path}`, names.includes("If-Match"), "412" in operation.responses];
    });
    const done = routes.map(({ method, path, handle }) => {
      const asserts = /\bifMatch\b/.test(String(handle));
      return [`${method} ${path}`, asserts, asserts];
    });
    expect(said).toEqual(done);
    expect(said.filter(([, named]) => named).length).toBeGreaterThan(20);
  });

  test("has an address of its own under a CSP that lets in nothing foreign", async () => {
    await using app = await anApp();

    const page = await app.inject("/docs");
    const script = await app.inject("/docs/static/swagger-ui-bundle.js");

    expect(page.statusCode).toBe(200);
    expect(page.headers["content-security-policy"]).toMatch(/^default-src 'none';script-src 'self';style-src 'self';/);
    expect(page.body).not.toMatch(/(src|href)="https?:/);
    expect(script.statusCode).toBe(200);
  });
});
