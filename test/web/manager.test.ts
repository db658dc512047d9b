import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, type Stage, said, setStage } from "./browser.ts";
import { aColleague, ask, type Colleague } from "./roles.ts";

const executablePath = chromiumPath();

describe.runIf(executablePath !== null)("what a branch's manager does, in a browser", () => {
  let stage: Stage;
  let manager: Colleague;
  beforeAll(async () => {
    stage = await setStage(executablePath ?? "");
    manager = await aColleague(stage, "manager");
  });
  afterAll(() => stage?.close());
  const branchId = () => stage.demo.companies[0]?.sample.branchId ?? "";

  test("sees on the overview what waits in the branch, and goes there", async () => {
    const wish = { branchId: branchId(), phoneNumber: "+493023125772", customerName: "Ute Eilig", priority: "urgent" };
    await ask(stage, "POST", "/callbacks", wish);
    const { page, complaints } = await manager.open("/");
    const card = page.getByRole("main").getByRole("link", { name: /urgent callbacks/ });
    await expect.poll(() => card.textContent()).toMatch(/[1-9]/);
    const count = Number(/\d+/.exec((await card.textContent()) ?? "")?.[0]);
    await card.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Callbacks" }).waitFor();
    expect(page.url()).toContain("tab=urgent");
    await expect.poll(() => page.locator("tbody tr").count()).toBe(count);
    const branches = await page.locator("tbody tr td:nth-child(5)").allTextContents();
    expect(new Set(branches)).toEqual(new Set(["Berlin Mitte"]));
    expect(complaints).toEqual([]);
  });

  test("overrides the company's policy at the branch with whom it reaches shown before; elsewhere may only look", async () => {
    const { page, complaints } = await manager.open("/policies");
    await page.getByText("You can look at this, but not change it here", { exact: false }).waitFor();
    const notice = page.locator(".field", { hasText: "Notice needed" });
    await notice.getByRole("button").click();
    await page.getByRole("menuitem", { name: "History" }).waitFor();
    expect(await page.getByRole("menuitem").allTextContents()).toEqual(["Who else inherits this", "History"]);
    await page.keyboard.press("Escape");

    await page
      .getByRole("navigation", { name: "Company, branches, services and staff" })
      .getByRole("button", { name: /Berlin Mitte/ })
      .click();
    await expect.poll(() => page.url()).toContain(branchId());
    await notice.getByRole("button").press("Enter");
    await page.getByRole("menuitem", { name: "Set here" }).press("Enter");
    const form = page.getByRole("dialog");
    await expect.poll(() => form.textContent()).toMatch(/Reaches: Berlin Mitte/);
    await expect.poll(() => form.textContent()).toMatch(/Not reached, has its own: Jonas Kuhn/);
    await form.getByLabel("New value").fill("30");
    await page.keyboard.press("Enter");
    await expect.poll(() => notice.textContent()).toMatch(/30 h[\s\S]*set here[\s\S]*instead of 24 h/);
    expect(complaints).toEqual([]);
  });

  test("sees in the history what each version changed, and goes back to one", async () => {
    const { page, complaints } = await manager.open(`/policies?branch=${branchId()}`);
    const notice = page.locator(".field", { hasText: "Notice needed" });
    const before = /\d+ h/.exec((await notice.textContent()) ?? "")?.[0] ?? "";
    await notice.getByRole("button").press("Enter");
    await page.getByRole("menuitem", { name: /^(Set here|Change)$/ }).press("Enter");
    await page.getByRole("dialog").getByLabel("New value").fill("71");
    await page.keyboard.press("Enter");
    await expect.poll(() => notice.textContent()).toMatch(/71 h/);

    await notice.getByRole("button").press("Enter");
    await page.getByRole("menuitem", { name: "History" }).press("Enter");
    const history = page.getByRole("dialog");
    await expect.poll(() => history.locator("li").first().textContent()).toContain(`Notice needed: ${before} → 71 h`);
    await history
      .getByRole("button", { name: /Go back to version/ })
      .first()
      .click();
    await expect.poll(() => notice.textContent()).toContain(before);
    await expect.poll(() => history.locator("li").first().textContent()).toContain(`71 h → ${before}`);
    expect(complaints).toEqual([]);
  });

  test("works the queue: takes a callback to somebody, calls, and is done", async () => {
    const wish = { branchId: branchId(), phoneNumber: "+493023125771", customerName: "Wanda Wartend" };
    await ask(stage, "POST", "/callbacks", wish);
    const { page, complaints } = await manager.open("/callbacks");
    await page.getByRole("button", { name: "Wanda Wartend", exact: true }).press("Enter");
    const detail = page.getByRole("dialog", { name: "Callback for Wanda Wartend" });
    const assign = detail.getByRole("button", { name: "Assign the callback of Wanda Wartend" });
    await assign.press("Enter");
    const colleague = page.getByRole("menuitem").last();
    const name = (await colleague.textContent()) ?? "";
    await colleague.press("Enter");
    await said(page, `Assigned to ${name}`).waitFor();
    await detail.getByRole("button", { name: "I am calling" }).press("Enter");
    await detail.getByRole("button", { name: "Done" }).press("Enter");
    await expect.poll(() => detail.locator(".timeline").first().textContent()).toMatch(/being called.*done/);
    expect(complaints).toEqual([]);
  });

  test("looks why a change was decided as it was", async () => {
    const { page, complaints } = await manager.open("/modifications?type=reschedule");
    await page.locator("tbody tr").first().getByRole("button").press("Enter");
    const receipts = page.getByRole("dialog");
    await receipts.getByText("Show the receipt").first().click();
    await receipts.getByText('"minNoticeHours"', { exact: false }).first().waitFor();
    expect(complaints).toEqual([]);
  });

  test("takes the branch's changes away as a table, and no other branch's", async () => {
    const { page } = await manager.open("/modifications");
    const arriving = page.waitForEvent("download");
    await page.getByRole("button", { name: "Export as CSV" }).click();
    const [head = "", ...lines] = readFileSync(await (await arriving).path(), "utf8")
      .trim()
      .split("\n");
    const column = head.split(",").indexOf("appointmentId");
    expect(lines.length).toBeGreaterThan(5);
    const ids = [...new Set(lines.map((line) => Number(line.split(",")[column])))];
    const own = stage.db.of({ companyId: stage.demo.companies[0]?.id ?? 0 });
    const rows = await own.selectFrom("appointments").select("branch_id").where("id", "in", ids).distinct().execute();
    expect(rows).toEqual([{ branch_id: branchId() }]);
  });
});
