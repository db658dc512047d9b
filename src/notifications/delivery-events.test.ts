import { expect, test } from "vitest";
import { onEveryDatabase } from "../../test/databases.ts";
import { anAppointment, byCustomer } from "../../test/factories.ts";
import { cancelAppointment } from "../appointments/cancel.ts";
import { auditEvents } from "../audit/log.ts";
import { createEndpoint } from "../webhooks/endpoints.ts";
import { planWebhooks } from "../webhooks/plan.ts";
import { planEventsAcrossCompanies } from "./plan.ts";
import { noteMailReport } from "./receipts.ts";
import {
  aReachableCompany,
  behave,
  installation,
  type Reachable,
  sendable,
  useTheOutsideWorld,
  work,
} from "./testing.ts";

useTheOutsideWorld();

onEveryDatabase("telling other systems of messages", (db) => {
  async function aListener({ muted = false } = {}): Promise<Reachable> {
    const company = await aReachableCompany(db(), { muted });
    const content = { url: "https://crm.example/hook", description: "", eventTypes: ["delivery.*"] } as const;
    await createEndpoint(db(), company.caller, installation, content);
    return company;
  }
  const cancel = async (company: Reachable) => {
    await cancelAppointment(db(), company.caller, await anAppointment(db(), company), byCustomer());
    await work();
  };
  const eventsOf = ({ caller }: Reachable) => {
    const query = db().of(caller).selectFrom("domain_events").select(["type", "payload", "subject_id"]).orderBy("id");
    return query.where("type", "like", "delivery.%").execute();
  };

  test("sent, then bounced: one event each however often it is reported, with ids and nobody's name or address", async () => {
    const company = await aListener();
    await cancel(company);
    const [delivery] = await sendable(company, "cancellation");
    const report = { outcome: "bounced", status: "5.1.1", messageId: `${delivery?.public_id}@example.org` } as const;
    for (let times = 0; times < 2; times++) await noteMailReport(db(), company.caller, report);
    const events = await eventsOf(company);
    const ofMail = { deliveryId: delivery?.id, notification: "cancellation", channel: "email" };
    const recipient = { type: "customer", id: String(company.customerId) };
    expect(events).toMatchObject([
      { type: "delivery.sent", payload: { ...ofMail, recipient, isDeadLetter: false, attempts: 1 } },
      { type: "delivery.bounced", payload: { ...ofMail, errorCode: "5.1.1", isDeadLetter: true } },
    ]);
    expect(JSON.stringify(events)).not.toContain(company.email);
    expect(JSON.stringify(events)).not.toContain("Petra");

    await planEventsAcrossCompanies(db(), installation, async (tx, pending, now) => {
      await planWebhooks(tx, pending, now);
      await auditEvents(tx, pending, now);
    });
    const hooks = await db().of(company.caller).selectFrom("webhook_deliveries").select("event_type").execute();
    // Of the first one the sending worker, which tells no webhooks here, has taken care.
    expect(hooks.map(({ event_type }) => event_type)).toEqual(["delivery.bounced"]);
    const lines = await db().of(company.caller).selectFrom("audit_log").select("action").execute();
    expect(lines.filter(({ action }) => action.startsWith("delivery."))).toEqual([]);
  });

  test("one that no channel could take is a dead letter", async () => {
    const company = await aListener();
    behave(company, () => "550");
    await cancel(company);
    expect(await eventsOf(company)).toMatchObject([
      { type: "delivery.failed", payload: { isDeadLetter: true, errorCode: expect.stringMatching(/\w/) } },
    ]);
  });

  test("where nobody listens, and of what was never tried, there are no events", async () => {
    const quiet = await aReachableCompany(db());
    await cancel(quiet);
    expect(await sendable(quiet, "cancellation")).toMatchObject([{ status: "sent" }]);
    expect(await eventsOf(quiet)).toEqual([]);
    const muted = await aListener({ muted: true });
    await cancel(muted);
    expect(await eventsOf(muted)).toEqual([]);
  });
});
