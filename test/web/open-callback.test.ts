import { AxeBuilder } from "@axe-core/playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, openByKey, type Stage, said, setStage } from "./browser.ts";

const executablePath = chromiumPath();

describe.runIf(executablePath !== null)("a callback that is promised in a browser", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage(executablePath ?? "");
  });
  afterAll(() => stage?.close());

  async function signedIn(path: string) {
    const opened = await openByKey(stage, path);
    return { ...opened, form: opened.page.getByRole("dialog", { name: "Promise a callback" }) };
  }

  test("to somebody who has just called, by keyboard alone; what cannot be dialled is said at its field", async () => {
    const { page, form, complaints } = await signedIn("/");
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog", { name: "Go to…" }).getByRole("combobox").waitFor();
    await page.keyboard.type("promise");
    await page.keyboard.press("Enter");
    await form.getByRole("textbox", { name: "Name" }).focus();
    await page.keyboard.type("Wanda Neu");
    await page.keyboard.press("Tab");
    await page.keyboard.type("12");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("option", { name: "Berlin Mitte" }).waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await form.getByRole("textbox", { name: "Note" }).fill("About a wig");
    await form.getByRole("button", { name: "Promise it" }).press("Enter");

    await expect
      .poll(() => form.getByRole("combobox", { name: "Branch that calls" }).inputValue())
      .toBe("Berlin Mitte");
    await form.getByText("Is no number that can be called", { exact: false }).first().waitFor();
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`)).toEqual([]);
    await form.getByRole("textbox", { name: "Telephone" }).fill("030 23125881");
    await page.keyboard.press("Enter");
    await said(page, "Wanda Neu will be called back").waitFor();
    const detail = page.getByRole("dialog", { name: "Callback for Wanda Neu" });
    await detail.getByText("+493023125881").waitFor();
    await detail.getByText("About a wig").waitFor();
    expect(complaints.filter((each) => !each.includes("422"))).toEqual([]);
  });

  test("to a customer at their own number; asked for again it is the same one, with the note added", async () => {
    const { page, form } = await signedIn("/callbacks");
    const promise = async (note: string) => {
      await page.getByRole("button", { name: "Promise a callback" }).click();
      await form.getByRole("combobox", { name: "Customer" }).fill("Petra");
      await page
        .getByRole("option", { name: /Petra O'Neil/ })
        .first()
        .click();
      await form.getByRole("textbox", { name: "Name" }).waitFor({ state: "detached" });
      await form.getByRole("combobox", { name: "Branch" }).click();
      await page.getByRole("option", { name: "Berlin Mitte" }).click();
      await form.getByRole("textbox", { name: "Note" }).fill(note);
      await form.getByRole("button", { name: "Promise it" }).click();
      await form.waitFor({ state: "detached" });
    };
    await promise("Another colour");
    const opened = new URL(page.url()).searchParams.get("open");
    expect(opened).toMatch(/^\d+$/);
    await page.keyboard.press("Escape");
    await promise("Or a cut");

    await said(page, "Petra O'Neil waits for a call already: your note stands there").waitFor();
    expect(new URL(page.url()).searchParams.get("open")).toBe(opened);
    const detail = page.getByRole("dialog", { name: "Callback for Petra O'Neil" });
    await detail.getByText(/Another colour\s+Or a cut/).waitFor();
  });
});
