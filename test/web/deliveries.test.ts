import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, expectNoFaults, firstCompany, openByKey, type Stage, said, setStage } from "./browser.ts";
import { aColleague, ask } from "./roles.ts";

const executablePath = chromiumPath();

describe.runIf(executablePath !== null)("what became of messages, in a browser", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage(executablePath ?? "");
    const dead = ["failed", "bounced"] as const;
    await own().updateTable("notification_deliveries").set({ status: "sent" }).where("status", "in", dead).execute();
    await fail("email", "envelope", 3);
    await fail("sms", "30003", 2);
  });
  afterAll(() => stage?.close());

  const own = () => stage.db.of({ companyId: firstCompany(stage).id });
  /** Some that arrived are made to have failed, about what may be sent at any time. */
  async function fail(channel: "email" | "sms", code: string, count: number): Promise<void> {
    const rows = await own()
      .selectFrom("notification_deliveries")
      .select("id")
      .where("event_type", "in", ["callback_request_received", "callback_scheduled"])
      .where("status", "in", ["sent", "delivered"])
      .where("fallback_channel", "is not", null)
      .where("has_fallen_back", "=", false)
      .orderBy("id")
      .limit(count)
      .execute();
    expect(rows).toHaveLength(count);
    const address = channel === "email" ? "somebody@example.org" : "+493023125001";
    await own()
      .updateTable("notification_deliveries")
      .set({
        event_type: "callback_request_received",
        channel,
        status: "failed",
        address,
        last_error_code: code,
        last_error: "550 No such user",
      })
      .where(
        "id",
        "in",
        rows.map(({ id }) => id),
      )
      .execute();
  }
  const failed = async () =>
    ((await ask(stage, "GET", "/deliveries?status=failed&limit=100")).items as unknown[]).length;

  test("are narrowed by event, channel, status, cause and appointment, all in the address", async () => {
    const { page, complaints } = await openByKey(stage, "/notifications?tab=deliveries");
    const pick = async (name: string, option: string) => {
      await page.getByRole("combobox", { name }).click();
      await page.getByRole("option", { name: option, exact: true }).click();
    };
    await pick("Event", "Callback asked for");
    await pick("Channel", "E-mail");
    await pick("Status", "failed");
    await pick("What went wrong", "the mail server does not take this address");
    const rows = page.locator("tbody tr");
    await expect.poll(() => rows.count()).toBe(3);
    await page.reload();
    await expect.poll(() => rows.count()).toBe(3);
    await expectNoFaults(page);
    await page.goBack();
    await expect.poll(() => page.url()).not.toContain("envelope");

    const { appointmentId } = firstCompany(stage).sample;
    await page.goto(`${stage.url}/appointments?open=${appointmentId}`);
    await page.getByRole("link", { name: "What was sent about it" }).click();
    await expect.poll(() => page.url()).toContain(`appointment=${appointmentId}`);
    expect(await page.getByRole("textbox", { name: "Appointment no." }).inputValue()).toBe(String(appointmentId));
    expect(complaints).toEqual([]);
  });

  test("turns its pages, and a reload shows the same one", async () => {
    const { page } = await openByKey(stage, "/notifications?tab=deliveries");
    const first = () => page.locator("tbody tr").first().textContent();
    const newest = await first();
    const pages = page.getByRole("navigation", { name: "Pages" });
    await pages.getByRole("button", { name: "Next page" }).click();
    await expect.poll(first).not.toBe(newest);
    const second = await first();
    await page.reload();
    await expect.poll(first).toBe(second);
    expect(page.url()).toContain("after=");
    await pages.getByRole("button", { name: "Previous page" }).click();
    await expect.poll(() => page.url()).not.toContain("after=");
  });

  test("one is looked at with all that happened to it, and sent again to another address, after asking", async () => {
    const { page, complaints } = await openByKey(stage, "/notifications?tab=deliveries&status=failed&channel=email");
    const before = await failed();
    await page.locator("tbody tr").first().getByRole("button").press("Enter");
    const detail = page.getByRole("dialog").first();
    await detail.getByText("the mail server does not take this address").waitFor();
    await detail.getByText("550 No such user").waitFor();
    await expect.poll(() => detail.locator(".timeline").textContent()).toContain("planned");
    await expectNoFaults(page);
    await detail.getByRole("button", { name: "Send again…" }).press("Enter");
    const question = page.getByRole("dialog", { name: "Send again" });
    await question.getByRole("textbox", { name: "To another address" }).fill("right@example.org");
    await expectNoFaults(page);
    await page.keyboard.press("Enter");
    await said(page, "It is sent again").waitFor();
    await expect.poll(() => detail.textContent()).toMatch(/right@example\.org/);
    await expect.poll(() => detail.locator(".timeline").textContent()).toContain("to another address");
    expect(await failed()).toBe(before - 1);
    expect(complaints).toEqual([]);
  });

  test("those of one cause are sent again, then all that failed, after asking", async () => {
    const { page } = await openByKey(stage, "/notifications?tab=deliveries");
    const dead = page.locator("details", { hasText: "Reached nobody" });
    await dead.locator("summary").press("Enter");
    await dead.getByText("the provider says 30003", { exact: false }).waitFor();
    await expectNoFaults(page);
    await dead.getByRole("button", { name: "Show: Callback asked for, SMS" }).click();
    await expect.poll(() => page.locator("tbody tr").count()).toBe(2);

    await dead.getByRole("button", { name: "Send again: Callback asked for, SMS" }).click();
    const question = page.getByRole("dialog", { name: "Send again what failed" });
    await question.getByText("2 that failed are tried again", { exact: false }).waitFor();
    await expectNoFaults(page);
    await question.getByRole("button", { name: "Cancel" }).click();
    expect(await failed()).toBeGreaterThanOrEqual(4);
    let sent = 0;
    page.on("request", (request) => {
      if (request.url().endsWith("/deliveries/replays")) sent++;
    });
    await dead.getByRole("button", { name: "Send again: Callback asked for, SMS" }).dblclick();
    await question.getByRole("button", { name: "Send them again" }).dblclick();
    await said(page, "2 are sent again, 0 stay as they are").waitFor();
    expect(sent).toBe(1);

    await fail("sms", "30005", 1);
    await page.goto(`${stage.url}/notifications?tab=deliveries`);
    await dead.locator("summary").click();
    await dead.getByRole("button", { name: "Send all again…" }).click();
    await question.getByRole("button", { name: "Send them again" }).click();
    await said(page, /\d are sent again/).waitFor();
    await expect.poll(failed).toBe(0);
    await expect.poll(() => dead.count()).toBe(0);
  });

  test("a manager sees those of the branch, and sends nothing again", async () => {
    await fail("email", "envelope", 1);
    const manager = await aColleague(stage, "manager");
    const { page, complaints } = await manager.open("/notifications?tab=deliveries");
    await page.locator("tbody tr").first().waitFor();
    await page.goto(`${stage.url}/notifications?tab=deliveries&status=skipped`);
    await page.locator("tbody tr").first().getByRole("button").click();
    await page.getByRole("dialog").locator(".timeline").waitFor();
    expect(await page.getByRole("button", { name: /again…/ }).count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});
