import { expect, test } from "vitest";
import { aClient } from "../../test/client.ts";
import { onEveryDatabase } from "../../test/databases.ts";
import {
  type ACompany,
  aBranch,
  aCompany,
  anAppointment,
  aPolicy,
  aStaffMember,
  byCustomer,
} from "../../test/factories.ts";
import { bookAppointment } from "../appointments/book.ts";
import { quoteCancellation } from "../appointments/quote.ts";
import { rescheduleAppointment } from "../appointments/reschedule.ts";
import { isoOf, plusMilliseconds } from "../clock.ts";
import { changeSettings } from "../tenancy/settings.ts";
import { changePolicy } from "./write.ts";

const dayMs = 86_400_000;

onEveryDatabase("a policy", (db) => {
  const wholeCompany = ({ companyId }: ACompany) => ({ level: "company", targetId: String(companyId) });

  test("is set, changed, reset and deleted, and each of these is a version that stays", async () => {
    const company = await aCompany(db());
    await using client = await aClient(db(), company);
    const made = await client.send("POST", "/policies", {
      policyType: "cancellation",
      ...wholeCompany(company),
      config: { minNoticeHours: 24, maxPer30Days: null },
      comment: "as agreed",
    });
    expect(made).toMatchObject({ status: 201, headers: { etag: '"1"' }, body: { version: 1 } });
    const path = `/policies/${made.body.id}`;
    db().clock.advance(1000);
    const changed = await client.send("PATCH", path, { config: { minNoticeHours: 48 } }, { "if-match": '"1"' });
    expect(changed).toMatchObject({ status: 200, headers: { etag: '"2"' } });
    expect(changed.body.config).toEqual({ minNoticeHours: 48, maxPer30Days: null });
    db().clock.advance(1000);
    expect((await client.send("DELETE", `${path}/fields/minNoticeHours`)).body.config).toEqual({ maxPer30Days: null });
    db().clock.advance(1000);
    expect(await client.send("DELETE", path)).toMatchObject({ status: 204, body: null });
    expect(await client.send("GET", path)).toMatchObject({ status: 404 });

    const { items } = (await client.send("GET", `${path}/versions`)).body;
    expect(items).toMatchObject([
      { version: 4, change: "delete" },
      { version: 3, change: "reset", config: { maxPer30Days: null } },
      { version: 2, change: "change", config: { minNoticeHours: 48 } },
      {
        version: 1,
        change: "create",
        config: { minNoticeHours: 24 },
        comment: "as agreed",
        actor: { type: "api_key" },
      },
    ]);
    expect(items[3].validUntil).toBe(items[2].validFrom);
  });

  test("goes back to what an earlier version said, with what was not set then inherited again", async () => {
    const [company, other] = [await aCompany(db()), await aCompany(db())];
    await using client = await aClient(db(), company);
    const id = await aPolicy(db(), company, "cancellation", { minNoticeHours: 24, maxPer30Days: 2 });
    const path = `/policies/${id}`;
    await client.send("PATCH", path, { config: { minNoticeHours: 48, requireReason: true } });
    const revert = (version: unknown, headers = {}) =>
      client.send("POST", `${path}/reversion`, { version, comment: "as it was" }, headers);
    expect((await revert(1, { "if-match": '"1"' })).status).toBe(412);
    expect(await revert(1, { "if-match": '"2"' })).toMatchObject({
      status: 200,
      headers: { etag: '"3"' },
      body: { config: { minNoticeHours: 24, maxPer30Days: 2 } },
    });
    const { items } = (await client.send("GET", `${path}/versions`)).body;
    expect(items[0]).toMatchObject({ version: 3, change: "change", comment: "as it was" });
    expect(items[0].config).toEqual({ minNoticeHours: 24, maxPer30Days: 2 });
    expect(await revert(9)).toMatchObject({ status: 422, body: { errors: [{ pointer: "/version" }] } });
    expect((await revert("1")).status).toBe(422);
    await using stranger = await aClient(db(), other);
    expect((await stranger.send("POST", `${path}/reversion`, { version: 1 })).status).toBe(404);
    await client.send("DELETE", path);
    expect((await revert(1)).status).toBe(404);
  });

  test("read by two people is changed by one of them; the other is told to read it again", async () => {
    const company = await aCompany(db());
    await using client = await aClient(db(), company);
    const path = `/policies/${await aPolicy(db(), company, "cancellation", { minNoticeHours: 24 })}`;
    const { headers } = await client.send("GET", path);
    const change = (minNoticeHours: number) =>
      client.send("PATCH", path, { config: { minNoticeHours } }, { "if-match": headers.etag });
    expect((await change(36)).status).toBe(200);
    expect(await change(48)).toMatchObject({ status: 412, body: { code: "preconditionFailed" } });
    expect((await client.send("DELETE", path, undefined, { "if-match": headers.etag })).status).toBe(412);
    expect((await client.send("GET", path)).body).toMatchObject({ version: 2, config: { minNoticeHours: 36 } });
  });

  test("has no twin while it lives, and a successor once it is deleted", async () => {
    const company = await aCompany(db());
    await using client = await aClient(db(), company);
    const policy = { policyType: "reschedule", ...wholeCompany(company), config: {} };
    for (let round = 0; round < 3; round++) {
      const { status, body } = await client.send("POST", "/policies", policy);
      expect(status).toBe(201);
      const twin = await client.send("POST", "/policies", policy);
      expect(twin).toMatchObject({ status: 409, body: { detail: expect.stringContaining(`Policy ${body.id}`) } });
      await client.send("DELETE", `/policies/${body.id}`);
    }
  });

  test("builds only on a live one of the same type and company at a less specific level, in no circle", async () => {
    const [company, theirs] = [await aCompany(db()), await aCompany(db())];
    const { branchId, staffId } = company;
    await using client = await aClient(db(), company);
    const base = await aPolicy(db(), company, "cancellation", { minNoticeHours: 24 });
    const otherType = await aPolicy(db(), company, "reschedule", {});
    const branch = await aPolicy(
      db(),
      company,
      "cancellation",
      {},
      { level: "branch", targetId: branchId, overridesId: base },
    );
    const foreign = await aPolicy(db(), theirs, "cancellation", {});
    const set = (id: number, overridesId: number) => client.send("PATCH", `/policies/${id}`, { overridesId });
    const mistakes = [
      [await set(branch, branch), "this very policy"],
      [await set(base, branch), "circle"],
      [await set(branch, foreign), "no policy of this company"],
      [await set(branch, 999_999_999), "no policy of this company"],
      [await set(branch, otherType), "another type"],
    ] as const;
    for (const [reply, message] of mistakes) {
      expect(reply).toMatchObject({ status: 422, body: { errors: [{ pointer: "/overridesId" }] } });
      expect(reply.body.errors[0].message).toContain(message);
    }
    const staff = await aPolicy(
      db(),
      company,
      "cancellation",
      {},
      { level: "staff", targetId: staffId, overridesId: base },
    );
    const second = await aBranch(db(), company.caller);
    const sideways = await client.send("POST", "/policies", {
      policyType: "cancellation",
      level: "branch",
      targetId: second,
      config: {},
      overridesId: staff,
    });
    expect(sideways).toMatchObject({ status: 422 });
    expect(sideways.body.errors[0].message).toContain("less specific");
  });

  test("names a target of its own company, or is refused as for one that does not exist", async () => {
    const [company, theirs] = [await aCompany(db()), await aCompany(db())];
    await using client = await aClient(db(), company);
    const at = (level: string, targetId: string) =>
      client.send("POST", "/policies", { policyType: "cancellation", level, targetId, config: {} });
    const pairs = [
      ["branch", theirs.branchId, "00000000-0000-4000-8000-000000000000"],
      ["staff", theirs.staffId, "00000000-0000-4000-8000-000000000000"],
      ["service", String(theirs.serviceId), "999999999"],
      ["company", String(theirs.companyId), "999999999"],
      ["branch", company.staffId, "00000000-0000-4000-8000-000000000000"],
    ] as const;
    for (const [level, foreign, unknown] of pairs) {
      const [one, other] = [await at(level, foreign), await at(level, unknown)];
      expect(one, level).toMatchObject({ status: 422, body: { errors: [{ pointer: "/targetId" }] } });
      expect(one.body.errors).toEqual(other.body.errors);
    }
  });

  test("whose parent is deleted inherits from the next less specific one", async () => {
    const company = await aCompany(db());
    await using client = await aClient(db(), company);
    const { branchId, staffId } = company;
    await aPolicy(db(), company, "cancellation", { minNoticeHours: 24 });
    const branch = await aPolicy(
      db(),
      company,
      "cancellation",
      { minNoticeHours: 36 },
      { level: "branch", targetId: branchId },
    );
    await aPolicy(
      db(),
      company,
      "cancellation",
      { maxPer30Days: 5 },
      { level: "staff", targetId: staffId, overridesId: branch },
    );
    const effective = async () =>
      (await client.send("GET", `/policies/effective?policyType=cancellation&branchId=${branchId}&staffId=${staffId}`))
        .body;
    expect(await effective()).toMatchObject({
      values: { minNoticeHours: 36, maxPer30Days: 5 },
      provenance: {
        minNoticeHours: { level: "branch", shadows: [{ level: "company", value: 24 }, { level: "system" }] },
      },
    });
    await client.send("DELETE", `/policies/${branch}`);
    expect(await effective()).toMatchObject({ values: { minNoticeHours: 24, maxPer30Days: 5 } });
  });

  test("answers what applied at a time", async () => {
    const company = await aCompany(db());
    await using client = await aClient(db(), company);
    const begin = db().clock.now();
    db().clock.advance(1000);
    const id = await aPolicy(db(), company, "cancellation", { minNoticeHours: 24 });
    const first = db().clock.now();
    db().clock.advance(dayMs);
    await changePolicy(db(), company.caller, id, { config: { minNoticeHours: 48 }, comment: null }, null);
    const at = async (instant: typeof begin) => {
      const path = `/policies/effective?policyType=cancellation&asOf=${isoOf(instant)}`;
      return (await client.send("GET", path)).body.values.minNoticeHours;
    };
    expect(await at(begin)).toBe(0);
    expect(await at(first)).toBe(24);
    expect(await at(plusMilliseconds(db().clock.now(), -1))).toBe(24);
    expect(await at(db().clock.now())).toBe(48);
  });

  test("decides as it stood when it was booked, or as it stands now, as the company wants", async () => {
    const company = await aCompany(db());
    const { caller, branchId, serviceId, customerId } = company;
    const id = await aPolicy(db(), company, "cancellation", { minNoticeHours: 24 });
    db().clock.advance(1000);
    const startsAt = plusMilliseconds(db().clock.now(), 2 * dayMs);
    const place = { branchId, serviceId, customerId, staffId: null, durationMinutes: null, priceCents: null };
    const booked = await bookAppointment(db(), caller, { ...place, startsAt, status: "booked", bookedAt: null });
    db().clock.advance(1000);
    await changePolicy(db(), caller, id, { config: { minNoticeHours: 72 }, comment: null }, null);
    const code = async () => (await quoteCancellation(db(), caller, booked.id, byCustomer())).code;
    expect(await code()).toBe("allowed");
    await changeSettings(db(), caller, { policyBasis: "now" }, null);
    expect(await code()).toBe("noticeTooShort");
  });

  test("of another staff member counts once the appointment is hers, as it stood at booking", async () => {
    const company = await aCompany(db());
    const { caller, branchId } = company;
    const other = await aStaffMember(db(), caller, { branchId });
    const id = await aPolicy(
      db(),
      company,
      "cancellation",
      { minNoticeHours: 200 },
      { level: "staff", targetId: other },
    );
    db().clock.advance(1000);
    const startsAt = plusMilliseconds(db().clock.now(), 4 * dayMs);
    const { serviceId, customerId, staffId } = company;
    const place = { branchId, serviceId, customerId, staffId, durationMinutes: null, priceCents: null };
    const booked = await bookAppointment(db(), caller, { ...place, startsAt, status: "booked", bookedAt: null });
    db().clock.advance(1000);
    await changePolicy(db(), caller, id, { config: { minNoticeHours: 0 }, comment: null }, null);
    const quote = () => quoteCancellation(db(), caller, booked.id, byCustomer());
    expect((await quote()).code).toBe("allowed");
    await rescheduleAppointment(db(), caller, booked.id, { ...byCustomer(), startsAt, staffId: other });
    expect(await quote()).toMatchObject({ code: "noticeTooShort", required: { noticeHours: 200 } });
  });

  test("is read and written only with the permission for it", async () => {
    const company = await aCompany(db());
    await anAppointment(db(), company);
    await using reader = await aClient(db(), company, ["policies:read"]);
    await using stranger = await aClient(db(), company, ["appointments:read"]);
    const policy = { policyType: "cancellation", ...wholeCompany(company), config: {} };
    expect((await reader.send("GET", "/policies")).status).toBe(200);
    expect(await reader.send("POST", "/policies", policy)).toMatchObject({ status: 403, body: { code: "forbidden" } });
    expect((await stranger.send("GET", "/policies")).status).toBe(403);
  });
});
