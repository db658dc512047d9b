import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, type Stage, said, setStage } from "./browser.ts";
import { aColleague, ask, type Colleague } from "./roles.ts";

const executablePath = chromiumPath();

describe.runIf(executablePath !== null)("what an admin does, in a browser", () => {
  let stage: Stage;
  let admin: Colleague;
  beforeAll(async () => {
    stage = await setStage(executablePath ?? "");
    admin = await aColleague(stage, "admin");
  });
  afterAll(() => stage?.close());

  test("invites somebody to a branch, by keyboard alone, and sees that they have yet to choose a password", async () => {
    const { page, complaints } = await admin.open("/settings/people");
    await page.getByRole("button", { name: "Invite somebody" }).press("Enter");
    const form = page.getByRole("dialog", { name: "Invite somebody" });
    await form.getByRole("textbox", { name: "Name" }).waitFor();
    await page.keyboard.type("Nora Neu");
    await page.keyboard.press("Tab");
    await page.keyboard.type("nora@lindner.example");
    await page.keyboard.press("Enter");

    await said(page, "An invitation is on its way to nora@lindner.example").waitFor();
    const row = page.getByRole("row").filter({ hasText: "Nora Neu" });
    await expect.poll(() => row.textContent()).toMatch(/Receptionist.*Berlin Mitte.*invited, has no password yet/);
    expect(complaints).toEqual([]);
  });

  test("changes a policy of the whole company, and is told before whom that does not reach", async () => {
    const { page, complaints } = await admin.open("/policies");
    const notice = page.locator(".field", { hasText: "Notice needed" });
    await notice.getByRole("button").press("Enter");
    await page.getByRole("menuitem", { name: "Change" }).press("Enter");
    const form = page.getByRole("dialog");
    await expect.poll(() => form.textContent()).toMatch(/Not reached, has its own: Farbe, Jonas Kuhn/);
    await form.getByLabel("New value").fill("36");
    await page.keyboard.press("Enter");

    await expect.poll(() => notice.textContent()).toMatch(/36 h[\s\S]*set here/);
    expect(complaints).toEqual([]);
  });

  test("makes a key for one purpose, which is shown once and does just that", async () => {
    const { page } = await admin.open("/settings/keys");
    await page.getByRole("button", { name: "Make a key" }).press("Enter");
    const form = page.getByRole("dialog", { name: "Make a key" });
    await form.getByRole("textbox", { name: "Name" }).fill("The till");
    await form.getByRole("checkbox", { name: /^See appointments/ }).check();
    await form.getByRole("button", { name: "Make the key" }).click();
    const shown = page.getByRole("dialog", { name: "The key, shown this once" });
    const key = (await shown.getByLabel("API key", { exact: true }).textContent())?.trim() ?? "";
    const status = async (path: string) =>
      (await fetch(`${stage.url}/api/v1${path}`, { headers: { authorization: `Bearer ${key}` } })).status;
    expect([await status("/appointments"), await status("/callbacks")]).toEqual([200, 403]);
    await shown.getByRole("button", { name: "I have kept it" }).click();
    await page.reload();
    await page.getByRole("row").filter({ hasText: "The till" }).getByText("1 scope").waitFor();
    expect(await page.content()).not.toContain(key);
  });

  test("finds in the audit log what they have just done, under their name", async () => {
    const { page, complaints } = await admin.open("/settings/directory?kind=staff");
    await page.getByRole("button", { name: "Switch off: Jonas Kuhn" }).click();
    await said(page, "Jonas Kuhn is switched off").waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog", { name: "Go to…" }).getByRole("combobox").waitFor();
    await page.keyboard.type("audit");
    await page.keyboard.press("Enter");
    const line = page.locator("tbody tr").first();
    await expect.poll(() => line.textContent()).toMatch(/Staff member changed.*Activeyes → no/);
    await expect.poll(() => line.textContent()).toContain("Mona Lindner");
    expect(complaints).toEqual([]);
  });

  test("changes which policy counts for bookings already made", async () => {
    const { page, complaints } = await admin.open("/settings");
    const now = page.getByRole("radio", { name: "The one in force now" });
    await page.getByRole("radio", { name: "The one at booking" }).focus();
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => now.isChecked()).toBe(true);
    await expect.poll(async () => (await ask(stage, "GET", "/settings")).policyBasis).toBe("now");
    expect(complaints).toEqual([]);
  });
});
