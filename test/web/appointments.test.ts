import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { plusMilliseconds } from "../../src/clock.ts";
import { currentTime } from "../../src/db/connect.ts";
import { chromiumPath, expectNoFaults, firstCompany, openByKey, type Stage, setStage } from "./browser.ts";

const executablePath = chromiumPath();

describe.runIf(executablePath !== null)("the appointments in a browser", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage(executablePath ?? "");
  });
  afterAll(() => stage?.close());

  const signedIn = (path: string) => openByKey(stage, path);
  const company = () => firstCompany(stage);
  const rows = (page: Page) => page.locator("tbody tr");

  test("a cancellation costs what was shown before, and leaves its receipt", async () => {
    const { appointmentId } = company().sample;
    const { page, complaints } = await signedIn(`/appointments?open=${appointmentId}`);
    await page.getByRole("button", { name: "Cancel…" }).click();
    const dialog = page.getByRole("dialog", { name: "Cancel the appointment" });
    await dialog.getByText("Allowed, fee €20.00").waitFor();
    await dialog.getByText("“You can cancel this appointment for a fee of €20.00.”").waitFor();
    await expectNoFaults(page);

    await dialog.getByLabel("Reason").fill("Ill");
    await dialog.getByRole("button", { name: "Cancel it: fee €20.00" }).click();

    await dialog.getByText("The appointment is cancelled.").waitFor();
    await dialog.getByText(/Decision \d+/).waitFor();
    await expectNoFaults(page);
    await dialog.getByRole("button", { name: "Done" }).click();
    const detail = page.getByRole("dialog", { name: `Appointment ${appointmentId}` });
    await detail.getByText("cancelled", { exact: true }).waitFor();
    await detail.getByText("Cancel: Allowed, fee €20.00").waitFor();
    expect(await detail.getByRole("button", { name: "Cancel…" }).count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test("a fee that has risen since it was shown is asked for anew, and nothing is done before", async () => {
    const { page } = await signedIn("/appointments");
    await rows(page).filter({ hasText: "Farbe" }).last().getByRole("button").click();
    await page.getByRole("button", { name: "Cancel…" }).click();
    await page.route(/quotes$/, async (route) => {
      const reply = await route.fetch();
      await route.fulfill({ response: reply, json: { ...(await reply.json()), allowed: true, feeCents: 0 } });
    });
    const dialog = page.getByRole("dialog", { name: "Cancel the appointment" });
    await dialog.getByLabel("Reason").fill("A change of mind");
    await dialog.getByRole("button", { name: "Cancel it: free of charge" }).click();
    await page.unrouteAll({ behavior: "wait" });

    await dialog.getByRole("alert").waitFor();

    expect(await dialog.getByText("The appointment is cancelled.").count()).toBe(0);
  });

  test("what the policy refuses says why, and is done all the same with a reason", async () => {
    const { page } = await signedIn(`/appointments?open=${company().sample.lateAppointmentId}`);
    await page.getByRole("button", { name: "Cancel…" }).click();
    const dialog = page.getByRole("dialog", { name: "Cancel the appointment" });
    await dialog.getByText("Not allowed", { exact: true }).waitFor();
    const submit = dialog.locator("button[type=submit]");
    expect(await submit.isDisabled()).toBe(true);

    await dialog.getByLabel("Do it all the same").check();
    await dialog.getByLabel("Why all the same").fill("The salon is flooded");
    await dialog.getByText(/^Allowed, /).waitFor();
    await submit.click();

    await dialog.getByText("The appointment is cancelled.").waitFor();
  });

  test("one that is booked here by keyboard is found again by its customer, and moved to a time of the branch", async () => {
    const { page } = await signedIn("/appointments?book=new");
    const dialog = page.getByRole("dialog", { name: "Book an appointment" });
    await dialog.getByRole("combobox", { name: "Customer" }).fill("Petra");
    await page
      .getByRole("option", { name: /Petra O'Neil/ })
      .first()
      .waitFor();
    await page.waitForLoadState("networkidle");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await expect.poll(() => dialog.getByRole("combobox", { name: "Customer" }).inputValue()).toMatch(/^Petra O'Neil/);
    for (const field of ["Branch", "Service"]) {
      await dialog.getByRole("combobox", { name: field }).focus();
      await page.keyboard.press("Enter");
      await page.getByRole("option").first().waitFor();
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await expect.poll(() => dialog.getByRole("combobox", { name: field }).inputValue()).not.toBe("");
    }
    const day = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10);
    await dialog.getByLabel("Start").fill(`${day}T11:15`);
    await dialog.getByRole("button", { name: "Book" }).click();

    const detail = page.getByRole("dialog", { name: /^Appointment \d+$/ });
    await detail.getByText("11:15").waitFor();
    await detail.getByText("Petra O'Neil").waitFor();
    await detail.getByRole("button", { name: "Move…" }).click();
    const moving = page.getByRole("dialog", { name: "Move the appointment" });
    await moving.getByLabel("New start").fill(`${day}T12:45`);
    await moving.getByRole("button", { name: /^Move it: / }).click();
    await moving.getByText(/The appointment is moved to .*12:45/).waitFor();
    await moving.getByRole("button", { name: "Done" }).click();
    await detail.getByText("12:45").first().waitFor();
  });

  test("filters and page stand in the address: a reload and the way back keep them", async () => {
    const { page } = await signedIn("/appointments");
    await page.getByRole("button", { name: "Last 30 days" }).click();
    await page.getByRole("combobox", { name: "Status" }).click();
    await page.getByRole("option", { name: "did not come" }).click();
    await expect
      .poll(async () => new Set(await rows(page).locator("td:last-child").allTextContents()))
      .toEqual(new Set(["did not come"]));
    const before = await rows(page).allTextContents();
    expect(page.url()).toMatch(/status=no_show/);

    await page.reload();
    await expect.poll(() => rows(page).allTextContents()).toEqual(before);
    await page.goBack();
    await expect.poll(() => rows(page).count()).toBeGreaterThan(before.length);
  });

  test("100,000 of them are leafed through without a pause, forwards and back", async () => {
    const { page } = await signedIn("/");
    await crowd(stage, company().id, 100_000);
    const from = new Date(Date.now() + 400 * 86_400_000).toISOString().slice(0, 10);
    await page.goto(`${stage.url}/appointments?from=${from}`);
    await rows(page).first().waitFor();
    const first = await rows(page).allTextContents();
    expect(first).toHaveLength(50);
    const times: number[] = [];
    const turn = async (name: string) => {
      await page.waitForLoadState("networkidle");
      const before = await rows(page).first().textContent();
      const began = performance.now();
      await page.getByRole("button", { name }).click();
      await expect.poll(() => rows(page).first().textContent(), { interval: 10 }).not.toBe(before);
      times.push(performance.now() - began);
    };
    for (let page = 0; page < 10; page++) await turn("Next page");
    for (let page = 0; page < 10; page++) await turn("Previous page");

    expect(await rows(page).allTextContents()).toEqual(first);
    const [median = 0] = times.sort((one, other) => one - other).slice(times.length / 2);
    expect(median).toBeLessThan(300);
    console.log(`a page of 100,000 appointments is turned in ${Math.round(median)} ms (median of ${times.length})`);
  });
});

/** Appointments a quarter of an hour apart, far ahead of those of the demo. */
async function crowd({ db, demo }: Stage, companyId: number, count: number): Promise<void> {
  const sample = demo.companies[0]?.sample;
  const start = plusMilliseconds(await currentTime(db), 400 * 86_400_000);
  const own = db.of({ companyId });
  const rows = Array.from({ length: count }, (_, index) => ({
    branch_id: sample?.branchId ?? "",
    service_id: sample?.serviceId ?? 0,
    customer_id: sample?.customerId ?? 0,
    starts_at: plusMilliseconds(start, index * 900_000),
    ends_at: plusMilliseconds(start, (index + 1) * 900_000),
    status: "booked" as const,
  }));
  for (let at = 0; at < count; at += 1000) {
    await own
      .insertInto("appointments")
      .values(rows.slice(at, at + 1000))
      .execute();
  }
}
