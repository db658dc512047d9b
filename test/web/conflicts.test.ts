import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { aPage, chromiumPath, expectNoFaults, firstCompany, type Stage, setStage, signIn } from "./browser.ts";

const executablePath = chromiumPath();

describe.runIf(executablePath !== null)("two who change the same thing, in a browser", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage(executablePath ?? "");
  });
  afterAll(() => stage?.close());

  async function signedIn(path: string) {
    const { page, context } = await aPage(stage);
    onTestFinished(() => context.close());
    await signIn(page, stage, path);
    await page.getByRole("heading", { level: 1 }).waitFor();
    return page;
  }
  const company = () => firstCompany(stage);
  async function changeBehindTheScreen(path: string, change: object) {
    const headers = { authorization: `Bearer ${company().apiKey}`, "content-type": "application/json" };
    const reply = await fetch(`${stage.url}/api/v1${path}`, { method: "PATCH", headers, body: JSON.stringify(change) });
    expect(reply.status).toBe(200);
    return (await reply.json()) as { name: string; timezone: string };
  }

  test("a save that comes too late shows both versions; mine is saved over it, and nothing else of theirs is lost", async () => {
    const { branchId } = company().sample;
    const page = await signedIn(`/settings/directory?kind=branches&open=${branchId}`);
    const dialog = page.getByRole("dialog").first();
    await dialog.getByRole("textbox", { name: "Name" }).fill("Berlin am Alex");
    await changeBehindTheScreen(`/branches/${branchId}`, { name: "Berlin Tor", timezone: "Europe/Vienna" });
    await dialog.getByRole("button", { name: "Save" }).click();

    const conflict = page.getByRole("dialog", { name: "Somebody else was quicker" });
    const shown = conflict.getByRole("row", { name: "Name" });
    await expect.poll(() => shown.textContent()).toMatch(/Name.*Berlin am Alex.*Berlin Tor/);
    await expectNoFaults(page);
    await conflict.getByRole("button", { name: "Save mine over it" }).click();
    await page.getByRole("dialog").first().waitFor({ state: "detached" });

    const kept = await changeBehindTheScreen(`/branches/${branchId}`, {});
    expect(kept).toMatchObject({ name: "Berlin am Alex", timezone: "Europe/Vienna" });
  });

  test("or what is there now stays", async () => {
    const { branchId } = company().sample;
    const page = await signedIn(`/settings/directory?kind=branches&open=${branchId}`);
    await page.getByRole("dialog").getByRole("textbox", { name: "Name" }).fill("Mine");
    await changeBehindTheScreen(`/branches/${branchId}`, { name: "Theirs" });
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();

    const conflict = page.getByRole("dialog", { name: "Somebody else was quicker" });
    await conflict.getByRole("button", { name: "Keep what is there now" }).click();

    await page.getByRole("button", { name: "Theirs", exact: true }).waitFor();
    expect(await changeBehindTheScreen(`/branches/${branchId}`, {})).toMatchObject({ name: "Theirs" });
  });

  test("a policy that somebody else has changed meanwhile is not overwritten unseen: both values are shown, mine is chosen", async () => {
    const { branchId, staffId } = company().sample;
    const page = await signedIn(`/policies?branch=${branchId}&staff=${staffId}`);
    const notice = page.locator(".field", { hasText: "Notice needed" });
    const set = async (hours: string) => {
      await notice.getByRole("button").click();
      await page.getByRole("menuitem", { name: /^(Set here|Change)$/ }).click();
      await page.getByLabel("New value").fill(hours);
    };
    const theyChange = async (config: object) => {
      const headers = { authorization: `Bearer ${company().apiKey}`, "content-type": "application/json" };
      const of = `policyType=cancellation&level=staff&targetId=${staffId}`;
      const { items } = (await (await fetch(`${stage.url}/api/v1/policies?${of}`, { headers })).json()) as {
        items: { id: number; config: object }[];
      };
      const [there] = items;
      const created = { policyType: "cancellation", level: "staff", targetId: staffId, config };
      const reply = await fetch(`${stage.url}/api/v1/policies${there ? `/${there.id}` : ""}`, {
        method: there ? "PATCH" : "POST",
        headers,
        body: JSON.stringify(there ? { config } : created),
      });
      expect(reply.ok).toBe(true);
      return (await reply.json()) as { config: object };
    };
    const conflict = page.getByRole("dialog", { name: "Somebody else was quicker" });
    const shown = conflict.getByRole("row", { name: "Notice needed" });

    await set("36");
    await theyChange({ minNoticeHours: 30, requireReason: true });
    await page.getByRole("button", { name: "Save" }).click();
    await expect.poll(() => shown.textContent()).toMatch(/Notice needed36 h30 h/);
    await expectNoFaults(page);
    await conflict.getByRole("button", { name: "Keep what is there now" }).click();
    await expect.poll(() => notice.textContent()).toMatch(/30 h/);

    await set("40");
    await theyChange({ minNoticeHours: 20, requireReason: false });
    await page.getByRole("button", { name: "Save" }).click();
    await expect.poll(() => shown.textContent()).toMatch(/Notice needed40 h20 h/);
    await conflict.getByRole("button", { name: "Save mine over it" }).click();
    await page.getByRole("dialog").first().waitFor({ state: "detached" });
    await expect.poll(() => notice.textContent()).toMatch(/40 h/);
    expect(await theyChange({})).toMatchObject({ config: { minNoticeHours: 40, requireReason: false } });
  });
});
