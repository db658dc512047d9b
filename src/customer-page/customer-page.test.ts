import { expect, test } from "vitest";
import { onEveryDatabase } from "../../test/databases.ts";
import { type ACompany, aCompany, aCustomer, anAppointment, aPolicy, customerPhone } from "../../test/factories.ts";
import { buildApp } from "../app.ts";
import { getAppointment } from "../appointments/store.ts";
import { isoOf, plusMilliseconds, wallClock } from "../clock.ts";
import { bareInstallation } from "../installation.ts";
import { appointmentLink } from "../notifications/links.ts";
import { eraseCustomer } from "../privacy/erase.ts";
import { parseKeyring } from "../secrets.ts";
import { changeSettings } from "../tenancy/settings.ts";

const keyring = parseKeyring(`k:${Buffer.alloc(32, 7).toString("base64")}`);
const installation = { ...bareInstallation, keyring, publicUrl: "https://desk.example/at/salon" };
const hour = 3_600_000;

onEveryDatabase("the customer's page", (db) => {
  const pathOf = (company: ACompany, appointmentId: number, inHours = 72, customerId = company.customerId) => {
    const endsAt = isoOf(plusMilliseconds(db().clock.now(), inHours * hour));
    const link = appointmentLink(installation, { companyId: company.companyId, appointmentId, customerId }, endsAt);
    return link.slice("https://desk.example/at/salon".length);
  };

  async function open({ inHours = 72 } = {}) {
    const company = await aCompany(db());
    const app = await buildApp({ db: db(), installation });
    const id = await anAppointment(db(), company, { inHours, staffId: company.staffId });
    const path = pathOf(company, id, inHours);
    const ask = (step = "", form?: Record<string, string>) =>
      app.inject({
        method: form ? "POST" : "GET",
        url: `${path}${step}`,
        headers: { "content-type": "application/x-www-form-urlencoded" },
        ...(form ? { payload: new URLSearchParams(form).toString() } : {}),
      });
    const stored = () => getAppointment(db(), company.caller, id);
    return { company, app, id, ask, stored, [Symbol.asyncDispose]: () => app.close() };
  }

  test("shows the appointment and what applies to it, in the language that is asked for, and runs no script", async () => {
    await using page = await open();
    await aPolicy(db(), page.company, "cancellation", { minNoticeHours: 24 });
    const german = await page.ask();
    expect(german.statusCode).toBe(200);
    expect(german.body).toContain('<html lang="de">');
    expect(german.body).toMatch(/Termin absagen/);
    expect(german.body).toMatch(/href="\/at\/salon\/a\/[^"]+\/cancellation\?lang=de"/);
    expect(german.headers["content-security-policy"]).toMatch(/^default-src 'none';style-src 'sha256-/);
    expect(german.headers["cache-control"]).toBe("no-store");
    const english = await page.ask("?lang=en");
    expect(english.body).toContain("Cancel the appointment");
    expect(`${german.body}${english.body}`).not.toMatch(/<script|undefined|\[object/);
  });

  test("cancels once, as the customer, however often it is pressed, and says so afterwards", async () => {
    await using page = await open();
    expect((await page.ask("/cancellation?lang=en")).body).toContain("Cancel it now");
    const answers = await Promise.all(
      [1, 2].map(() => page.ask("/cancellation?lang=en", { feeCents: "0", reason: "<i>" })),
    );
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([303, 303]);
    expect((await page.stored()).status).toBe("cancelled");
    const rows = await db()
      .of(page.company.caller)
      .selectFrom("appointment_modifications")
      .select(["modified_by_type", "modified_by_id", "initiated_by", "reason"])
      .execute();
    expect(rows).toEqual([
      {
        modified_by_type: "customer",
        modified_by_id: String(page.company.customerId),
        initiated_by: "customer",
        reason: "<i>",
      },
    ]);
    const again = await page.ask("/cancellation?lang=en", { feeCents: "0" });
    expect(again).toMatchObject({ statusCode: 303 });
    const after = await page.ask("?lang=en&done=cancelled");
    expect(after.body).toContain("This appointment is cancelled.");
    expect(after.body).not.toContain("/rescheduling");
  });

  test("where the platform keeps the appointment, a change is accepted and offered no second time until it is made", async () => {
    await using page = await open();
    await changeSettings(db(), page.company.caller, { appointmentOwner: "host" }, null);
    const answer = await page.ask("/cancellation?lang=en", { feeCents: "0" });
    expect([answer.statusCode, answer.headers.location]).toEqual([303, expect.not.stringContaining("done")]);
    const after = await page.ask("?lang=en");
    expect(after.body).toContain("Your change was accepted and is being entered.");
    expect(after.body).not.toMatch(/\/cancellation|\/rescheduling/);
    expect((await page.ask("/cancellation?lang=en", { feeCents: "0" })).statusCode).toBe(409);
    expect((await page.stored()).status).toBe("booked");
    db().clock.advance(15 * 60_000);
    expect((await page.ask("?lang=en")).body).toContain("/cancellation?lang=en");
  });

  test("charges nothing that was not shown: at another price nothing is done, and it says so", async () => {
    await using page = await open({ inHours: 10 });
    await aPolicy(db(), page.company, "cancellation", { fee: { type: "fixed", amountCents: 1500 }, feeWhen: "always" });
    const asked = await page.ask("/cancellation?lang=en");
    expect(asked.body).toContain('name="feeCents" value="1500"');
    expect(asked.body).toContain("Cancel it for €15.00");
    for (const form of [{ feeCents: "0" }, {}, { feeCents: "-1" }, { feeCents: "1499" }]) {
      const refused = await page.ask("/cancellation?lang=en", form as Record<string, string>);
      expect([refused.statusCode, refused.body]).toEqual([409, expect.stringContaining("The terms have changed")]);
    }
    expect((await page.stored()).status).not.toBe("cancelled");
    expect((await page.ask("/cancellation?lang=en", { feeCents: "1500" })).statusCode).toBe(303);
    expect((await page.stored()).status).toBe("cancelled");
  });

  test("what the policy denies is explained, kept as a decision, and leads to a callback", async () => {
    await using page = await open({ inHours: 3 });
    await aPolicy(db(), page.company, "cancellation", { minNoticeHours: 24, lateCancellation: "deny" });
    const asked = await page.ask("/cancellation?lang=en");
    expect(asked.body).not.toContain('<form method="post"');
    expect(asked.body).toContain("/callback?lang=en");
    const tried = await page.ask("/cancellation?lang=en", { feeCents: "0" });
    expect([tried.statusCode, tried.body]).toEqual([200, expect.stringContaining("24 hours")]);
    expect((await page.stored()).status).not.toBe("cancelled");
    const decisions = await db()
      .of(page.company.caller)
      .selectFrom("policy_decisions")
      .select(["allowed", "code"])
      .execute();
    expect(decisions).toMatchObject([{ code: "noticeTooShort" }]);
  });

  test("where the policy wants a reason the form does too", async () => {
    await using page = await open();
    await aPolicy(db(), page.company, "cancellation", { requireReason: true });
    const form = await page.ask("/cancellation?lang=en");
    expect(form.body).toMatch(/<textarea[^>]* required>/);
    const without = await page.ask("/cancellation?lang=en", { feeCents: "0", reason: "  " });
    expect([without.statusCode, without.body]).toEqual([200, expect.stringMatching(/<textarea[^>]* required>/)]);
    expect((await page.ask("/cancellation?lang=en", { feeCents: "0", reason: "Ill" })).statusCode).toBe(303);
    expect((await page.stored()).status).toBe("cancelled");
  });

  test("moves to a time by the branch's clock, after showing it; what is no such time is refused", async () => {
    await using page = await open();
    const to = plusMilliseconds((await page.stored()).startsAt, 24 * hour);
    const at = wallClock(to, "Europe/Berlin");
    const checked = await page.ask(`/rescheduling?lang=en&at=${encodeURIComponent(at)}`);
    expect(checked.body).toContain(`name="at" value="${at}"`);
    expect((await page.ask("/rescheduling?lang=en", { at, feeCents: "0" })).statusCode).toBe(303);
    expect(isoOf((await page.stored()).startsAt)).toBe(isoOf(to));
    // The hour that the clocks skip in spring, one in the past, one of no calendar, one that nobody plans for.
    for (const wrong of ["2026-03-29T02:30", "2020-01-01T10:00", "2026-02-30T10:00", "2150-01-01T10:00", "soon", ""]) {
      const refused = await page.ask("/rescheduling?lang=en", { at: wrong, feeCents: "0" });
      expect([refused.statusCode, refused.body], wrong).toEqual([
        422,
        expect.stringContaining("no time in the future"),
      ]);
    }
  });

  test("a time at which the staff member is busy is not taken", async () => {
    await using page = await open();
    const { staffId } = page.company;
    const other = await aCustomer(db(), page.company.caller);
    await anAppointment(db(), page.company, { inHours: 100, customerId: other, staffId });
    const at = wallClock(plusMilliseconds(db().clock.now(), 100 * hour), "Europe/Berlin");
    const refused = await page.ask("/rescheduling?lang=en", { at, feeCents: "0" });
    expect([refused.statusCode, refused.body]).toEqual([200, expect.stringContaining("has just been taken")]);
    expect(refused.body).toContain("Choose another time");
  });

  test("asks for a callback to the known number or another, and tells by when", async () => {
    await using page = await open();
    const form = await page.ask("/callback?lang=en");
    expect(form.body).toContain(`ends in ${customerPhone.slice(-2)}`);
    expect(form.body).not.toContain(customerPhone);
    const asked = await page.ask("/callback?lang=en", { phone: "", about: "Colour" });
    expect(asked.statusCode).toBe(303);
    const rows = await db().of(page.company.caller).selectFrom("callback_requests").selectAll().execute();
    expect(rows).toMatchObject([
      { phone_number: customerPhone, customer_id: page.company.customerId, notes: "Colour" },
    ]);
    const promised = await page.ask(`?${String(asked.headers.location).split("?")[1]}`);
    expect(promised.body).toContain("We will call you back by");
    const refused = await page.ask("/callback?lang=en", { phone: "000", about: "" });
    expect([refused.statusCode, refused.body]).toEqual([422, expect.stringContaining("We cannot call that number")]);
  });

  test("keeps which messages are wanted, and in which language", async () => {
    await using page = await open();
    expect((await page.ask("/messages")).body.match(/checked/g)).toHaveLength(2);
    expect((await page.ask("/messages", { feedback: "on", locale: "en" })).statusCode).toBe(303);
    const shown = await page.ask("/messages");
    expect(shown.body).toContain('<html lang="en">');
    expect(shown.body.match(/checked/g)).toHaveLength(1);
    expect((await page.ask("/messages", { feedback: "on", reminder: "on", locale: "" })).statusCode).toBe(303);
    expect((await page.ask("/messages")).body.match(/checked/g)).toHaveLength(2);
  });

  test("another's, a changed, an expired link and one of an erased customer are all the same to see", async () => {
    await using page = await open();
    const { company, app, id } = page;
    const path = pathOf(company, id);
    const theirs = await aCompany(db());
    const [body = "", signature = ""] = path.slice(3).split(".");
    const forged = `${Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(body, "base64url").toString()), a: 1 })).toString("base64url")}.${signature}`;
    const gone = await aCustomer(db(), company.caller);
    const ofGone = await anAppointment(db(), company, { inHours: 50, customerId: gone });
    const ofGonePath = pathOf(company, ofGone, 50, gone);
    await eraseCustomer(db(), company.caller, gone);
    const wrong = [
      `/a/${forged}`,
      "/a/rubbish",
      pathOf(theirs, id),
      pathOf(company, id, 72, await aCustomer(db(), company.caller)),
      pathOf(company, id, -31 * 24),
      ofGonePath,
    ];
    const replies = await Promise.all(wrong.map((url) => app.inject({ url })));
    expect(new Set(replies.map(({ statusCode }) => statusCode))).toEqual(new Set([404]));
    expect(new Set(replies.map(({ body }) => body)).size).toBe(1);
    for (const step of ["/cancellation", "/rescheduling", "/callback", "/messages"]) {
      expect((await app.inject({ method: "POST", url: `/a/${forged}${step}` })).statusCode, step).toBe(404);
    }
  });

  test("one address cannot ask without end", async () => {
    await using page = await open();
    let status = 200;
    for (let times = 0; times < 130 && status === 200; times++) status = (await page.ask()).statusCode;
    expect(status).toBe(429);
  });
});
