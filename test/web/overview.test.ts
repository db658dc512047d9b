import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, expectNoFaults, openByKey, type Stage, setStage } from "./browser.ts";
import { aColleague, ask } from "./roles.ts";

const executablePath = chromiumPath();

interface Counts {
  readonly withinPolicy: number;
  readonly outsidePolicy: number;
}
interface Stats {
  readonly cancelled: Counts;
  readonly byDay: readonly { readonly day: string; readonly cancelled: Counts }[];
  readonly byNotice: readonly { readonly count: number }[];
}

describe.runIf(executablePath !== null)("the figures of the overview, in a browser", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage(executablePath ?? "");
  });
  afterAll(() => stage?.close());

  const chartOf = (page: Page, title: string) => page.getByRole("figure", { name: title });
  const cellsOf = async (page: Page, title: string) => {
    const chart = chartOf(page, title);
    await chart.getByText("Show as a table").press("Enter");
    await chart.getByRole("table").waitFor();
    const rows = await chart.locator("tbody tr").all();
    return Promise.all(rows.map(async (row) => (await row.locator("td").allTextContents()).map(Number)));
  };
  const statsOf = async (query = "") => (await ask(stage, "GET", `/modifications/stats${query}`)) as unknown as Stats;
  const partsOf = ({ withinPolicy, outsidePolicy }: Counts) => [withinPolicy, outsidePolicy];

  test("each day's cancellations are drawn, read by arrow keys and by a table, and are what the API counted", async () => {
    const { page, complaints } = await openByKey(stage, "/");
    const chart = chartOf(page, "Cancellations per day");
    const slider = chart.getByRole("slider");
    await slider.focus();
    const { byDay, cancelled } = await statsOf();
    const total = cancelled.withinPolicy + cancelled.outsidePolicy;
    expect(total).toBeGreaterThan(5);
    expect(cancelled.outsidePolicy).toBeGreaterThan(0);
    expect(await chart.textContent()).toContain(
      `${total} appointments were cancelled, ${cancelled.outsidePolicy} of them outside the policy`,
    );
    await page.keyboard.press("Home");
    for (const { cancelled } of byDay.slice(0, 10)) {
      const said = `within the policy: ${cancelled.withinPolicy}, outside the policy: ${cancelled.outsidePolicy}`;
      expect(await slider.getAttribute("aria-valuetext")).toContain(said);
      await page.keyboard.press("ArrowRight");
    }
    const drawn = async (look: string) => chart.locator(`.plot rect.plot-${look}`).count();
    expect(await drawn("plain")).toBe(byDay.filter(({ cancelled: { withinPolicy } }) => withinPolicy > 0).length);
    expect(await drawn("hatched")).toBe(byDay.filter(({ cancelled: { outsidePolicy } }) => outsidePolicy > 0).length);
    expect(await cellsOf(page, "Cancellations per day")).toEqual(byDay.map((each) => partsOf(each.cancelled)));
    await expectNoFaults(page);
    expect(complaints).toEqual([]);
  });

  test("how early customers cancel stands beside a line at what the policy asks for", async () => {
    const { page } = await openByKey(stage, "/");
    const chart = chartOf(page, "When customers cancel");
    await chart.getByText("Policy: 24 h").waitFor();
    const counts = (await statsOf()).byNotice.map(({ count }) => count);
    expect(await cellsOf(page, "When customers cancel")).toEqual(counts.map((count) => [count]));
    const late = counts.slice(0, 4).reduce((sum, count) => sum + count, 0);
    expect(await chart.textContent()).toContain(late === 0 ? "none later than" : `${late} of them later than the 24 h`);
    const leftOf = async (of: string) => (await chart.locator(of).boundingBox())?.x ?? 0;
    const line = await leftOf(".plot-line");
    expect(line).toBeGreaterThan(await leftOf("text:text-is('12–24')"));
    expect(line).toBeLessThan(await leftOf("text:text-is('24–48')"));
  });

  test("period and branch stand in the address, and reload and back keep them", async () => {
    const { page, complaints } = await openByKey(stage, "/");
    const branchId = stage.demo.companies[0]?.sample.branchId ?? "";
    await page.getByRole("radio", { name: "7 days" }).press("Space");
    await page.getByRole("heading", { name: "The last 7 days" }).waitFor();
    await page.getByRole("combobox", { name: "Branch" }).click();
    await page.getByRole("option", { name: "Berlin Mitte" }).click();
    await expect.poll(() => page.url()).toContain(`branch=${branchId}`);
    const days = (await statsOf(`?branchId=${branchId}`)).byDay.slice(-7);
    const rowsOf = async () => {
      await chartOf(page, "Cancellations per day").waitFor();
      await expect
        .poll(() => chartOf(page, "Cancellations per day").getByRole("slider").getAttribute("aria-valuemax"))
        .toBe("7");
      return cellsOf(page, "Cancellations per day");
    };
    expect(await rowsOf()).toEqual(days.map((each) => partsOf(each.cancelled)));
    await page.reload();
    expect(await rowsOf()).toEqual(days.map((each) => partsOf(each.cancelled)));
    await page.goBack();
    await expect.poll(() => page.url()).not.toContain("branch=");
    await page.getByRole("heading", { name: "The last 7 days" }).waitFor();
    expect(complaints).toEqual([]);
  });

  test("shares by channel and branch are tables of their own", async () => {
    const { page } = await openByKey(stage, "/");
    const sms = page
      .getByRole("table", { name: "Messages that arrived, by channel" })
      .getByRole("row", { name: /SMS/ });
    await expect.poll(() => sms.textContent()).toMatch(/SMS[\d.]+ %\d+ of \d+/);
    const branch = page.getByRole("table", { name: /by branch/ }).getByRole("row", { name: /Berlin Mitte/ });
    await expect.poll(() => branch.textContent()).toMatch(/Berlin Mitte[\d.]+ %\d+ of \d+/);
  });

  test("staff see their own figures, with no choice of branch", async () => {
    const staff = await aColleague(stage, "staff");
    const { page, complaints } = await staff.open("/");
    await chartOf(page, "Cancellations per day").waitFor();
    expect(await page.getByRole("combobox", { name: "Branch" }).count()).toBe(0);
    const all = (await statsOf()).byNotice.reduce((sum, { count }) => sum + count, 0);
    const own = (await cellsOf(page, "When customers cancel")).reduce((sum, [count = 0]) => sum + count, 0);
    expect(own).toBeLessThan(all);
    expect(complaints).toEqual([]);
  });

  test("what somebody may not read is neither drawn nor asked for", async () => {
    const manager = await aColleague(stage, "manager");
    const { page, complaints } = await manager.open("/account");
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await page.route("**/api/v1/session", async (route) => {
      const reply = await route.fetch();
      const session = (await reply.json()) as { permissions: { permission: string }[] };
      const permissions = session.permissions.filter(
        ({ permission }) => !/^(modifications|deliveries):/.test(permission),
      );
      await route.fulfill({ response: reply, json: { ...session, permissions } });
    });
    await page.goto(stage.url);
    await page.getByRole("table", { name: /by branch/ }).waitFor();
    expect(await page.getByRole("figure").count()).toBe(0);
    expect(asked.filter((path) => /modifications|deliveries/.test(path))).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test("fit a phone and have no fault in the dark, in German", async () => {
    const options = { viewport: { width: 390, height: 844 }, locale: "de-DE", colorScheme: "dark" } as const;
    const staff = await aColleague(stage, "admin");
    const { page, complaints } = await staff.open("/?days=90", options);
    await page.getByRole("figure", { name: "Absagen je Tag" }).getByText("Als Tabelle zeigen").press("Enter");
    await page.getByRole("slider").first().focus();
    await expectNoFaults(page);
    expect(await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")).toBeLessThanOrEqual(0);
    expect(complaints).toEqual([]);
  });
});
