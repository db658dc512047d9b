import { createHmac, randomBytes } from "node:crypto";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { onEveryDatabase } from "../../test/databases.ts";
import { type ACompany, aCompany, anAppointment, aPolicy, byCustomer } from "../../test/factories.ts";
import { type HookSink, hookSink } from "../../test/sinks.ts";
import { buildApp } from "../app.ts";
import { cancelAppointment } from "../appointments/cancel.ts";
import { acrossCompanies } from "../db/across-companies.ts";
import { bareInstallation, type Installation } from "../installation.ts";
import { alertOperatorsAcrossCompanies } from "../notifications/alerts.ts";
import { planEventsAcrossCompanies } from "../notifications/plan.ts";
import { parseKeyring } from "../secrets.ts";
import { issueApiKey } from "../tenancy/api-keys.ts";
import type { EventFilter } from "./catalogue.ts";
import { deliverWebhooksAcrossCompanies } from "./deliver.ts";
import { findEndpoint } from "./endpoint-store.ts";
import { changeEndpoint, createEndpoint, openSecret, rotateWebhookSecretsAcrossCompanies } from "./endpoints.ts";
import { pauses } from "./outcome.ts";
import { planWebhooks } from "./plan.ts";
import { replayFailed, replayWebhook } from "./replay.ts";

const oldKey = `first:${randomBytes(32).toString("base64")}`;
const keyring = parseKeyring(oldKey);
const installation: Installation = { ...bareInstallation, keyring, allowsPrivateNetworks: true };
let sink: HookSink;
beforeAll(async () => {
  sink = await hookSink();
});
afterAll(() => sink.close());

onEveryDatabase("webhooks", (db) => {
  let count = 0;

  async function anEndpoint(company: ACompany, eventTypes: readonly EventFilter[] = ["*"]) {
    const path = `/${db().engine}/${++count}`;
    const made = await createEndpoint(db(), company.caller, installation, {
      url: sink.url + path,
      description: "",
      eventTypes,
    });
    return { ...made, received: () => sink.hooks.filter((hook) => hook.path === path) };
  }

  async function work(on = installation) {
    await planEventsAcrossCompanies(db(), on, planWebhooks);
    const { signal } = new AbortController();
    await deliverWebhooksAcrossCompanies({ db: db(), log: pino({ level: "silent" }), signal, installation: on });
  }

  async function cancel(company: ACompany) {
    await cancelAppointment(db(), company.caller, await anAppointment(db(), company), byCustomer());
  }

  const rowsOf = ({ caller }: ACompany) =>
    db().of(caller).selectFrom("webhook_deliveries").selectAll().orderBy("id").execute();

  test("an event reaches each endpoint that wants it once, signed over the bytes that are sent", async () => {
    const company = await aCompany(db());
    const all = await anEndpoint(company);
    const policies = await anEndpoint(company, ["policy.*"]);
    const strangers = await anEndpoint(await aCompany(db()));
    await cancel(company);
    await work();
    await work();
    expect(policies.received()).toEqual([]);
    expect(strangers.received()).toEqual([]);
    const [hook, ...others] = all.received();
    expect(others).toEqual([]);
    expect(JSON.parse(hook?.body ?? "")).toMatchObject({
      type: "appointment.cancelled",
      timestamp: expect.stringMatching(/Z$/),
      data: { companyId: company.companyId, initiatedBy: "customer" },
    });
    const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature } = hook?.headers ?? {};
    const key = Buffer.from(all.secret.replace("whsec_", ""), "base64");
    const expected = createHmac("sha256", key).update(`${id}.${timestamp}.${hook?.body}`).digest("base64");
    expect(signature).toBe(`v1,${expected}`);
    expect(await rowsOf(company)).toMatchObject([{ status: "delivered", response_status: 204, attempts: 1 }]);
  });

  test("the secret is nowhere in the database in the clear", async () => {
    const company = await aCompany(db());
    const { id, secret } = await anEndpoint(company);
    const row = await findEndpoint(db(), company.caller, id);
    expect(JSON.stringify(row)).not.toContain(secret.replace("whsec_", ""));
  });

  test("the reply that an idempotency key keeps holds no secret in the clear, and is replayed with it", async () => {
    const company = await aCompany(db());
    const { key } = await issueApiKey(db(), company.caller, { name: "k", scopes: ["webhooks:write"], expiresAt: null });
    const app = await buildApp({ db: db(), installation });
    const create = () =>
      app.inject({
        method: "POST",
        url: "/api/v1/webhook-endpoints",
        headers: { authorization: `Bearer ${key}`, "idempotency-key": "once" },
        payload: { url: "https://hooks.example.org/in", eventTypes: ["*"] },
      });
    const first = await create();
    expect(first.statusCode).toBe(201);
    const { secret } = first.json();
    const rows = await db().of(company.caller).selectFrom("idempotency_keys").select("response_body").execute();
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(secret.replace("whsec_", ""));
    const second = await create();
    expect([second.statusCode, second.json()]).toEqual([201, first.json()]);
    expect(second.headers["idempotency-replayed"]).toBe("true");
    await app.close();
  });

  test("a new key takes over the secrets, and the old one is not needed any more", async () => {
    const company = await aCompany(db());
    const { id, secret } = await anEndpoint(company);
    const fresh = `second:${randomBytes(32).toString("base64")}`;
    const both = parseKeyring(`${fresh},${oldKey}`);
    if (!both) throw new Error("no keyring");
    expect((await rotateWebhookSecretsAcrossCompanies(db(), both)).rotated).toBeGreaterThanOrEqual(1);
    const row = await findEndpoint(db(), company.caller, id);
    expect(row && openSecret(parseKeyring(fresh), company.caller, row)).toBe(secret);
    await db().of(company.caller).deleteFrom("webhook_endpoints").execute();
    const back = parseKeyring(`${oldKey},${fresh}`);
    if (back) await rotateWebhookSecretsAcrossCompanies(db(), back);
  });

  test("what fails is tried ten times over 75 hours under one id; then the endpoint is disabled", async () => {
    const company = await aCompany(db());
    const endpoint = await anEndpoint(company);
    sink.answer = () => ({ status: 500, body: "x".repeat(5000) });
    await cancel(company);
    await work();
    const start = db().clock.now().epochMilliseconds;
    for (const pause of pauses) {
      await work();
      db().clock.advance(pause * 1100);
      await work();
    }
    sink.answer = () => ({ status: 204 });
    const tried = endpoint.received();
    expect(tried).toHaveLength(10);
    expect(new Set(tried.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    expect(new Set(tried.map(({ body }) => body)).size).toBe(1);
    expect(db().clock.now().epochMilliseconds - start).toBeGreaterThanOrEqual(75 * 3_600_000);
    expect(await rowsOf(company)).toMatchObject([{ status: "failed", response_status: 500, next_at: null }]);
    const bodies = await db().of(company.caller).selectFrom("webhook_attempts").select("response_body").execute();
    expect(bodies.map(({ response_body }) => response_body?.length)).toEqual(Array(10).fill(1024));
    expect(await findEndpoint(db(), company.caller, endpoint.id)).toMatchObject({
      isEnabled: false,
      disabledReason: "exhausted",
    });
    await alertOperatorsAcrossCompanies(db(), installation);
    const alerts = await db().of(company.caller).selectFrom("operator_alerts").selectAll().execute();
    expect(alerts).toMatchObject([{ kind: "webhook_disabled", subject: String(endpoint.id), resolved_at: null }]);
    await cancel(company);
    await work();
    expect(await rowsOf(company)).toHaveLength(1);

    await expect(replayFailed(db(), company.caller, endpoint.id)).rejects.toMatchObject({ code: "conflict" });
    await changeEndpoint(db(), company.caller, installation, endpoint.id, { isEnabled: true }, null);
    expect(await replayFailed(db(), company.caller, endpoint.id)).toEqual({ replayed: 1 });
    await work();
    expect(endpoint.received().at(-1)?.headers["webhook-id"]).toBe(tried[0]?.headers["webhook-id"]);
    expect(await rowsOf(company)).toMatchObject([{ status: "delivered" }]);
  });

  test("a message that an endpoint chokes on does not silence an endpoint that takes others", async () => {
    const company = await aCompany(db());
    const endpoint = await anEndpoint(company);
    sink.answer = ({ body }) => ({ status: body.includes("appointment.cancelled") ? 500 : 204 });
    await cancel(company);
    await work();
    db().clock.advance(60_000);
    await aPolicy(db(), company, "cancellation", { minNoticeHours: 24 });
    for (const pause of pauses) {
      await work();
      db().clock.advance(pause * 1100);
    }
    await work();
    sink.answer = () => ({ status: 204 });
    expect((await rowsOf(company)).map(({ status }) => status)).toEqual(["failed", "delivered"]);
    expect(await findEndpoint(db(), company.caller, endpoint.id)).toMatchObject({ isEnabled: true });
  });

  test("an endpoint that answers 410 gets nothing any more, and a redirect is not followed", async () => {
    const company = await aCompany(db());
    const [gone, moved] = [await anEndpoint(company), await anEndpoint(company)];
    const elsewhere = `${sink.url}/elsewhere/${db().engine}`;
    sink.answer = ({ path }) =>
      gone.url.endsWith(path) ? { status: 410 } : { status: 302, headers: { location: elsewhere } };
    await cancel(company);
    await work();
    sink.answer = () => ({ status: 204 });
    const [ofGone, ofMoved] = await rowsOf(company);
    expect(ofGone).toMatchObject({ status: "failed", response_status: 410 });
    expect(ofMoved).toMatchObject({ status: "queued", response_status: 302 });
    expect(await findEndpoint(db(), company.caller, gone.id)).toMatchObject({ disabledReason: "gone" });
    expect(moved.received()).toHaveLength(1);
    expect(sink.hooks.some(({ path }) => path === `/elsewhere/${db().engine}`)).toBe(false);
  });

  test("where private networks are not allowed, a name that leads into one is not connected to", async () => {
    const company = await aCompany(db());
    const endpoint = await anEndpoint(company);
    await cancel(company);
    await work({ ...installation, allowsPrivateNetworks: false });
    expect(endpoint.received()).toEqual([]);
    expect(await rowsOf(company)).toMatchObject([
      { status: "queued", response_status: null, last_error: expect.stringContaining("private network") },
    ]);
    const closed = { ...installation, allowsPrivateNetworks: false };
    for (const url of [
      "https://127.0.0.1/x",
      "https://[::ffff:10.0.0.1]/x",
      "http://example.org/",
      "https://0x7f.1/",
    ]) {
      const content = { url, description: "", eventTypes: ["*"] } as const;
      await expect(createEndpoint(db(), company.caller, closed, content), url).rejects.toMatchObject({
        fields: [{ pointer: "/url" }],
      });
    }
  });

  test("a sender that died in the middle is followed by another once its lease has ended", async () => {
    const company = await aCompany(db());
    const endpoint = await anEndpoint(company);
    await cancel(company);
    await planEventsAcrossCompanies(db(), installation, planWebhooks);
    const next_at = db().clock.now();
    await db().of(company.caller).updateTable("webhook_deliveries").set({ status: "sending", next_at }).execute();
    await work();
    expect(endpoint.received()).toHaveLength(1);
    expect(await rowsOf(company)).toMatchObject([{ status: "delivered" }]);
    await replayWebhook(db(), company.caller, (await rowsOf(company))[0]?.id ?? 0);
    await work();
    expect(endpoint.received()).toHaveLength(2);
  });

  test("an event whose notifications cannot be planned reaches the endpoints all the same, once", async () => {
    const company = await aCompany(db());
    const endpoint = await anEndpoint(company);
    await cancel(company);
    const broken = {
      ...installation,
      get mail(): never {
        throw new Error("broken");
      },
    };
    await planEventsAcrossCompanies(db(), broken, planWebhooks);
    await work();
    expect(endpoint.received()).toHaveLength(1);
    await acrossCompanies(db()).deleteFrom("pending_events").execute();
  });
});
