import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { currentTime } from "../../src/db/connect.ts";
import { bareInstallation } from "../../src/installation.ts";
import { planEventsAcrossCompanies } from "../../src/notifications/plan.ts";
import { planWebhooks } from "../../src/webhooks/plan.ts";
import { chromiumPath, firstCompany, openByKey, type Stage, said, setStage } from "./browser.ts";

const executablePath = chromiumPath();

describe.runIf(executablePath !== null)("the settings in a browser", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage(executablePath ?? "");
  });
  afterAll(() => stage?.close());

  const signedIn = (path: string) => openByKey(stage, path);
  const company = () => firstCompany(stage);
  async function downloaded(page: Page, name: string): Promise<string> {
    const arriving = page.waitForEvent("download");
    await page.getByRole("button", { name }).click();
    return readFileSync(await (await arriving).path(), "utf8");
  }

  test("a webhook is made, shows its secret once, gets a new one, is switched off, changed and deleted", async () => {
    const { page, complaints } = await signedIn("/settings/webhooks");
    await page.getByText("No other system is told of anything.").waitFor();
    await page.getByRole("button", { name: "Add an endpoint" }).click();
    const form = page.getByRole("dialog", { name: "Add an endpoint" });
    await form.getByRole("textbox", { name: "Address" }).fill("https://hooks.example.org/frontdesk");
    await form.getByRole("button", { name: "Save" }).click();

    const secrets = page.getByRole("dialog", { name: "The secret, shown this once" });
    const first = await secrets.getByLabel("Secret", { exact: true }).textContent();
    expect(first).toMatch(/^whsec_/);
    await page.keyboard.press("Escape");
    await secrets.getByRole("button", { name: "I have kept it" }).click();
    await page.reload();
    const card = page.getByRole("article", { name: "https://hooks.example.org/frontdesk" });
    await card.waitFor();
    expect(await page.content()).not.toContain(first);

    await card.getByRole("button", { name: "New secret" }).click();
    await page.getByRole("dialog", { name: "Make a new secret?" }).getByRole("button", { name: "New secret" }).click();
    expect(await secrets.getByLabel("Secret", { exact: true }).textContent()).not.toBe(first);
    await secrets.getByRole("button", { name: "I have kept it" }).click();

    await card.getByRole("button", { name: "Switch off" }).click();
    await card.getByText("off: switched off by hand").waitFor();
    await card.getByRole("button", { name: "Edit" }).click();
    const change = page.getByRole("dialog", { name: "Change the endpoint" });
    await change.getByRole("textbox", { name: "What it is for" }).fill("The till");
    await change.getByRole("switch", { name: "Is told" }).check();
    await change.getByRole("button", { name: "Save" }).click();
    await card.getByText("The till").waitFor();
    await card.getByText("on", { exact: false }).first().waitFor();
    await card.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog", { name: "Delete the endpoint?" }).getByRole("button", { name: "Delete" }).click();
    await page.getByText("No other system is told of anything.").waitFor();
    expect(complaints).toEqual([]);
  });

  test("a delivery is seen with what was sent, found again by its address, and sent again when it has failed", async () => {
    const headers = { authorization: `Bearer ${company().apiKey}`, "content-type": "application/json" };
    const send = (path: string, body: object) =>
      fetch(`${stage.url}/api/v1${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    await send("/webhook-endpoints", { url: "https://till.example.org/", eventTypes: ["appointment.*"] });
    await send(`/appointments/${company().sample.appointmentId}/confirmation`, {});
    await planEventsAcrossCompanies(stage.db, bareInstallation, planWebhooks);
    const { page } = await signedIn("/settings/webhooks?tab=deliveries");

    await page.getByRole("button", { name: "appointment.confirmed" }).click();
    const detail = page.getByRole("dialog", { name: /^Delivery \d+$/ });
    await detail.getByText("Not tried yet.").waitFor();
    await page.reload();
    await detail.getByText("What was sent").click();
    await detail.getByText(`"appointmentId": ${company().sample.appointmentId}`).waitFor();

    const fail = { status: "failed", next_at: null, finished_at: await currentTime(stage.db) } as const;
    await stage.db.of({ companyId: company().id }).updateTable("webhook_deliveries").set(fail).execute();
    await page.reload();
    await detail.getByText("failed").waitFor();
    await detail.getByRole("button", { name: "Send again" }).click();
    await said(page, "It is sent again").waitFor();
    await detail.getByText("waits").waitFor();
  });

  test("the audit log shows what changed from what to what, is checked, narrowed and taken away", async () => {
    const { page } = await signedIn("/settings/directory?kind=staff");
    await page.getByRole("button", { name: "Switch off: Jonas Kuhn" }).click();
    await said(page, "Jonas Kuhn is switched off").waitFor();
    await page.getByRole("link", { name: "Audit log" }).click();
    const line = page.locator("tbody tr").first();
    await expect
      .poll(() => line.textContent())
      .toMatch(/Staff member changed.*Staff member Jonas Kuhn.*Activeyes → no/);

    await page.getByRole("button", { name: "Check every line" }).click();
    await page
      .getByRole("status")
      .getByText(/^All \d+ lines are as they were written/)
      .waitFor();
    const log = await downloaded(page, "Export as JSON Lines");
    const lines = log
      .trim()
      .split("\n")
      .map((each) => JSON.parse(each) as { number: number; action: string });
    expect(lines.map(({ number }) => number)).toEqual(lines.map((_, index) => index + 1));
    expect(lines.at(-1)?.action).toBe("staff.change");

    await line.getByText("As it is kept").click();
    await line.getByText('"action": "staff.change"', { exact: false }).waitFor();

    await page.getByRole("combobox", { name: "Action" }).fill("member ch");
    await page.getByRole("option", { name: "Staff member changed" }).click();
    await expect.poll(() => page.locator("tbody tr").count()).toBe(1);
    expect(page.url()).toContain("action=staff.change");
    const day = (daysFromNow: number) => new Date(Date.now() + daysFromNow * 86_400_000).toISOString().slice(0, 10);
    await page.getByLabel("To", { exact: true }).fill(day(-3));
    await page.getByText("No line fits.").waitFor();
    await page.getByLabel("To", { exact: true }).fill(day(1));
    await page.getByLabel("From", { exact: true }).fill(day(-1));
    await expect.poll(() => page.locator("tbody tr").count()).toBe(1);
    await page.reload();
    await expect.poll(() => page.locator("tbody tr").count()).toBe(1);
    const { searchParams } = new URL(page.url());
    expect([searchParams.get("from"), searchParams.get("until")]).toEqual([day(-1), day(1)]);
  });

  test("a customer is added, taken away as a table and as data, and erased only after typing the name", async () => {
    const { page } = await signedIn("/settings/directory?kind=customers");
    await page.getByRole("button", { name: "Add a customer" }).click();
    const form = page.getByRole("dialog", { name: "Add a customer" });
    await form.getByRole("textbox", { name: "Name" }).fill("Greta Gast");
    await form.getByRole("textbox", { name: "Telephone" }).fill("12");
    await form.getByRole("button", { name: "Save" }).click();
    await form.getByRole("alert").waitFor();
    await form.getByRole("textbox", { name: "Telephone" }).fill("030 23125123");
    await form.getByRole("button", { name: "Save" }).click();
    await page.getByRole("button", { name: "Greta Gast" }).waitFor();
    expect(await downloaded(page, "Export as CSV")).toMatch(/Greta Gast,,'\+493023125123/);

    await page.getByRole("button", { name: "Greta Gast" }).click();
    expect(await downloaded(page, "Export as JSON")).toContain("Greta Gast");
    await page.getByRole("button", { name: "Erase for good…" }).click();
    const confirm = page.getByRole("dialog", { name: "Erase Greta Gast?" });
    const erase = confirm.getByRole("button", { name: "Erase for good" });
    expect(await erase.isDisabled()).toBe(true);
    await confirm.getByRole("textbox").fill("Greta Gast");
    await erase.click();
    await said(page, "This person was erased").waitFor();
    await page.getByRole("button", { name: "Greta Gast" }).waitFor({ state: "detached" });
  });

  test("opening hours are written as people write them; what cannot be read is said at its day", async () => {
    const { page } = await signedIn("/settings/calendars?open=new");
    const form = page.getByRole("dialog", { name: "Add opening hours" });
    await form.getByRole("textbox", { name: "Name" }).fill("Salon");
    await form.getByRole("textbox", { name: "Mon" }).fill("9-12, 14-18:30");
    await form.getByRole("textbox", { name: "Sat" }).fill("from nine");
    await form.getByRole("textbox", { name: "Closed on public holidays of: Country" }).fill("de");
    await form.getByRole("button", { name: "Add days" }).click();
    await form.getByRole("textbox", { name: "From" }).fill("2027-07-01");
    await form.getByRole("button", { name: "Save" }).click();
    await form.getByText("Write times such as 9-12, 14-18:30, in their order.").waitFor();
    await form.getByRole("textbox", { name: "Sat" }).fill("");
    await form.getByRole("button", { name: "Save" }).click();

    const card = page.getByRole("article");
    await expect.poll(() => card.textContent()).toMatch(/Mon09:00–12:00, 14:00–18:30.*Satclosed.*DE.*1 Jul 2027/);
    await card.getByRole("button", { name: "Edit: Salon" }).click();
    await page.getByRole("dialog").getByRole("textbox", { name: "Sat" }).fill("10-14");
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await expect.poll(() => card.textContent()).toMatch(/Sat10:00–14:00/);
  });

  test("a ladder shows what would happen before it is saved, and needs somebody at each step", async () => {
    const { page } = await signedIn("/settings/ladders?open=new");
    const form = page.getByRole("dialog", { name: "Add a ladder" });
    await form.getByRole("textbox", { name: "Name" }).fill("Usual");
    const preview = form.getByRole("region", { name: "If nobody reacts" });
    await expect.poll(() => preview.getByRole("listitem").count()).toBeGreaterThan(1);
    const second = form.getByRole("group", { name: "Step 2" });
    await second.getByRole("combobox", { name: "Whom" }).focus();
    await page.keyboard.press("Backspace");
    await page.keyboard.press("Backspace");
    await form.getByText("Choose at least one for each step.").waitFor();
    await second.getByRole("combobox", { name: "Whom" }).fill("Mona");
    await page.getByRole("option", { name: "Mona Lindner" }).click();
    await form.getByRole("button", { name: "Save" }).click();

    await expect.poll(() => page.getByRole("article").textContent()).toMatch(/Usual.*Hand over to Mona Lindner/);
  });
});
