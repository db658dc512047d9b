import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { chromiumPath, expectNoFaults, firstCompany, openByKey, type Stage, said, setStage } from "./browser.ts";
import { aColleague, ask } from "./roles.ts";

const executablePath = chromiumPath();

interface Row {
  readonly id: number;
  readonly level: string;
  readonly channel: string;
  readonly fallbackChannel: string | null;
}

describe.runIf(executablePath !== null)("who is told, in a browser", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage(executablePath ?? "");
  });
  afterAll(() => stage?.close());
  beforeEach(async () => {
    for (const { id } of await rows()) await api("DELETE", `/notification-configurations/${id}`);
  });

  const sample = () => firstCompany(stage).sample;
  const rows = async (of = "") =>
    (await ask(stage, "GET", `/notification-configurations?limit=100${of}`)).items as Row[];
  async function api(method: string, path: string, body?: object) {
    const headers = { authorization: `Bearer ${firstCompany(stage).apiKey}`, "content-type": "application/json" };
    const reply = await fetch(`${stage.url}/api/v1${path}`, {
      method,
      headers: body ? headers : { authorization: headers.authorization },
      body: body ? JSON.stringify(body) : null,
    });
    expect(reply.ok).toBe(true);
  }
  const set = (level: string, targetId: string, channel: string, more: object = {}) =>
    api("POST", "/notification-configurations", { level, targetId, event: "cancellation", channel, ...more });

  test("a branch stops telling of an event by SMS, and follows the company again", async () => {
    const { page, complaints } = await openByKey(stage, "/notifications");
    await page.getByRole("combobox", { name: "Branch" }).click();
    await page.getByRole("option", { name: /Berlin Mitte/ }).click();
    const cell = page.getByRole("button", { name: /^Cancelled by SMS: / });
    await expect.poll(() => cell.textContent()).toMatch(/in reserve.*default/);
    await cell.click();
    await page.getByRole("menuitem", { name: "Off here" }).click();
    await expect.poll(() => cell.textContent()).toMatch(/off.*set here/);
    await page.reload();
    await expect.poll(() => cell.textContent()).toMatch(/off.*set here/);
    await page.getByRole("navigation", { name: "Something is set at" }).getByText("Berlin Mitte").waitFor();

    await cell.click();
    await page.getByRole("menuitem", { name: "Inherit" }).click();
    await expect.poll(() => cell.textContent()).toMatch(/in reserve.*default/);
    expect(complaints).toEqual([]);
  });

  test("each level is looked at with what it inherits, and the way back leads through the places", async () => {
    const { branchId, staffId, serviceId } = sample();
    await set("branch", branchId, "sms");
    await set("service", String(serviceId), "whatsapp");
    const { page } = await openByKey(stage, `/notifications?branch=${branchId}`);
    const cell = (channel: string) => page.getByRole("button", { name: new RegExp(`^Cancelled by ${channel}: `) });
    await expect.poll(() => cell("SMS").textContent()).toMatch(/on.*set here/);
    await expect.poll(() => cell("E-mail").textContent()).toMatch(/off.*set here/);

    await page.getByRole("combobox", { name: "Staff member" }).click();
    await page.getByRole("option", { name: "Anna Weber" }).click();
    await expect.poll(() => page.url()).toContain(`staff=${staffId}`);
    await expect.poll(() => cell("SMS").textContent()).toMatch(/on.*Berlin Mitte/);
    await page.getByText("What you change here counts for", { exact: false }).getByText("Anna Weber").waitFor();

    await page.getByRole("combobox", { name: "Service" }).click();
    await page.getByRole("option", { name: "Farbe" }).click();
    await expect.poll(() => cell("WhatsApp").textContent()).toMatch(/on.*Farbe/);
    await expect.poll(() => cell("SMS").textContent()).toMatch(/off.*Farbe/);
    await expectNoFaults(page);

    await page.goBack();
    await expect.poll(() => cell("SMS").textContent()).toMatch(/on.*Berlin Mitte/);
  });

  test("whoever switches a first way on, by keyboard alone, is asked what becomes of the others", async () => {
    const { branchId, staffId } = sample();
    const { page } = await openByKey(stage, `/notifications?branch=${branchId}&staff=${staffId}`);
    const cell = page.getByRole("button", { name: /^Cancelled by WhatsApp: / });
    const switchOn = async () => {
      await cell.press("Enter");
      await page.getByRole("menuitem", { name: "On here" }).press("Enter");
    };
    const dialog = page.getByRole("dialog", { name: "Only this way, or the others too?" });
    await switchOn();
    await expectNoFaults(page);
    await dialog.getByRole("button", { name: "Cancel" }).press("Enter");
    await dialog.waitFor({ state: "detached" });
    expect(await rows()).toEqual([]);

    await switchOn();
    await dialog.getByRole("button", { name: "E-mail, SMS too" }).press("Enter");
    await said(page, "Saved").first().waitFor();
    await expect.poll(() => cell.textContent()).toMatch(/on.*set here/);
    const made = (await rows()).map(({ level, channel, fallbackChannel }) => [level, channel, fallbackChannel]).sort();
    expect(made).toEqual(["email", "sms", "whatsapp"].map((channel) => ["staff", channel, null]));
  });

  test("fallback and retries are set in a dialog that a reload keeps, and a save that comes too late shows both", async () => {
    const { branchId } = sample();
    await set("branch", branchId, "email");
    const [made] = await rows();
    const { page, complaints } = await openByKey(stage, `/notifications?branch=${branchId}`);
    await page.getByRole("button", { name: /^Cancelled by E-mail: / }).click();
    await expect
      .poll(() => page.getByRole("menu").textContent())
      .toMatch(/If it fails: nothing else.*Tried 3 more times/);
    await page.getByRole("menuitem", { name: "Fallback and retries…" }).click();
    await page.reload();
    const dialog = page.getByRole("dialog", { name: "Cancelled · E-mail: Berlin Mitte" });
    await dialog.getByRole("textbox", { name: "Further tries" }).fill("7");
    await dialog.getByRole("combobox", { name: "If it fails or reaches nobody" }).click();
    await page.getByRole("option", { name: "WhatsApp" }).click();
    await expectNoFaults(page);
    await api("PATCH", `/notification-configurations/${made?.id}`, { retryCount: 1 });
    await dialog.getByRole("button", { name: "Save" }).click();

    const conflict = page.getByRole("dialog", { name: "Somebody else was quicker" });
    await expect.poll(() => conflict.getByRole("row", { name: "Further tries" }).textContent()).toMatch(/7.*1/);
    await conflict.getByRole("button", { name: "Save mine over it" }).click();
    await page.getByRole("dialog").first().waitFor({ state: "detached" });
    expect(await rows()).toMatchObject([{ retryCount: 7, fallbackChannel: "whatsapp" }]);
    await expect
      .poll(() => page.getByRole("button", { name: /^Cancelled by WhatsApp: / }).textContent())
      .toMatch(/in reserve/);
    expect(complaints.filter((each) => !each.includes("412"))).toEqual([]);
  });

  test("what somebody else has changed meanwhile is not deleted unseen", async () => {
    const { branchId } = sample();
    await set("branch", branchId, "email");
    const [made] = await rows();
    const { page } = await openByKey(stage, `/notifications?branch=${branchId}`);
    const cell = page.getByRole("button", { name: /^Cancelled by E-mail: / });
    const read = page.waitForResponse((reply) => reply.url().endsWith(`/notification-configurations/${made?.id}`));
    await cell.click();
    await read;
    await api("PATCH", `/notification-configurations/${made?.id}`, { retryCount: 9 });
    await page.getByRole("menuitem", { name: "Inherit" }).click();
    await said(page, /Somebody else has changed this meanwhile/).waitFor();
    expect(await rows()).toMatchObject([{ retryCount: 9 }]);
  });

  test("a manager sets what is told at the own branch, and only looks at the rest", async () => {
    const { branchId, staffId } = sample();
    const manager = await aColleague(stage, "manager");
    const { page, complaints } = await manager.open("/notifications");
    const cell = page.getByRole("button", { name: /^Cancelled by SMS: / });
    await page.getByText("You can look at this, but not change it here", { exact: false }).waitFor();
    await cell.click();
    await page.getByRole("menuitem", { name: "To the text" }).waitFor();
    expect(await page.getByRole("menuitem").allTextContents()).toEqual(["To the text", "Who would be told?"]);

    await page.goto(`${stage.url}/notifications?branch=${branchId}&staff=${staffId}`);
    await cell.press("Enter");
    await page.getByRole("menuitem", { name: "Off here" }).press("Enter");
    await expect.poll(() => cell.textContent()).toMatch(/off.*set here/);
    expect(await rows()).toMatchObject([{ level: "staff", targetId: staffId, isEnabled: false }]);
    expect(complaints).toEqual([]);
  });

  test.each(["receptionist", "staff"] as const)("the role %s sees what applies, and changes nothing", async (role) => {
    const colleague = await aColleague(stage, role);
    const { page, complaints } = await colleague.open(`/notifications?branch=${sample().branchId}`);
    await page.getByRole("button", { name: /^Cancelled by SMS: / }).press("Enter");
    await page.getByRole("menuitem", { name: "To the text" }).press("Enter");
    await page.getByText("You can read this text, but not change it", { exact: false }).waitFor();
    expect(await page.getByRole("textbox", { name: "Text" }).getAttribute("readonly")).not.toBeNull();
    expect(await page.getByRole("button", { name: "Save" }).count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});
