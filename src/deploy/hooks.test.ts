import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, onTestFinished, test, vi } from "vitest";
import { checkHealth } from "./health.ts";
import { runHook, runSmoke } from "./hooks.ts";

const folder = mkdtempSync(join(tmpdir(), "frontdesk-hooks-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const env = { PATH: process.env.PATH, FOLDER: folder };
const options = { timeoutSeconds: 20, env };

test("a hook that works gives its output; one that does not says how it ended", async () => {
  expect(await runHook("echo out; echo err >&2", options)).toMatchObject({
    failure: null,
    exitCode: 0,
    timedOut: false,
    output: "out\nerr",
  });
  expect(await runHook("echo sorry; exit 7", options)).toMatchObject({
    failure: "It ended with exit code 7.",
    exitCode: 7,
    output: "sorry",
  });
  expect(await runHook("kill -9 $$", options)).toMatchObject({ failure: "It was ended by SIGKILL.", exitCode: null });
});

test("at its time limit a hook ends with all that it started, whatever that does about SIGTERM", async () => {
  const command = `(trap '' TERM; echo $$ >"$FOLDER/inner"; while :; do sleep 0.1; echo x >>"$FOLDER/alive"; done) & wait`;
  const { failure, timedOut, milliseconds } = await runHook(command, { timeoutSeconds: 1, env });
  expect({ failure, timedOut }).toEqual({ failure: "It took longer than 1 s and was ended.", timedOut: true });
  expect(milliseconds).toBeLessThan(5000);
  const written = () => readFileSync(join(folder, "alive"), "utf8").length;
  const atItsEnd = written();
  await sleep(400);
  expect(written()).toBe(atItsEnd);
});

test("what a hook starts and leaves running neither keeps us waiting nor is ended", async () => {
  const command = `(sleep 1; echo still writing; touch "$FOLDER/started") & echo ready`;
  const { failure, output } = await runHook(command, options);
  expect({ failure, output }).toEqual({ failure: null, output: "ready" });
  expect(existsSync(join(folder, "started"))).toBe(false);
  await vi.waitFor(() => expect(existsSync(join(folder, "started"))).toBe(true), { timeout: 5000 });
});

test("only the last lines of the output are kept, without secrets", async () => {
  const { output } = await runHook(`i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo "line $i hunter2"; done`, {
    ...options,
    secrets: ["hunter2", ""],
  });
  expect(output.split("\n")).toHaveLength(20);
  expect(output).toMatch(/line 3000 \[left out\]$/);
  expect(output).not.toContain("hunter2");
});

test("a hook gets the environment that it is given and no more; a smoke test gets the token besides", async () => {
  vi.stubEnv("DATABASE_URL", "mysql://root:hunter2@localhost/live");
  onTestFinished(() => void vi.unstubAllEnvs());
  const print = `echo "$DATABASE_URL:$FRONTDESK_MAINTENANCE_TOKEN:$FOLDER"`;
  expect(await runHook(print, options)).toMatchObject({ output: `::${folder}` });
  expect(await runSmoke(print, { ...options, allowToken: null })).toMatchObject({ output: `::${folder}` });
  const check = `test "$FRONTDESK_MAINTENANCE_TOKEN" = let-me-in && ${print}`;
  expect(await runSmoke(check, { ...options, allowToken: "let-me-in" })).toMatchObject({
    failure: null,
    output: `:[left out]:${folder}`,
  });
});

async function aServer(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await vi.waitFor(() => expect(server.listening).toBe(true));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const redirect = (to: string): RequestListener => {
  return (_request, response) => void response.writeHead(302, { location: to }).end();
};

test("health is 200 to 399, with redirects on the same host; anything else says in words what is wrong", async () => {
  const elsewhere = await aServer((_request, response) => void response.end("ok"));
  const here = await aServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://x").pathname;
    if (path === "/moved") return redirect("/ok")(request, response);
    if (path === "/away") return redirect(`${elsewhere}/`)(request, response);
    if (path === "/round") return redirect("/round")(request, response);
    if (path === "/slow") return;
    response.writeHead(path === "/ok" ? 204 : path === "/same" ? 304 : 500).end();
  });
  const paths = ["/ok?key=hunter2", "/moved", "/same", "/away", "/round", "/slow", "/broken"];
  const urls = [...paths.map((path) => here + path), "http://127.0.0.1:1/", "http://a:hunter2@127.0.0.1/", "hunter2"];
  const found = await checkHealth(urls, { timeoutMs: 300 });
  expect(found.map(({ status, failure }) => [status, failure])).toEqual([
    [204, null],
    [204, null],
    [304, null],
    [302, `It redirects to ${new URL(elsewhere).host}. Give the final address.`],
    [null, "It redirects more than 5 times."],
    [null, "It did not answer within 300 ms."],
    [500, "It answered 500."],
    [null, expect.stringMatching(/ECONNREFUSED|bad port/)],
    [null, "The URL holds credentials. Give one without."],
    [null, "It is not a URL."],
  ]);
  expect(JSON.stringify(found)).not.toContain("hunter2");
});

test("health is asked with the token, again and again until it is well or patience ends", async () => {
  let asked = 0;
  const url = await aServer((request, response) => {
    const isLetIn = request.headers["frontdesk-maintenance-token"] === "let-me-in";
    response.writeHead(isLetIn && ++asked === 3 ? 200 : 503).end();
  });
  const patient = { timeoutMs: 1000, patienceMs: 5000 };
  expect(await checkHealth([url], { ...patient, allowToken: "let-me-in" })).toMatchObject([
    { failure: null, attempts: 3, url: `${url}/` },
  ]);
  expect(await checkHealth([url], { timeoutMs: 1000, patienceMs: 300 })).toMatchObject([
    { failure: "It answered 503.", attempts: 2 },
  ]);
});
