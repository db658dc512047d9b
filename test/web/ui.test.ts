import { AxeBuilder } from "@axe-core/playwright";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { aPage, chromiumPath, type Stage, setStage, signIn } from "./browser.ts";

const executablePath = chromiumPath();
const screens = [
  "/",
  "/appointments",
  "/appointments?book=new",
  "/settings/directory",
  "/settings/directory?kind=customers&open=new",
  "/settings/calendars?open=new",
  "/settings/callbacks",
  "/settings/callbacks?edit=open",
  "/settings/ladders?open=new",
  "/settings/people",
  "/settings/people?open=new",
  "/settings/keys",
  "/settings/keys?open=new",
  "/settings/webhooks?edit=new",
  "/settings/webhooks?tab=deliveries",
  "/settings/audit",
  "/account",
  "/policies",
  "/policies?compare=all",
  "/policies?type=recurring&step=1",
  "/policies?type=recurring&step=3",
  "/callbacks",
  "/callbacks?add=new",
  "/notifications",
  "/notifications?tab=templates",
  "/notifications?tab=templates&event=cancellation&channel=email&locale=de",
  "/notifications?tab=dry-run&event=cancellation",
  "/notifications?tab=deliveries",
  "/modifications",
];

describe.runIf(executablePath !== null)("the admin UI", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage(executablePath ?? "");
  });
  afterAll(() => stage?.close());

  async function signedIn(path: string, options: Parameters<typeof aPage>[1] = {}) {
    const opened = await aPage(stage, options);
    onTestFinished(() => opened.context.close());
    await signIn(opened.page, stage, path);
    return opened;
  }
  const sample = () => {
    const [company] = stage.demo.companies;
    if (!company) throw new Error("The demo has no company.");
    return company.sample;
  };

  test("has no accessibility fault and no complaint on any screen, light and dark", { timeout: 180_000 }, async () => {
    const { page, complaints } = await signedIn("/", { colorScheme: "light" });
    for (const path of [...screens, "/settings"]) {
      await page.goto(stage.url + path);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.waitForLoadState("load");
      await page.locator("[role=status][aria-label]").first().waitFor({ state: "detached" });
      const light = await new AxeBuilder({ page }).analyze();
      await page.emulateMedia({ colorScheme: "dark" });
      await page.locator("html[data-mantine-color-scheme=dark]").waitFor();
      await page.evaluate(
        "Promise.all(document.getAnimations().filter((each) => each instanceof CSSTransition).map(({ finished }) => finished))",
      );
      const dark = await new AxeBuilder({ page }).analyze();
      await page.emulateMedia({ colorScheme: "light" });
      const violations = [...light.violations, ...dark.violations];
      expect(violations.map(({ id, nodes }) => `${path} ${id}: ${nodes[0]?.html.slice(0, 200)}`)).toEqual([]);
    }
    expect(complaints).toEqual([]);
  });

  test.each(["en-GB", "de-DE"])(
    "fits a phone: no screen scrolls sideways, no label of the bar is cut (%s)",
    async (locale) => {
      const { page } = await signedIn("/", { viewport: { width: 390, height: 844 }, locale });
      for (const path of [...screens, "/settings"]) {
        await page.goto(stage.url + path);
        await page.getByRole("heading", { level: 1 }).waitFor();
        await page.locator("[role=status][aria-label]").first().waitFor({ state: "detached" });
        expect(
          await page.evaluate("document.documentElement.scrollWidth - window.innerWidth"),
          path,
        ).toBeLessThanOrEqual(0);
        const cut = await page.evaluate(
          "[...document.querySelectorAll('.side a .narrow')].filter((each) => each.scrollWidth > each.clientWidth + 1).map((each) => each.textContent)",
        );
        expect(cut, path).toEqual([]);
      }
    },
  );

  test("shows what applies to a staff member for a service, where it comes from and what it shadows", async () => {
    const { branchId, staffId, serviceId } = sample();
    const { page } = await signedIn(`/policies?branch=${branchId}&staff=${staffId}&service=${serviceId}`);

    const notice = page.locator(".field", { hasText: "Notice needed" });

    await expect
      .poll(() => notice.textContent())
      .toMatch(/48 h[\s\S]*from Farbe \(service\)[\s\S]*instead of 24 h, from/);
    await page.reload();
    await expect.poll(() => notice.textContent()).toMatch(/48 h/);
  });

  test("sets a field for one staff member, by keyboard alone, and has it inherited again", async () => {
    const { branchId, staffId } = sample();
    const { page, complaints } = await signedIn(`/policies?branch=${branchId}&staff=${staffId}`);
    const notice = page.locator(".field", { hasText: "Notice needed" });
    const menu = notice.getByRole("button");

    await menu.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Set here" }).press("Enter");
    await page.getByLabel("New value").fill("36");
    await page.keyboard.press("Enter");
    await expect.poll(() => notice.textContent()).toMatch(/36 h[\s\S]*set here[\s\S]*instead of 24 h/);

    await menu.click();
    await page.getByRole("menuitem", { name: "Reset to inherited" }).click();
    await expect.poll(() => notice.textContent()).toMatch(/24 h[\s\S]*\(company\)/);
    expect(complaints).toEqual([]);
  });

  test("answers what if, in the words the customer would hear", async () => {
    const { page } = await signedIn("/policies");

    await page.getByRole("combobox", { name: "Appointment" }).click();
    await page.getByRole("option").first().click();

    await expect.poll(() => page.locator(".what-if").textContent()).toMatch(/The customer is told“.+”/);

    await page.getByLabel("Asked at").fill("2020-01-01T09:00");
    await expect.poll(() => page.locator(".what-if").textContent()).toMatch(/Asked .*2020.*with the policies of now/);
  });

  test("answers what if of an appointment that nobody booked, at another time", async () => {
    const { page, complaints } = await signedIn("/policies");

    await page.getByText("One that I make up").click();
    const answer = () => page.locator(".what-if").textContent();
    await expect.poll(answer).toMatch(/The customer is told“.+”/);
    await page.getByLabel("Begins").fill("2030-03-01T10:00");
    await expect.poll(answer).toMatch(/Allowed/);
    await page.getByLabel("Asked at").fill("2030-03-01T11:00");
    await expect.poll(answer).toMatch(/Refused/);
    expect(complaints).toEqual([]);
  });

  test("a callback that is opened elsewhere appears by itself, and is assigned and worked off", async () => {
    const { page, complaints } = await signedIn("/callbacks");
    await page.getByText("Live", { exact: false }).waitFor();
    const [company] = stage.demo.companies;
    const body = {
      branchId: sample().branchId,
      phoneNumber: "+493023125999",
      customerName: "Greta Neu",
      priority: "urgent",
    };
    const { status } = await fetch(`${stage.url}/api/v1/callbacks`, {
      method: "POST",
      headers: { authorization: `Bearer ${company?.apiKey}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    expect(status).toBe(201);

    await page.getByRole("button", { name: "Greta Neu", exact: true }).click({ timeout: 15_000 });
    const detail = page.getByRole("dialog");
    await detail
      .getByRole("button", { name: "Assign the callback of Greta Neu" })
      .or(detail.getByRole("button", { name: "I am calling" }))
      .first()
      .waitFor();
    if (await detail.getByText("waits", { exact: true }).isVisible()) await page.getByRole("menuitem").first().click();
    await detail.getByRole("button", { name: "I am calling" }).click();
    await detail.getByRole("button", { name: "Done" }).click();
    await expect.poll(() => detail.locator(".timeline").first().textContent()).toMatch(/done/);
    expect(complaints).toEqual([]);
  });

  test("an expired session asks to sign in, and goes on where it was", async () => {
    const { page } = await signedIn("/modifications");
    await page.getByRole("table").waitFor();
    await page.waitForLoadState("networkidle");
    await page.route("**/api/v1/**", (route) => route.fulfill({ status: 401, json: { code: "unauthenticated" } }));
    await page.getByText("Cancelled", { exact: true }).first().click();
    await page.getByRole("dialog").getByText("Your session has expired", { exact: false }).waitFor();

    await page.unroute("**/api/v1/**");
    await page
      .getByRole("dialog")
      .locator("input")
      .first()
      .fill(stage.demo.companies[0]?.apiKey ?? "");
    await page.keyboard.press("Enter");

    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(page.url()).toContain("/modifications?type=cancel");
    await page.getByRole("table").waitFor();
  });
});
