import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { buildApp, routes } from "../src/app.ts";
import { apiPrefix } from "../src/http/route.ts";
import { issueApiKey } from "../src/tenancy/api-keys.ts";
import { permissions } from "../src/tenant.ts";
import { onEveryDatabase } from "./databases.ts";
import { aCompany } from "./factories.ts";

const root = join(import.meta.dirname, "..");
const uuids = ["branchId", "staffId"];
const urlOf = (path: string) =>
  apiPrefix +
  path.replace(/:(\w+)/g, (_, name) => (uuids.includes(name) ? "00000000-0000-4000-8000-000000000000" : "1"));

onEveryDatabase("what an attacker tries", (db) => {
  test("no route does anything for a key that has every permission but the one that it needs", async () => {
    const company = await aCompany(db());
    await using app = await buildApp({ db: db() });
    for (const missing of permissions) {
      // Whoever may book may confirm, as keys always could.
      const more = missing === "appointments:confirm" ? "appointments:write" : missing;
      const scopes = permissions.filter((permission) => permission !== missing && permission !== more);
      const { key } = await issueApiKey(db(), company, { name: missing, scopes, expiresAt: null });
      for (const { method, path } of routes.filter(({ permission }) => permission === missing)) {
        const reply = await app.inject({
          method,
          url: urlOf(path),
          headers: { authorization: `Bearer ${key}` },
          ...(method === "GET" || method === "DELETE" ? {} : { payload: {} }),
        });
        expect([reply.statusCode, reply.json().code, reply.json().detail], `${method} ${path}`).toEqual([
          403,
          "forbidden",
          expect.stringContaining(missing),
        ]);
      }
    }
  });

  test("no body takes a property that its schema does not name", async () => {
    const company = await aCompany(db());
    await using app = await buildApp({ db: db() });
    const { key } = await issueApiKey(db(), company, { name: "all", scopes: permissions, expiresAt: null });
    for (const { method, path } of routes.filter(
      ({ method, permission }) => method !== "GET" && permission !== "customerLink",
    )) {
      const reply = await app.inject({
        method,
        url: urlOf(path),
        headers: { authorization: `Bearer ${key}` },
        payload: { companyId: company.companyId, isAdmin: true },
      });
      expect([reply.statusCode, reply.json().code], `${method} ${path}`).toEqual([422, "validationFailed"]);
    }
  });
});

test("every test that docs/security.md names is there, in the file that it names", () => {
  const text = readFileSync(join(root, "docs/security.md"), "utf8");
  const named = [...text.matchAll(/`([\w./-]+\.test\.ts)`: (?:"[^"]+"(?:, )?)+/g)].flatMap(([line, file = ""]) =>
    [...line.matchAll(/"([^"]+)"/g)].map(([, title = ""]) => ({ file, title })),
  );
  const missing = named.filter(({ file, title }) => {
    const source = globSync(file, { cwd: root }).map((found) => readFileSync(join(root, found), "utf8"));
    return !source.some((code) => code.includes(title));
  });
  expect(missing).toEqual([]);
  expect(new Set(text.match(/API\d+/g))).toEqual(new Set(Array.from({ length: 10 }, (_, index) => `API${index + 1}`)));
  expect(named.length).toBeGreaterThanOrEqual(20);
});
