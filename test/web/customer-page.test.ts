import { AxeBuilder } from "@axe-core/playwright";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { aPage, chromiumPath, type Stage, setStage } from "./browser.ts";

const executablePath = chromiumPath();

describe.runIf(executablePath !== null)("the customer's page in a browser", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage(executablePath ?? "");
  });
  afterAll(() => stage?.close());

  const linkOf = (company = 0) =>
    stage.url + new URL(stage.demo.companies[company]?.sample.customerPage ?? "").pathname;

  test.each(["light", "dark"] as const)("has no fault on any step and fits a phone, %s", async (colorScheme) => {
    const { page, context, complaints } = await aPage(stage, { colorScheme, viewport: { width: 390, height: 844 } });
    onTestFinished(() => context.close());
    for (const step of ["", "/cancellation", "/rescheduling", "/callback", "/messages"]) {
      await page.goto(`${linkOf()}${step}`);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${step} ${id}: ${nodes[0]?.html}`)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth - window.innerWidth"), step).toBeLessThanOrEqual(
        0,
      );
    }
    expect(complaints).toEqual([]);
  });

  test("without scripts: a customer moves the appointment, asks for a call, and cancels for the fee that is shown", async () => {
    const { page, context } = await aPage(stage, { javaScriptEnabled: false });
    onTestFinished(() => context.close());
    await page.goto(`${linkOf(1)}?lang=en`);
    await page.getByRole("link", { name: "Move the appointment" }).click();
    const field = page.getByLabel("New start");
    const before = await field.inputValue();
    const day = String(new Date(Date.parse(`${before}Z`) + 2 * 86_400_000).toISOString().slice(0, 16));
    await field.fill(day);
    await page.getByRole("button", { name: "See whether that works" }).click();
    await page.getByRole("button", { name: /^Move it/ }).click();
    await page.getByText("Your appointment is moved.").waitFor();

    await page.getByRole("link", { name: "Ask to be called back" }).click();
    await page.getByLabel(/What is it about/).fill("Colour, or cut?");
    await page.getByRole("button", { name: "Ask for the call" }).click();
    await page.getByText(/We will call you back by/).waitFor();

    await page.getByRole("link", { name: "Cancel the appointment" }).click();
    await page.getByRole("button", { name: /^Cancel it/ }).click();
    await page.getByText("This appointment is cancelled.").waitFor();
    expect(await page.getByRole("link", { name: "Cancel the appointment" }).count()).toBe(0);
  });
});
