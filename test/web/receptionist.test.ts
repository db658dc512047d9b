import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, type Stage, setStage } from "./browser.ts";
import { aColleague, type Colleague } from "./roles.ts";

const executablePath = chromiumPath();

describe.runIf(executablePath !== null)("what the reception does, in a browser", () => {
  let stage: Stage;
  let receptionist: Colleague;
  beforeAll(async () => {
    stage = await setStage(executablePath ?? "");
    receptionist = await aColleague(stage, "receptionist");
  });
  afterAll(() => stage?.close());
  const day = (daysFromNow: number) => new Date(Date.now() + daysFromNow * 86_400_000).toISOString().slice(0, 10);

  test("finds a customer's appointments by name, from any screen", async () => {
    const { page, complaints } = await receptionist.open("/callbacks");
    await page.keyboard.press("Control+k");
    const palette = page.getByRole("dialog", { name: "Go to…" });
    await palette.getByRole("combobox").waitFor();
    await page.keyboard.type("petra");
    const first = palette.getByRole("option").first();
    await expect.poll(() => first.textContent()).toMatch(/^Appointments of Petra O'Neil/);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Appointments" }).waitFor();
    await page.getByRole("button", { name: "Last 30 days" }).press("Enter");
    const rows = page.locator("tbody tr");
    await expect
      .poll(async () => new Set(await rows.locator("td:nth-child(2)").allTextContents()))
      .toEqual(new Set(["Petra O'Neil"]));
    expect(new Set(await rows.locator("td:nth-child(4)").allTextContents())).toSatisfy((where: Set<string>) =>
      [...where].every((each) => each.startsWith("Berlin Mitte")),
    );
    expect(complaints).toEqual([]);
  });

  test("says what a cancellation costs, and cancels for just that, by keyboard alone", async () => {
    const id = stage.demo.companies[0]?.sample.appointmentId;
    const { page, complaints } = await receptionist.open(`/appointments?open=${id}`);
    await page.getByRole("button", { name: "Cancel…" }).press("Enter");
    const dialog = page.getByRole("dialog", { name: "Cancel the appointment" });
    await dialog.getByText("“You can cancel this appointment for a fee of €20.00.”").waitFor();
    await expect.poll(() => page.evaluate("document.activeElement.labels?.[0]?.textContent")).toBe("Reason");
    await page.keyboard.type("Ill");
    await dialog.getByRole("button", { name: "Cancel it: fee €20.00" }).press("Enter");
    await dialog.getByText("The appointment is cancelled.").waitFor();
    expect(complaints).toEqual([]);
  });

  test("books at the branch, and at no other, and moves what was booked", async () => {
    const { page, complaints } = await receptionist.open("/appointments?book=new");
    const dialog = page.getByRole("dialog", { name: "Book an appointment" });
    await dialog.getByRole("combobox", { name: "Customer" }).fill("Clara");
    await page
      .getByRole("option", { name: /Clara Stein/ })
      .first()
      .waitFor();
    await page.waitForLoadState("networkidle");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    expect(await dialog.getByRole("combobox", { name: "Branch" }).inputValue()).toBe("Berlin Mitte");
    await dialog.getByRole("combobox", { name: "Branch" }).press("Enter");
    expect(await page.getByRole("option").allTextContents()).toEqual(["Berlin Mitte"]);
    await page.keyboard.press("Escape");
    await dialog.getByRole("combobox", { name: "Service" }).press("Enter");
    await page.getByRole("option", { name: "Schnitt" }).click();
    await dialog.getByLabel("Start").fill(`${day(33)}T11:15`);
    await dialog.getByRole("button", { name: "Book" }).press("Enter");

    const detail = page.getByRole("dialog", { name: /^Appointment \d+$/ });
    await detail.getByText("11:15").waitFor();
    await detail.getByRole("button", { name: "Move…" }).press("Enter");
    const moving = page.getByRole("dialog", { name: "Move the appointment" });
    await moving.getByLabel("New start").fill(`${day(34)}T12:45`);
    await moving.getByRole("button", { name: /^Move it: / }).press("Enter");
    await moving.getByText(/The appointment is moved to .*12:45/).waitFor();
    expect(complaints).toEqual([]);
  });

  test("promises a callback to whoever called, works it, and it is done", async () => {
    const { page, complaints } = await receptionist.open("/callbacks?add=new");
    const form = page.getByRole("dialog", { name: "Promise a callback" });
    expect(await form.getByRole("combobox", { name: "Branch that calls" }).inputValue()).toBe("Berlin Mitte");
    await form.getByRole("textbox", { name: "Name" }).fill("Viola Anruf");
    await form.getByRole("textbox", { name: "Telephone" }).fill("030 23125661");
    await page.keyboard.press("Enter");
    const detail = page.getByRole("dialog", { name: "Callback for Viola Anruf" });
    const assign = detail.getByRole("button", { name: "Assign the callback of Viola Anruf" });
    await assign.press("Enter");
    await page.getByRole("menuitem").last().press("Enter");
    await detail.getByRole("button", { name: "I am calling" }).press("Enter");
    await detail.getByRole("textbox", { name: "Note" }).fill("Comes on Friday");
    await detail.getByRole("button", { name: "Done" }).press("Enter");
    await expect.poll(() => detail.locator(".timeline").first().textContent()).toMatch(/created.*being called.*done/);
    expect(complaints).toEqual([]);
  });

  test("reads the policies to explain them, and is told why there is nothing to change", async () => {
    const { page, complaints } = await receptionist.open("/policies");
    await page.getByText("You can look at this, but not change it here", { exact: false }).waitFor();
    const field = page.locator(".field", { hasText: "Notice needed" });
    await field.getByRole("button").press("Enter");
    await page.getByRole("menuitem", { name: "History" }).waitFor();
    expect(await page.getByRole("menuitem").allTextContents()).toEqual(["Who else inherits this", "History"]);
    expect(complaints).toEqual([]);
  });
});
