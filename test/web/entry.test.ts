import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { addOperatorAcrossCompanies } from "../../src/people/users.ts";
import { codeOfApp } from "../people.ts";
import {
  aPage,
  chromiumPath,
  faultsOf,
  loginOf,
  passwordLink,
  type Stage,
  setStage,
  signIn,
  signInAs,
  typeLogin,
} from "./browser.ts";

const executablePath = chromiumPath();

describe.runIf(executablePath !== null)("signing in, in a browser", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage(executablePath ?? "");
  });
  afterAll(() => stage?.close());

  async function opened(options: Parameters<typeof aPage>[1] = {}) {
    const { page, context, complaints } = await aPage(stage, options);
    onTestFinished(() => context.close());
    return { page, context, complaints };
  }
  const account = (page: Page) => page.getByRole("button", { name: /^Account of / });
  const main = (page: Page) => page.getByRole("main");
  async function choosePassword(page: Page, password: string) {
    await page.getByRole("textbox", { name: "New password" }).fill(password);
    await page.getByRole("textbox", { name: "Once more" }).fill(password);
    await page.keyboard.press("Enter");
    await page.getByText("Your password is chosen. Sign in with it.").waitFor();
  }

  test.each([
    ["light", "en-GB"],
    ["dark", "de-DE"],
  ] as const)("every way in is free of faults and fits a phone, %s %s", async (colorScheme, locale) => {
    const { page, complaints } = await opened({ colorScheme, locale, viewport: { width: 390, height: 844 } });
    const look = async (where: string) => {
      expect(await faultsOf(page), where).toEqual([]);
      const tooWide = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth");
      expect(tooWide, where).toBeLessThanOrEqual(0);
    };
    await page.goto(stage.url);
    await page.locator("input[type=email]").waitFor();
    await look("password");
    await page.locator(".other-ways button").first().click();
    await look("forgotten");
    await page.locator(".other-ways button").first().click();
    await page.getByRole("button", { name: /API/ }).click();
    await look("key");
    await page.goto(`${stage.url}/password#no-such-token`);
    await page.locator("input[autocomplete=new-password]").first().fill("short");
    await page.locator("input[autocomplete=new-password]").last().fill("shorter");
    await look("choosing");
    await page.goto(`${stage.url}/password`);
    await page.reload();
    await page.getByRole("heading", { level: 1 }).waitFor();
    await look("no link");
    expect(complaints).toEqual([]);
  });

  test("a wrong password is told, the right one opens the screen that was asked for, and no script sees a token", async () => {
    const { page, context } = await opened();
    const { email, password, name } = loginOf(stage, "manager");
    await page.goto(`${stage.url}/callbacks?tab=urgent`);
    await typeLogin(page, email, "not the password");
    await page.getByRole("alert").getByText("The e-mail address or the password is not right.").waitFor();
    expect(await page.getByRole("navigation").count()).toBe(0);

    await typeLogin(page, email, password);
    await page.getByRole("heading", { level: 1, name: "Callbacks" }).waitFor();
    expect(page.url()).toContain("/callbacks?tab=urgent");
    await page.getByRole("button", { name: `Account of ${name}` }).waitFor();

    const cookie = (await context.cookies()).find((each) => each.name.endsWith("session_token"));
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Lax" });
    const seen = await page.evaluate("document.cookie + JSON.stringify({ ...localStorage, ...sessionStorage })");
    expect(seen).not.toContain(decodeURIComponent(cookie?.value ?? "").slice(0, 20));
    await page.reload();
    await page.getByRole("heading", { level: 1, name: "Callbacks" }).waitFor();
  });

  test("who signs out is signed out on the server, and in the other tab too", async () => {
    const { page, context } = await opened();
    await signInAs(page, stage, loginOf(stage, "staff"));
    const other = await context.newPage();
    await other.goto(`${stage.url}/appointments`);
    await other.getByRole("heading", { level: 1, name: "Appointments" }).waitFor();

    await account(page).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();

    await page.getByRole("textbox", { name: "E-mail address" }).waitFor();
    await other.getByRole("textbox", { name: "E-mail address" }).waitFor();
    expect((await context.request.get(`${stage.url}/api/v1/session`)).status()).toBe(401);
  });

  test("too many wrong passwords are counted down to when one may try again", async () => {
    const { page } = await opened();
    await page.goto(stage.url);
    for (let attempt = 0; attempt < 6; attempt++) {
      const answered = page.waitForResponse((reply) => reply.url().endsWith("/session"));
      await typeLogin(page, "guessed@lindner.example", `guess ${attempt}`);
      await answered;
    }
    const notice = page.getByRole("alert");
    await notice.getByText("That failed too often.").waitFor();
    const left = async () => {
      const [, minutes, seconds] = /(\d+):(\d\d) minutes/.exec((await notice.textContent()) ?? "") ?? [];
      return Number(minutes) * 60 + Number(seconds);
    };
    const before = await left();
    expect(before).toBeGreaterThan(60);
    expect(before).toBeLessThanOrEqual(900);
    await expect.poll(left).toBeLessThan(before);
    expect(await faultsOf(page)).toEqual([]);
  });

  test("a forgotten password is chosen anew by the mail's link, which works once and leaves the address", async () => {
    const { page } = await opened();
    const { email } = loginOf(stage, "receptionist");
    await page.goto(stage.url);
    await page.getByRole("button", { name: "Forgot your password?" }).click();
    await page.getByRole("textbox", { name: "E-mail address" }).fill("nobody@example.org");
    await page.keyboard.press("Enter");
    await page.getByText("If nobody@example.org has access here, a link is on its way.", { exact: false }).waitFor();
    await page.getByRole("textbox", { name: "E-mail address" }).fill(email);
    await page.keyboard.press("Enter");
    await page.getByText(`If ${email} has access here, a link is on its way.`, { exact: false }).waitFor();
    await expect.poll(() => passwordLink(stage)).not.toBeNull();
    const link = passwordLink(stage) ?? "";

    await page.goto(link);
    await page.getByRole("textbox", { name: "New password" }).waitFor();
    await expect.poll(() => page.url()).toBe(`${stage.url}/password`);
    await choosePassword(page, "four words in a row");
    await typeLogin(page, email, "four words in a row");
    await account(page).waitFor();

    const another = await opened();
    await another.page.goto(link);
    await another.page.getByRole("textbox", { name: "New password" }).fill("five words in a row now");
    await another.page.getByRole("textbox", { name: "Once more" }).fill("five words in a row now");
    await another.page.keyboard.press("Enter");
    await another.page.getByRole("heading", { name: "This link is not valid any more" }).waitFor();
  });

  test("a session that ends in the middle of work is begun again above it, and what was typed is still there", async () => {
    const { page, context } = await opened();
    const login = loginOf(stage, "admin");
    await signInAs(page, stage, login, "/settings/directory?kind=branches&open=new");
    const form = page.getByRole("dialog", { name: "Add a branch" });
    await form.getByRole("textbox", { name: "Name" }).fill("Potsdam");
    await context.clearCookies();
    await form.getByRole("button", { name: "Save" }).click();

    const again = page.getByRole("dialog", { name: "Sign in" });
    await again.getByText("Your session has expired.", { exact: false }).waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await typeLogin(page, login.email, login.password);
    await again.waitFor({ state: "detached" });

    expect(await form.getByRole("textbox", { name: "Name" }).inputValue()).toBe("Potsdam");
    await form.getByRole("button", { name: "Save" }).click();
    await page.getByRole("button", { name: "Potsdam", exact: true }).waitFor();
  });

  test("somebody else who signs in then sees nothing of what was open", async () => {
    const { page, context } = await opened();
    await signInAs(page, stage, loginOf(stage, "admin"), "/settings/audit");
    await page.getByRole("heading", { level: 2, name: "Audit log" }).waitFor();
    await context.clearCookies();
    await page.getByRole("link", { name: "API keys" }).click();
    await page.getByRole("dialog", { name: "Sign in" }).waitFor();

    const { email, password, name } = loginOf(stage, "staff");
    await typeLogin(page, email, password);

    await page.getByRole("button", { name: `Account of ${name}` }).waitFor();
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    expect(await page.getByRole("link", { name: "API keys" }).count()).toBe(0);
  });

  test("an authenticator app is set up, asked for, replaced by a backup code, and switched off", async () => {
    const { page, complaints } = await opened();
    const { email, password } = stage.demo.companies[1]?.logins.find(({ role }) => role === "admin") ?? {
      email: "",
      password: "",
    };
    await signInAs(page, stage, { email, password }, "/account");
    await page.getByRole("button", { name: "Set up the app" }).click();
    await page.getByRole("dialog").getByRole("textbox", { name: "Current password" }).fill(password);
    await page.keyboard.press("Enter");
    const setUp = page.getByRole("dialog", { name: "Set up the app" });
    const uri = await setUp.getByRole("link", { name: "Open in the app on this device" }).getAttribute("href");
    expect(uri).toMatch(/^otpauth:\/\/totp\//);
    expect(await faultsOf(page)).toEqual([]);
    await setUp.getByRole("textbox", { name: "Code that the app shows" }).fill(codeOfApp(uri ?? ""));
    await page.keyboard.press("Enter");
    const codes = page.getByRole("dialog", { name: "Your backup codes, shown this once" });
    await codes.getByRole("listitem").first().waitFor();
    const backup = await codes.getByRole("listitem").allTextContents();
    expect(backup).toHaveLength(10);
    expect(await faultsOf(page)).toEqual([]);
    await codes.getByRole("button", { name: "I have kept them" }).click();
    await main(page).getByText("On: after your password you are asked for a code.").waitFor();
    expect(complaints).toEqual([]);

    const enter = async (code: string) => {
      await account(page).click();
      await page.getByRole("menuitem", { name: "Sign out" }).click();
      await page.getByRole("textbox", { name: "E-mail address" }).waitFor();
      await typeLogin(page, email, password);
      await page.getByRole("heading", { name: "One more step" }).waitFor();
      await page.keyboard.type(code);
      await page.keyboard.press("Enter");
    };
    await enter("000000");
    await page.getByRole("alert").getByText("The code is not right, or it came too late.").waitFor();
    await page.getByRole("textbox", { name: "Code" }).fill(codeOfApp(uri ?? ""));
    await page.keyboard.press("Enter");
    await account(page).waitFor();
    await enter(backup[0] ?? "");
    await account(page).waitFor();

    await page.goto(`${stage.url}/account`);
    await page.getByRole("button", { name: "Switch it off" }).click();
    await page.getByRole("dialog").getByRole("textbox", { name: "Current password" }).fill(password);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Set up the app" }).waitFor();
  });

  test("one's own password is changed, not with a wrong one", async () => {
    const { page } = await opened();
    const { email, password } = loginOf(stage, "manager");
    await signInAs(page, stage, { email, password }, "/account");
    const change = async (current: string) => {
      await page.getByRole("textbox", { name: "Current password" }).fill(current);
      await page.getByRole("textbox", { name: "New password" }).fill("another good password");
      await page.getByRole("textbox", { name: "Once more" }).fill("another good password");
      await page.getByRole("button", { name: "Change the password" }).click();
    };
    await change("not the password");
    await page.getByRole("alert").getByText("This is not your password.").waitFor();
    await change(password);
    await page.getByText("Your password is changed.", { exact: false }).waitFor();

    const { page: elsewhere } = await opened();
    await signInAs(elsewhere, stage, { email, password: "another good password" });
  });

  test("an operator chooses a company, sees for which one they work, and changes it", async () => {
    const userId = await addOperatorAcrossCompanies(stage.db, { email: "ops@example.org", name: "Operations" });
    const link = (await stage.people.invite(userId)) ?? "";
    const { page } = await opened();
    await page.goto(`${stage.url}/password#${link.split("#")[1]}`);
    await choosePassword(page, "a word for the operators");
    await typeLogin(page, "ops@example.org", "a word for the operators");
    await page.getByRole("heading", { name: "For which company?" }).waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await page.getByRole("textbox", { name: "Number of the company" }).fill("999999");
    await page.keyboard.press("Enter");
    await page.getByText("There is no such company, or it is closed.").waitFor();

    const [first, second] = stage.demo.companies;
    const workFor = async (id: number | undefined) => {
      await page.getByRole("textbox", { name: "Number of the company" }).fill(String(id));
      await page.keyboard.press("Enter");
    };
    await workFor(first?.id);
    await main(page).getByText(`Operator · company ${first?.id}`).waitFor();
    await main(page).getByText("Salon Lindner", { exact: true }).waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await page.reload();
    await main(page).getByText("Salon Lindner", { exact: true }).waitFor();

    await page.getByRole("button", { name: "Change company" }).click();
    await workFor(second?.id);
    await main(page).getByText("Praxis Dr. Yılmaz", { exact: true }).waitFor();
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByRole("link", { name: "People" }).click();
    await page.getByText("admin@praxis-yilmaz.example").waitFor();
    expect(await page.getByText("admin@lindner.example").count()).toBe(0);
  });

  test("an API key still opens the door, and everything is offered to it", async () => {
    const { page, complaints } = await opened();
    await signIn(page, stage, "/settings/keys");
    await page.getByRole("button", { name: "Make a key" }).waitFor();
    await page.getByRole("button", { name: "Account: API key" }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("textbox", { name: "E-mail address" }).waitFor();
    expect(complaints).toEqual([]);
  });
});
