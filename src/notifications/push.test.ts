import { expect, test } from "vitest";
import { onEveryDatabase } from "../../test/databases.ts";
import { anAppointment, byCustomer } from "../../test/factories.ts";
import { cancelAppointment } from "../appointments/cancel.ts";
import { transaction } from "../db/transaction.ts";
import { writeSubscription } from "./account-store.ts";
import { accountSchema, saveAccount } from "./accounts.ts";
import type { Subscription } from "./channels/web-push.ts";
import {
  aConfiguration,
  aReachableCompany,
  installation,
  push,
  type Reachable,
  sendable,
  useTheOutsideWorld,
  work,
} from "./testing.ts";

useTheOutsideWorld();

onEveryDatabase("pushing to staff", (db) => {
  /** A company that pushes a staff member's cancellations. */
  async function aPushingCompany(): Promise<Reachable> {
    const company = await aReachableCompany(db());
    await aConfiguration(company, "staff_cancellation", "push", null);
    const account = accountSchema.parse({ kind: "web_push", subject: "mailto:desk@example.org" });
    await saveAccount(db(), company.caller, installation, "push", account, null);
    return company;
  }
  const subscribe = ({ caller, staffId }: Reachable, subscription: Subscription) =>
    transaction(db(), (tx) => writeSubscription(tx, caller, staffId, subscription, db().clock.now()));
  const cancel = async (company: Reachable) =>
    cancelAppointment(
      db(),
      company.caller,
      await anAppointment(db(), company, { staffId: company.staffId }),
      byCustomer(),
    );

  test("a staff member's browser decrypts what is pushed; one that is gone is forgotten", async () => {
    const company = await aPushingCompany();
    await subscribe(company, push.subscribe());
    await cancel(company);
    await work();
    expect(push.messages.at(-1)?.payload).toMatchObject({
      title: expect.stringContaining("Abgesagt"),
      body: expect.stringContaining("O'Neil"),
    });

    push.status = 410;
    await cancel(company);
    await work();
    push.status = 201;
    expect(await db().of(company.caller).selectFrom("push_subscriptions").select("id").execute()).toEqual([]);
    expect(
      (await sendable(company, "staff_cancellation")).map(({ channel, status }) => `${channel} ${status}`),
    ).toContain("push failed");
  });

  test("nothing is pushed into a private network, unless the installation allows it", async () => {
    const company = await aPushingCompany();
    const [named, numbered] = [push.subscribe(), push.subscribe()];
    const before = push.messages.length;
    await subscribe(company, named);
    await subscribe(company, { ...numbered, endpoint: numbered.endpoint.replace("localhost", "127.0.0.1") });
    await cancel(company);
    await work({ ...installation, allowsPrivateNetworks: false });
    expect(push.messages).toHaveLength(before);
    const [pushed] = (await sendable(company, "staff_cancellation")).filter(({ channel }) => channel === "push");
    expect(pushed).toMatchObject({ status: "failed", last_error: expect.stringContaining("private network") });
  });
});
