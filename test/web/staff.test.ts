import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { plusMilliseconds } from "../../src/clock.ts";
import { currentTime } from "../../src/db/connect.ts";
import { chromiumPath, type Stage, setStage } from "./browser.ts";
import { aColleague, ask, type Colleague } from "./roles.ts";

const executablePath = chromiumPath();

describe.runIf(executablePath !== null)("what somebody of the staff does, in a browser", () => {
  let stage: Stage;
  let anna: Colleague;
  beforeAll(async () => {
    stage = await setStage(executablePath ?? "");
    anna = await aColleague(stage, "staff");
  });
  afterAll(() => stage?.close());

  const companyId = () => stage.demo.companies[0]?.id ?? 0;
  const branchId = () => stage.demo.companies[0]?.sample.branchId ?? "";
  async function idOf(name: string): Promise<string> {
    const own = stage.db.of({ companyId: companyId() });
    return (await own.selectFrom("staff").select("id").where("name", "=", name).executeTakeFirstOrThrow()).id;
  }
  /** One of somebody's appointments to come, made to have begun two hours ago. */
  async function begun(name: string): Promise<number> {
    const own = stage.db.of({ companyId: companyId() });
    const { id } = await own
      .selectFrom("appointments")
      .select("id")
      .where("staff_id", "=", await idOf(name))
      .where("status", "in", ["booked", "scheduled", "confirmed"])
      .where("starts_at", ">", await currentTime(stage.db))
      .orderBy("id")
      .limit(1)
      .executeTakeFirstOrThrow();
    const start = plusMilliseconds(await currentTime(stage.db), -2 * 3_600_000);
    const times = { starts_at: start, ends_at: plusMilliseconds(start, 3_600_000) };
    await own.updateTable("appointments").set(times).where("id", "=", id).execute();
    return id;
  }

  test("sees the own appointments and nobody else's, and books none", async () => {
    const { page, complaints } = await anna.open("/appointments");
    await page.getByRole("button", { name: "All to come" }).press("Enter");
    const where = page.locator("tbody tr td:nth-child(4)");
    await where.first().waitFor();
    expect(new Set(await where.allTextContents())).toEqual(new Set(["Berlin Mitte · Anna Weber"]));
    expect(await page.getByRole("button", { name: "Book" }).count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test("says that a customer was there, and that another one was not; moves and cancels nothing", async () => {
    const [came, missed] = [await begun("Anna Weber"), await begun("Anna Weber")];
    const { page, complaints } = await anna.open(`/appointments?open=${came}`);
    const detail = (id: number) => page.getByRole("dialog", { name: `Appointment ${id}` });
    await detail(came).getByRole("button", { name: "Completed" }).press("Enter");
    await detail(came).getByText("completed", { exact: true }).waitFor();
    await page.goto(`${stage.url}/appointments?open=${missed}`);
    await detail(missed).getByRole("button", { name: "Did not come" }).press("Enter");
    await detail(missed).getByText("did not come", { exact: true }).waitFor();
    expect(await page.getByRole("button", { name: /^(Move|Cancel)…$/ }).count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test("works a callback that was assigned, and does not see those of others", async () => {
    const give = async (customerName: string, to: string, phoneNumber: string) => {
      const wish = { branchId: branchId(), phoneNumber, customerName };
      const { id, assignedTo } = await ask(stage, "POST", "/callbacks", wish);
      const staffId = await idOf(to);
      const how = assignedTo === null ? "assignment" : "reassignment";
      if (assignedTo !== staffId) await ask(stage, "POST", `/callbacks/${id}/${how}`, { staffId });
    };
    await give("Ina Eigen", "Anna Weber", "+493023125551");
    await give("Fritz Fremd", "Mona Lindner", "+493023125552");
    const { page, complaints } = await anna.open("/callbacks");
    await page.getByRole("button", { name: "Ina Eigen", exact: true }).press("Enter");
    expect(await page.getByText("Fritz Fremd").count()).toBe(0);
    expect(await page.getByRole("button", { name: "Promise a callback" }).count()).toBe(0);
    const detail = page.getByRole("dialog", { name: "Callback for Ina Eigen" });
    expect(await detail.getByRole("button", { name: /^Assign/ }).count()).toBe(0);
    await detail.getByRole("button", { name: "Seen" }).press("Enter");
    await detail.getByRole("button", { name: "I am calling" }).press("Enter");
    await detail.getByRole("button", { name: "Done" }).press("Enter");
    await expect.poll(() => detail.locator(".timeline").first().textContent()).toMatch(/seen.*being called.*done/);
    expect(complaints).toEqual([]);
  });

  test("chooses by which ways to be told, and it is still so after a reload", async () => {
    const { page, complaints } = await anna.open("/account");
    const sms = page.getByRole("switch", { name: "SMS" });
    await sms.focus();
    await page.keyboard.press("Space");
    await expect.poll(() => sms.isChecked()).toBe(false);
    await expect
      .poll(
        async () => (await ask(stage, "GET", `/staff/${await idOf("Anna Weber")}/notification-preferences`)).optOuts,
      )
      .toEqual([{ kind: null, channel: "sms", event: null }]);
    await page.reload();
    await sms.waitFor();
    await expect.poll(() => sms.isChecked()).toBe(false);
    await expect.poll(() => page.getByRole("switch", { name: "Push" }).isChecked()).toBe(true);
    expect(complaints).toEqual([]);
  });

  test("is told in plain words that another one's appointment is not there", async () => {
    const { id } = await stage.db
      .of({ companyId: companyId() })
      .selectFrom("appointments")
      .select("id")
      .where("staff_id", "!=", await idOf("Anna Weber"))
      .limit(1)
      .executeTakeFirstOrThrow();
    const { page } = await anna.open(`/appointments?open=${id}`);
    await page.getByRole("dialog").getByText("There is no such thing here", { exact: false }).waitFor();
    await page.goto(`${stage.url}/settings/keys`);
    await page.getByRole("main").getByRole("alert").waitFor();
    expect(await page.getByRole("button", { name: "Make a key" }).count()).toBe(0);
  });
});
