import { AxeBuilder } from "@axe-core/playwright";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { aPage, chromiumPath, type Stage, setStage, signIn } from "./browser.ts";

const executablePath = chromiumPath();

describe.runIf(executablePath !== null)("the command palette", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage(executablePath ?? "");
  });
  afterAll(() => stage?.close());

  test("goes to a screen, to a customer's appointments and to an appointment by its number, by keys alone", async () => {
    const { page, context, complaints } = await aPage(stage);
    onTestFinished(() => context.close());
    await page.goto(stage.url);
    await page.locator("input").first().waitFor();
    await page.keyboard.press("Control+k");
    expect(await page.getByRole("dialog").count()).toBe(0);
    await signIn(page, stage);
    const palette = page.getByRole("dialog", { name: "Go to…" });
    const open = async (typed: string) => {
      await page.keyboard.press("Control+k");
      await palette.locator("[role=combobox]:focus").waitFor();
      await page.keyboard.type(typed);
    };

    await open("audit");
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 2, name: "Audit log" }).waitFor();

    await open("petra");
    await palette
      .getByRole("option", { name: /^Appointments of Petra O'Neil/ })
      .first()
      .waitFor();
    await page.keyboard.press("Enter");
    await expect.poll(() => page.url()).toMatch(/appointments\?customer=\d+/);

    const id = stage.demo.companies[0]?.sample.appointmentId ?? 0;
    await open(String(id));
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: `Appointment ${id}` }).waitFor();

    await open("no such place");
    await palette.getByText("Nothing is called that.").waitFor();
    await page.keyboard.press("Escape");
    await palette.waitFor({ state: "detached" });
    await page.getByRole("dialog", { name: `Appointment ${id}` }).waitFor();
    expect(complaints).toEqual([]);
  });
});
