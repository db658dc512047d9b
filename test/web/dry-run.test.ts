import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, expectNoFaults, firstCompany, openByKey, type Stage, setStage } from "./browser.ts";
import { aColleague, ask } from "./roles.ts";

const executablePath = chromiumPath();

describe.runIf(executablePath !== null)("who would be told, in a browser", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage(executablePath ?? "");
  });
  afterAll(() => stage?.close());

  const sample = () => firstCompany(stage).sample;
  const address = (event: string) => `/notifications?tab=dry-run&event=${event}&appointment=${sample().appointmentId}`;

  test("each message with where, when, by whom, in which words and because of what, and why no other", async () => {
    const { branchId, appointmentId } = sample();
    const place = { level: "branch", targetId: branchId, event: "cancellation" };
    await ask(stage, "POST", "/notification-configurations", { ...place, channel: "sms", isEnabled: false });
    await ask(stage, "POST", "/notification-configurations", { ...place, channel: "email" });
    const { page, complaints } = await openByKey(stage, `/appointments?open=${appointmentId}`);
    await page.getByRole("link", { name: "Who would be told of a cancellation?" }).click();
    const plan = page.locator(".plan");
    await expect
      .poll(() => plan.textContent())
      .toMatch(
        /\(customer\).*Reads German.*E-mail.*To\S+@example\.org.*Whenat once.*Sent byfiles in a folder.*the usual one \(German\).*Because of.*Berlin Mitte \(branch\).*If it failsnothing else.*Not sentSMS.*switched off: Berlin Mitte \(branch\)/,
      );
    await expectNoFaults(page);
    await page.reload();
    await plan.waitFor();

    await page.getByRole("link", { name: "the usual one (German)" }).click();
    await page.getByRole("heading", { name: "Cancelled · E-mail" }).waitFor();
    await page.goBack();
    await plan.waitFor();
    expect(complaints).toEqual([]);
  });

  test("when it would be sent is told in the branch's zone", async () => {
    const { appointmentId } = sample();
    const answer = await ask(stage, "POST", "/notification-plans", { event: "reminder_24h", appointmentId });
    const [plan] = answer.plans as { messages: { sendAt: string }[] }[];
    const clock = { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Berlin" } as const;
    const time = new Intl.DateTimeFormat("en-GB", clock).format(new Date(plan?.messages[0]?.sendAt ?? ""));
    const { page } = await openByKey(stage, address("reminder_24h"));
    await expect.poll(() => page.locator(".plan").textContent()).toMatch(new RegExp(`Whenon .*${time}`));
  });

  test("another event and another appointment are chosen by keyboard", async () => {
    const { page } = await openByKey(stage, address("cancellation"));
    const event = page.getByRole("combobox", { name: "Event" });
    await event.focus();
    await page.keyboard.press("Control+a");
    await page.keyboard.type("Team: moved");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.url()).toContain("event=staff_reschedule");
    await expect.poll(() => page.locator(".plan").first().textContent()).toMatch(/\((staff|branch)\)/);

    const appointment = page.getByRole("combobox", { name: "Appointment" });
    await appointment.focus();
    await page.keyboard.press("Control+a");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.url()).not.toContain(`appointment=${sample().appointmentId}`);
    await page.goBack();
    await expect.poll(() => page.url()).toContain(`appointment=${sample().appointmentId}`);
  });

  test("it is told that the company is muted, and reached from the matrix", async () => {
    await ask(stage, "PATCH", "/notification-settings", { muted: true });
    const { page } = await openByKey(stage, "/notifications");
    await page.getByRole("button", { name: /^Did not come by E-mail: / }).click();
    await page.getByRole("menuitem", { name: "Who would be told?" }).click();
    await page.getByText("Choose an appointment and an event.").waitFor();
    expect(await page.getByRole("combobox", { name: "Event" }).inputValue()).toBe("Did not come");
    await expectNoFaults(page);
    await page.goto(stage.url + address("no_show"));
    await page.getByText("The company is muted", { exact: false }).waitFor();
    await ask(stage, "PATCH", "/notification-settings", { muted: false });
  });

  test("somebody of the staff asks about the own appointments, and about no other", async () => {
    const anna = await aColleague(stage, "staff");
    const { page, complaints } = await anna.open("/notifications?tab=dry-run&event=staff_cancellation");
    await page.getByRole("combobox", { name: "Appointment" }).click();
    const options = await page.getByRole("option").allTextContents();
    expect(options.length).toBeGreaterThan(0);
    expect(options.filter((each) => !each.endsWith(" · Anna Weber"))).toEqual([]);
    await page.getByRole("option").first().click();
    await page.getByRole("region", { name: "Anna Weber" }).waitFor();
    expect(complaints).toEqual([]);
  });
});
