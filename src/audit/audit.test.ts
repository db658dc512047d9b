import { expect, test } from "vitest";
import { aClient } from "../../test/client.ts";
import { onEveryDatabase } from "../../test/databases.ts";
import { type ACompany, aCompany, anAppointment, aPolicy, byCustomer } from "../../test/factories.ts";
import { cancelAppointment } from "../appointments/cancel.ts";
import { expireReservationsAcrossCompanies } from "../appointments/settle.ts";
import { isoOf } from "../clock.ts";
import { acrossCompanies } from "../db/across-companies.ts";
import { transaction } from "../db/transaction.ts";
import { bareInstallation } from "../installation.ts";
import { planEventsAcrossCompanies } from "../notifications/plan.ts";
import { changeSettings } from "../tenancy/settings.ts";
import { audit, auditEvents } from "./log.ts";
import { verifyAudit } from "./verify.ts";

onEveryDatabase("the audit log", (db) => {
  const plan = () => planEventsAcrossCompanies(db(), bareInstallation, auditEvents);
  const rowsOf = ({ caller }: ACompany) =>
    db().of(caller).selectFrom("audit_log").selectAll().orderBy("number").execute();

  test("a change over the API says who, what, each field's old and new value, and the request", async () => {
    const company = await aCompany(db());
    const policyId = await aPolicy(db(), company, "cancellation", { minNoticeHours: 24 });
    await using client = await aClient(db(), company);
    const body = { config: { minNoticeHours: 48 } };
    const changed = await client.send("PATCH", `/policies/${policyId}`, body, { "x-request-id": "req-7" });
    expect(changed.status).toBe(200);
    const log = await client.send("GET", `/audit-log?subjectType=policy&subjectId=${policyId}`);
    expect(log.body.items).toMatchObject([
      {
        number: 3,
        action: "policy.change",
        source: "api",
        requestId: "req-7",
        actor: { type: "api_key" },
        changes: { minNoticeHours: { from: 24, to: 48 } },
      },
      { number: 1, action: "policy.create", actor: { type: "user", id: "1" }, source: "cli" },
    ]);
    expect(Object.keys(log.body.items[0].changes)).toEqual(["minNoticeHours"]);
    const first = await client.send("GET", "/audit-log?limit=1");
    const second = await client.send("GET", `/audit-log?limit=1&cursor=${first.body.nextCursor}`);
    expect(second.body.items).toMatchObject([{ number: 2, action: "apiKey.issued", source: "cli" }]);
    expect(JSON.stringify(second.body)).not.toMatch(/fd_[0-9a-f]{8}_/);
    const exported = await client.send("GET", "/audit-log/export");
    expect(exported.body.jsonLines.trim().split("\n").map(JSON.parse)).toMatchObject([
      { number: 1 },
      { number: 2 },
      { number: 3 },
    ]);
    expect((await client.send("GET", "/audit-log/verification")).body).toEqual({
      isValid: true,
      lines: 3,
      erased: 0,
      brokenAt: null,
    });
  });

  test("what a request did to an appointment holds its id, though a worker writes it; what no request asked for holds none", async () => {
    const company = await aCompany(db());
    await using client = await aClient(db(), company);
    await client.send("PATCH", "/settings", { appointmentOwner: "host" });
    const id = await anAppointment(db(), company);
    const cancelled = await client.send("POST", `/appointments/${id}/cancellation`, {}, { "x-request-id": "req-9" });
    expect(cancelled.body.reservation).toMatchObject({ status: "reserved" });
    db().clock.advance(15 * 60_000);
    await expireReservationsAcrossCompanies(db());
    await plan();
    const { body } = await client.send("GET", `/audit-log?subjectType=appointment&subjectId=${id}`);
    expect(body.items).toMatchObject([
      { action: "appointment.reservation_expired", source: "worker", requestId: null },
      { action: "appointment.change_reserved", source: "api", requestId: "req-9", actor: { type: "api_key" } },
    ]);
    expect(body.items[1].changes).not.toHaveProperty("requestId");
    expect((await client.send("GET", "/audit-log/verification")).body).toMatchObject({ isValid: true });
  });

  test("is narrowed to a period, its beginning included and its end not, page by page", async () => {
    const company = await aCompany(db());
    await using client = await aClient(db(), company);
    const act = { action: "x", subject: { type: "policy", id: 1 }, from: null, to: null };
    const times: string[] = [];
    for (let n = 0; n < 4; n++) {
      db().clock.advance(60_000);
      times.push(isoOf(db().clock.now()));
      await transaction(db(), (tx) => audit(tx, company.caller, act, db().clock.now()));
    }
    const found = async (query: string) => {
      const { body } = await client.send("GET", `/audit-log?action=x&${query}`);
      return { times: body.items.map(({ at }: { at: string }) => at), next: body.nextCursor };
    };
    const [first, second, third, fourth] = times;

    expect((await found(`from=${second}&until=${fourth}`)).times).toEqual([third, second]);
    expect((await found(`from=${third}`)).times).toEqual([fourth, third]);
    expect((await found(`until=${second}`)).times).toEqual([first]);
    const page = await found(`from=${second}&until=${fourth}&limit=1`);
    expect(page.times).toEqual([third]);
    expect((await found(`from=${second}&until=${fourth}&limit=1&cursor=${page.next}`)).times).toEqual([second]);
    const reversed = await client.send("GET", `/audit-log?from=${third}&until=${second}`);
    expect(reversed).toMatchObject({ status: 422, body: { errors: [{ pointer: "query/until" }] } });
  });

  test("a change that is taken back leaves no line", async () => {
    const company = await aCompany(db());
    const failing = transaction(db(), async (tx) => {
      const act = { action: "x", subject: { type: "policy", id: 1 }, from: null, to: null };
      await audit(tx, company.caller, act, db().clock.now());
      throw new Error("taken back");
    });
    await expect(failing).rejects.toThrow("taken back");
    expect(await rowsOf(company)).toEqual([]);
    expect(await verifyAudit(db(), company.caller)).toMatchObject({ isValid: true, lines: 0 });
  });

  test("a cancellation gets its line from its event, once, however often it is shown", async () => {
    const company = await aCompany(db());
    const appointmentId = await anAppointment(db(), company);
    await cancelAppointment(db(), company.caller, appointmentId, byCustomer());
    const broken = {
      ...bareInstallation,
      get mail(): never {
        throw new Error("broken");
      },
    };
    await planEventsAcrossCompanies(db(), broken, auditEvents);
    db().clock.advance(60_000);
    await plan();
    expect(await rowsOf(company)).toMatchObject([
      { action: "appointment.cancelled", subject_id: String(appointmentId), customer_id: company.customerId },
    ]);
  });

  test("writers at the same time form one chain without a gap", async () => {
    const company = await aCompany(db());
    const act = { action: "x", subject: { type: "policy", id: 1 }, from: null, to: { a: 1 } };
    await Promise.all(
      Array.from({ length: 20 }, () => transaction(db(), (tx) => audit(tx, company.caller, act, db().clock.now()))),
    );
    expect(await verifyAudit(db(), company.caller)).toEqual({ isValid: true, lines: 20, erased: 0, brokenAt: null });
  });

  test("a line that is changed, taken out, or cut off at the end is found", async () => {
    const act = { action: "x", subject: { type: "policy", id: 1 }, from: null, to: { a: 1 } };
    const attacks = [
      ["changes", 2],
      ["actor", 2],
      ["middle", 2],
      ["end", 3],
    ] as const;
    for (const [attack, brokenAt] of attacks) {
      const company = await aCompany(db());
      for (let n = 0; n < 3; n++) await transaction(db(), (tx) => audit(tx, company.caller, act, db().clock.now()));
      const log = acrossCompanies(db());
      const at = (number: number) =>
        log.updateTable("audit_log").where("company_id", "=", company.companyId).where("number", "=", number);
      const remove = (number: number) =>
        log.deleteFrom("audit_log").where("company_id", "=", company.companyId).where("number", "=", number);
      if (attack === "changes") await at(2).set({ changes: '{"a":{"to":2}}' }).execute();
      if (attack === "actor") await at(2).set({ actor_token: "somebody-else" }).execute();
      if (attack === "middle") await remove(2).execute();
      if (attack === "end") await remove(3).execute();
      expect(await verifyAudit(db(), company.caller), attack).toMatchObject({ isValid: false, brokenAt });
    }
  });

  test("the log outlives its company", async () => {
    const company = await aCompany(db());
    await changeSettings(db(), company.caller, { policyBasis: "now" }, null);
    await acrossCompanies(db()).deleteFrom("companies").where("id", "=", company.companyId).execute();
    expect(await rowsOf(company)).toMatchObject([{ action: "settings.change" }]);
    expect(await verifyAudit(db(), company.caller)).toMatchObject({ isValid: true, lines: 1 });
  });
});
