import { expect, test } from "vitest";
import { buildApp } from "../src/app.ts";
import { issueApiKey } from "../src/tenancy/api-keys.ts";
import { permissions } from "../src/tenant.ts";
import { onEveryDatabase } from "./databases.ts";
import { aCompany, anAppointment } from "./factories.ts";

onEveryDatabase("bad input", (db) => {
  test("is refused with a 4xx that names the field; nothing makes an error of ours", async () => {
    const company = await aCompany(db());
    const { key } = await issueApiKey(db(), company.caller, { name: "k", scopes: [...permissions], expiresAt: null });
    const app = await buildApp({ db: db() });
    const send = (method: "GET" | "POST" | "PATCH" | "DELETE", url: string, payload?: object) =>
      app.inject({
        method,
        url: `/api/v1${url}`,
        headers: { authorization: `Bearer ${key}` },
        ...(payload ? { payload } : {}),
      });
    const id = await anAppointment(db(), company);
    const { branchId, serviceId, customerId } = company;
    const booking = { branchId, serviceId, customerId, startsAt: "2026-03-20T09:00:00Z" };
    const policy = { policyType: "cancellation", level: "company", targetId: String(company.companyId), config: {} };
    const wrong = [
      await send("POST", "/appointments", { ...booking, startsAt: "2026-02-30T09:00:00Z" }),
      await send("POST", "/appointments", { ...booking, startsAt: "2020-03-20T09:00:00Z" }),
      await send("POST", "/appointments", { ...booking, customerId: Number.MAX_SAFE_INTEGER }),
      await send("POST", "/appointments", { ...booking, branchId: "ü" }),
      await send("POST", "/appointments", { ...booking, colour: "red" }),
      await send("POST", `/appointments/${id}/cancellation`, { reason: "a\u0000b" }),
      await send("POST", `/appointments/${id}/cancellation`, { reason: 7 }),
      await send("POST", `/appointments/${id}/rescheduling`, { startsAt: "2026-03-01T09:00:00Z" }),
      await send("POST", "/policies", { ...policy, config: { minNoticeHours: -1 } }),
      await send("POST", "/policies", { ...policy, config: { minNotice: 1 } }),
      await send("POST", "/policies", { ...policy, level: "staff", targetId: "Ünïcode" }),
      await send("POST", "/policies", { ...policy, level: "service", targetId: "9".repeat(36) }),
      await send("POST", "/policies", { ...policy, overridesId: 999999 }),
      await send("GET", "/policies/effective?policyType=cancellation&serviceId=99999999999999999999"),
      await send("GET", "/policies?targetId=%C3%BC"),
      await send("GET", "/appointments?from=yesterday"),
      await send("GET", "/appointments?cursor=rubbish"),
      await send("GET", "/appointments?from=2026-03-20T09:00:00Z&until=2026-03-19T09:00:00Z"),
      await send("GET", "/callbacks/stats?from=2026-03-20T09:00:00Z&until=2026-03-20T09:00:00Z"),
      await send("GET", "/appointments/01"),
      await send("GET", "/modifications/export?from=2026-03-20T09:00:00Z&until=2026-03-19T09:00:00Z"),
      await send("POST", "/customers", { name: "Ada", phone: "112233445566778899001122" }),
      await send("POST", "/customers", { name: "Ada", email: "ada@" }),
      await send("POST", "/branches", { name: "Mitte", timezone: "Mars/Olympus" }),
      await send("POST", "/services", { name: "Cut", branchId: "1" }),
      await send("PATCH", `/companies/${company.companyId}`, { currency: "EURO" }),
      await send("GET", "/policies/effective-tree?policyType=cancellation&level=staff&targetId=%C3%BC"),
      await send("GET", "/policies/effective-tree?policyType=cancellation&level=service"),
      await send("POST", "/policies/import", { format: "frontdesk-policies", version: 2, policies: [] }),
      await send("GET", "/appointments/1e3"),
      await send("POST", "/callbacks", { branchId, phoneNumber: "0151 23456789", customerName: " \u200b\t" }),
    ];
    for (const reply of wrong) {
      expect(reply.statusCode, reply.body).toBe(422);
      expect(reply.json().errors.length, reply.body).toBeGreaterThan(0);
    }
    expect((await send("GET", "/appointments/999999999999999")).statusCode).toBe(404);
    await app.close();
  });

  test("markup and SQL in a text are kept byte for byte", async () => {
    const company = await aCompany(db());
    const { key } = await issueApiKey(db(), company.caller, { name: "k", scopes: [...permissions], expiresAt: null });
    const app = await buildApp({ db: db() });
    const reason = `'; drop table appointments; -- <b>Ö'Neil</b> \\ 🙂 {"a":1}`;
    const headers = { authorization: `Bearer ${key}` };
    const url = `/api/v1/appointments/${await anAppointment(db(), company)}/cancellation`;
    expect((await app.inject({ method: "POST", url, headers, payload: { reason } })).statusCode).toBe(200);
    const [row] = (await app.inject({ url: "/api/v1/modifications", headers })).json().items;
    expect(row.reason).toBe(reason);
    await app.close();
  });
});
