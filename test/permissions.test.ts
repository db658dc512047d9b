import type { FastifyInstance, InjectOptions } from "fastify";
import { expect, test } from "vitest";
import { z } from "zod";
import { buildApp, routes } from "../src/app.ts";
import { grantedRoles } from "../src/db/schema.ts";
import type { Route } from "../src/http/route.ts";
import { bareInstallation } from "../src/installation.ts";
import { accountSchema, saveAccount } from "../src/notifications/accounts.ts";
import { allowanceOf, type Grant, type Role, rolePermissions } from "../src/tenancy/roles.ts";
import type { Caller, Permission } from "../src/tenant.ts";
import { onEveryDatabase, type TestDb } from "./databases.ts";
import { aCompany } from "./factories.ts";
import {
  extentPermissionOf,
  hasPlace,
  isConfiguring,
  nameOf,
  needsPermission,
  requestTo,
} from "./permissions/requests.ts";
import { aSite, nowhere, type Site } from "./permissions/site.ts";

interface Answer {
  readonly status: number;
  /** Without what differs from request to request. */
  readonly body: unknown;
}

/** Every role at every route of the route list, in its own branch, in another one, in another company, and of nothing. */
onEveryDatabase("roles", (db) => {
  for (const role of grantedRoles) {
    test(`as ${role}: every route answers as the table of permissions says`, async () => {
      await using stage = await aStage(db(), role);
      for (const route of inOrder(routes)) await expectAsTheTableSays(stage, role, route);
    });
  }

  test("without a role nothing is allowed", async () => {
    await using stage = await aStage(db(), null);
    for (const route of routes) {
      if (!needsPermission(route)) continue;
      expect((await stage.ask(route, stage.own)).status, nameOf(route)).toBe(403);
    }
  });

  for (const role of grantedRoles) {
    test(`as ${role}: lists, files and numbers hold what the role reaches and nothing else`, async () => {
      await using stage = await aStage(db(), role);
      const { own, other, foreign } = stage;
      const held = routes.filter(
        (route) => needsPermission(route) && (route.permission as Permission) in rolePermissions[role],
      );
      for (const route of held.filter((each) => nameOf(each) in lists)) {
        const name = nameOf(route);
        const [field, mark] = lists[name] as [string, keyof Site];
        const shown = valuesOf(field, (await stage.ask(route, own, wholeList(route))).body);
        const isCompanys = rolePermissions[role][route.permission as Permission] === "company";
        expect(shown, name).toContain(own[mark]);
        expect(shown.includes(other[mark]), `${name}: another branch's`).toBe(isCompanys);
        expect(shown, name).not.toContain(foreign[mark]);
      }
      for (const [path, count] of Object.entries(numbers)) {
        const route = held.find((each) => nameOf(each) === path);
        if (route === undefined) continue;
        const extent = rolePermissions[role][route.permission as Permission];
        expect(count((await stage.ask(route, own)).body as never), path).toBe(extent === "company" ? 2 : 1);
      }
    });
  }

  test("every list that a role reaches in part is tried", () => {
    const partial = routes.filter(
      ({ method, reply, permission }) =>
        method === "GET" &&
        (reply instanceof z.ZodString || (reply instanceof z.ZodObject && "items" in reply.shape)) &&
        Object.values(rolePermissions).some((row) => /branches|own/.test(row[permission as Permission] ?? "")),
    );
    expect(partial.map(nameOf).filter((name) => !(name in lists) && !(name in numbers))).toEqual([]);
  });

  test("contacts are masked for who may not see them, and cannot be looked for", async () => {
    await using stage = await aStage(db(), "viewer");
    const get = async (url: string) => (await stage.app.inject({ url: `/api/v1${url}` })).json();
    expect(await get(`/customers/${stage.own.customerId}`)).toMatchObject({ phone: "+49•••••45" });
    expect((await get("/customers")).items[0]).toMatchObject({ phone: "+49•••••45" });
    expect((await get("/customers?phone=%2B493055512345")).code).toBe("forbidden");
    expect((await get("/callbacks")).items[0]).toMatchObject({ phoneNumber: "+49•••••45" });
    expect((await get(`/callbacks/${stage.own.callbackId}`)).callback).toMatchObject({ phoneNumber: "+49•••••45" });
    const deliveries = (await get("/deliveries")).items as { address: string | null; content: object | null }[];
    expect(deliveries.map(({ content }) => content)).toEqual(deliveries.map(() => null));
    expect(JSON.stringify(deliveries)).not.toContain("493055512345");
  });

  test("contacts are shown to who may see them", async () => {
    for (const role of ["receptionist", "staff"] as const) {
      await using stage = await aStage(db(), role);
      const get = async (url: string) => (await stage.app.inject({ url: `/api/v1${url}` })).json();
      expect(await get(`/customers/${stage.own.customerId}`)).toMatchObject({ phone: "+493055512345" });
      expect((await get("/callbacks")).items[0]).toMatchObject({ phoneNumber: "+493055512345" });
    }
  });
});

/** What customers are erased by comes last: nothing is found of them afterwards. */
function inOrder(list: readonly Route[]): Route[] {
  const rank = ({ path }: Route) => (path.endsWith("/erasure") ? 1 : 0);
  return list.filter(needsPermission).sort((one, other) => rank(one) - rank(other));
}

async function expectAsTheTableSays({ ask, own, other, foreign }: Stage, role: Role, route: Route): Promise<void> {
  const name = nameOf(route);
  const table = rolePermissions[role];
  if (table[route.permission as Permission] === undefined) {
    for (const site of [own, other, foreign, nowhere]) expect((await ask(route, site)).status, name).toBe(403);
    return;
  }
  // It never ends where it is allowed; what it tells is tested beside it.
  if (route.stream) return;

  const extent = table[extentPermissionOf(route)];
  const nobodys = await ask(route, nowhere);
  const mine = await ask(route, own);
  if (isOfTheCompany(route) || (role === "staff" && isOfACustomer(route))) {
    expect(mine.status === 403, name).toBe(extent !== "company" && isConfiguring(route));
    return;
  }
  if (!hasPlace(route)) return expectAllowed(mine, null, name);

  expectAllowed(mine, nobodys, name);
  expect(await ask(route, foreign), `${name} of another company`).toEqual(nobodys);
  const elsewhere = await ask(route, other);
  if (extent === "company" || (extent === "branches" && isOfACustomer(route))) expectAllowed(elsewhere, nobodys, name);
  else if (isConfiguring(route)) expect(elsewhere.status, name).toBe(403);
  else expect(elsewhere, `${name} of another branch`).toEqual(nobodys);
}

/** Done, or refused for another reason than who asks. */
function expectAllowed({ status, body }: Answer, nobodys: Answer | null, name: string): void {
  expect([401, 403, 405, 500], `${name} ${JSON.stringify(body)}`).not.toContain(status);
  if (nobodys === null) expect(status, name).not.toBe(404);
  else expect(body, name).not.toEqual(nobodys.body);
}

const isOfTheCompany = ({ method, path }: Route) =>
  method !== "GET" && (path === "/notification-settings" || path.startsWith("/notification-templates/:event"));
const isOfACustomer = ({ method, path }: Route) => method === "PUT" && path.startsWith("/customers/:customerId");

/** By which field of a list's items, or column of its lines, a site's own is known. */
const lists: Readonly<Record<string, readonly [field: string, mark: keyof Site]>> = {
  "GET /appointments": ["id", "appointmentId"],
  "GET /callbacks": ["id", "callbackId"],
  "GET /escalations": ["id", "escalationId"],
  "GET /deliveries": ["id", "deliveryId"],
  "GET /modifications": ["appointmentId", "cancelledId"],
  "GET /modifications/export": ["appointmentId", "cancelledId"],
  "GET /reservations": ["id", "reservationId"],
  "GET /decisions": ["appointmentId", "cancelledId"],
  "GET /customers": ["id", "customerId"],
  "GET /customers/export": ["id", "customerId"],
  "GET /policies": ["id", "policyId"],
  "GET /calendars": ["id", "calendarId"],
  "GET /ladders": ["id", "ladderId"],
  "GET /notification-configurations": ["id", "configurationId"],
};

const numbers: Readonly<Record<string, (body: never) => number>> = {
  "GET /callbacks/stats": ({ created }: { created: number }) => created,
  "GET /modifications/stats": ({ cancelled }: { cancelled: { withinPolicy: number } }) => cancelled.withinPolicy,
  "GET /deliveries/stats": ({ failed }: { failed: number }) => failed,
  "GET /deliveries/dead-letters": ({ items }: { items: { count: number }[] }) =>
    items.reduce((sum, { count }) => sum + count, 0),
};

const wholeList = ({ path }: Route) => (path.endsWith("/export") ? {} : { query: { limit: "100" } });

function valuesOf(field: string, body: unknown): string[] {
  if (typeof body !== "string") {
    return (body as { items: Record<string, unknown>[] }).items.map((item) => String(item[field]));
  }
  const [head = [], ...lines] = body.split("\r\n").map((line) => line.split(","));
  return lines.map((cells) => cells[head.indexOf(field)] ?? "");
}

interface Stage {
  readonly app: FastifyInstance;
  readonly own: Site;
  readonly other: Site;
  readonly foreign: Site;
  ask(route: Route, site: Site, more?: InjectOptions): Promise<Answer>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Somebody with a role at the first of a company's two branches, as its staff member; null for no role at all. */
async function aStage(db: TestDb, role: Role | null): Promise<Stage> {
  const company = await aCompany(db);
  const [own, other] = [await aSite(db, company), await aSite(db, company)];
  const foreign = await aSite(db, await aCompany(db));
  const installation = { ...bareInstallation, mailboxFolder: "unused" };
  await saveAccount(db, company.caller, installation, "email", accountSchema.parse({ kind: "mailbox" }), null);
  // A period ends before now.
  db.clock.advance(1000);
  const grants: Grant[] = role === null ? [] : [{ role, branchId: own.branchId, staffId: own.staffId }];
  const { companyId } = company;
  const caller: Caller = { companyId, actor: { type: "user", id: `${companyId}` }, ...allowanceOf(grants) };
  const app = await buildApp({ db, authenticate: async () => caller });
  return {
    app,
    own,
    other,
    foreign,
    async ask(route, site, more = {}) {
      const { statusCode: status, headers, body } = await app.inject({ ...requestTo(route, site, own), ...more });
      if (!/json/.test(String(headers["content-type"]))) return { status, body };
      const { requestId: _, instance: __, ...rest } = JSON.parse(body);
      return { status, body: rest };
    },
    [Symbol.asyncDispose]: () => app.close(),
  };
}
