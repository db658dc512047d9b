import { expect, test } from "vitest";
import { onEveryDatabase } from "../../test/databases.ts";
import { type ACompany, byCustomer } from "../../test/factories.ts";
import { bookAppointment } from "../appointments/book.ts";
import { cancelAppointment } from "../appointments/cancel.ts";
import { rescheduleAppointment } from "../appointments/reschedule.ts";
import { plusMilliseconds } from "../clock.ts";

import { aReachableCompany, behave, hour, mailsTo, sendable, useTheOutsideWorld, work } from "./testing.ts";

useTheOutsideWorld();

onEveryDatabase("reminders", (db) => {
  test("are planned on booking, follow a move, and are never sent after the start", async () => {
    const company = await aReachableCompany(db());
    const id = await book(company, 30);
    await work();
    expect(await reminderRows(id, company)).toEqual({
      reminder_1week: "withdrawn or none",
      reminder_24h: 6,
      reminder_2h: 28,
    });

    const startsAt = plusMilliseconds(db().clock.now(), 50 * hour);
    await rescheduleAppointment(db(), company.caller, id, { ...byCustomer(), startsAt });
    await work();
    expect(await reminderRows(id, company)).toMatchObject({ reminder_24h: 26, reminder_2h: 48 });
    db().clock.advance(25 * hour);
    await work();
    expect(await sendable(company, "reminder_24h")).toEqual([]);
    db().clock.advance(1.1 * hour);
    await work();
    expect(await sendable(company, "reminder_24h")).toMatchObject([{ status: "sent", channel: "email" }]);
    expect(mailsTo(company).at(-1)?.source).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click/m);
    db().clock.advance(24 * hour);
    await work();
    expect((await sendable(company, "reminder_2h")).map(({ status, reason }) => reason ?? status)).not.toContain(
      "sent",
    );
  });

  test("are withdrawn when the appointment is cancelled, those too that wait to be sent", async () => {
    const company = await aReachableCompany(db());
    behave(company, () => "451");
    const id = await book(company, 30);
    await work();
    db().clock.advance(6.1 * hour);
    await work();
    expect(await sendable(company, "reminder_24h")).toMatchObject([{ status: "queued" }]);
    behave(company, () => "250");
    const outcome = await cancelAppointment(
      db(),
      company.caller,
      id,
      byCustomer({ initiatedBy: "business", reason: "Illness" }),
    );
    expect(outcome.code).toBe("allowed");
    await work();
    db().clock.advance(20 * hour);
    await work();
    expect(await sendable(company, "reminder_24h")).toMatchObject([{ status: "superseded" }]);
    expect(await reminderRows(id, company)).toMatchObject({ reminder_2h: "withdrawn or none" });
  });

  test("of an appointment that the platform moved or cancelled by itself are not sent for the old time", async () => {
    const company = await aReachableCompany(db());
    const [moved, cancelled] = [await book(company, 30), await book(company, 30)];
    await work();
    const startsAt = plusMilliseconds(db().clock.now(), 60 * hour);
    await db()
      .of(company.caller)
      .updateTable("appointments")
      .set({ starts_at: startsAt })
      .where("id", "=", moved)
      .execute();
    await db()
      .of(company.caller)
      .updateTable("appointments")
      .set({ status: "cancelled" })
      .where("id", "=", cancelled)
      .execute();
    db().clock.advance(6.1 * hour);
    await work();
    expect(await sendable(company, "reminder_24h")).toEqual([]);
    expect(await reminderRows(moved, company)).toMatchObject({ reminder_24h: 36 - 6.1 });
    expect(await reminderRows(cancelled, company)).toMatchObject({ reminder_24h: "withdrawn or none" });
  });

  test("are never planned for imported history, nor is its booking confirmed", async () => {
    const company = await aReachableCompany(db());
    await book(company, 30, plusMilliseconds(db().clock.now(), -48 * hour));
    await work();
    expect(mailsTo(company)).toEqual([]);
    expect(await db().of(company.caller).selectFrom("notification_reminders").select("id").execute()).toEqual([]);
  });

  async function book(
    company: ACompany,
    inHours: number,
    bookedAt: ReturnType<typeof plusMilliseconds> | null = null,
  ): Promise<number> {
    const { branchId, serviceId, customerId } = company;
    const startsAt = plusMilliseconds(db().clock.now(), inHours * hour);
    const rest = { staffId: null, durationMinutes: null, priceCents: null, status: "booked", bookedAt } as const;
    return (await bookAppointment(db(), company.caller, { branchId, serviceId, customerId, startsAt, ...rest })).id;
  }

  async function reminderRows(appointmentId: number, company: ACompany) {
    const rows = await db()
      .of(company.caller)
      .selectFrom("notification_reminders")
      .select(["event_type", "next_at"])
      .where("appointment_id", "=", appointmentId)
      .execute();
    const inHours = (event: string) => {
      const next = rows.find(({ event_type }) => event_type === event)?.next_at;
      return next ? (next.epochMilliseconds - db().clock.now().epochMilliseconds) / hour : "withdrawn or none";
    };
    return {
      reminder_1week: inHours("reminder_1week"),
      reminder_24h: inHours("reminder_24h"),
      reminder_2h: inHours("reminder_2h"),
    };
  }
});
