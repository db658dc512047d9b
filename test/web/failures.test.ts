import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { buildApp } from "../../src/app.ts";
import { createGate } from "../../src/gate.ts";
import { issueApiKey } from "../../src/tenancy/api-keys.ts";
import { aPage, chromiumPath, expectNoFaults, firstCompany, type Stage, setStage, signIn } from "./browser.ts";

const executablePath = chromiumPath();

describe.runIf(executablePath !== null)("what goes wrong, in a browser", () => {
  let stage: Stage;
  const gate = createGate();
  beforeAll(async () => {
    stage = await setStage(executablePath ?? "", { gate });
  });
  afterAll(() => stage?.close());

  async function signedIn(path: string, key?: string, url = stage.url) {
    const { page, context } = await aPage(stage);
    onTestFinished(() => context.close());
    await signIn(page, { ...stage, url }, path, key);
    await page.getByRole("heading", { level: 1 }).waitFor();
    return page;
  }
  const company = () => firstCompany(stage);
  const rows = (page: Page) => page.locator("tbody tr");

  test("a server that is gone leaves what is shown, says so, and is found again by itself", async () => {
    const page = await signedIn("/appointments");
    await rows(page).first().waitFor();
    const start = await stage.stopServer();
    let isGone = true;
    const startAgain = async () => {
      if (isGone) await start();
      isGone = false;
    };
    onTestFinished(startAgain);
    await page.getByRole("button", { name: "Last 30 days" }).click();

    const notice = page.getByRole("alert");
    await notice.getByText("This may be out of date: The server does not answer.", { exact: false }).waitFor();
    expect(await rows(page).count()).toBeGreaterThan(0);
    await expectNoFaults(page);

    await startAgain();
    await notice.waitFor({ state: "detached" });
    expect(await rows(page).count()).toBeGreaterThan(0);
  });

  test("who may not see something is told whom to ask, and not asked to try again", async () => {
    const scopes = ["appointments:read", "policies:read"] as const;
    const { key } = await issueApiKey(stage.db, { companyId: company().id }, { name: "few", scopes, expiresAt: null });
    const page = await signedIn("/settings/audit", key);

    const notice = page.getByRole("alert");
    await notice.getByText("You are not allowed to do this.").waitFor();
    await notice.getByText("Ask whoever administers your company for the permission.").waitFor();

    expect(await notice.getByRole("button").count()).toBe(0);
    await expectNoFaults(page);
  });

  test("maintenance says that it goes on by itself, and it does", async () => {
    const page = await signedIn("/");
    gate.set({ code: "maintenance", message: "Back soon.", retryAfterSeconds: 1, allowTokenHash: null });
    onTestFinished(() => gate.set(null));
    await page.getByRole("link", { name: "Appointments" }).click();
    const notice = page.getByRole("alert");
    await notice.getByText("Maintenance is going on. This goes on by itself as soon as it is over.").waitFor();
    await expectNoFaults(page);

    gate.set(null);

    await rows(page).first().waitFor();
    expect(await notice.count()).toBe(0);
  });

  test("too many requests are counted down to when they go on", async () => {
    const app = await buildApp({ db: stage.db, rateLimitPerMinute: 6 });
    onTestFinished(() => app.close());
    const url = await app.listen({ host: "127.0.0.1", port: 0 });
    const page = await signedIn("/", undefined, url);
    const notice = page.getByRole("alert").first();

    const left = async () => Number(/in (\d+) s/.exec((await notice.textContent()) ?? "")?.[1]);
    await notice.getByText(/It goes on by itself in \d+ s\./).waitFor();
    const before = await left();
    expect(before).toBeLessThanOrEqual(60);
    await expect.poll(left).toBeLessThan(before);
    await expectNoFaults(page);
  });

  test("what was refused for a while is asked again after as long as the server said", async () => {
    const page = await signedIn("/");
    let refusals = 0;
    await page.route(/\/api\/v1\/appointments\?/, async (route) => {
      if (refusals++ > 0) return route.continue();
      await route.fulfill({ status: 429, headers: { "retry-after": "2" }, json: { code: "rateLimited" } });
    });
    const began = performance.now();
    await page.getByRole("link", { name: "Appointments" }).click();
    await page.getByRole("alert").getByText("It goes on by itself in 2 s.").waitFor();

    await rows(page).first().waitFor();

    expect(performance.now() - began).toBeGreaterThan(1900);
    expect(await page.getByRole("alert").count()).toBe(0);
  });

  test("in German a refusal is told in German, with the server's words beneath; a field's fault too", async () => {
    const { page, context } = await aPage(stage, { locale: "de-DE" });
    onTestFinished(() => context.close());
    await signIn(page, stage, `/settings/directory?kind=services&open=${company().sample.serviceId}`);
    await page.getByRole("button", { name: "Löschen…" }).click();
    await page.getByRole("dialog", { name: "Farbe löschen?" }).getByRole("button", { name: "Löschen" }).click();
    const notice = page.locator(".mantine-Notification-root");
    await notice.getByText("So, wie es jetzt steht, geht das nicht.").waitFor();
    await notice.getByText(/appointment/).waitFor();

    await page.goto(`${stage.url}/settings/directory?kind=customers&open=new`);
    const form = page.getByRole("dialog");
    await form.getByRole("textbox", { name: "Name" }).fill("Greta Gast");
    await form.getByRole("textbox", { name: "Telefon" }).fill("12");
    await form.getByRole("button", { name: "Speichern" }).click();
    await form.getByRole("alert").getByText("Etwas passt noch nicht.").waitFor();
    const wrong = form.getByText("Ist keine Telefonnummer. Schreiben Sie sie mit Vorwahl, etwa +4930123456.");
    expect(await wrong.count()).toBe(2);
    await expectNoFaults(page);
  });

  test("what the state does not allow is told in the server's words, and the entry stays", async () => {
    const page = await signedIn(`/settings/directory?kind=services&open=${company().sample.serviceId}`);
    await page.getByRole("button", { name: "Delete…" }).click();
    await page.getByRole("dialog", { name: "Delete Farbe?" }).getByRole("button", { name: "Delete" }).click();

    await page
      .locator(".mantine-Notification-root")
      .getByText(/appointment/)
      .waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog", { name: "Farbe", exact: true }).waitFor();
    expect(await page.getByRole("dialog").count()).toBe(1);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Farbe", exact: true }).waitFor();
  });
});
