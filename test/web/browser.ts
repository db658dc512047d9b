import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { expect, onTestFinished } from "vitest";
import { type AppOptions, buildApp } from "../../src/app.ts";
import type { Connection } from "../../src/db/connect.ts";
import type { DemoFile } from "../../src/demo/demo.ts";
import type { DemoLogin } from "../../src/demo/logins.ts";
import { webFolder } from "../../src/http/web.ts";
import { createSignIn } from "../../src/people/sign-in.ts";
import type { SignIn } from "../../src/sign-in.ts";
import { aDemo } from "./demo.ts";

/** The demo, served with its UI on a free port, and a Chromium to look at it with. */
export interface Stage {
  readonly url: string;
  readonly demo: DemoFile;
  readonly browser: Browser;
  readonly db: Connection;
  readonly people: SignIn;
  /** The server stops, as if it were gone; @returns what starts it again at the same address. */
  stopServer(): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** Null where there is no Chromium; CI=true makes that a failure. */
export function chromiumPath(): string | null {
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    try {
      return execFileSync("which", [name], { encoding: "utf8" }).trim();
    } catch {}
  }
  if (process.env.CI === "true") throw new Error("There is no Chromium. Run script/browser.");
  return null;
}

export async function setStage(executablePath: string, options: Partial<AppOptions> = {}): Promise<Stage> {
  if (!existsSync(join(webFolder, "index.html"))) throw new Error("The admin UI is not built. Run script/web.");
  const dataDir = mkdtempSync(join(tmpdir(), "frontdesk-ui-"));
  const { db, url: database, demo, installation } = await aDemo(dataDir);
  const people = createSignIn({ db, url: database, installation, onError: () => {} });
  const start = () => buildApp({ db, installation, signIn: people, ...options });
  let app = await start();
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  return {
    url,
    demo,
    browser,
    db,
    people,
    async stopServer() {
      await app.close();
      return async () => {
        app = await start();
        await app.listen({ host: "127.0.0.1", port: Number(new URL(url).port) });
      };
    },
    async close() {
      await browser.close();
      await app.close();
      await people.close();
      await db.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** A page whose complaints (console, content security policy, uncaught errors) are collected. */
export async function aPage(
  { browser }: Stage,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; context: BrowserContext; complaints: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-GB", ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  return { page, context, complaints };
}

/** By an API key of the demo's first company, or by another one. */
export async function signIn(page: Page, { url, demo }: Stage, path = "/", key?: string): Promise<void> {
  await page.goto(url + path);
  await page.getByRole("button", { name: /API/ }).click();
  await page
    .locator("input")
    .first()
    .fill(key ?? demo.companies[0]?.apiKey ?? "");
  await page.keyboard.press("Enter");
  await page.getByRole("navigation").first().waitFor();
}

/** Somebody of the demo's first company. */
export function loginOf({ demo }: Stage, role: DemoLogin["role"]): DemoLogin {
  const login = demo.companies[0]?.logins.find((each) => each.role === role);
  if (!login) throw new Error(`The demo has no ${role}.`);
  return login;
}

/** By mail address and password, by keyboard alone. */
export async function signInAs(
  page: Page,
  { url }: Pick<Stage, "url">,
  { email, password }: Pick<DemoLogin, "email" | "password">,
  path = "/",
): Promise<void> {
  await page.goto(url + path);
  await typeLogin(page, email, password);
  await page.getByRole("navigation").first().waitFor();
}

/** Into whatever asks for it on the page. */
export async function typeLogin(page: Page, email: string, password: string): Promise<void> {
  await page.locator("input[type=email]").last().fill(email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
}

/** Where a mail leads that lets somebody choose a password; null as long as there is none but those known. */
export function passwordLink({ url, demo }: Stage, without: readonly string[] = []): string | null {
  const mails = readdirSync(demo.mailboxFolder).filter((name) => name.endsWith(".html"));
  const links = mails.map(
    (name) => /\/password#[\w-]+/.exec(readFileSync(join(demo.mailboxFolder, name), "utf8"))?.[0],
  );
  const link = links.find((each) => each !== undefined && !without.includes(url + each));
  return link === undefined ? null : url + link;
}

export async function faultsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`);
}

/** A window of the test's own, signed in by the key of the demo's first company, or by another one. */
export async function openByKey(stage: Stage, path: string, key?: string) {
  const opened = await aPage(stage);
  onTestFinished(() => opened.context.close());
  await signIn(opened.page, stage, path, key);
  return opened;
}

export function firstCompany({ demo }: Stage): DemoFile["companies"][number] {
  const [first] = demo.companies;
  if (!first) throw new Error("The demo has no company.");
  return first;
}

/** What the UI said of a change. */
export const said = (page: Page, words: string | RegExp) => page.locator(".mantine-Notification-root").getByText(words);

export async function expectNoFaults(page: Page): Promise<void> {
  expect(await faultsOf(page)).toEqual([]);
}
