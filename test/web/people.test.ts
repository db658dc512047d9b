import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { buildApp } from "../../src/app.ts";
import { bareInstallation } from "../../src/installation.ts";
import { permissions } from "../../src/tenant.ts";
import { codeOfApp } from "../people.ts";
import {
  aPage,
  chromiumPath,
  faultsOf,
  loginOf,
  passwordLink,
  type Stage,
  setStage,
  signInAs,
  typeLogin,
} from "./browser.ts";

const executablePath = chromiumPath();

describe.runIf(executablePath !== null)("people and keys, in a browser", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage(executablePath ?? "");
  });
  afterAll(() => stage?.close());

  async function opened(role: "admin" | "manager" | "receptionist", path: string, url = stage.url) {
    const { page, context, complaints } = await aPage(stage);
    onTestFinished(() => context.close());
    await signInAs(page, { url }, loginOf(stage, role), path);
    return { page, complaints };
  }
  const row = (page: Page, text: string) => page.getByRole("row").filter({ hasText: text });
  async function invite(page: Page, name: string, email: string) {
    await page.getByRole("button", { name: "Invite somebody" }).click();
    const form = page.getByRole("dialog", { name: "Invite somebody" });
    await form.getByRole("textbox", { name: "Name" }).fill(name);
    await form.getByRole("textbox", { name: "E-mail address" }).fill(email);
    expect(await faultsOf(page)).toEqual([]);
    await page.keyboard.press("Enter");
    await form.waitFor({ state: "detached" });
  }
  /** By the API, as somebody else would. */
  async function byKey(method: string, path: string, body?: object) {
    const headers = { authorization: `Bearer ${stage.demo.companies[0]?.apiKey}`, "content-type": "application/json" };
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    const reply = await fetch(`${stage.url}/api/v1${path}`, init);
    expect(reply.ok, `${method} ${path}`).toBe(true);
    return reply.json() as Promise<{ items: { id: number; email: string; grants: unknown[] }[] }>;
  }
  async function userOf(email: string) {
    const user = (await byKey("GET", "/users?limit=100")).items.find((each) => each.email === email);
    if (!user) throw new Error(`There is no ${email}.`);
    return user;
  }

  test("who is invited gets a mail, chooses a password by it, and sees what the role reaches", async () => {
    const { page, complaints } = await opened("admin", "/settings/people");
    await row(page, "receptionist@lindner.example").getByText("Receptionist at Berlin Mitte").waitFor();
    await invite(page, "Nele Neu", "nele@lindner.example");
    await page.getByText("An invitation is on its way to nele@lindner.example").waitFor();
    await row(page, "Nele Neu").getByText("invited, has no password yet").waitFor();
    expect(await faultsOf(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await expect.poll(() => passwordLink(stage)).not.toBeNull();

    const { page: hers, context } = await aPage(stage);
    onTestFinished(() => context.close());
    await hers.goto(passwordLink(stage) ?? "");
    await hers.getByRole("textbox", { name: "New password" }).fill("a desk of my own");
    await hers.getByRole("textbox", { name: "Once more" }).fill("a desk of my own");
    await hers.keyboard.press("Enter");
    await typeLogin(hers, "nele@lindner.example", "a desk of my own");
    await hers.getByRole("link", { name: "Settings" }).click();
    await hers.getByRole("link", { name: "Directory" }).waitFor();
    for (const name of ["People", "API keys", "Webhooks", "Audit log", "General"]) {
      expect(await hers.getByRole("link", { name }).count(), name).toBe(0);
    }
    await page.reload();
    await row(page, "Nele Neu").getByText("can sign in").waitFor();
  });

  test("where no mail is sent the link is shown, to be handed over; it is sent again, and access is taken away", async () => {
    const app = await buildApp({ db: stage.db, installation: bareInstallation, signIn: stage.people });
    onTestFinished(() => app.close());
    const url = await app.listen({ host: "127.0.0.1", port: 0 });
    const { page } = await opened("admin", "/settings/people", url);
    const shown = page.getByRole("dialog", { name: "The link to choose a password" });
    await invite(page, "Timo Handzettel", "timo@lindner.example");
    const first = await shown.getByLabel("Link", { exact: true }).textContent();
    expect(first).toMatch(/\/password#[\w-]{20,}$/);
    expect(await faultsOf(page)).toEqual([]);
    await shown.getByRole("button", { name: "I have handed it over" }).click();

    await page.getByRole("button", { name: "Timo Handzettel" }).click();
    const editor = page.getByRole("dialog", { name: "Timo Handzettel" });
    await editor.getByRole("button", { name: "Send the invitation again" }).click();
    expect(await shown.getByLabel("Link", { exact: true }).textContent()).not.toBe(first);
    await shown.getByRole("button", { name: "I have handed it over" }).click();

    await editor.getByRole("button", { name: "Take access away…" }).click();
    const asked = page.getByRole("dialog", { name: "Take Timo Handzettel's access away?" });
    expect(await faultsOf(page)).toEqual([]);
    await asked.getByRole("button", { name: "Take access away" }).click();
    await row(page, "timo@lindner.example").waitFor({ state: "detached" });
  });

  test("an address that is in use already is said at once, and what was typed stays", async () => {
    const { page } = await opened("admin", "/settings/people?open=new");
    const form = page.getByRole("dialog", { name: "Invite somebody" });
    await form.getByRole("textbox", { name: "Name" }).fill("Once Again");
    await form.getByRole("textbox", { name: "E-mail address" }).fill("manager@lindner.example");
    await page.keyboard.press("Enter");
    await form.getByRole("alert").getByText("This e-mail address is in use already.", { exact: false }).waitFor();
    expect(await form.getByRole("textbox", { name: "Name" }).inputValue()).toBe("Once Again");
  });

  test("roles are changed, and somebody else's change meanwhile is shown before it is overwritten", async () => {
    const { page } = await opened("admin", "/settings/people");
    const { id, grants } = await userOf("receptionist@lindner.example");
    await page.getByRole("button", { name: "Renate Empfang" }).click();
    const editor = page.getByRole("dialog", { name: "Renate Empfang" });
    await editor.getByRole("combobox", { name: "Role" }).click();
    await page.getByRole("option", { name: "Viewer" }).click();
    await editor.getByText("Looks, and changes nothing", { exact: false }).waitFor();
    await byKey("PUT", `/users/${id}/grants`, { grants: [{ role: "manager", branchId: null, staffId: null }] });
    await editor.getByRole("button", { name: "Save" }).click();

    const conflict = page.getByRole("dialog", { name: "Somebody else was quicker" });
    const roles = conflict.getByRole("row", { name: "Roles" });
    await expect.poll(() => roles.textContent()).toMatch(/Viewer at Berlin Mitte.*Manager at All branches/);
    await conflict.getByRole("button", { name: "Save mine over it" }).click();
    await row(page, "Renate Empfang").getByText("Viewer at Berlin Mitte").waitFor();
    await byKey("PUT", `/users/${id}/grants`, { grants });
  });

  test("a role of the staff needs to say who of the staff it is", async () => {
    const { page } = await opened("admin", "/settings/people");
    await page.getByRole("button", { name: "Renate Empfang" }).click();
    const editor = page.getByRole("dialog", { name: "Renate Empfang" });
    await editor.getByRole("button", { name: "Add a role" }).click();
    await editor.getByRole("combobox", { name: "Role" }).last().click();
    await page.getByRole("option", { name: "Staff" }).click();
    const who = editor.getByRole("combobox", { name: "Is on the staff as" }).last();
    expect(await who.getAttribute("required")).not.toBeNull();
    await who.click();
    await page.getByRole("option", { name: "Sofia Brandl" }).click();
    await editor.getByRole("button", { name: "Save" }).click();
    await row(page, "Renate Empfang").getByText("Staff at München Schwabing, as Sofia Brandl").waitFor();
  });

  test("the last admin is neither taken out nor demoted, and it says why", async () => {
    const { page } = await opened("admin", "/settings/people");
    await page.getByRole("button", { name: "Mona Lindner", exact: true }).click();
    const editor = page.getByRole("dialog", { name: "Mona Lindner" });
    await editor.getByRole("button", { name: "Take access away…" }).click();
    await page
      .getByRole("dialog", { name: "Take Mona Lindner's access away?" })
      .getByRole("button", { name: "Take access away" })
      .click();
    await page.getByText("This is the company's last admin. Make somebody else one first.").first().waitFor();

    await editor.getByRole("combobox", { name: "Role" }).click();
    await page.getByRole("option", { name: "Viewer" }).click();
    await editor.getByRole("button", { name: "Save" }).click();
    await editor.getByRole("alert").getByText("This is the company's last admin.", { exact: false }).waitFor();
  });

  test("the authenticator app of somebody who lost it is lifted, and they are signed out", async () => {
    const { page: hers } = await opened("receptionist", "/account");
    const { password } = loginOf(stage, "receptionist");
    await hers.getByRole("button", { name: "Set up the app" }).click();
    await hers.getByRole("dialog").getByRole("textbox", { name: "Current password" }).fill(password);
    await hers.keyboard.press("Enter");
    const uri = await hers.getByRole("link", { name: "Open in the app on this device" }).getAttribute("href");
    await hers.getByRole("textbox", { name: "Code that the app shows" }).fill(codeOfApp(uri ?? ""));
    await hers.keyboard.press("Enter");
    await hers.getByRole("button", { name: "I have kept them" }).click();

    const { page } = await opened("admin", "/settings/people");
    await row(page, "Renate Empfang").getByText("with an authenticator app").waitFor();
    await page.getByRole("button", { name: "Renate Empfang" }).click();
    await page.getByRole("button", { name: "Lift the authenticator app…" }).click();
    await page
      .getByRole("dialog", { name: "Lift Renate Empfang's authenticator app?" })
      .getByRole("button", { name: "Lift the authenticator app" })
      .click();
    await page.getByText("The password is enough again").waitFor();

    await hers.getByRole("link", { name: "Appointments" }).click();
    await hers.getByRole("dialog", { name: "Sign in" }).waitFor();
  });

  test("a manager sees who can sign in, and nothing that would change it", async () => {
    const { page } = await opened("manager", "/settings/people?open=new");
    await row(page, "Anna Weber").waitFor();
    expect(await page.getByRole("button", { name: "Invite somebody" }).count()).toBe(0);
    expect(await page.getByRole("dialog").count()).toBe(0);
    expect(await row(page, "Anna Weber").getByRole("button").count()).toBe(0);
    expect(await page.getByRole("link", { name: "API keys" }).count()).toBe(0);
  });

  test("a key is made with the scopes that were chosen, shown once, used and revoked", async () => {
    const { page, complaints } = await opened("admin", "/settings/keys");
    await page.getByRole("button", { name: "Make a key" }).click();
    const form = page.getByRole("dialog", { name: "Make a key" });
    await form.getByRole("textbox", { name: "Name" }).fill("voice agent");
    await form.getByRole("button", { name: "Make the key" }).click();
    await form.getByText("Choose at least one scope.").waitFor();
    expect(await faultsOf(page)).toEqual([]);
    const all = await form.getByRole("checkbox").count();
    expect(all - (await form.locator(".scopes > [role=group]").count())).toBe(permissions.length);
    await form.getByRole("checkbox", { name: "See appointments, ask what a change would cost" }).check();
    await form.getByRole("checkbox", { name: "Callbacks: all" }).check();
    await form.getByRole("button", { name: "Make the key" }).click();

    const shown = page.getByRole("dialog", { name: "The key, shown this once" });
    const key = (await shown.getByLabel("API key", { exact: true }).textContent()) ?? "";
    expect(key).toMatch(/^fd_/);
    await page.keyboard.press("Escape");
    await shown.getByRole("button", { name: "I have kept it" }).click();
    const line = row(page, "voice agent");
    await line.getByText("5 scopes").waitFor();
    await line.getByText(/works until/).waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await page.reload();
    await line.waitFor();
    expect(await page.content()).not.toContain(key);
    const use = () => fetch(`${stage.url}/api/v1/callbacks?limit=1`, { headers: { authorization: `Bearer ${key}` } });
    expect((await use()).status).toBe(200);

    await line.getByRole("button", { name: "Revoke: voice agent" }).click();
    await page
      .getByRole("dialog", { name: "Revoke the key “voice agent”?" })
      .getByRole("button", { name: "Revoke" })
      .click();
    await line.getByText(/revoked on/).waitFor();
    expect((await use()).status).toBe(401);
    expect(complaints).toEqual([]);
  });
});
