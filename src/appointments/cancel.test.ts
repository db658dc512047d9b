import { expect, test } from "vitest";
import { onEveryDatabase, testStart } from "../../test/databases.ts";
import { type ACompany, aCompany, anAppointment, aPolicy, byCustomer, customerPhone } from "../../test/factories.ts";
import { plusMilliseconds } from "../clock.ts";
import { replay } from "../policies/decide.ts";
import { listDecisions } from "../policies/decisions.ts";
import { parseReceipt } from "../policies/receipts.ts";
import { changePolicy } from "../policies/write.ts";
import { bookAppointment } from "./book.ts";
import { cancelAppointment } from "./cancel.ts";
import { listModificationRows } from "./modification-store.ts";
import { quoteCancellation } from "./quote.ts";
import { rescheduleAppointment } from "./reschedule.ts";
import { getAppointment } from "./store.ts";

const dayMs = 86_400_000;
const last = Number.MAX_SAFE_INTEGER;

onEveryDatabase("cancelling", (db) => {
  const modifications = (company: ACompany) => listModificationRows(db(), company.caller, {}, last, 100);
  const decisions = (company: ACompany) => listDecisions(db(), company.caller, {}, last, 100);
  const events = (company: ACompany) => db().of(company.caller).selectFrom("domain_events").select("type").execute();
  const cancel = async (
    company: ACompany,
    overrides: Parameters<typeof anAppointment>[2] = {},
    request = byCustomer(),
  ) => cancelAppointment(db(), company.caller, await anAppointment(db(), company, overrides), request);

  test("changes the appointment, and leaves one decision, one modification and one event", async () => {
    const company = await aCompany(db());
    await aPolicy(db(), company, "cancellation", { fee: { type: "fixed", amountCents: 2550 }, feeWhen: "always" });
    const outcome = await cancel(company);
    expect(outcome).toMatchObject({ allowed: true, feeCents: 2550, appointment: { status: "cancelled", version: 2 } });
    expect(await modifications(company)).toMatchObject([{ type: "cancel", feeCents: 2550, withinPolicy: true }]);
    expect(await decisions(company)).toMatchObject([{ id: outcome.decisionId, allowed: true }]);
    expect((await events(company)).filter(({ type }) => type === "appointment.cancelled")).toHaveLength(1);
  });

  test("a denial changes nothing but leaves one decision, from which it is decided the same again", async () => {
    const company = await aCompany(db());
    await aPolicy(db(), company, "cancellation", { minNoticeHours: 24 });
    const id = await anAppointment(db(), company, { inHours: 12 });
    const outcome = await cancelAppointment(db(), company.caller, id, byCustomer());
    expect(outcome).toMatchObject({ allowed: false, code: "noticeTooShort", feeIfForcedCents: 0 });
    expect(await getAppointment(db(), company.caller, id)).toMatchObject({ status: "booked", version: 1 });
    expect(await modifications(company)).toEqual([]);
    const kept = await decisions(company);
    expect(kept).toHaveLength(1);
    expect(replay(parseReceipt(kept[0]?.receipt ?? {}))).toMatchObject({ allowed: false, code: "noticeTooShort" });
  });

  test("the fourth within thirty days is refused 3 of 3; one 31 days old no longer counts", async () => {
    const company = await aCompany(db());
    await aPolicy(db(), company, "cancellation", { maxPer30Days: 3 });
    for (let times = 0; times < 3; times++) expect((await cancel(company)).allowed).toBe(true);
    expect(await cancel(company)).toMatchObject({
      code: "quotaExceeded",
      required: { limit: 3, used: 3, windowDays: 30 },
    });
    db().clock.moveTo(plusMilliseconds(testStart, 30 * dayMs - 1));
    expect((await cancel(company)).allowed).toBe(false);
    db().clock.moveTo(plusMilliseconds(testStart, 30 * dayMs));
    expect((await cancel(company)).allowed).toBe(true);
  });

  test("moves and what the business cancels do not count against the customer", async () => {
    const company = await aCompany(db());
    await aPolicy(db(), company, "cancellation", { maxPer30Days: 1 });
    const id = await anAppointment(db(), company);
    const startsAt = plusMilliseconds(testStart, 9 * dayMs);
    expect(await rescheduleAppointment(db(), company.caller, id, { ...byCustomer(), startsAt })).toMatchObject({
      allowed: true,
    });
    const business = byCustomer({ initiatedBy: "business", reason: "Anna is ill" });
    expect(await cancel(company, { inHours: 1 }, business)).toMatchObject({ allowed: true, feeCents: 0 });
    expect((await cancel(company)).allowed).toBe(true);
    expect((await cancel(company)).code).toBe("quotaExceeded");
  });

  test("a host that deletes an appointment gives its quota back, and no denial stands on the old count", async () => {
    const company = await aCompany(db());
    await aPolicy(db(), company, "cancellation", { maxPer30Days: 1 });
    const { appointment } = await cancel(company);
    await db().of(company.caller).deleteFrom("appointments").where("id", "=", appointment.id).execute();
    expect((await cancel(company)).allowed).toBe(true);
    expect((await cancel(company)).code).toBe("quotaExceeded");
  });

  test("a denied one can be forced with a reason: outside the policy, and counted", async () => {
    const company = await aCompany(db());
    await aPolicy(db(), company, "cancellation", { minNoticeHours: 24, maxPer30Days: 1 });
    const force = { reason: "Good customer", waiveFee: false, waiverReason: null };
    expect(await cancel(company, { inHours: 2 }, byCustomer({ force }))).toMatchObject({
      forced: true,
      withinPolicy: false,
    });
    expect(await modifications(company)).toMatchObject([
      { withinPolicy: false, countsTowardQuota: true, reason: "Good customer" },
    ]);
    expect((await cancel(company)).code).toBe("quotaExceeded");
  });

  test("what was booked under a policy keeps it when the policy changes", async () => {
    const company = await aCompany(db());
    const { caller, branchId, serviceId, customerId } = company;
    const policyId = await aPolicy(db(), company, "cancellation", { minNoticeHours: 24 });
    db().clock.advance(1000);
    const startsAt = plusMilliseconds(testStart, 2 * dayMs);
    const place = { branchId, serviceId, customerId, staffId: null, durationMinutes: null, priceCents: null };
    const booked = await bookAppointment(db(), caller, { ...place, startsAt, status: "booked", bookedAt: null });
    db().clock.advance(1000);
    await changePolicy(db(), caller, policyId, { config: { minNoticeHours: 72 }, comment: null }, null);
    expect((await quoteCancellation(db(), caller, booked.id, byCustomer())).allowed).toBe(true);
    expect((await cancel(company, { inHours: 48 })).code).toBe("noticeTooShort");
  });

  test("a machine must send the customer's own number, in whatever form, or be allowed to vouch", async () => {
    const company = await aCompany(db());
    const permissions = new Set([...company.caller.permissions].filter((permission) => permission !== "callers:vouch"));
    const machine = {
      ...company,
      caller: { ...company.caller, actor: { type: "api_key", id: "1" }, permissions } as const,
    };
    expect((await cancel(machine)).code).toBe("callerUnverified");
    expect((await cancel(machine, {}, byCustomer({ callerPhone: "+49 30 99999" }))).code).toBe("callerUnverified");
    expect(
      (await cancel(machine, {}, byCustomer({ callerPhone: customerPhone.replace("+4930", "030 ") }))).allowed,
    ).toBe(true);
  });

  test("another company's appointment does not exist", async () => {
    const [mine, theirs] = [await aCompany(db()), await aCompany(db())];
    const id = await anAppointment(db(), theirs);
    await expect(cancelAppointment(db(), mine.caller, id, byCustomer())).rejects.toMatchObject({ code: "notFound" });
  });
});
