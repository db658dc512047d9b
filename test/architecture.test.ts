import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const src = join(import.meta.dirname, "../src");
const isTest = (file: string) => /\.test\.ts$|-fixture\.ts$|\/testing\.ts$|^\.\.\/test\//.test(file);
const isDoor = (file: string) => /^(app|worker|cli|demo)(\.ts|\/)/.test(file);

/** What each slice may import besides the root files; each comes after those it imports, so there is no cycle. */
const ground = ["db", "events", "audit", "calendars"];
const mayImport: Record<string, string[]> = {
  db: [],
  events: ["db"],
  audit: ["db", "events"],
  calendars: ["db"],
  deploy: ["db"],
  http: ground,
  tenancy: [...ground, "http"],
  policies: [...ground, "http", "tenancy"],
  appointments: [...ground, "http", "tenancy", "policies"],
  callbacks: [...ground, "http", "tenancy", "policies"],
  notifications: [...ground, "http", "tenancy"],
  webhooks: [...ground, "http", "tenancy"],
  privacy: [...ground, "http", "tenancy"],
  people: [...ground, "http", "tenancy", "notifications"],
  directory: [...ground, "http", "tenancy", "appointments", "callbacks"],
  "customer-page": ["db", "http", "tenancy", "policies", "appointments", "callbacks", "notifications"],
};

/** Words that go round the tenant guard or the configuration, and the only files that may say them. */
const reserved: Record<string, string[]> = {
  armFailpoints: ["deploy/failpoint.ts"],
  acrossCompanies: [
    "app/backlog-store.ts",
    "app/readiness.ts",
    "appointments/reading-store.ts",
    "appointments/reservation-store.ts",
    "appointments/sighting-store.ts",
    "callbacks/due-store.ts",
    "db/across-companies.ts",
    "db/claims.ts",
    "db/installation-watch.ts",
    "db/maintenance.ts",
    "demo/demo.ts",
    "demo/seed.ts",
    "directory/link-store.ts",
    "events/pending-store.ts",
    "http/idempotency-store.ts",
    "notifications/account-store.ts",
    "notifications/alert-store.ts",
    "notifications/claim-store.ts",
    "notifications/reminder-store.ts",
    "notifications/retention.ts",
    "people/failure-store.ts",
    "people/person-store.ts",
    "people/user-store.ts",
    "webhooks/delivery-store.ts",
    "webhooks/endpoint-store.ts",
  ],
  preparedAcrossCompanies: ["db/prepared.ts", "tenancy/store.ts"],
  unguarded: ["db/across-companies.ts", "db/connect.ts", "db/prepared.ts", "db/transaction.ts"],
  executeQuery: ["db/prepared.ts", "db/sign-in-database.ts", "db/sqlite.ts"],
  withoutPlugins: [],
};

const code = (file: string) => readFileSync(join(src, file), "utf8").replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
const product = globSync("**/*.ts", { cwd: src })
  .filter((file) => !isTest(file))
  .sort();
const imports = product.flatMap((from) =>
  [...code(from).matchAll(/\b(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map(([, to = ""]) => ({
    from,
    to: join(from, "..", to),
  })),
);
const sliceOf = (file: string) => (file.includes("/") ? (file.split("/")[0] ?? "") : "root");
const named = (edges: typeof imports) => edges.map(({ from, to }) => `${from} imports ${to}`);

it("a slice imports only the slices below it, and a root file imports none", () => {
  const wrong = imports.filter(({ from, to }) => {
    const [one, other] = [sliceOf(from), sliceOf(to)];
    return !isDoor(from) && one !== other && other !== "root" && !mayImport[one]?.includes(other);
  });
  expect(imports.length).toBeGreaterThan(100);
  expect(named(wrong)).toEqual([]);
});

it("every slice is in the list, after all those it may import", () => {
  const order = Object.keys(mayImport);
  const slices = new Set(product.filter((file) => file.includes("/") && !isDoor(file)).map(sliceOf));
  expect([...slices].filter((slice) => !order.includes(slice))).toEqual([]);
  for (const [slice, below] of Object.entries(mayImport)) {
    expect(order.slice(0, order.indexOf(slice)), slice).toEqual(expect.arrayContaining(below));
  }
});

it("nothing but a door imports a door, and nothing of the product imports a test's file", () => {
  expect(named(imports.filter(({ from, to }) => (isDoor(to) && !isDoor(from)) || isTest(to)))).toEqual([]);
});

it.each(Object.entries(reserved))("only the files listed say %s", (word, files) => {
  expect(product.filter((file) => new RegExp(`\\b${word}\\b`).test(code(file)))).toEqual(files);
});

it("only doors read the environment, and what starts a program hands its PATH on", () => {
  const readers = product.filter((file) => /\bprocess\.env\b/.test(code(file)) && !isDoor(file));
  expect(readers).toEqual(["deploy/backup/tools.ts"]);
});
