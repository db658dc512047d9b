import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { webFolder } from "../../src/http/web.ts";
import { aPage, chromiumPath, type Stage, setStage, signIn } from "./browser.ts";

const executablePath = chromiumPath();
const mostKilobytes = 250;

describe.runIf(executablePath !== null)("the JavaScript of the admin UI", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage(executablePath ?? "");
  });
  afterAll(() => stage?.close());

  test(`is at most ${mostKilobytes} KB before the first screen, compressed, and each screen brings its own`, async () => {
    const { page, context } = await aPage(stage);
    onTestFinished(() => context.close());
    const scripts = new Set<string>();
    page.on("request", (request) => {
      const { pathname } = new URL(request.url());
      if (pathname.endsWith(".js")) scripts.add(pathname);
    });
    await signIn(page, stage);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.waitForLoadState("networkidle");

    const bytes = [...scripts].map((path) => gzipSync(readFileSync(join(webFolder, path))).length);
    const kilobytes = bytes.reduce((sum, each) => sum + each, 0) / 1000;
    expect(kilobytes).toBeGreaterThan(0);
    expect(kilobytes).toBeLessThanOrEqual(mostKilobytes);
    for (const screen of ["appointments", "directory", "audit", "webhooks", "policies", "callbacks"]) {
      expect([...scripts].filter((path) => path.startsWith(`/assets/${screen}-`))).toEqual([]);
    }

    await page.getByRole("link", { name: "Appointments" }).click();
    await page.getByRole("heading", { level: 1, name: "Appointments" }).waitFor();
    expect([...scripts].filter((path) => path.startsWith("/assets/appointments-"))).toHaveLength(1);
  });
});
