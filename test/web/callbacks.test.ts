import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, expectNoFaults, firstCompany, openByKey, type Stage, said, setStage } from "./browser.ts";

const executablePath = chromiumPath();

describe.runIf(executablePath !== null)("how callbacks are looked at and kept, in a browser", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage(executablePath ?? "");
  });
  afterAll(() => stage?.close());

  const signedIn = (path: string) => openByKey(stage, path);
  const company = () => firstCompany(stage);
  async function ask(method: string, path: string, change?: object) {
    const headers = { authorization: `Bearer ${company().apiKey}`, "content-type": "application/json" };
    const body = change === undefined ? null : JSON.stringify(change);
    const reply = await fetch(`${stage.url}/api/v1${path}`, { method, headers, body });
    expect(reply.ok).toBe(true);
    return (await reply.json()) as Record<string, unknown>;
  }

  test("filters stand in the address, and are saved under a name that sets them again in this browser", async () => {
    const { page, complaints } = await signedIn("/callbacks");
    const rows = page.locator("tbody tr");
    await rows.first().waitFor();
    const all = await rows.count();
    await page.getByRole("combobox", { name: "Priority" }).click();
    await page.getByRole("option", { name: "urgent" }).click();
    await expect.poll(() => rows.count()).toBeLessThan(all);
    await expect
      .poll(() => rows.allTextContents())
      .toEqual(expect.arrayContaining([expect.stringContaining("urgent")]));
    const urgent = await rows.allTextContents();

    await page.getByRole("button", { name: "Saved filters" }).click();
    await page.getByRole("menuitem", { name: "Save these filters…" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("At once");
    await page.keyboard.press("Enter");
    await said(page, "“At once” is saved").waitFor();
    await expectNoFaults(page);

    await page.goto(`${stage.url}/callbacks`);
    await expect.poll(() => rows.count()).toBe(all);
    await page.getByRole("button", { name: "Saved filters (1)" }).click();
    await page.getByRole("menuitem", { name: "At once" }).click();
    await expect.poll(() => rows.count()).toBe(urgent.length);
    expect(page.url()).toContain("priority=urgent");

    await page.getByRole("button", { name: "Saved filters (1)" }).click();
    await page.getByRole("menuitem", { name: "Save these filters…" }).click();
    await page.getByRole("button", { name: "Delete the filter At once" }).click();
    await page.keyboard.press("Escape");
    await page.reload();
    await page.getByRole("button", { name: "Saved filters", exact: true }).waitFor();
    expect(complaints).toEqual([]);
  });

  test("what the browser kept in another shape does not break the list", async () => {
    const { page } = await signedIn("/callbacks");
    const name = `frontdesk.callbackFilters.${company().id}`;
    for (const kept of ["{", "{}", '[null,{"name":1},{"name":"x","search":{"tab":"no such tab"}}]']) {
      await page.evaluate(([key, value]) => localStorage.setItem(key ?? "", value ?? ""), [name, kept]);
      await page.reload();
      await page.getByRole("button", { name: /^Saved filters/ }).waitFor();
      await page.locator("tbody tr").first().waitFor();
    }
  });

  test("a branch promises otherwise than the company, and has it inherited again", async () => {
    const { branchId } = company().sample;
    const { page, complaints } = await signedIn(`/settings/callbacks?branch=${branchId}`);
    const urgent = page.locator(".facts > div", { hasText: "Urgent: promised within" });
    await expect.poll(() => urgent.textContent()).toMatch(/2 h.*as in the company/);
    await page.getByRole("button", { name: "Edit: Callbacks" }).click();
    const form = page.getByRole("dialog", { name: /^Callbacks: / });
    const input = form.getByRole("textbox", { name: "Urgent: promised within" });
    expect(await input.isDisabled()).toBe(true);
    await form.getByRole("checkbox", { name: "As in the company: Urgent: promised within" }).uncheck();
    await input.fill("45");
    await form.getByRole("checkbox", { name: "As in the company: Expires after the deadline" }).uncheck();
    await form.getByRole("checkbox", { name: "never: Expires after the deadline" }).uncheck();
    await expectNoFaults(page);
    await form.getByRole("button", { name: "Save" }).click();
    await expect.poll(() => urgent.textContent()).toMatch(/45 min.*set here/);
    const own = { urgentMinutes: 45, expireAfterHours: 24 };
    expect(await ask("GET", `/callback-settings/${branchId}`)).toMatchObject({ own });

    await page.getByRole("button", { name: "Edit: Callbacks" }).click();
    await form.getByRole("checkbox", { name: "As in the company: Urgent: promised within" }).check();
    await form.getByRole("button", { name: "Save" }).click();
    await expect.poll(() => urgent.textContent()).toMatch(/2 h.*as in the company/);
    expect(await ask("GET", `/callback-settings/${branchId}`)).toMatchObject({ own: { expireAfterHours: 24 } });
    expect(complaints).toEqual([]);
  });

  test("two who change the promises see both versions; what the other set in another field stays", async () => {
    const { page } = await signedIn("/settings/callbacks?edit=open");
    const form = page.getByRole("dialog", { name: /^Callbacks: / });
    await form.getByRole("checkbox", { name: "By default: High: promised within" }).uncheck();
    await form.getByRole("textbox", { name: "High: promised within" }).fill("90");
    await ask("PATCH", "/callback-settings", { highMinutes: 100, maxLevels: 5 });
    await form.getByRole("button", { name: "Save" }).click();
    const conflict = page.getByRole("dialog", { name: "Somebody else was quicker" });
    const shown = conflict.getByRole("row", { name: "High: promised within" });
    await expect.poll(() => shown.textContent()).toMatch(/1 h 30 min.*1 h 40 min/);
    await conflict.getByRole("button", { name: "Save mine over it" }).click();
    await page.getByRole("dialog").first().waitFor({ state: "detached" });
    expect(await ask("GET", "/callback-settings")).toMatchObject({ own: { highMinutes: 90, maxLevels: 5 } });
  });
});
