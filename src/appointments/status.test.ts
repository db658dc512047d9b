import { expect, test } from "vitest";
import { aClient } from "../../test/client.ts";
import { onEveryDatabase } from "../../test/databases.ts";
import { aCompany, anAppointment } from "../../test/factories.ts";
import { appointmentStatuses } from "../db/schema.ts";

/** From which statuses each is legal; everything else is refused and named. */
const legal: Record<string, readonly string[]> = {
  confirmation: ["pending", "scheduled", "booked"],
  completion: ["scheduled", "confirmed", "booked", "in_progress"],
  "no-show": ["scheduled", "confirmed", "booked"],
};
const reached: Record<string, [string, string]> = {
  confirmation: ["confirmed", "appointment.confirmed"],
  completion: ["completed", "appointment.completed"],
  "no-show": ["no_show", "appointment.no_show"],
};

onEveryDatabase("an appointment's status", (db) => {
  test.each(Object.keys(legal))(
    "%s is possible from where it makes sense, tells of it once, and from nowhere else",
    async (verb) => {
      const company = await aCompany(db());
      await using client = await aClient(db(), company);
      const [status, event] = reached[verb] ?? ["", ""];
      for (const from of appointmentStatuses) {
        const id = await anAppointment(db(), company, { inHours: -2, status: from });
        const reply = await client.send("POST", `/appointments/${id}/${verb}`, {});
        const events = await db()
          .of(company.caller)
          .selectFrom("domain_events")
          .select("type")
          .where("subject_id", "=", String(id))
          .execute();
        if (legal[verb]?.includes(from)) {
          expect(reply, from).toMatchObject({ status: 200, body: { id, status, version: 2 } });
          expect(events).toEqual([{ type: event }]);
        } else {
          expect(reply, from).toMatchObject({ status: 409, body: { code: "illegalTransition" } });
          expect(reply.body.detail).toContain(from);
          expect(events).toEqual([]);
          expect((await client.send("GET", `/appointments/${id}`)).body).toMatchObject({ status: from, version: 1 });
        }
      }
    },
  );

  test("nobody has missed or completed what has not begun, unless it was begun early, and another company's appointment does not exist", async () => {
    const [company, theirs] = [await aCompany(db()), await aCompany(db())];
    await using client = await aClient(db(), company);
    const ahead = await anAppointment(db(), company, { inHours: 1 });
    expect((await client.send("POST", `/appointments/${ahead}/no-show`, {})).body.detail).toContain("has not begun");
    expect((await client.send("POST", `/appointments/${ahead}/completion`, {})).body.detail).toContain("has not begun");
    const early = await anAppointment(db(), company, { inHours: 1, status: "in_progress" });
    expect((await client.send("POST", `/appointments/${early}/completion`, {})).status).toBe(200);
    const foreign = await anAppointment(db(), theirs, { inHours: -1 });
    for (const verb of Object.keys(legal)) {
      expect((await client.send("POST", `/appointments/${foreign}/${verb}`, {})).status).toBe(404);
    }
  });
});
