import { expect, test } from "vitest";
import { z } from "zod";
import { buildApp, routes } from "../src/app.ts";
import { cancelAppointment } from "../src/appointments/cancel.ts";
import { apiPrefix } from "../src/http/route.ts";
import { issueApiKey } from "../src/tenancy/api-keys.ts";
import { permissions } from "../src/tenant.ts";
import { onEveryDatabase } from "./databases.ts";
import { aCompany, anAppointment, aPolicy, byCustomer } from "./factories.ts";

/** Attacks every route of the route list, so a new one is covered on the day it is listed. */
onEveryDatabase("no company sees another's data", (db) => {
  async function stage() {
    const theirs = await aCompany(db());
    const mine = await aCompany(db());
    const policyId = await aPolicy(db(), theirs, "cancellation", { minNoticeHours: 24 });
    const appointmentId = await anAppointment(db(), theirs);
    await cancelAppointment(db(), theirs.caller, await anAppointment(db(), theirs), byCustomer());
    const { key } = await issueApiKey(db(), mine.caller, {
      name: "intruder",
      scopes: [...permissions],
      expiresAt: null,
    });
    const app = await buildApp({ db: db() });
    const ids: Record<string, string> = {
      appointmentId: String(appointmentId),
      policyId: String(policyId),
      field: "minNoticeHours",
    };
    const request = (method: string, path: string, replacement: Record<string, string>, authorization?: string) =>
      app.inject({
        method: method as "GET",
        url: apiPrefix + path.replace(/:(\w+)/g, (_, name) => replacement[name] ?? ids[name] ?? "1"),
        ...(authorization ? { headers: { authorization } } : {}),
        ...(method === "GET" || method === "DELETE" ? {} : { payload: bodyOf(path) }),
      });
    return { app, request, key: `Bearer ${key}` };
  }

  test("without a key nothing answers, and another company's ids answer as unknown ones do", async () => {
    const { app, request, key } = await stage();
    const unknown = { appointmentId: "999999999", policyId: "999999999" };
    for (const { method, path } of routes) {
      expect((await request(method, path, {})).statusCode, `${method} ${path}`).toBe(401);
      if (!/:(appointmentId|policyId)/.test(path)) continue;
      const [theirs, nobodys] = [await request(method, path, {}, key), await request(method, path, unknown, key)];
      expect(theirs.statusCode, `${method} ${path}`).toBe(404);
      const { requestId: _, instance: __, ...body } = theirs.json();
      expect(nobodys.json()).toMatchObject(body);
    }
    await app.close();
  });

  test("lists hold nothing of another company", async () => {
    const { app, request, key } = await stage();
    const lists = routes.filter(
      ({ method, path, reply }) =>
        method === "GET" && !path.includes(":") && reply instanceof z.ZodObject && "items" in reply.shape,
    );
    expect(lists.length).toBeGreaterThan(3);
    for (const { method, path } of lists) {
      const reply = await request(method, path, {}, key);
      expect(reply.json().items, path).toEqual([]);
    }
    await app.close();
  });

  function bodyOf(path: string): object {
    const startsAt = new Date(db().clock.now().epochMilliseconds + 864e5 * 9).toISOString();
    if (path.endsWith("/quotes")) return { action: "cancel" };
    return path.endsWith("/rescheduling") ? { startsAt } : {};
  }
});
