import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, expectNoFaults, type Stage, setStage } from "./browser.ts";
import { aColleague, ask, type Colleague } from "./roles.ts";

const executablePath = chromiumPath();

interface Places {
  readonly branches: readonly { readonly id: string; readonly name: string }[];
  readonly staff: readonly { readonly id: string; readonly name: string; readonly branchId: string }[];
}

describe.runIf(executablePath !== null)("several callbacks at once, in a browser", () => {
  let stage: Stage;
  let admin: Colleague;
  let places: Places;
  let round = 0;
  beforeAll(async () => {
    stage = await setStage(executablePath ?? "");
    admin = await aColleague(stage, "admin");
    places = (await ask(stage, "GET", "/hierarchy")) as unknown as Places;
  });
  afterAll(() => stage?.close());

  const branchId = (name: string) => places.branches.find((branch) => branch.name === name)?.id ?? "";
  const staffId = (name: string) => places.staff.find((member) => member.name === name)?.id ?? "";
  /** Of names that no other test has; given to nobody unless somebody is named. */
  async function callbacks(count: number, branch = "Berlin Mitte", assignee = "Anna Weber") {
    round++;
    const made: { id: number; name: string }[] = [];
    for (let number = 0; number < count; number++) {
      const name = `Guest ${round}${"ABCDEFGH"[number]}`;
      const phoneNumber = `+4930231256${round}${number}`;
      const wish = { branchId: branchId(branch), phoneNumber, customerName: name, priority: "high" };
      const { id, assignedTo } = (await ask(stage, "POST", "/callbacks", wish)) as { id: number; assignedTo: string };
      if (assignedTo !== staffId(assignee)) {
        await ask(stage, "POST", `/callbacks/${id}/reassignment`, { staffId: staffId(assignee) });
      }
      made.push({ id, name });
    }
    return made;
  }
  const stateOf = async (id: number) =>
    (await ask(stage, "GET", `/callbacks/${id}`)) as {
      callback: { status: string; assignedTo: string; outcome: string | null };
      timeline: { action: string }[];
    };
  const statuses = (made: readonly { id: number }[]) =>
    Promise.all(made.map(async ({ id }) => (await stateOf(id)).callback.status));
  const box = (page: Page, name: string) => page.getByRole("checkbox", { name: `Select the callback of ${name}` });
  const bar = (page: Page) => page.getByRole("region", { name: "Several at once" });
  const results = (page: Page) => page.getByRole("region", { name: "What became of them" });
  async function select(page: Page, made: readonly { name: string }[]) {
    for (const { name } of made) await box(page, name).press("Space");
    await bar(page).getByText(`${made.length} selected`).waitFor();
  }
  const withoutRefusals = (complaints: readonly string[]) =>
    complaints.filter((words) => !/Failed to load resource/.test(words));

  test("are selected and given to somebody by keyboard, and each is told of", async () => {
    const made = await callbacks(3);
    const { page, complaints } = await admin.open("/callbacks");
    await select(page, made);
    await bar(page).getByRole("button", { name: "Assign to…" }).press("Enter");
    await page.getByRole("menuitem", { name: "Mona Lindner" }).press("Enter");
    await results(page).getByText("Assigning: 3 done", { exact: true }).waitFor();
    await results(page).getByText("3 done", { exact: true }).press("Enter");
    for (const { id, name } of made) {
      await results(page).getByRole("listitem").filter({ hasText: name }).waitFor();
      expect((await stateOf(id)).callback.assignedTo).toBe(staffId("Mona Lindner"));
    }
    await bar(page)
      .getByText(/^Select all \d+ shown$/)
      .waitFor();
    await expectNoFaults(page);
    expect(complaints).toEqual([]);
  });

  test("what is refused says why and stays selected; the others are done", async () => {
    const [here, there] = [await callbacks(2), await callbacks(1, "München Schwabing", "Sofia Brandl")];
    const { page, complaints } = await admin.open("/callbacks");
    await select(page, [...here, ...there]);
    await bar(page).getByRole("button", { name: "Assign to…" }).click();
    await page.getByRole("menuitem", { name: "Jonas Kuhn" }).click();
    await results(page).getByText("Assigning: 2 done, 1 not done").waitFor();
    const refused = results(page).getByRole("listitem").first();
    expect(await refused.textContent()).toBe(
      `${there[0]?.name}: Works at another branch; name one of the callback's branch`,
    );
    await results(page).getByText("The one that was not done is still selected.").waitFor();
    await bar(page).getByText("1 selected").waitFor();
    expect(await box(page, there[0]?.name ?? "").isChecked()).toBe(true);
    expect(await box(page, here[0]?.name ?? "").isChecked()).toBe(false);
    await expectNoFaults(page);
    expect(withoutRefusals(complaints)).toEqual([]);
  });

  test("what was asked about some is done to those, also when they leave the list before the answer", async () => {
    const made = await callbacks(2);
    const { page } = await admin.open("/callbacks");
    await select(page, made);
    await bar(page).getByRole("button", { name: "Cancel…" }).click();
    const question = page.getByRole("dialog", { name: "Cancel 2 callbacks" });
    await question.waitFor();
    for (const { id } of made) await ask(stage, "POST", `/callbacks/${id}/cancellation`, {});
    for (const { name } of made) await box(page, name).waitFor({ state: "detached" });
    await question.getByRole("button", { name: "Cancel the callbacks" }).click();
    await results(page).getByText("Cancelling: 0 done, 2 not done").waitFor();
  });

  test("what somebody else changed meanwhile is told of that one alone", async () => {
    const made = await callbacks(2);
    const { page } = await admin.open("/callbacks");
    await select(page, made);
    await page.route("**/api/v1/callbacks?*", () => {});
    await ask(stage, "POST", `/callbacks/${made[0]?.id}/cancellation`, {});
    await bar(page).getByRole("button", { name: "Mark contacted" }).click();
    await results(page).getByText("Marking as contacted: 1 done, 1 not done").waitFor();
    expect(await results(page).getByRole("listitem").first().textContent()).toMatch(
      new RegExp(`^${made[0]?.name}: Its status does not allow this any more`),
    );
    expect(await statuses(made)).toEqual(["cancelled", "contacted"]);
  });

  test("are done in one go with how it went, those that nobody had called yet too; and cancelled with a reason", async () => {
    const made = await callbacks(3);
    await ask(stage, "POST", `/callbacks/${made[0]?.id}/contact`, {});
    const { page, complaints } = await admin.open("/callbacks");
    await select(page, made);
    await bar(page).getByRole("button", { name: "Done…" }).press("Enter");
    const form = page.getByRole("dialog", { name: "3 callbacks are done" });
    await form.getByRole("textbox", { name: "Note" }).fill("All come on Friday");
    await expectNoFaults(page);
    await page.keyboard.press("Enter");
    await results(page).getByText("Marking as done: 3 done", { exact: true }).waitFor();
    expect(await statuses(made)).toEqual(["completed", "completed", "completed"]);

    const unwanted = await callbacks(2);
    await select(page, unwanted);
    await bar(page).getByRole("button", { name: "Cancel…" }).press("Enter");
    await page.getByRole("dialog", { name: "Cancel 2 callbacks" }).getByRole("textbox", { name: "Why" }).fill("Closed");
    await page.keyboard.press("Enter");
    await results(page).getByText("Cancelling: 2 done", { exact: true }).waitFor();
    expect(await statuses(unwanted)).toEqual(["cancelled", "cancelled"]);
    expect(complaints).toEqual([]);
  });

  test("a second click does nothing more, no more than four are under way at once, and progress is shown", async () => {
    const made = await callbacks(6);
    const { page } = await admin.open("/callbacks");
    await select(page, made);
    let [underWay, most, sent] = [0, 0, 0];
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route("**/contact", async (route) => {
      sent++;
      most = Math.max(most, ++underWay);
      await held;
      underWay--;
      await route.continue();
    });
    const button = bar(page).getByRole("button", { name: "Mark contacted" });
    await button.evaluate((each: { click(): void }) => {
      each.click();
      each.click();
    });
    await results(page).getByRole("progressbar").waitFor({ state: "attached" });
    await results(page).getByText("Marking as contacted: 0 of 6").waitFor();
    expect(await button.isDisabled()).toBe(true);
    await expect.poll(() => sent).toBe(4);
    release();
    await results(page).getByText("Marking as contacted: 6 done").waitFor();
    expect([sent, most]).toEqual([6, 4]);
  });

  test("what was done though its answer was lost is not done again by another try", async () => {
    const made = await callbacks(2);
    const { page } = await admin.open("/callbacks");
    await select(page, made);
    const keys: (string | undefined)[] = [];
    const lost = `**/callbacks/${made[1]?.id}/contact`;
    await page.route(lost, async (route) => {
      keys.push(route.request().headers()["idempotency-key"]);
      if (keys.length > 1) return route.continue();
      await route.fetch();
      await route.abort();
    });
    // As if the list had not been read again either.
    await page.route("**/api/v1/callbacks?*", (route) => route.abort());
    await bar(page).getByRole("button", { name: "Mark contacted" }).click();
    await results(page).getByText("Marking as contacted: 1 done, 1 not done").waitFor();
    await results(page).getByText("The server does not answer", { exact: false }).waitFor();
    await bar(page).getByText("1 selected").waitFor();
    await bar(page).getByRole("button", { name: "Mark contacted" }).click();
    await results(page).getByText("Marking as contacted: 1 done", { exact: true }).waitFor();
    expect(keys).toEqual([keys[0], keys[0]]);
    const { timeline } = await stateOf(made[1]?.id ?? 0);
    expect(timeline.filter(({ action }) => action === "contact")).toHaveLength(1);
  });

  test("staff have a tab of their own and do to their callbacks what they may; who is not staff has none", async () => {
    const [own] = await callbacks(1);
    const [another] = await callbacks(1, "Berlin Mitte", "Jonas Kuhn");
    const staff = await aColleague(stage, "staff");
    const { page, complaints } = await staff.open("/callbacks");
    await page.getByRole("tab", { name: "Mine" }).click();
    await box(page, own?.name ?? "").press("Space");
    expect(page.url()).toContain("tab=mine");
    expect(await page.getByText(another?.name ?? "").count()).toBe(0);
    expect(await bar(page).getByRole("button").allTextContents()).toEqual(["Mark contacted", "Done…"]);
    await bar(page).getByRole("button", { name: "Mark contacted" }).press("Enter");
    await results(page).getByText("Marking as contacted: 1 done", { exact: true }).waitFor();
    await page.reload();
    await box(page, own?.name ?? "").waitFor();
    expect(complaints).toEqual([]);

    const receptionist = await aColleague(stage, "receptionist");
    const { page: desk } = await receptionist.open("/callbacks");
    await desk.getByRole("tab", { name: "Unassigned" }).waitFor();
    expect(await desk.getByRole("tab", { name: "Mine" }).count()).toBe(0);
  });

  test("work on a phone, in the dark, in German", async () => {
    const [one] = await callbacks(1);
    const options = { viewport: { width: 390, height: 844 }, locale: "de-DE", colorScheme: "dark" } as const;
    const { page, complaints } = await admin.open("/callbacks", options);
    await page.getByRole("checkbox", { name: `Rückruf von ${one?.name} auswählen` }).click();
    await page.getByRole("region", { name: "Mehrere auf einmal" }).getByRole("button", { name: "Absagen…" }).click();
    await page
      .getByRole("dialog", { name: "1 Rückruf absagen" })
      .getByRole("button", { name: "Rückrufe absagen" })
      .click();
    await page.getByText("Absagen: 1 erledigt").waitFor();
    await expectNoFaults(page);
    expect(await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")).toBeLessThanOrEqual(0);
    expect(complaints).toEqual([]);
  });
});
