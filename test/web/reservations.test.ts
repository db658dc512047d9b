import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { currentTime } from "../../src/db/connect.ts";
import { chromiumPath, expectNoFaults, firstCompany, openByKey, type Stage, setStage } from "./browser.ts";

const executablePath = chromiumPath();

describe.runIf(executablePath !== null)("changes that the company's platform makes, in a browser", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage(executablePath ?? "");
  });
  afterAll(() => stage?.close());

  const signedIn = (path: string) => openByKey(stage, path);
  const company = () => firstCompany(stage);
  async function setOwner(appointmentOwner: "frontdesk" | "host") {
    const reply = await fetch(`${stage.url}/api/v1/settings`, {
      method: "PATCH",
      headers: { authorization: `Bearer ${company().apiKey}`, "content-type": "application/json" },
      body: JSON.stringify({ appointmentOwner }),
    });
    expect(reply.status).toBe(200);
  }
  /** What the platform does in its own table. */
  const platformCancels = async (id: number) =>
    stage.db
      .of({ companyId: company().id })
      .updateTable("appointments")
      .set({ status: "cancelled", updated_at: await currentTime(stage.db) })
      .where("id", "=", id)
      .execute();
  async function cancelOf(page: Page) {
    await page.getByRole("button", { name: "Cancel…" }).click();
    const dialog = page.getByRole("dialog", { name: "Cancel the appointment" });
    await dialog.getByLabel("Reason").fill("Ill");
    await dialog.getByRole("button", { name: /^Cancel it: / }).click();
    await dialog.getByText(/^The change is reserved: your platform has until /).waitFor();
    expect(await dialog.getByText("The appointment is cancelled.").count()).toBe(0);
    await dialog.getByRole("button", { name: "Done" }).click();
  }

  test("the settings say who keeps the appointments, and change it", async () => {
    onTestFinished(() => setOwner("frontdesk"));
    const { page, complaints } = await signedIn("/settings");
    const card = page.getByRole("region", { name: "Who keeps the appointments" });
    await expect.poll(() => card.textContent()).toMatch(/Kept byFrontdesk/);
    await card.getByRole("button", { name: "Edit: Who keeps the appointments" }).click();
    const form = page.getByRole("dialog", { name: "Change who keeps the appointments" });
    await form.getByRole("radio", { name: "your own platform" }).check();
    await form.getByRole("textbox", { name: "A change is reserved for" }).fill("45");
    await expectNoFaults(page);
    await form.getByRole("button", { name: "Save" }).click();

    await expect.poll(() => card.textContent()).toMatch(/Kept byyour own platform.*45 min/);
    expect(complaints).toEqual([]);
  });

  test("what is cancelled waits for the platform: it is seen in list and appointment, withdrawn, and confirmed once it is made", async () => {
    await setOwner("host");
    onTestFinished(() => setOwner("frontdesk"));
    const { page } = await signedIn("/appointments");
    await page.locator("tbody tr").filter({ hasText: "Farbe" }).last().getByRole("button").click();
    await page.getByRole("dialog").waitFor();
    const id = Number(new URL(page.url()).searchParams.get("open"));
    const detail = page.getByRole("dialog", { name: `Appointment ${id}` });
    const waiting = detail.getByRole("region", { name: "Waits for your platform" });
    await page.getByText("Your platform keeps the appointments", { exact: false }).waitFor();
    expect(await page.getByRole("button", { name: "Book" }).count()).toBe(0);
    expect(await detail.getByRole("button", { name: "Confirm" }).count()).toBe(0);

    await cancelOf(page);
    await waiting.getByText("Decided: this appointment is to be cancelled.").waitFor();
    await page.locator("tbody tr").filter({ hasText: "Cancellation: waits" }).waitFor();
    expect(await detail.getByRole("button", { name: "Cancel…" }).count()).toBe(0);
    await expectNoFaults(page);
    await waiting.getByRole("button", { name: "It is made" }).click();
    await page
      .locator(".mantine-Notification-root")
      .getByText(/does not show the change/)
      .waitFor();

    await waiting.getByRole("button", { name: "Withdraw…" }).click();
    await page.getByRole("dialog", { name: "Withdraw the change?" }).getByRole("button", { name: "Withdraw" }).click();
    await detail.getByText("Cancellation: withdrawn").waitFor();

    await cancelOf(page);
    await platformCancels(id);
    await waiting.getByRole("button", { name: "It is made" }).click();
    await detail.getByText("Cancellation: confirmed").waitFor();
    await detail.getByText("cancelled", { exact: true }).waitFor();
    expect(await waiting.count()).toBe(0);
  });

  test("what the platform confirms by itself is seen without a reload", async () => {
    await setOwner("host");
    onTestFinished(() => setOwner("frontdesk"));
    const id = company().sample.appointmentId;
    const { page } = await signedIn(`/appointments?open=${id}`);
    const detail = page.getByRole("dialog", { name: `Appointment ${id}` });
    await cancelOf(page);
    await detail.getByRole("region", { name: "Waits for your platform" }).waitFor();

    const headers = { authorization: `Bearer ${company().apiKey}`, "content-type": "application/json" };
    const open = await fetch(`${stage.url}/api/v1/reservations?appointmentId=${id}&status=reserved`, { headers });
    const [reservation] = ((await open.json()) as { items: { id: number }[] }).items;
    await platformCancels(id);
    const path = `/api/v1/reservations/${reservation?.id}/confirmation`;
    expect((await fetch(stage.url + path, { method: "POST", headers, body: "{}" })).status).toBe(200);

    await detail.getByText("Cancellation: confirmed").waitFor({ timeout: 15_000 });
    await detail.getByText("cancelled", { exact: true }).waitFor();
  });
});
