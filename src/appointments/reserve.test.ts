import { expect, test } from "vitest";
import { aClient } from "../../test/client.ts";
import { onEveryDatabase, testStart } from "../../test/databases.ts";
import { type ACompany, aCompany, anAppointment, aPolicy, byCustomer } from "../../test/factories.ts";
import { isoOf, plusMilliseconds } from "../clock.ts";
import type { AppointmentStatus } from "../db/schema.ts";
import { transaction } from "../db/transaction.ts";
import { changeSettings } from "../tenancy/settings.ts";
import { bookAppointment } from "./book.ts";
import { cancelAppointment } from "./cancel.ts";
import { listModificationRows } from "./modification-store.ts";
import { quoteCancellation } from "./quote.ts";
import { rescheduleAppointment } from "./reschedule.ts";
import { confirmReservation, expireReservationsAcrossCompanies, withdrawReservation } from "./settle.ts";
import { changeStatus } from "./status.ts";
import { getAppointment } from "./store.ts";

const minuteMs = 60_000;
const later = (hours: number) => plusMilliseconds(testStart, hours * 60 * minuteMs);

onEveryDatabase("where the platform keeps its appointments", (db) => {
  async function aHost(reservationMinutes = 10): Promise<ACompany> {
    const company = await aCompany(db());
    await changeSettings(db(), company.caller, { appointmentOwner: "host", reservationMinutes }, null);
    return company;
  }
  /** What the platform does to its own row. */
  const hostSets = (company: ACompany, id: number, set: { status?: AppointmentStatus; hours?: number }) =>
    transaction(db(), (tx) =>
      tx
        .of(company.caller)
        .updateTable("appointments")
        .set({
          ...(set.status ? { status: set.status } : {}),
          ...(set.hours ? { starts_at: later(set.hours), ends_at: later(set.hours + 1) } : {}),
        })
        .where("id", "=", id)
        .execute(),
    );
  const eventsOf = async ({ caller }: ACompany) => {
    const rows = await db().of(caller).selectFrom("domain_events").select("type").orderBy("id").execute();
    return rows.map(({ type }) => type).filter((type) => type !== "settings.changed" && type !== "policy.changed");
  };
  const cancel = (company: ACompany, id: number) => cancelAppointment(db(), company.caller, id, byCustomer());
  const reservedId = (outcome: { reservation: { id: number } | null }) => outcome.reservation?.id ?? 0;

  test("a cancellation is decided and reserved, and the row stays until the platform has changed it and confirms", async () => {
    const company = await aHost();
    const id = await anAppointment(db(), company);
    const outcome = await cancel(company, id);
    const expiresAt = isoOf(plusMilliseconds(testStart, 10 * minuteMs));
    expect(outcome).toMatchObject({ allowed: true, modificationId: null, appointment: { status: "booked" } });
    expect(outcome.reservation).toMatchObject({ type: "cancel", status: "reserved", expiresAt, to: null });
    expect(await getAppointment(db(), company.caller, id)).toMatchObject({ status: "booked", version: 1 });
    expect(await listModificationRows(db(), company.caller, {}, 1e9, 9)).toEqual([]);

    const confirm = () => confirmReservation(db(), company.caller, reservedId(outcome));
    await expect(confirm()).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("cancelled") });
    await hostSets(company, id, { status: "cancelled" });
    const confirmed = await confirm();
    expect(confirmed).toMatchObject({ status: "confirmed", settledAt: isoOf(testStart) });
    expect(await confirm()).toEqual(confirmed);
    expect(await listModificationRows(db(), company.caller, {}, 1e9, 9)).toMatchObject([
      { id: confirmed.modificationId, type: "cancel", countsTowardQuota: true, actorType: "user" },
    ]);
    expect(await eventsOf(company)).toEqual(["appointment.change_reserved", "appointment.cancelled"]);
  });

  test("a move is confirmed only once the row shows the very time that was reserved, which is nobody else's meanwhile", async () => {
    const company = await aHost();
    const { staffId, caller } = company;
    const id = await anAppointment(db(), company, { staffId });
    const move = { ...byCustomer(), startsAt: later(100) };
    const outcome = await rescheduleAppointment(db(), caller, id, move);
    expect(outcome.reservation?.to).toEqual({ startsAt: isoOf(later(100)), endsAt: isoOf(later(101)), staffId });
    const other = await anAppointment(db(), company, { staffId, inHours: 200 });
    expect(await rescheduleAppointment(db(), caller, other, move)).toMatchObject({ code: "slotTaken" });

    await hostSets(company, id, { hours: 103 });
    const confirm = () => confirmReservation(db(), caller, reservedId(outcome));
    await expect(confirm()).rejects.toMatchObject({ code: "conflict" });
    await hostSets(company, id, { hours: 100 });
    expect(await confirm()).toMatchObject({ status: "confirmed" });
    expect(await eventsOf(company)).toEqual(["appointment.change_reserved", "appointment.rescheduled"]);
  });

  test("what is reserved takes its place in the quota until it is over, then counts as a modification or not at all", async () => {
    const company = await aHost();
    await aPolicy(db(), company, "cancellation", { maxPer30Days: 1 });
    const [first, second] = [await anAppointment(db(), company), await anAppointment(db(), company)];
    await cancel(company, first);
    const denied = { allowed: false, code: "quotaExceeded", required: { used: 1, limit: 1 } };
    expect(await cancel(company, second)).toMatchObject(denied);

    db().clock.advance(10 * minuteMs);
    const again = await cancel(company, second);
    expect(again).toMatchObject({ allowed: true, reservation: { status: "reserved" } });
    expect(await cancel(company, first)).toMatchObject(denied);
    await hostSets(company, second, { status: "cancelled" });
    await confirmReservation(db(), company.caller, reservedId(again));
    expect(await cancel(company, first)).toMatchObject(denied);
  });

  test("one that nobody confirms expires once, gives its quota back and can be confirmed no more", async () => {
    const company = await aHost();
    await aPolicy(db(), company, "cancellation", { maxPer30Days: 1 });
    const id = await anAppointment(db(), company);
    const outcome = await cancel(company, id);
    db().clock.advance(10 * minuteMs - 1);
    await expireReservationsAcrossCompanies(db());
    expect(await eventsOf(company)).toEqual(["appointment.change_reserved"]);
    db().clock.advance(1);
    await hostSets(company, id, { status: "cancelled" });
    const over = { code: "reservationOver", message: expect.stringContaining("expired") };
    await expect(confirmReservation(db(), company.caller, reservedId(outcome))).rejects.toMatchObject(over);
    await Promise.all(Array.from({ length: 4 }, () => expireReservationsAcrossCompanies(db())));
    await expect(confirmReservation(db(), company.caller, reservedId(outcome))).rejects.toMatchObject(over);
    expect(await eventsOf(company)).toEqual(["appointment.change_reserved", "appointment.reservation_expired"]);
    expect(await cancel(company, await anAppointment(db(), company))).toMatchObject({ allowed: true });
  });

  test("one that the platform withdraws is free at once, and a second change waits for the first", async () => {
    const company = await aHost();
    const id = await anAppointment(db(), company);
    const outcome = await cancel(company, id);
    await expect(cancel(company, id)).rejects.toMatchObject({ code: "alreadyReserved" });
    await expect(quoteCancellation(db(), company.caller, id, byCustomer())).rejects.toMatchObject({
      code: "alreadyReserved",
    });
    await withdrawReservation(db(), company.caller, reservedId(outcome));
    await withdrawReservation(db(), company.caller, reservedId(outcome));
    expect((await cancel(company, id)).reservation?.status).toBe("reserved");
    expect(await eventsOf(company)).toEqual([
      "appointment.change_reserved",
      "appointment.reservation_withdrawn",
      "appointment.change_reserved",
    ]);
  });

  test("what the business does is not counted while it is reserved either", async () => {
    const company = await aHost();
    await aPolicy(db(), company, "cancellation", { maxPer30Days: 1 });
    const ofBusiness = byCustomer({ initiatedBy: "business", reason: "Ill" });
    await cancelAppointment(db(), company.caller, await anAppointment(db(), company), ofBusiness);
    expect(await cancel(company, await anAppointment(db(), company))).toMatchObject({ allowed: true });
  });

  test("booking and other changes of status are the platform's", async () => {
    const company = await aHost();
    const id = await anAppointment(db(), company, { status: "pending" });
    const { branchId, serviceId, staffId, customerId, caller } = company;
    const where = { branchId, serviceId, staffId, customerId, startsAt: later(50), durationMinutes: null };
    const booking = { ...where, priceCents: null, status: "booked", bookedAt: null } as const;
    await expect(bookAppointment(db(), caller, booking)).rejects.toMatchObject({ code: "ownedByHost" });
    await expect(changeStatus(db(), caller, id, "confirmation")).rejects.toMatchObject({ code: "ownedByHost" });
  });

  test("over HTTP: the setting, the reservation in the reply, its list and its confirmation under a key", async () => {
    const company = await aCompany(db());
    const id = await anAppointment(db(), company);
    await using client = await aClient(db(), company);
    const changed = await client.send("PATCH", "/settings", { appointmentOwner: "host" });
    expect(changed.body).toMatchObject({ appointmentOwner: "host", reservationMinutes: 15, policyBasis: "booking" });
    const { body } = await client.send("POST", `/appointments/${id}/cancellation`, {});
    expect((await client.send("GET", "/reservations?status=reserved")).body.items).toEqual([body.reservation]);
    expect((await client.send("POST", `/appointments/${id}/cancellation`, {})).body.code).toBe("alreadyReserved");
    await hostSets(company, id, { status: "cancelled" });
    const path = `/reservations/${body.reservation.id}`;
    const once = { "idempotency-key": "once" };
    const confirmed = await client.send("POST", `${path}/confirmation`, {}, once);
    expect(confirmed).toMatchObject({ status: 200, body: { status: "confirmed" } });
    expect(await client.send("POST", `${path}/confirmation`, {}, once)).toMatchObject({ body: confirmed.body });
    expect((await client.send("GET", path)).body).toEqual(confirmed.body);
    expect((await client.send("POST", `${path}/withdrawal`, {})).body).toMatchObject({ code: "reservationOver" });
  });
});
