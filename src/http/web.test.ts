import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Fastify from "fastify";
import { expect, onTestFinished, test } from "vitest";
import { serveWeb } from "./web.ts";

const page = { accept: "text/html,*/*" };

async function aServer(isBuilt: boolean) {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-web-"));
  if (isBuilt) {
    mkdirSync(join(folder, "assets"));
    writeFileSync(join(folder, "index.html"), '<meta nonce="__nonce__"><p>Frontdesk</p>');
    writeFileSync(join(folder, "assets/app-1a2b.js"), "export {};");
  }
  const app = Fastify();
  await serveWeb(app, { name: "Frontdesk" }, folder);
  onTestFinished(async () => {
    await app.close();
    rmSync(folder, { recursive: true });
  });
  return app;
}

test("every page carries a nonce of its own, the one that its policy allows, and allows no inline style or script", async () => {
  const app = await aServer(true);

  const [one, other] = [await app.inject({ url: "/", headers: page }), await app.inject({ url: "/policies" })];

  const nonceOf = ({ body }: { body: string }) => /nonce="([^"]+)"/.exec(body)?.[1];
  expect(nonceOf(one)).toMatch(/^[\w+/]{24}$/);
  expect(nonceOf(one)).not.toBe(nonceOf(other));
  expect(one.headers["content-security-policy"]).toContain(`style-src 'self' 'nonce-${nonceOf(one)}'`);
  expect(one.headers["content-security-policy"]).not.toContain("unsafe");
  expect(one.headers["cache-control"]).toBe("no-store");
});

test("a screen's address is the UI's at any depth; a path that is no screen, or an asset that is not there, is unknown", async () => {
  const app = await aServer(true);
  const statusOf = async (url: string) => (await app.inject({ url, headers: page })).statusCode;

  expect(await statusOf("/callbacks/7")).toBe(200);
  expect(await statusOf("/wp-admin")).toBe(404);
  expect(await statusOf("/assets/app-9z9z.js")).toBe(404);
  expect(await statusOf("/assets/../index.html")).toBe(404);
});

test("assets are kept for a year by browsers", async () => {
  const { headers, statusCode } = await (await aServer(true)).inject({ url: "/assets/app-1a2b.js" });

  expect(statusCode).toBe(200);
  expect(headers["cache-control"]).toBe("public, max-age=31536000, immutable");
});

test("a program that asks for / is told where the documentation is, and so is everybody where no UI was built", async () => {
  const [built, bare] = [await aServer(true), await aServer(false)];

  expect((await built.inject({ url: "/" })).json()).toEqual({ name: "Frontdesk" });
  expect((await bare.inject({ url: "/", headers: page })).json()).toEqual({ name: "Frontdesk" });
  expect((await bare.inject({ url: "/policies" })).statusCode).toBe(404);
});
