import { randomBytes } from "node:crypto";
import { cancelAppointment } from "../../src/appointments/cancel.ts";
import { assignCallback } from "../../src/callbacks/assign.ts";
import { createCalendar, createLadder } from "../../src/callbacks/configure.ts";
import { defaultLadder } from "../../src/callbacks/ladder.ts";
import { openCallback } from "../../src/callbacks/open.ts";
import { escalateByHand } from "../../src/callbacks/work.ts";
import { currentTime, type Db } from "../../src/db/connect.ts";
import { transaction } from "../../src/db/transaction.ts";
import { bareInstallation } from "../../src/installation.ts";
import { createConfiguration } from "../../src/notifications/configure.ts";
import { planEventsAcrossCompanies } from "../../src/notifications/plan.ts";
import { addUser } from "../../src/people/users.ts";
import { parseKeyring } from "../../src/secrets.ts";
import { issueApiKey } from "../../src/tenancy/api-keys.ts";
import { changeSettings } from "../../src/tenancy/settings.ts";
import { insertDeliveries } from "../../src/webhooks/delivery-store.ts";
import { createEndpoint } from "../../src/webhooks/endpoints.ts";
import { newMessageId } from "../../src/webhooks/plan.ts";
import { type ACompany, aBranch, aCustomer, anAppointment, aPolicy, aStaffMember, byCustomer } from "../factories.ts";

/** One of everything that a path can name, all of one branch and of its one staff member. */
export type Site = Readonly<Record<(typeof named)[number], string>>;

export const named = [
  "companyId",
  "branchId",
  "serviceId",
  "staffId",
  "customerId",
  "appointmentId",
  "cancelledId",
  "decisionId",
  "reservationId",
  "policyId",
  "callbackId",
  "escalationId",
  "calendarId",
  "ladderId",
  "deliveryId",
  "configurationId",
  "endpointId",
  "webhookDeliveryId",
  "userId",
  "apiKeyId",
] as const;

/** Ids of nothing at all. */
export const nowhere = Object.fromEntries(
  named.map((name) => [name, /^(branch|staff)Id$/.test(name) ? "00000000-0000-4000-8000-000000000000" : "999999999"]),
) as Site;

/** A branch where everything has happened once: booked, cancelled, called back, escalated, told, configured. */
export async function aSite(db: Db, company: ACompany): Promise<Site> {
  const { caller, companyId } = company;
  const branchId = await aBranch(db, caller);
  const staffId = await aStaffMember(db, caller, { branchId });
  const serviceId = await aServiceOf(db, company, branchId);
  const customerId = await aCustomer(db, caller, { phone: "+493055512345" });
  const place = { branchId, serviceId, staffId, customerId };
  const appointmentId = await anAppointment(db, company, place);
  const cancelledId = await anAppointment(db, company, { ...place, inHours: 96 });
  const { decisionId } = await cancelAppointment(db, caller, cancelledId, byCustomer());
  const reservationId = await aReservation(db, company, place);
  const [level, targetId] = ["branch", branchId] as const;
  const policyId = await aPolicy(db, company, "reschedule", { minNoticeHours: 1 }, { level, targetId });
  const configuration = await createConfiguration(db, caller, {
    ...{ level, targetId, event: "cancellation", channel: "email", fallbackChannel: null, isEnabled: true },
    ...{ retryCount: 3, retryDelayMinutes: 1, template: null },
  });
  const calendar = await createCalendar(db, caller, {
    ...{ branchId, name: "Always" },
    rules: { timezone: null, alwaysOpen: true, hours: {}, holidays: null, closures: [] },
  });
  const ladder = await createLadder(db, caller, { branchId, name: "Ladder", steps: defaultLadder });
  const callback = await aCallback(db, company, place);
  while ((await planEventsAcrossCompanies(db, bareInstallation)) > 0);
  const delivery = await db
    .of(caller)
    .selectFrom("notification_deliveries")
    .select("id")
    .where("appointment_id", "=", cancelledId)
    .executeTakeFirstOrThrow();
  await failed(db, company, delivery.id);
  const numbers = {
    companyId,
    serviceId,
    customerId,
    appointmentId,
    cancelledId,
    decisionId,
    policyId,
    deliveryId: delivery.id,
  };
  const more = { configurationId: configuration.id, calendarId: calendar.id, ladderId: ladder.id };
  const person = { email: `${branchId}@people.example`, name: "Eva", grants: [] };
  const { id: userId } = await addUser(db, caller, person);
  const { id: apiKeyId } = await issueApiKey(db, caller, { name: "CRM", scopes: ["policies:read"], expiresAt: null });
  const all = {
    ...numbers,
    reservationId,
    userId,
    apiKeyId,
    ...more,
    ...callback,
    ...(await aWebhook(db, company)),
    branchId,
    staffId,
  };
  return Object.fromEntries(Object.entries(all).map(([name, id]) => [name, String(id)])) as Site;
}

/** A cancellation of another appointment, as if the platform kept it: the company's setting is put back at once. */
async function aReservation(db: Db, company: ACompany, place: Parameters<typeof anAppointment>[2]): Promise<number> {
  const { caller } = company;
  const id = await anAppointment(db, company, { ...place, inHours: 240 });
  await changeSettings(db, caller, { appointmentOwner: "host", reservationMinutes: 600 }, null);
  const { reservation } = await cancelAppointment(db, caller, id, byCustomer());
  await changeSettings(db, caller, { appointmentOwner: "frontdesk" }, null);
  if (reservation === null) throw new Error("Nothing was reserved.");
  return reservation.id;
}

async function failed(db: Db, { caller }: ACompany, deliveryId: number): Promise<void> {
  await transaction(db, (tx) =>
    tx
      .of(caller)
      .updateTable("notification_deliveries")
      .set({ status: "failed" })
      .where("id", "=", deliveryId)
      .execute(),
  );
}

async function aServiceOf(db: Db, { caller }: ACompany, branchId: string): Promise<number> {
  const values = { name: "Colour", duration_minutes: 60, price_cents: 5000, branch_id: branchId };
  const insert = (tx: Db) => tx.of(caller).insertInto("services").values(values).executeTakeFirstOrThrow();
  return Number((await transaction(db, insert)).insertId);
}

async function aCallback(
  db: Db,
  { caller }: ACompany,
  { branchId, staffId, customerId }: { branchId: string; staffId: string; customerId: number },
) {
  const wish = { phoneNumber: "+493055512345", customerName: "Petra O'Neil", preferredWindow: null, notes: null };
  const asked = { ...wish, branchId, customerId, priority: "normal", decisionId: null } as const;
  const { id: callbackId, assignedTo } = await openCallback(db, caller, asked);
  if (assignedTo === null) await assignCallback(db, caller, callbackId, { action: "assign", staffId });
  await escalateByHand(db, caller, callbackId, { detail: "Please" });
  const { id: escalationId } = await db
    .of(caller)
    .selectFrom("callback_escalations")
    .select("id")
    .where("callback_request_id", "=", callbackId)
    .executeTakeFirstOrThrow();
  return { callbackId, escalationId };
}

/** Webhooks are the company's; each site has one all the same. */
async function aWebhook(db: Db, { caller }: ACompany) {
  const keyring = parseKeyring(`k:${randomBytes(32).toString("base64")}`);
  const content = { url: "https://crm.example/hook", description: "", eventTypes: ["*"] } as const;
  const { id: endpointId } = await createEndpoint(db, caller, { ...bareInstallation, keyring }, content);
  const message = { endpointId, eventId: 1, type: "appointment.booked", messageId: newMessageId(), body: "{}" };
  await transaction(db, async (tx) => insertDeliveries(tx, caller, [message], await currentTime(tx)));
  const { id: webhookDeliveryId } = await db
    .of(caller)
    .selectFrom("webhook_deliveries")
    .select("id")
    .where("endpoint_id", "=", endpointId)
    .executeTakeFirstOrThrow();
  return { endpointId, webhookDeliveryId };
}
