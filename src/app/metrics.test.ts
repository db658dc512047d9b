import { expect, test } from "vitest";
import { onEveryDatabase } from "../../test/databases.ts";
import { aCompany, anAppointment, byCustomer } from "../../test/factories.ts";
import { buildApp } from "../app.ts";
import { cancelAppointment } from "../appointments/cancel.ts";

onEveryDatabase("metrics", (db) => {
  const token = "a-token-of-16-signs";
  const headers = { authorization: `Bearer ${token}` };

  test("tell requests by route, what waits, and whether workers live, to who has the token", async () => {
    const company = await aCompany(db());
    await cancelAppointment(db(), company.caller, await anAppointment(db(), company), byCustomer());
    db().clock.advance(90_000);
    const app = await buildApp({ db: db(), metricsToken: token });
    await app.inject("/api/v1/appointments/1");
    expect((await app.inject("/metrics")).statusCode).toBe(401);
    const { statusCode, body } = await app.inject({ url: "/metrics", headers });
    expect(statusCode).toBe(200);
    expect(body).toContain('route="/api/v1/appointments/:appointmentId",status="401"');
    expect(body).toMatch(/frontdesk_events_pending 1\n/);
    expect(body).toMatch(/frontdesk_events_lag_seconds 90\n/);
    expect(body).toMatch(/frontdesk_workers_alive 0\n/);
    expect(body).not.toContain("Salon");
    await app.close();
  });

  test("are not there without a token", async () => {
    const app = await buildApp({ db: db() });
    expect((await app.inject({ url: "/metrics", headers })).statusCode).toBe(404);
    await app.close();
  });
});
