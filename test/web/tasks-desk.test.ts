import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { plusMilliseconds } from "../../src/clock.ts";
import { currentTime } from "../../src/db/connect.ts";
import { aPage, chromiumPath, faultsOf, loginOf, type Stage, setStage, signInAs } from "./browser.ts";

const executablePath = chromiumPath();

/** What a receptionist and a staff member do most often, each signed in as that role. */
describe.runIf(executablePath !== null)("the five tasks of desk and staff", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage(executablePath ?? "");
  });
  afterAll(() => stage?.close());

  async function as(role: "receptionist" | "staff", path = "/") {
    const { page, context, complaints } = await aPage(stage);
    onTestFinished(() => context.close());
    await signInAs(page, stage, loginOf(stage, role), path);
    return { page, complaints };
  }
  const company = () => {
    const [first] = stage.demo.companies;
    if (!first) throw new Error("The demo has no company.");
    return first;
  };
  const rows = (page: Page) => page.locator("tbody tr");
  async function byKey<T>(method: string, path: string, body?: object): Promise<T> {
    const headers = { authorization: `Bearer ${company().apiKey}`, "content-type": "application/json" };
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    const reply = await fetch(`${stage.url}/api/v1${path}`, init);
    expect(reply.ok, `${method} ${path}`).toBe(true);
    return (await reply.json()) as T;
  }
  /** One of Anna's, which began some hours ago. */
  async function begunAppointment(hoursAgo: number): Promise<number> {
    const { branchId, serviceId, staffId, customerId } = company().sample;
    const now = await currentTime(stage.db);
    await stage.db
      .of({ companyId: company().id })
      .insertInto("appointments")
      .values({
        branch_id: branchId,
        service_id: serviceId,
        staff_id: staffId,
        customer_id: customerId,
        starts_at: plusMilliseconds(now, -hoursAgo * 3_600_000),
        ends_at: plusMilliseconds(now, (1 - hoursAgo) * 3_600_000),
        status: "booked",
      })
      .execute();
    const found = await byKey<{ items: { id: number; staffId: string; status: string; startsAt: string }[] }>(
      "GET",
      `/appointments?customerId=${customerId}&limit=100`,
    );
    const begun = found.items.filter((each) => each.status === "booked" && Date.parse(each.startsAt) < Date.now());
    return begun.at(-1)?.id ?? 0;
  }

  test("a receptionist finds a customer's appointments, by keyboard", async () => {
    const { page, complaints } = await as("receptionist");
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog", { name: "Go to…" }).getByRole("combobox").waitFor();
    await page.keyboard.type("petra");
    await page
      .getByRole("option", { name: /^Appointments of Petra O'Neil/ })
      .first()
      .waitFor();
    await page.keyboard.press("Enter");
    await expect.poll(() => page.url()).toMatch(/appointments\?customer=\d+/);
    await page.getByRole("heading", { level: 1, name: "Appointments" }).waitFor();
    expect(complaints).toEqual([]);
  });

  test("a receptionist says what cancelling costs, and cancels", async () => {
    const { page, complaints } = await as("receptionist", `/appointments?open=${company().sample.appointmentId}`);
    await page.getByRole("button", { name: "Cancel…" }).click();
    const dialog = page.getByRole("dialog", { name: "Cancel the appointment" });
    await dialog.getByText("Allowed, fee €20.00").waitFor();
    await dialog.getByRole("button", { name: "Cancel it: fee €20.00" }).click();
    await dialog.getByText("The appointment is cancelled.").waitFor();
    expect(complaints).toEqual([]);
  });

  test("a receptionist books at the own branch, and moves it", async () => {
    const { page } = await as("receptionist", "/appointments?book=new");
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
    expect(await dialog.getByRole("combobox", { name: "Branch" }).inputValue()).toBe("Berlin Mitte");
    await dialog.getByRole("combobox", { name: "Service" }).focus();
    for (const key of ["Enter", "ArrowDown", "Enter"]) await page.keyboard.press(key);
    const day = new Date(Date.now() + 41 * 86_400_000).toISOString().slice(0, 10);
    await dialog.getByLabel("Start").fill(`${day}T11:15`);
    await page.keyboard.press("Enter");
    const detail = page.getByRole("dialog", { name: /^Appointment \d+$/ });
    await detail.getByText("11:15").waitFor();
    await detail.getByRole("button", { name: "Move…" }).click();
    const moving = page.getByRole("dialog", { name: "Move the appointment" });
    await moving.getByLabel("New start").fill(`${day}T12:45`);
    await moving.getByRole("button", { name: /^Move it: / }).click();
    await moving.getByText(/The appointment is moved to .*12:45/).waitFor();
  });

  test("a receptionist promises a callback for a customer, and completes it", async () => {
    const { page, complaints } = await as("receptionist", "/callbacks?add=new");
    const form = page.getByRole("dialog", { name: "Promise to call back" });
    await form.getByRole("combobox", { name: "Customer" }).fill("Petra");
    await page
      .getByRole("option", { name: /Petra O'Neil/ })
      .first()
      .click();
    await expect.poll(() => form.getByRole("textbox", { name: "Name" }).inputValue()).toBe("Petra O'Neil");
    expect(await form.getByRole("textbox", { name: "Phone number" }).inputValue()).toMatch(/^\+/);
    expect(await form.getByRole("combobox", { name: "Branch" }).inputValue()).toBe("Berlin Mitte");
    await form.getByRole("textbox", { name: "What it is about" }).fill("Colour, or cut?");
    expect(await faultsOf(page)).toEqual([]);
    await form.getByRole("button", { name: "Promise it" }).click();

    const detail = page.getByRole("dialog", { name: /Petra O'Neil/ });
    await detail.getByText("Colour, or cut?").waitFor();
    if (await detail.getByText("Assign to…").isVisible()) {
      await detail.getByRole("button", { name: "Assign the callback of Petra O'Neil" }).click();
      await page.getByRole("menuitem", { name: "Whoever is free" }).click();
    }
    await detail.getByRole("button", { name: "I am calling" }).click();
    await detail.getByRole("button", { name: "Done" }).click();
    await expect.poll(() => detail.locator(".timeline").first().textContent()).toMatch(/done/);
    expect(complaints).toEqual([]);
  });

  test("a staff member sees the own appointments and nobody else's", async () => {
    const { page } = await as("staff", "/appointments");
    await page.getByRole("button", { name: "Last 30 days" }).click();
    await expect.poll(() => rows(page).count()).toBeGreaterThan(3);
    const whose = await rows(page).locator("td:nth-child(4)").allTextContents();
    expect(new Set(whose)).toEqual(new Set(["Berlin Mitte · Anna Weber"]));
    expect(await page.getByRole("button", { name: "Book an appointment" }).count()).toBe(0);

    const others = await byKey<{ items: { id: number; staffId: string }[] }>("GET", "/appointments?limit=100");
    const other = others.items.find(({ staffId }) => staffId !== company().sample.staffId)?.id;
    await page.goto(`${stage.url}/appointments?open=${other}`);
    await page.getByRole("alert").getByText("There is no such thing here, or it was deleted.").waitFor();
  });

  test("a staff member says that one took place, and that to another nobody came", async () => {
    const { page, complaints } = await as("staff", `/appointments?open=${await begunAppointment(3)}`);
    await page.getByRole("button", { name: "Completed" }).click();
    await page.getByText("Marked as completed").waitFor();
    await page.goto(`${stage.url}/appointments?open=${await begunAppointment(2)}`);
    await page.getByRole("button", { name: "Did not come" }).click();
    await page.getByText("Marked as missed").waitFor();
    expect(await page.getByRole("button", { name: "Cancel…" }).count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test("a staff member works off a callback that was assigned, and cannot give it away", async () => {
    const { branchId, staffId } = company().sample;
    const { id } = await byKey<{ id: number }>("POST", "/callbacks", {
      branchId,
      customerName: "Kim Anruf",
      phoneNumber: "+493023125777",
    });
    const { assignedTo } = await byKey<{ assignedTo: string | null }>("GET", `/callbacks/${id}`).then(
      (detail) => (detail as unknown as { callback: { assignedTo: string | null } }).callback,
    );
    if (assignedTo !== staffId) {
      await byKey("POST", `/callbacks/${id}/${assignedTo === null ? "assignment" : "reassignment"}`, { staffId });
    }
    const { page, complaints } = await as("staff", "/callbacks?tab=mine");
    await page.getByRole("button", { name: "Kim Anruf", exact: true }).click();
    const detail = page.getByRole("dialog", { name: /Kim Anruf/ });
    await detail.getByRole("button", { name: "I am calling" }).click();
    await detail.getByRole("button", { name: "Done" }).waitFor();
    expect(await detail.getByRole("button", { name: /^Assign/ }).count()).toBe(0);
    await detail.getByRole("button", { name: "Done" }).click();
    await expect.poll(() => detail.locator(".timeline").first().textContent()).toMatch(/done/);
    expect(complaints).toEqual([]);
  });

  test("a staff member chooses how to be told", async () => {
    const { page, complaints } = await as("staff", "/account");
    await page.getByRole("combobox", { name: "Best way to reach you" }).click();
    await page.getByRole("option", { name: "SMS" }).click();
    await page.getByText("Saved", { exact: true }).first().waitFor();
    const push = page.getByRole("switch", { name: "Push" });
    await push.focus();
    await page.keyboard.press("Space");
    await expect.poll(() => push.isChecked()).toBe(false);
    await page.waitForLoadState("networkidle");
    await page.reload();
    await page.getByRole("switch", { name: "Push" }).waitFor();
    expect(await push.isChecked()).toBe(false);
    expect(await page.getByRole("combobox", { name: "Best way to reach you" }).inputValue()).toBe("SMS");
    expect(await faultsOf(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
