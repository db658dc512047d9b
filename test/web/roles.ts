import type { BrowserContextOptions, Page } from "playwright-core";
import { onTestFinished } from "vitest";
import type { DemoLogin } from "../../src/demo/logins.ts";
import { aPage, loginOf, type Stage, signInAs } from "./browser.ts";

type Kept = NonNullable<BrowserContextOptions["storageState"]>;

/** Somebody of the demo's first company, signed in once; each test gets a window of its own. */
export interface Colleague {
  open(path: string, options?: BrowserContextOptions): Promise<{ page: Page; complaints: string[] }>;
}

export async function aColleague(stage: Stage, role: DemoLogin["role"]): Promise<Colleague> {
  const { page, context } = await aPage(stage);
  await signInAs(page, stage, loginOf(stage, role));
  const storageState: Kept = await context.storageState();
  await context.close();
  return {
    async open(path, options = {}) {
      const { page, context, complaints } = await aPage(stage, { ...options, storageState });
      onTestFinished(() => context.close());
      await page.goto(stage.url + path);
      await page.getByRole("navigation").first().waitFor();
      return { page, complaints };
    },
  };
}

/** Asks the API as the demo's first company. */
export async function ask(stage: Stage, method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const headers = { authorization: `Bearer ${stage.demo.companies[0]?.apiKey}`, "content-type": "application/json" };
  const reply = await fetch(`${stage.url}/api/v1${path}`, {
    method,
    headers,
    body: body ? JSON.stringify(body) : null,
  });
  if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${await reply.text()}`);
  return (await reply.json()) as Record<string, unknown>;
}
