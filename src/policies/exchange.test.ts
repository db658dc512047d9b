import { expect, test } from "vitest";
import { aClient, type Client } from "../../test/client.ts";
import { onEveryDatabase } from "../../test/databases.ts";
import { aBranch, aCompany, aPolicy } from "../../test/factories.ts";
import { verifyAudit } from "../audit/verify.ts";

onEveryDatabase("policies as a document", (db) => {
  async function stage() {
    const company = await aCompany(db());
    const client = await aClient(db(), company);
    const { branchId, serviceId, staffId } = company;
    const top = await aPolicy(db(), company, "cancellation", { minNoticeHours: 24, maxPer30Days: null });
    await aPolicy(db(), company, "reschedule", { maxPerAppointment: 2 });
    const branch = { level: "branch", targetId: branchId } as const;
    await aPolicy(db(), company, "cancellation", { fee: { type: "percentage", percent: 50 } }, branch);
    const service = { level: "service", targetId: serviceId, overridesId: top } as const;
    await aPolicy(db(), company, "cancellation", { requireReason: true }, service);
    const staff = { level: "staff", targetId: staffId, isOverride: false } as const;
    await aPolicy(db(), company, "recurring", { minOccurrencesToKeep: 3 }, staff);
    return { ...company, client, [Symbol.asyncDispose]: () => client.app.close() };
  }

  const exported = async (client: Client) => (await client.send("GET", "/policies/export")).body;
  const versions = async (client: Client) => {
    const { items } = (await client.send("GET", "/policies?limit=100")).body;
    return items.map(({ id, version }: { id: number; version: number }) => `${id} v${version}`);
  };
  const untouched = { created: 0, changed: 0, deleted: 0, unchanged: 5, steps: [] };

  test("hold every policy under the name of its place, and an import of them changes nothing", async () => {
    await using it = await stage();
    const document = await exported(it.client);
    expect(document).toMatchObject({ format: "frontdesk-policies", version: 1 });
    expect(document.policies).toMatchObject([
      { level: "company", targetId: null, targetName: "Salon Lindner", policyType: "cancellation", overrides: null },
      { level: "company", policyType: "reschedule", config: { maxPerAppointment: 2 } },
      { level: "branch", targetId: it.branchId, targetName: "Berlin Mitte" },
      { level: "service", targetId: String(it.serviceId), overrides: { level: "company", targetId: null } },
      { level: "staff", targetId: it.staffId, isOverride: false },
    ]);
    const before = await versions(it.client);
    for (const deleteOthers of [false, true]) {
      const reply = await it.client.send("POST", "/policies/import", { ...document, deleteOthers });
      expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 200, body: { dryRun: false, ...untouched } });
    }
    expect(await versions(it.client)).toEqual(before);
  });

  test("bring back what was changed, deleted and added since, each as a version that the log knows", async () => {
    await using it = await stage();
    const document = await exported(it.client);
    const { items } = (await it.client.send("GET", "/policies?limit=100")).body;
    const [top, , , service] = items;
    await it.client.send("PATCH", `/policies/${top.id}`, { config: { minNoticeHours: 1, requireReason: true } });
    await it.client.send("DELETE", `/policies/${service.id}`);
    const extra = await aPolicy(
      db(),
      it,
      "reschedule",
      { allowSameDay: false },
      { level: "branch", targetId: it.branchId },
    );

    const dry = await it.client.send("POST", "/policies/import", { ...document, deleteOthers: true, dryRun: true });
    expect(dry.body).toMatchObject({ dryRun: true, created: 1, changed: 1, deleted: 1, unchanged: 3 });
    const changed = await exported(it.client);
    expect(changed.policies).not.toEqual(document.policies);

    const done = await it.client.send("POST", "/policies/import", { ...document, deleteOthers: true, comment: "Back" });
    expect(done.body).toMatchObject({
      dryRun: false,
      created: 1,
      changed: 1,
      deleted: 1,
      steps: [
        { action: "change", policyId: top.id, from: { minNoticeHours: 1 }, to: { minNoticeHours: 24 } },
        { action: "create", level: "service", from: null, to: { requireReason: true } },
        { action: "delete", policyId: extra, from: { allowSameDay: false }, to: null },
      ],
    });
    const same = (steps: { policyId: unknown }[]) => steps.map(({ policyId: _, ...step }) => step);
    expect(same(done.body.steps)).toEqual(same(dry.body.steps));
    expect((await exported(it.client)).policies).toEqual(document.policies);
    const { items: history } = (await it.client.send("GET", `/policies/${top.id}/versions`)).body;
    expect(history[0]).toMatchObject({ version: 3, change: "change", comment: "Back" });
    const lines = (await it.client.send("GET", "/audit-log?subjectType=policy&limit=3")).body.items;
    expect(lines.map(({ action }: { action: string }) => action)).toEqual([
      "policy.delete",
      "policy.create",
      "policy.change",
    ]);
    expect(await verifyAudit(db(), it.caller)).toMatchObject({ isValid: true });
  });

  test("of a whole company build on each other where there was nothing", async () => {
    await using it = await stage();
    const document = await exported(it.client);
    const { items } = (await it.client.send("GET", "/policies?limit=100")).body;
    for (const { id } of items.toReversed()) await it.client.send("DELETE", `/policies/${id}`);
    expect((await exported(it.client)).policies).toEqual([]);
    const backwards = { ...document, policies: document.policies.toReversed() };
    const reply = await it.client.send("POST", "/policies/import", backwards);
    expect(reply.body).toMatchObject({ created: 5, unchanged: 0 });
    expect((await exported(it.client)).policies).toEqual(document.policies);
    const again = { "idempotency-key": "k" };
    const first = await it.client.send("POST", "/policies/import", document, again);
    expect((await it.client.send("POST", "/policies/import", document, again)).body).toEqual(first.body);
  });

  test("that do not fit this company are refused as a whole, each with its place in the document", async () => {
    await using it = await stage();
    const other = await aCompany(db());
    const document = await exported(it.client);
    const [top] = document.policies;
    const before = await versions(it.client);
    const refused = async (policies: object[], pointer: string, options = {}) => {
      const reply = await it.client.send("POST", "/policies/import", { ...document, ...options, policies });
      expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
      return reply.body.errors[0].message;
    };
    const fine = { ...top, policyType: "recurring", config: {} };
    const nobodys = "00000000-0000-4000-8000-000000000000";
    const theirs = await refused([fine, { ...top, level: "branch", targetId: other.branchId }], "/policies/1/targetId");
    expect(await refused([fine, { ...top, level: "branch", targetId: nobodys }], "/policies/1/targetId")).toBe(theirs);
    await refused([{ ...top, targetId: String(it.companyId) }], "/policies/0/targetId");
    await refused([top, top], "/policies/1");
    await refused([{ ...top, config: { minNoticeHours: -1 } }], "/policies/0/config/minNoticeHours");
    await refused([{ ...top, config: { maxPerAppointment: 1 } }], "/policies/0/config/maxPerAppointment");
    await refused([{ ...top, overrides: { level: "branch", targetId: it.branchId } }], "/policies/0/overrides");
    const child = document.policies[3];
    await refused([child], "/policies/0/overrides", { deleteOthers: true });
    expect(await versions(it.client)).toEqual(before);
    await using reader = await aClient(db(), it, ["policies:read"]);
    expect((await reader.send("POST", "/policies/import", document)).status).toBe(403);
    expect((await reader.send("GET", "/policies/export")).status).toBe(200);
  });

  test("hold nothing of another company, and nothing of a place that is gone", async () => {
    await using it = await stage();
    const other = await aCompany(db());
    await aPolicy(db(), other, "cancellation", { minNoticeHours: 7777 });
    const branchId = await aBranch(db(), it.caller);
    await aPolicy(db(), it, "cancellation", { minNoticeHours: 5 }, { level: "branch", targetId: branchId });
    const before = await exported(it.client);
    expect(before.policies).toHaveLength(6);
    expect((await it.client.send("DELETE", `/branches/${branchId}`)).status).toBe(204);
    const document = await exported(it.client);
    expect(document.policies).toHaveLength(5);
    expect(JSON.stringify(document)).not.toContain('"minNoticeHours":7777');
    const reply = await it.client.send("POST", "/policies/import", { ...document, deleteOthers: true });
    expect(reply.body).toMatchObject(untouched);
    expect((await it.client.send("POST", "/policies/import", before)).status).toBe(422);
  });
});
