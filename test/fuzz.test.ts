import { randomBytes, randomUUID } from "node:crypto";
import fc from "fast-check";
import type { FastifyInstance, InjectOptions } from "fastify";
import { sql } from "kysely";
import { expect, onTestFinished, test, vi } from "vitest";
import { buildApp, routes } from "../src/app.ts";
import { cancelAppointment } from "../src/appointments/cancel.ts";
import { defaultLadder } from "../src/callbacks/ladder.ts";
import { acrossCompanies } from "../src/db/across-companies.ts";
import { allTables } from "../src/db/schema.ts";
import type { Route } from "../src/http/route.ts";
import { bareInstallation } from "../src/installation.ts";
import { appointmentLink } from "../src/notifications/links.ts";
import { createSignIn } from "../src/people/sign-in.ts";
import { addUser } from "../src/people/users.ts";
import { parseKeyring } from "../src/secrets.ts";
import { issueApiKey } from "../src/tenancy/api-keys.ts";
import { permissions } from "../src/tenant.ts";
import { onEveryDatabase } from "./databases.ts";
import { aCompany, aCustomer, anAppointment, aPolicy, byCustomer } from "./factories.ts";
import { type Operation, requestsOf } from "./fuzz/requests.ts";
import { awkwardTexts, type Known, type Schema } from "./fuzz/schema.ts";
import { collectGarbage } from "./garbage.ts";
import { aSite, named, type Site } from "./permissions/site.ts";

/** What a request has tried out leads nowhere: no name is known, and nobody else's servers are bothered. */
vi.mock("node:dns", async (original) => ({ ...(await original<object>()), lookup: unknownHost }));
vi.stubGlobal("fetch", () => Promise.reject(new TypeError("fetch failed")));
function unknownHost(host: string, _options: unknown, callback: (error: Error) => void): void {
  setImmediate(callback, Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: "ENOTFOUND" }));
}

/** Each engine gets other requests. */
const seeds = { sqlite: 20260302, mariadb: 20260303, mysql: 20260304 } as const;
const theirSecret = "Zwetschgenmus";

/** @returns the status of the reply */
type Send = (request: InjectOptions) => Promise<number>;

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** One that can keep credentials. */
const publicUrl = "https://desk.example";
const installation = {
  ...bareInstallation,
  publicUrl,
  keyring: parseKeyring(`fuzz:${randomBytes(32).toString("base64")}`),
};

/** Every route, from the document that describes it: one that is listed tomorrow is fuzzed tomorrow. */
onEveryDatabase("whatever is sent", (db, engine) => {
  const cases = Number(process.env.FUZZ_CASES ?? 300);
  const seed = Number(process.env.FUZZ_SEED ?? seeds[engine]);

  async function stage() {
    const theirs = await aCompany(db());
    const theirCustomer = await aCustomer(db(), theirs.caller, { name: theirSecret });
    const theirAppointment = await anAppointment(db(), theirs, { customerId: theirCustomer });
    const told = byCustomer({ reason: theirSecret });
    const theirDecision = await cancelAppointment(db(), theirs.caller, theirAppointment, told);
    const theirPolicy = await aPolicy(db(), theirs, "cancellation", { minNoticeHours: 24 });
    const theirSite = await aSite(db(), theirs);

    const mine = await aCompany(db());
    const sites: Site[] = [];
    for (let count = 0; count < 4; count++) sites.push(await aSite(db(), mine));
    const ofSites = (name: keyof Site) => [...sites, theirSite].map((site) => site[name]);
    const appointments: number[] = [];
    for (let index = 0; index < 60; index++) {
      const staffId = index % 2 === 0 ? null : mine.staffId;
      appointments.push(await anAppointment(db(), mine, { inHours: -20 + index * 3, staffId }));
    }
    const cancelled = await anAppointment(db(), mine, { inHours: 300 });
    const decision = await cancelAppointment(db(), mine.caller, cancelled, byCustomer());
    const policies = [
      await aPolicy(db(), mine, "cancellation", { minNoticeHours: 4, maxPer30Days: 500 }),
      await aPolicy(db(), mine, "reschedule", { minNoticeHours: 4 }),
      await aPolicy(db(), mine, "cancellation", { requireReason: true }, { level: "branch", targetId: mine.branchId }),
    ];
    const { id, key } = await issueApiKey(db(), mine.caller, { name: "k", scopes: [...permissions], expiresAt: null });
    // No request is to revoke the very key that it is sent with.
    await acrossCompanies(db())
      .updateTable("api_keys")
      .set({ id: (4e12 + id) as never })
      .where("id", "=", id)
      .execute();
    const users = [];
    for (const company of [mine, mine, mine, mine, theirs]) {
      const person = { email: `${randomUUID()}@people.example`, name: theirSecret, grants: [] };
      users.push((await addUser(db(), company.caller, company === mine ? { ...person, name: "Ada" } : person)).id);
    }
    const spare = await issueApiKey(db(), mine.caller, { name: "k", scopes: ["policies:read"], expiresAt: null });
    const company = { level: "company", targetId: null };
    const pools = {
      ...Object.fromEntries(named.map((name) => [name, ofSites(name)])),
      appointmentId: [...appointments, ...appointments, theirAppointment],
      decisionId: [decision.decisionId, decision.decisionId, theirDecision.decisionId],
      policyId: [...policies, ...policies, ...policies, theirPolicy],
      overridesId: [null, null, policies[0], theirPolicy],
      branchId: [mine.branchId, mine.branchId, mine.branchId, ...ofSites("branchId")],
      serviceId: [mine.serviceId, mine.serviceId, mine.serviceId, ...ofSites("serviceId").map(Number)],
      staffId: [mine.staffId, mine.staffId, mine.staffId, ...ofSites("staffId")],
      customerId: [mine.customerId, ...ofSites("customerId").map(Number), theirCustomer],
      userId: users,
      apiKeyId: [spare.id, spare.id + 1000],
      companyId: [mine.companyId, mine.companyId, theirs.companyId],
      name: ["Ada", "O'Neil <b>Ü</b>", "=1+1", "🙂", "x".repeat(255)],
      timezone: ["Europe/Berlin", "America/New_York", "UTC"],
      locale: ["de", "en", "de-AT"],
      currency: ["EUR", "CHF", "USD"],
      email: ["ada@example.org", "bea@example.org", "cy@example.org", "dora@example.org", null],
      notificationEmail: ["branch@example.org", null],
      url: ["https://crm.example/hook", "https://crm.example/hook?a=1", "http://127.0.0.1/"],
      csv: ["name\nAda\n", 'name,email\n"O\'Neil, Ü",ada@example.org\n', "name,timezone\nMitte,Europe/Berlin\n"],
      phone: ["030 12345678", "+4915123456789", null, "nonsense"],
      targetId: [String(mine.companyId), mine.branchId, mine.staffId, String(mine.serviceId), theirs.branchId],
      policies: [
        [],
        [{ policyType: "recurring", level: "company", targetId: null, config: { allowPartialCancel: false } }],
        [
          { policyType: "reschedule", level: "company", targetId: null, config: { minNoticeHours: 2 } },
          { policyType: "reschedule", level: "branch", targetId: mine.branchId, config: {}, overrides: company },
          { policyType: "reschedule", level: "staff", targetId: mine.staffId, config: {}, isOverride: false },
        ],
        [{ policyType: "recurring", level: "branch", targetId: theirs.branchId, config: {} }],
      ],
      field: ["minNoticeHours", "fee", "maxPer30Days", "nonsense"],
      callerPhone: [null, "+493012345678", "030 12345678", "anonymous"],
      cursor: ["rubbish", "eyJ4Ijox"],
      bookedAt: [null],
      expiresAt: [null, "2030-01-01T00:00:00Z"],
      steps: [defaultLadder, defaultLadder.slice(0, 1)],
    };
    const tokens = appointments.map((appointmentId) => {
      const { companyId, customerId } = mine;
      const link = appointmentLink(installation, { companyId, appointmentId, customerId }, "2026-03-20T09:00:00Z");
      return link.slice(`${publicUrl}/a/`.length);
    });
    return { mine, key, pools, tokens };
  }

  /** The routes with a counter on the way into the domain. */
  function counting(reached: Map<string, number>): Route[] {
    return routes.map((route) => ({
      ...route,
      handle: (context) => {
        const name = `${route.method} ${route.path}`;
        reached.set(name, (reached.get(name) ?? 0) + 1);
        return route.handle(context);
      },
    }));
  }

  test("texts come back byte for byte", async () => {
    const { mine, key } = await stage();
    await using app = await buildApp({ db: db(), rateLimitPerMinute: 1e9 });
    const headers = { authorization: `Bearer ${key}` };
    const policyType = "recurring";
    const made = await app.inject({
      method: "POST",
      url: "/api/v1/policies",
      headers,
      payload: { policyType, level: "company", targetId: String(mine.companyId), config: {} },
    });
    const url = `/api/v1/policies/${made.json().id}`;
    for (const comment of fc.sample(awkwardTexts(0, 2000), { numRuns: 60, seed })) {
      const { statusCode, body } = await app.inject({
        method: "PATCH",
        url,
        headers,
        payload: { comment, config: {} },
      });
      expect(statusCode, body).toBe(200);
      const [version] = (await app.inject({ url: `${url}/versions?limit=1`, headers })).json().items;
      expect(version.comment).toBe(comment);
    }
  });

  /**
   * First what reads the whole of something, which takes longer with each row; last what deletes, or the others would
   * find nothing. A stream does not end by itself, and takes no input to speak of.
   */
  function inTurn(): Route[] {
    const place = ({ method, path }: Route) => (method === "DELETE" ? 2 : /export|verification/.test(path) ? 0 : 1);
    return routes.filter(({ stream }) => stream === undefined).toSorted((one, other) => place(one) - place(other));
  }

  test(`${cases} requests a route: no error of ours, and a refusal says what to mend and writes nothing`, {
    timeout: 300_000,
  }, async () => {
    const { key, pools, tokens } = await stage();
    const reached = new Map<string, number>();
    const signIn = createSignIn({
      db: db(),
      url: db().url,
      installation,
      onError: (error) => expect(error).toBeNull(),
    });
    const options = { installation, signIn, rateLimitPerMinute: 1e9 };
    await using app = await buildApp({ db: db(), routes: counting(reached), ...options });
    onTestFinished(signIn.close);
    const document = (await app.inject("/api/v1/openapi.json")).json<Document>();
    const known: Known = {
      schemas: document.components.schemas,
      pools,
      instead: { config: document.components.schemas.Policy?.properties?.config ?? {} },
      now: db().clock.now().epochMilliseconds,
    };
    const send = sender(app, key, tokens);
    const table: Record<string, Record<string, number>> = {};
    const heapBefore = await heapInUse();

    for (const { method, path } of inTurn()) {
      const name = `${method} ${path}`;
      const documented = `/api/v1${path.replace(/:(\w+)/g, "{$1}")}`;
      const operation = document.paths[documented]?.[method.toLowerCase()] ?? {};
      const requests = fc.sample(requestsOf(method, documented, operation, known), { numRuns: cases, seed });
      const refused: InjectOptions[] = [];
      const counts = { cases, reachedDomain: 0, done: 0, conflict: 0, refused: 0 };
      await eachOf(requests, 8, async (request) => {
        const status = await send(request);
        if (status < 300) counts.done++;
        else if (status === 409) counts.conflict++;
        else counts.refused++;
        if (isMistaken(status)) refused.push(request);
      });
      counts.reachedDomain = reached.get(name) ?? 0;
      table[name] = counts;

      await writesNothing(name, refused, send);
      expect(counts.reachedDomain, `${name} was hardly entered`).toBeGreaterThanOrEqual(cases / 2);
    }
    const keptMb = Math.round(((await heapInUse()) - heapBefore) / 2 ** 20);
    console.log(`fuzz on ${engine}, seed ${seed}, ${keptMb} MB kept of it\n${asText(table)}`);
    expect(keptMb).toBeLessThan(100);
  });

  /** Sent again; what was refused for the state of that moment only is not refused so now: then again without it. */
  async function writesNothing(name: string, refused: readonly InjectOptions[], send: Send): Promise<void> {
    const before = await rowCounts();
    const again: InjectOptions[] = [];
    await eachOf(refused, 8, async (request) => {
      if (isMistaken(await send(request))) again.push(request);
    });
    if (again.length < refused.length) return await writesNothing(name, again, send);
    expect(await rowCounts(), `what ${name} refused wrote something`).toEqual(before);
  }

  /** @param tokens of customers' links, which some routes take in place of the key: one after the other */
  function sender(app: FastifyInstance, key: string, tokens: readonly string[]): Send {
    let sent = 0;
    return async (request) => {
      const isByLink = String(request.url).startsWith("/api/v1/customer-page");
      const bearer = isByLink ? tokens[sent++ % tokens.length] : key;
      const headers = { ...request.headers, authorization: `Bearer ${bearer}`, "sec-fetch-site": "same-origin" };
      const { statusCode, body, headers: replied } = await app.inject({ ...request, headers });
      const shown = `${JSON.stringify(request).slice(0, 2000)}\n→ ${statusCode} ${body.slice(0, 1000)}`;
      expect(statusCode, shown).toBeLessThan(500);
      expect(body, shown).not.toContain(theirSecret);
      if (statusCode >= 400) {
        expect(replied["content-type"], shown).toContain("application/problem+json");
        const problem = JSON.parse(body);
        expect(problem, shown).toMatchObject({ code: expect.any(String), title: expect.any(String) });
        if (statusCode === 422) expect(`${problem.errors.map(String)}${problem.detail ?? ""}`, shown).not.toBe("");
      }
      return statusCode;
    };
  }

  /** Of every table but the one that keeps a key's answer, refusals among them. */
  async function rowCounts(): Promise<Record<string, number>> {
    const counts = allTables
      .filter(({ name }) => name !== "idempotency_keys")
      .map(({ name }) => sql`select ${sql.lit(name)} as name, count(*) as n from ${sql.table(name)}`);
    const all = sql<{ name: string; n: number }>`${sql.join(counts, sql` union all `)}`;
    const { rows } = await all.execute(acrossCompanies(db()));
    return Object.fromEntries(rows.map(({ name, n }) => [name, Number(n)]));
  }
});

const isMistaken = (status: number) => [400, 413, 415, 422].includes(status);

/** In bytes, once what is of no use any more is gone. */
async function heapInUse(): Promise<number> {
  await new Promise(setImmediate);
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

async function eachOf<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const item of left) await work(item);
    }),
  );
}

function asText(table: Record<string, Record<string, number>>): string {
  return Object.entries(table)
    .map(
      ([name, counts]) =>
        `${name.padEnd(52)} ${Object.entries(counts)
          .map(([key, n]) => `${key} ${String(n).padStart(3)}`)
          .join("  ")}`,
    )
    .join("\n");
}
