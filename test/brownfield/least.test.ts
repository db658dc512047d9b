import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildApp, routes } from "../../src/app.ts";
import { MovableClock, parseInstant } from "../../src/clock.ts";
import { type Connection, connect } from "../../src/db/connect.ts";
import { migrate } from "../../src/deploy/run.ts";
import { openTarget } from "../../src/deploy/target.ts";
import { bareInstallation } from "../../src/installation.ts";
import { planEventsAcrossCompanies } from "../../src/notifications/plan.ts";
import { issueApiKey } from "../../src/tenancy/api-keys.ts";
import { permissions } from "../../src/tenant.ts";
import { chores } from "../../src/worker.ts";
import { enginesInUse, type ScratchDatabase, scratchDatabase } from "../databases.ts";
import { anna, berlinBranch, makeLeastPlatform } from "./platform.ts";

const servers = enginesInUse().filter((engine) => engine !== "sqlite");

describe.each(servers)("on a platform that has no column more than it must (%s)", (engine) => {
  const clock = new MovableClock(parseInstant("2026-03-02T09:00:00Z"));
  let database: ScratchDatabase;
  let db: Connection;
  let call: (
    method: string,
    url: string,
    payload?: object,
  ) => Promise<{ status: number; body: Record<string, unknown> }>;

  beforeAll(async () => {
    database = await scratchDatabase(engine, "empty");
    const target = await openTarget(database.url);
    await makeLeastPlatform(target);
    await migrate(target).finally(() => target.close());
    db = await connect(database.url, { clock });
    const caller = { companyId: 1, actor: { type: "system", id: null }, permissions: new Set(permissions) } as const;
    const { key } = await issueApiKey(db, caller, { name: "k", scopes: [...permissions], expiresAt: null });
    const app = await buildApp({ db });
    call = async (method, url, payload) => {
      const reply = await app.inject({
        method: method as "GET",
        url: `/api/v1${url}`,
        headers: { authorization: `Bearer ${key}` },
        ...(payload ? { payload } : {}),
      });
      const isJson = /json/.test(String(reply.headers["content-type"]));
      return { status: reply.statusCode, body: isJson ? reply.json() : { text: reply.body } };
    };
  });
  afterAll(async () => {
    await db?.close();
    await database?.remove();
  });

  test("an appointment is booked, quoted, moved, cancelled, and everybody is told; a callback is opened and escalated", async () => {
    const booking = { branchId: berlinBranch, serviceId: 1, customerId: 1, staffId: anna };
    const booked = await call("POST", "/appointments", { ...booking, startsAt: "2026-03-05T09:00:00Z" });
    expect(booked).toMatchObject({ status: 201, body: { version: 1, createdAt: "1970-01-01T00:00:00.000Z" } });
    const url = `/appointments/${booked.body.id}`;
    expect(await call("POST", `${url}/quotes`, { action: "cancel" })).toMatchObject({ status: 200 });
    expect(await call("POST", `${url}/rescheduling`, { startsAt: "2026-03-06T09:00:00Z" })).toMatchObject({
      status: 200,
    });
    expect(await call("POST", `${url}/cancellation`, {})).toMatchObject({ status: 200, body: { allowed: true } });
    expect(await call("GET", url)).toMatchObject({
      body: { status: "cancelled", startsAt: "2026-03-06T09:00:00.000Z" },
    });

    const wish = { branchId: berlinBranch, phoneNumber: "+493055512345", customerName: "Petra O'Neil", serviceId: 1 };
    expect(await call("POST", "/callbacks", wish)).toMatchObject({ status: 201, body: { assignedTo: anna } });
    await planEventsAcrossCompanies(db, bareInstallation);
    clock.advance(30 * 86_400_000);
    for (const chore of chores) {
      const log = { error: expect.unreachable } as never;
      await chore.run({ db, log, installation: bareInstallation, signal: new AbortController().signal });
    }
    const told = await call("GET", "/deliveries?limit=100");
    expect((told.body.items as unknown[]).length).toBeGreaterThan(3);
  });

  test("every list answers", async () => {
    const lists = routes.filter(({ method, path, stream }) => method === "GET" && !path.includes(":") && !stream);
    expect(lists.length).toBeGreaterThan(10);
    for (const { path } of lists) expect((await call("GET", path)).status, path).toBeLessThan(500);
  });
});
