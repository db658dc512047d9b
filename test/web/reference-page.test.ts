import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { aPage, chromiumPath, type Stage, setStage } from "./browser.ts";

const executablePath = chromiumPath();

describe.runIf(executablePath !== null)("the API's reference page in a browser", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage(executablePath ?? "");
  });
  afterAll(() => stage?.close());

  test("opens an operation to try, and its policy blocks nothing of it", async () => {
    const { page, context, complaints } = await aPage(stage);
    onTestFinished(() => context.close());
    await page.goto(`${stage.url}/docs`);
    await page.locator(".opblock-summary-control").first().click();
    await page.getByRole("button", { name: "Try it out" }).waitFor();

    expect(await page.locator(".topbar").count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});
