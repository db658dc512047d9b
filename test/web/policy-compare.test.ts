import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, expectNoFaults, firstCompany, openByKey, type Stage, setStage } from "./browser.ts";
import { aColleague, ask } from "./roles.ts";

const executablePath = chromiumPath();

describe.runIf(executablePath !== null)("policies compared, in a browser", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage(executablePath ?? "");
  });
  afterAll(() => stage?.close());

  const rowOf = (page: Page, field: string) => page.locator("tbody tr", { hasText: field });
  async function choose(page: Page, side: string, what: string, name: string) {
    await page.getByRole("group", { name: side }).getByRole("combobox", { name: what }).fill(name);
    await page.getByRole("option", { name, exact: true }).waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
  }

  test("two places side by side, chosen by keyboard, differ where they differ, and say where each value comes from", async () => {
    const { page, complaints } = await openByKey(stage, "/policies");
    await page.getByRole("button", { name: "Compare…" }).press("Enter");
    await page.getByRole("heading", { name: "Compare two places" }).waitFor();
    await choose(page, "With this one", "Service", "Farbe");
    await choose(page, "With this one", "Staff", "Anna Weber");

    await expect
      .poll(() => rowOf(page, "Notice needed").textContent())
      .toMatch(/differs.*24 h.*from Salon Lindner \(company\).*48 h.*from Farbe \(service\)/);
    await expect
      .poll(() => rowOf(page, "At most in 30 days").textContent())
      .toMatch(/the same.*3.*from Salon Lindner \(company\).*3.*from Salon Lindner \(company\)/);
    const { branchId } = firstCompany(stage).sample;
    const [staffId, serviceId] = ["withStaff", "withService"].map((name) =>
      (new URL(page.url()).searchParams.get(name) ?? "").replaceAll('"', ""),
    );
    const effective = async (places: string) =>
      ((await ask(stage, "GET", `/policies/effective?policyType=cancellation${places}`)) as { values: object }).values;
    const one = Object.entries(await effective(""));
    const other: Record<string, unknown> = {
      ...(await effective(`&branchId=${branchId}&serviceId=${serviceId}&staffId=${staffId}`)),
    };
    const different = one.filter(([field, value]) => JSON.stringify(value) !== JSON.stringify(other[field]));
    expect(different.length).toBeGreaterThan(1);
    await page.getByText(`${different.length} of ${one.length} fields differ.`).waitFor();
    expect(await page.locator("tbody tr", { hasText: "differs" }).count()).toBe(different.length);
    await expectNoFaults(page);
    expect(complaints).toEqual([]);
  });

  test("only the differences are shown, and reload, back and the link keep the comparison", async () => {
    const { branchId } = firstCompany(stage).sample;
    const { page, complaints } = await openByKey(stage, `/policies?compare=all&withBranch=${branchId}`);
    const rows = page.locator("tbody tr");
    await rows.first().waitFor();
    const all = await rows.count();
    await page.getByRole("switch", { name: "Only differences" }).press("Space");
    await expect
      .poll(() => rows.allTextContents())
      .toEqual([expect.stringMatching(/Free after booking.*differs.*30 min/)]);
    await page.reload();
    await rows.first().waitFor();
    expect(await rows.count()).toBe(1);
    await page.goBack();
    await expect.poll(() => rows.count()).toBe(all);
    await page.getByRole("button", { name: "Swap" }).press("Enter");
    await expect.poll(() => rowOf(page, "Free after booking").textContent()).toMatch(/30 min.*Berlin Mitte.*0 min/);
    await page.getByText("Reschedule").click();
    await page.getByText(/At most per appointment/).waitFor();
    await expect.poll(() => rowOf(page, "Notice needed").textContent()).toMatch(/12 h.*12 h/);
    await page.getByRole("button", { name: "Back to one place" }).click();
    await page.getByRole("heading", { name: "What applies to Berlin Mitte" }).waitFor();
    expect(page.url()).not.toContain("compare");
    expect(complaints).toEqual([]);
  });

  test("of a value one sees who else inherits it, and who has another one", async () => {
    const viewer = await aColleague(stage, "staff");
    const { branchId, staffId } = firstCompany(stage).sample;
    const { page, complaints } = await viewer.open(`/policies?branch=${branchId}&staff=${staffId}`);
    await page.locator(".field", { hasText: "Notice needed" }).getByRole("button").press("Enter");
    await page.getByRole("menuitem", { name: "Who else inherits this" }).press("Enter");
    const dialog = page.getByRole("dialog", { name: "Who else inherits: Notice needed" });
    await expect
      .poll(() => dialog.textContent())
      .toMatch(
        /24 h, from: Salon Lindner.*Inherit the same.*Berlin Mitte.*Mona Lindner.*Have another value.*Jonas Kuhn: 72 h/,
      );
    expect(await dialog.textContent()).not.toContain("Anna Weber");
    await expectNoFaults(page);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    expect(complaints).toEqual([]);
  });
});
