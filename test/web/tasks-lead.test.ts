import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { aPage, chromiumPath, loginOf, type Stage, setStage, signInAs } from "./browser.ts";

const executablePath = chromiumPath();

/** What an admin and a manager do most often, each signed in as that role. */
describe.runIf(executablePath !== null)("the five tasks of who leads", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage(executablePath ?? "");
  });
  afterAll(() => stage?.close());

  async function as(role: "admin" | "manager", path = "/") {
    const { page, context, complaints } = await aPage(stage);
    onTestFinished(() => context.close());
    await signInAs(page, stage, loginOf(stage, role), path);
    return { page, complaints };
  }
  const sample = () => {
    const [company] = stage.demo.companies;
    if (!company) throw new Error("The demo has no company.");
    return company.sample;
  };
  async function goTo(page: Page, words: string) {
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog", { name: "Go to…" }).getByRole("combobox").waitFor();
    await page.keyboard.type(words);
    await page.getByRole("option").first().waitFor();
    await page.keyboard.press("Enter");
  }
  const notice = (page: Page) => page.locator(".field", { hasText: "Notice needed" });
  async function setNotice(page: Page, hours: string) {
    await notice(page).getByRole("button").focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: /Set here|Change/ }).press("Enter");
    await page.getByLabel("New value").fill(hours);
  }

  test("an admin invites somebody, by keyboard alone", async () => {
    const { page, complaints } = await as("admin");
    await goTo(page, "people");
    await page.getByRole("button", { name: "Invite somebody" }).press("Enter");
    await page.getByRole("dialog").getByRole("textbox", { name: "Name" }).waitFor();
    await page.keyboard.type("Vera Viewer");
    await page.keyboard.press("Tab");
    await page.keyboard.type("vera@lindner.example");
    await page.keyboard.press("Enter");
    await page.getByText("An invitation is on its way to vera@lindner.example").waitFor();
    await page.getByRole("button", { name: "Vera Viewer" }).waitFor();
    expect(complaints).toEqual([]);
  });

  test("an admin changes a policy of the company, and finds that in the audit log", async () => {
    const { page, complaints } = await as("admin", "/policies");
    await notice(page).waitFor();
    await setNotice(page, "30");
    await page.getByText("Farbe", { exact: false }).first().waitFor();
    await page.keyboard.press("Enter");
    await expect.poll(() => notice(page).textContent()).toMatch(/30 h[\s\S]*set here/);

    await goTo(page, "audit");
    const first = page.locator("tbody tr").first();
    await expect.poll(() => first.textContent()).toMatch(/24[\s\S]*30/);
    await expect.poll(() => first.textContent()).toMatch(/Mona Lindner/);
    expect(complaints).toEqual([]);
  });

  test("an admin makes a key for a system", async () => {
    const { page } = await as("admin");
    await goTo(page, "API keys");
    await page.getByRole("button", { name: "Make a key" }).press("Enter");
    await page.getByRole("dialog").getByRole("textbox", { name: "Name" }).fill("till");
    await page.getByRole("checkbox", { name: "See appointments, ask what a change would cost" }).press("Space");
    await page.getByRole("button", { name: "Make the key" }).press("Enter");
    await page.getByRole("dialog", { name: "The key, shown this once" }).getByText(/^fd_/).waitFor();
  });

  test("an admin changes the settings", async () => {
    const { page, complaints } = await as("admin", "/settings");
    const now = page.getByRole("radio", { name: "The one in force now" });
    await now.click();
    await expect.poll(() => now.isChecked()).toBe(true);
    await page.reload();
    await expect.poll(() => now.isChecked()).toBe(true);
    expect(complaints).toEqual([]);
  });

  test("a manager sees what needs doing at the branch", async () => {
    const { page, complaints } = await as("manager");
    const unassigned = page.getByRole("link", { name: /callbacks nobody has/ }).first();
    await expect.poll(() => page.locator(".card-number").first().textContent()).toMatch(/\d/);
    await unassigned.click();
    await page.getByRole("heading", { level: 1, name: "Callbacks" }).waitFor();
    await page.getByRole("link", { name: "Overview" }).click();
    const shares = page.locator(".bar-row");
    await shares.first().waitFor();
    expect(await shares.count()).toBe(1);
    await shares.getByText("Berlin Mitte").waitFor();
    expect(complaints).toEqual([]);
  });

  test("a manager overrides a policy for the branch, told before whom it reaches; the company's is only looked at", async () => {
    const { page, complaints } = await as("manager", `/policies?branch=${sample().branchId}`);
    await notice(page).waitFor();
    await setNotice(page, "36");
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Berlin Mitte, everything below").waitFor();
    await dialog.getByText("Not reached", { exact: false }).waitFor();
    await page.keyboard.press("Enter");
    await expect.poll(() => notice(page).textContent()).toMatch(/36 h[\s\S]*set here/);

    await page.goto(`${stage.url}/policies`);
    await page.getByText("You can look at this, but not change it here", { exact: false }).waitFor();
    await notice(page).getByRole("button").click();
    await page.getByRole("menuitem", { name: "History" }).waitFor();
    expect(await page.getByRole("menuitem").count()).toBe(1);
    expect(complaints).toEqual([]);
  });

  test("a manager works the queue of callbacks: gives one away, calls, and is done", async () => {
    const { page } = await as("manager", "/callbacks?tab=unassigned");
    const assign = page.getByRole("button", { name: /^Assign the callback of/ }).first();
    await page.getByRole("button", { name: "New callback" }).click();
    const form = page.getByRole("dialog", { name: "Promise to call back" });
    await form.getByRole("textbox", { name: "Name" }).fill("Ines Wartet");
    await form.getByRole("textbox", { name: "Phone number" }).fill("+493023125888");
    await form.getByRole("button", { name: "Promise it" }).click();
    const detail = page.getByRole("dialog", { name: /Ines Wartet/ });
    await detail.waitFor();
    if (await detail.getByText("Assign to…").isVisible()) {
      await detail.getByRole("button", { name: "Assign the callback of Ines Wartet" }).click();
      await page.getByRole("menuitem", { name: "Whoever is free" }).click();
    }
    await detail.getByRole("button", { name: "I am calling" }).click();
    await detail.getByRole("button", { name: "Done" }).click();
    await expect.poll(() => detail.locator(".timeline").first().textContent()).toMatch(/done/);
    await page.keyboard.press("Escape");
    expect(await assign.filter({ hasText: "Ines Wartet" }).count()).toBe(0);
  });

  test("a manager looks at a decision with its receipt, and takes the branch's list away", async () => {
    const { page, complaints } = await as("manager", "/modifications");
    await page.locator("tbody tr button").first().click();
    const receipts = page.getByRole("dialog");
    await receipts.getByText("Show the receipt").first().click();
    await receipts.getByText("minNoticeHours", { exact: false }).first().waitFor();
    await page.keyboard.press("Escape");

    const arriving = page.waitForEvent("download");
    await page.getByRole("button", { name: "Export as CSV" }).click();
    const csv = readFileSync(await (await arriving).path(), "utf8");
    expect(csv.trim().split("\n").length).toBeGreaterThan(1);
    expect(complaints).toEqual([]);
  });
});
