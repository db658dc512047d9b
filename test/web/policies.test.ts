import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, expectNoFaults, openByKey, type Stage, setStage } from "./browser.ts";

const executablePath = chromiumPath();

describe.runIf(executablePath !== null)("a first policy in a browser", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage(executablePath ?? "");
  });
  afterAll(() => stage?.close());

  const company = () => {
    const last = stage.demo.companies.at(-1);
    if (!last) throw new Error("The demo has no company.");
    return last;
  };
  const signedIn = (path: string) => openByKey(stage, path, company().apiKey);
  async function ask(method: string, path: string) {
    const headers = { authorization: `Bearer ${company().apiKey}` };
    const reply = await fetch(`${stage.url}/api/v1${path}`, { method, headers });
    expect(reply.ok).toBe(true);
    return reply.status === 204 ? undefined : reply.json();
  }
  const policiesOf = async (type: string) =>
    (await ask("GET", `/policies?policyType=${type}`)) as { items: { id: number; level: string; config: object }[] };
  async function removeAll(type: string) {
    for (const { id } of (await policiesOf(type)).items) await ask("DELETE", `/policies/${id}`);
  }

  test("is set up in four steps from what is recommended, and nothing is saved before the last", async () => {
    await removeAll("cancellation");
    const { page, complaints } = await signedIn("/policies");
    await page.getByText("Nothing is set in the whole company yet", { exact: false }).waitFor();
    await page.getByRole("button", { name: "Set up a policy in four steps" }).click();
    const wizard = page.getByRole("dialog", { name: "Set up a policy" });
    const next = wizard.getByRole("button", { name: "Next" });

    await wizard.getByRole("heading", { name: "Step 1 of 4: For what and whom" }).waitFor();
    await expectNoFaults(page);
    await next.click();
    await expect.poll(() => wizard.getByRole("textbox", { name: "Notice needed" }).inputValue()).toBe("24 h");
    expect(page.url()).toContain("step=2");
    await wizard.getByRole("textbox", { name: "Notice needed" }).fill("36");
    await expectNoFaults(page);
    await next.click();
    await wizard.getByRole("textbox", { name: "At most in 30 days" }).fill("2");
    await wizard.getByText("share of the price").click();
    await expectNoFaults(page);
    await page.goBack();
    await expect.poll(() => wizard.getByRole("textbox", { name: "Notice needed" }).inputValue()).toBe("36 h");
    await next.click();
    await next.click();
    await wizard.getByRole("heading", { name: "Step 4 of 4: Check and save" }).waitFor();
    await expect
      .poll(() => wizard.textContent())
      .toMatch(/Notice needed0 h → 36 h.*At most in 30 daysunlimited → 2.*Feefree → 25 %.*Reaches: Studio Nord/);
    await expectNoFaults(page);
    expect((await policiesOf("cancellation")).items).toEqual([]);
    await wizard.getByRole("button", { name: "Save the policy" }).click();

    await wizard.waitFor({ state: "detached" });
    await expect
      .poll(() => page.locator(".field", { hasText: "Notice needed" }).textContent())
      .toMatch(/36 h.*set here/);
    const config = { minNoticeHours: 36, maxPer30Days: 2, fee: { type: "percentage", percent: 25 } };
    expect((await policiesOf("cancellation")).items).toMatchObject([{ level: "company", config }]);
    expect(complaints).toEqual([]);
  });

  test("by keyboard alone a branch gets what differs from what it inherits, and no more", async () => {
    const { page } = await signedIn("/policies?type=recurring&step=1");
    const wizard = page.getByRole("dialog", { name: "Set up a policy" });
    const place = wizard.getByRole("combobox", { name: "Whom is it for?" });
    const branch = (await ask("GET", "/hierarchy")) as { branches: { id: string; name: string }[] };
    const [first] = branch.branches;
    await place.focus();
    await page.keyboard.press("Control+a");
    await page.keyboard.type(`${first?.name} (branch`);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.url()).toContain(`branch=${first?.id}`);
    await page.getByRole("option").first().waitFor({ state: "hidden" });
    await wizard.getByRole("button", { name: "Next" }).press("Enter");
    await wizard.getByRole("heading", { name: /^Step 2/ }).waitFor();
    await wizard.getByRole("button", { name: "Next" }).press("Enter");
    await wizard.getByRole("heading", { name: /^Step 3/ }).waitFor();
    await wizard.getByRole("button", { name: "Next" }).press("Enter");
    await wizard.getByText("You have changed nothing", { exact: false }).waitFor();
    expect(await wizard.getByRole("button", { name: "Save the policy" }).isDisabled()).toBe(true);

    await wizard.getByRole("button", { name: "Back" }).press("Enter");
    await wizard.getByRole("textbox", { name: "Appointments to keep" }).fill("4");
    await page.keyboard.press("Enter");
    await wizard.getByRole("button", { name: "Save the policy" }).press("Enter");
    await wizard.waitFor({ state: "detached" });
    const made = (await policiesOf("recurring")).items.find(({ level }) => level === "branch");
    expect(made?.config).toEqual({ minOccurrencesToKeep: 4 });
  });
});
