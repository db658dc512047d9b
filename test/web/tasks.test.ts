import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { plusMilliseconds } from "../../src/clock.ts";
import { currentTime } from "../../src/db/connect.ts";
import { chromiumPath, firstCompany, openByKey, type Stage, said, setStage } from "./browser.ts";

const executablePath = chromiumPath();

describe.runIf(executablePath !== null)("what is done every day, in a browser", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage(executablePath ?? "");
  });
  afterAll(() => stage?.close());

  const signedIn = (path: string) => openByKey(stage, path);
  const company = () => firstCompany(stage);
  /** It began so many hours ago. */
  async function begun(id: number, hours: number) {
    const start = plusMilliseconds(await currentTime(stage.db), -hours * 3_600_000);
    const times = { starts_at: start, ends_at: plusMilliseconds(start, 3_600_000) };
    await stage.db
      .of({ companyId: company().id })
      .updateTable("appointments")
      .set(times)
      .where("id", "=", id)
      .execute();
  }

  test("an appointment to come is confirmed; one that has begun took place or was missed", async () => {
    const { appointmentId, lateAppointmentId } = company().sample;
    const { page, complaints } = await signedIn(`/appointments?open=${appointmentId}`);
    const detail = (id: number) => page.getByRole("dialog", { name: `Appointment ${id}` });
    await detail(appointmentId).getByRole("button", { name: "Confirm" }).click();
    await said(page, "Confirmed").waitFor();
    await detail(appointmentId).getByText("confirmed", { exact: true }).waitFor();
    expect(await detail(appointmentId).getByRole("button", { name: "Did not come" }).count()).toBe(0);

    await begun(appointmentId, 2);
    await page.reload();
    await detail(appointmentId).getByRole("button", { name: "Completed" }).click();
    await detail(appointmentId).getByText("completed", { exact: true }).waitFor();

    await begun(lateAppointmentId, 5);
    await page.goto(`${stage.url}/appointments?open=${lateAppointmentId}`);
    await detail(lateAppointmentId).getByRole("button", { name: "Did not come" }).click();
    await detail(lateAppointmentId).getByText("did not come", { exact: true }).waitFor();
    expect(await detail(lateAppointmentId).getByRole("button", { name: "Cancel…" }).count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test("a customer who is not reached stays in the queue with the attempt, and is given to somebody else", async () => {
    const { page } = await signedIn("/callbacks");
    // The most urgent one: which that is depends on the hour and the weekday.
    const first = page.locator("tbody tr").first().getByRole("button").first();
    const customer = (await first.textContent()) ?? "";
    await first.click();
    const detail = page.getByRole("dialog", { name: `Callback for ${customer}` });
    await detail.getByRole("button", { name: "I am calling" }).click();
    await detail.getByRole("textbox", { name: "Note" }).fill("Voice box");
    await detail.getByRole("button", { name: "Not reached" }).click();
    await expect.poll(() => detail.locator(".timeline").first().textContent()).toMatch(/being called.*not reached/);

    await detail.getByRole("button", { name: `Assign the callback of ${customer}` }).click();
    const other = page.getByRole("menuitem").first();
    const name = (await other.textContent()) ?? "";
    await other.click();
    await said(page, `Assigned to ${name}`).waitFor();
    await expect
      .poll(() => detail.locator(".timeline").first().textContent())
      .toContain(`given to somebody else · ${name}`);
    await page.keyboard.press("Escape");
    await page.locator("tbody tr").filter({ hasText: customer }).getByText(name).waitFor();
  });

  test("cancellations are looked through with what decided them, and taken away as a table", async () => {
    const { page } = await signedIn("/modifications");
    await page.getByText("Cancelled", { exact: true }).click();
    const first = page.locator("tbody tr").first();
    await expect.poll(() => first.textContent()).toMatch(/cancelled, was /);
    await first.getByRole("button").click();
    const receipts = page.getByRole("dialog");
    await receipts.getByText("Show the receipt").first().waitFor();
    await receipts
      .getByText(/^The customer is told: “/)
      .first()
      .waitFor();
    await page.keyboard.press("Escape");

    const branch = "Berlin Mitte";
    await page.getByRole("combobox", { name: "Branch" }).click();
    await page.getByRole("option", { name: branch }).click();
    await expect.poll(() => page.locator("tbody tr").filter({ hasNotText: branch }).count()).toBe(0);
    await page.reload();
    await expect.poll(() => page.locator("tbody tr").filter({ hasText: branch }).count()).toBeGreaterThan(3);
    expect(await page.locator("tbody tr").filter({ hasNotText: branch }).count()).toBe(0);

    await page.goto(`${stage.url}/modifications?within=false`);
    await expect.poll(() => page.getByRole("combobox", { name: "Policy" }).inputValue()).toBe("forced");
    await page.locator("tbody tr").first().waitFor();
    expect(await page.locator("tbody tr").filter({ hasNotText: "forced" }).count()).toBe(0);

    const arriving = page.waitForEvent("download");
    await page.getByRole("button", { name: "Export as CSV" }).click();
    const lines = readFileSync(await (await arriving).path(), "utf8")
      .trim()
      .split("\n");
    expect(lines.length - 1).toBe(await page.locator("tbody tr").count());
    expect(lines[0]).toContain("appointmentId");
  });
});
