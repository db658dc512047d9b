import { expect, test } from "vitest";
import { aClient } from "../../test/client.ts";
import { onEveryDatabase, testStart } from "../../test/databases.ts";
import { aBranch, aCompany, anAppointment, aPolicy, aService, aStaffMember } from "../../test/factories.ts";
import { isoOf, plusMilliseconds } from "../clock.ts";

const hours = (count: number) => isoOf(plusMilliseconds(testStart, count * 3_600_000));

onEveryDatabase("a simulation of a policy", (db) => {
  test("decides about an appointment that is made up as about the same one when it is real, and keeps nothing", async () => {
    const company = await aCompany(db());
    await aPolicy(db(), company, "cancellation", {
      minNoticeHours: 24,
      fee: { type: "fixed", amountCents: 1500 },
      feeWhen: "always",
    });
    const appointmentId = await anAppointment(db(), company);
    await using client = await aClient(db(), company);
    const { body: real } = await client.send("GET", `/appointments/${appointmentId}`);
    const { branchId, serviceId, staffId, startsAt } = real as Record<string, string>;
    const quoted = await client.send("POST", `/appointments/${appointmentId}/quotes`, { action: "cancel" });
    const simulated = await client.send("POST", "/policies/simulations", {
      ...{
        action: "cancel",
        branchId,
        serviceId,
        staffId,
        startsAt,
        bookedAt: (real as { createdAt: string }).createdAt,
      },
    });
    expect(simulated.status).toBe(200);
    const decided = ({ allowed, code, feeCents, currency, required }: Record<string, unknown>) => ({
      ...{ allowed, code, feeCents, currency, required },
    });
    expect(decided(simulated.body as never)).toEqual(decided(quoted.body as never));
    const rows = await db().of(company.caller).selectFrom("policy_decisions").select("id").execute();
    expect(rows).toEqual([]);
  });

  test("moves the clock, the price, and what the customer has used", async () => {
    const company = await aCompany(db());
    const config = { minNoticeHours: 24, maxPer30Days: 2, fee: { type: "percentage", percent: 50 }, feeWhen: "always" };
    await aPolicy(db(), company, "cancellation", config);
    await using client = await aClient(db(), company);
    const { branchId, serviceId } = company;
    const ask = async (more: object) => {
      const made = { action: "cancel", branchId, serviceId, startsAt: hours(72), priceCents: 8000, ...more };
      return (await client.send("POST", "/policies/simulations", made)).body;
    };
    expect(await ask({})).toMatchObject({ allowed: true, feeCents: 4000 });
    expect(await ask({ at: hours(49) })).toMatchObject({ allowed: false, code: "noticeTooShort" });
    expect(await ask({ at: hours(73) })).toMatchObject({ allowed: false, code: "alreadyStarted" });
    expect(await ask({ used30Days: 2 })).toMatchObject({
      allowed: false,
      code: "quotaExceeded",
      required: { used: 2 },
    });
    expect(await ask({ at: hours(49), initiatedBy: "business", reason: "ill" })).toMatchObject({
      allowed: true,
      feeCents: 0,
    });
    expect(await ask({ action: "reschedule", to: hours(96) })).toMatchObject({ allowed: true });
  });

  test("knows no place of another company, and no staff member or service at another branch", async () => {
    const [company, other] = [await aCompany(db()), await aCompany(db())];
    const elsewhere = await aBranch(db(), company.caller);
    const staffElsewhere = await aStaffMember(db(), company.caller, { branchId: elsewhere });
    const serviceElsewhere = await aService(db(), company.caller);
    const move = { branch_id: elsewhere };
    await db().of(company.caller).updateTable("services").set(move).where("id", "=", serviceElsewhere).execute();
    await using client = await aClient(db(), company);
    const { branchId, serviceId } = company;
    const pointerOf = async (more: object) => {
      const made = { action: "cancel", branchId, serviceId, startsAt: hours(72), ...more };
      const { status, body } = await client.send("POST", "/policies/simulations", made);
      return [status, (body as { errors?: { pointer: string }[] }).errors?.[0]?.pointer];
    };
    expect(await pointerOf({})).toEqual([200, undefined]);
    expect(await pointerOf({ branchId: other.branchId })).toEqual([422, "/branchId"]);
    expect(await pointerOf({ serviceId: other.serviceId })).toEqual([422, "/serviceId"]);
    expect(await pointerOf({ serviceId: serviceElsewhere })).toEqual([422, "/serviceId"]);
    expect(await pointerOf({ staffId: staffElsewhere })).toEqual([422, "/staffId"]);
    expect(await pointerOf({ startsAt: "tomorrow" })).toEqual([422, "/startsAt"]);
    expect(await pointerOf({ action: "reschedule" })).toEqual([422, "/to"]);
    await using nobody = await aClient(db(), company, ["appointments:read"]);
    expect((await nobody.send("POST", "/policies/simulations", { action: "cancel" })).status).toBe(403);
  });
});
