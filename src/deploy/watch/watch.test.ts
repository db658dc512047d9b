import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Histogram, Registry } from "prom-client";
import { afterAll, expect, onTestFinished, test, vi } from "vitest";
import { alarmBook } from "./alarms.ts";
import { figuresIn, figuresLook } from "./look-figures.ts";
import { healthLook } from "./look-health.ts";
import { logLook } from "./look-log.ts";
import { type Sighting, usualLimits } from "./sighting.ts";

const folder = mkdtempSync(join(tmpdir(), "frontdesk-watch-"));
afterAll(() => rmSync(folder, { recursive: true }));

const now = new Date("2026-03-02T09:00:00Z");
const sighting = (check: Sighting["check"], wrong: string | null): Sighting => {
  return { check, subject: "s", wrong, notMendable: null };
};

test("what is noisy is an alarm after three looks in a row, once, until it was well; a matching line is one at once", () => {
  const book = alarmBook(usualLimits);
  const after = (check: Sighting["check"], ...wrong: (string | null)[]) =>
    wrong.map((each) => {
      const { raised, over } = book.enter([sighting(check, each)], now);
      return raised.length > 0 ? "raised" : over.length > 0 ? "over" : "";
    });
  expect(after("health", "ill", "ill", null, "ill", "ill")).toEqual(["", "", "", "", ""]);
  expect(after("health", "ill", "ill", null, null)).toEqual(["raised", "", "over", ""]);
  expect(after("log", "1 line", "2 lines", null)).toEqual(["raised", "", "over"]);
  expect(book.all()).toMatchObject([
    { check: "health", until: now.toISOString() },
    { check: "log", detail: "1 line" },
  ]);
});

async function seen(look: { look(): Promise<Sighting[]> }): Promise<number> {
  const [found] = await look.look();
  return Number(/^\d+/.exec(found?.wrong ?? "0")?.[0]);
}

test("a log is read from where it ended, whole lines, through rotation and truncation", async () => {
  const file = join(folder, "app.log");
  writeFileSync(file, "ERROR of before\n");
  const log = logLook({ file, pattern: /ERROR/ });
  onTestFinished(() => log.close());
  expect(await seen(log)).toBe(0);
  appendFileSync(file, "all is well\nERROR one\nERR");
  expect(await seen(log)).toBe(1);
  appendFileSync(file, "OR two\n");
  expect(await seen(log)).toBe(1);
  appendFileSync(file, "ERROR three, the last before the rotation\n");
  renameSync(file, `${file}.1`);
  expect(await seen(log)).toBe(1);
  writeFileSync(file, "ERROR four\nERROR five\n");
  expect(await seen(log)).toBe(2);
  truncateSync(file, 0);
  expect(await seen(log)).toBe(0);
  appendFileSync(file, "ERROR six\n");
  expect(await seen(log)).toBe(1);
  expect(await seen(log)).toBe(0);
});

test("a log that comes later is read from its start; long lines and other alphabets are whole", async () => {
  const file = join(folder, "later.log");
  const log = logLook({ file, pattern: /grün$/ });
  onTestFinished(() => log.close());
  expect(await seen(log)).toBe(0);
  writeFileSync(file, `${"ü".repeat(50_000)} grün\nrot\ngrün\n`);
  expect(await seen(log)).toBe(2);
});

/** Answers with what `answer` says now. */
async function aServer(answer: () => { status?: number; text?: string }): Promise<string> {
  const server = createServer((_request, response) => {
    const { status = 200, text = "" } = answer();
    response.writeHead(status).end(text);
  }).listen(0, "127.0.0.1");
  await vi.waitFor(() => expect(server.listening).toBe(true));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test.each([
  { what: "well before and since", before: null, wellSince: true, notMendable: null },
  { what: "sick before", before: "It answered 500.", wellSince: true, notMendable: /sick before/ },
  { what: "never seen well", before: undefined, wellSince: false, notMendable: /nobody has seen it well/ },
])("a health address that was $what counts so", async ({ before, wellSince, notMendable }) => {
  let status = wellSince ? 200 : 500;
  const url = `${await aServer(() => ({ status }))}/readyz`;
  const asked = before === undefined ? [] : [{ url, failure: before, status: 0, milliseconds: 1, attempts: 1 }];
  const look = healthLook([url], asked, []);
  expect((await look())[0]?.wrong).toEqual(wellSince ? null : "It answered 500.");
  status = 500;
  const [found] = await look();
  expect(found).toMatchObject({ check: "health", wrong: "It answered 500." });
  if (notMendable === null) expect(found?.notMendable).toBeNull();
  else expect(found?.notMendable).toMatch(notMendable);
});

const figures = (answers: Record<string, number>, bytes = 100 * 1024 * 1024) =>
  [
    ...Object.entries(answers).map(
      ([status, count]) =>
        `frontdesk_http_request_duration_seconds_count{method="GET",route="/a/:b",status="${status}"} ${count}`,
    ),
    `process_resident_memory_bytes ${bytes}`,
  ].join("\n");

test("the share of 5xx is of the answers since the last look, also across a restart, and not of a few", async () => {
  let text = "";
  const look = figuresLook({ url: await aServer(() => ({ text })), token: "t" }, usualLimits);
  const rate = async (answers: Record<string, number>) => {
    text = figures(answers);
    const found = (await look()).find(({ check }) => check === "error rate");
    return found === undefined ? "nothing" : (found.wrong ?? "well");
  };
  expect(await rate({ 200: 1000, 500: 40 })).toBe("nothing");
  expect(await rate({ 200: 1100, 500: 44 })).toBe("well");
  expect(await rate({ 200: 1190, 500: 54 })).toBe("10.0 % of 100 answers were 5xx (at most 5 %)");
  expect(await rate({ 200: 1195, 500: 60 })).toBe("nothing");
  expect(await rate({ 200: 20, 503: 20 })).toBe("50.0 % of 40 answers were 5xx (at most 5 %)");
});

test("an error rate that was there when the watch began is none that a rollback mends", async () => {
  let text = figures({ 200: 100, 500: 100 });
  const look = figuresLook({ url: await aServer(() => ({ text })), token: "t" }, usualLimits);
  await look();
  text = figures({ 200: 150, 500: 150 });
  expect((await look()).find(({ check }) => check === "error rate")).toMatchObject({
    wrong: expect.stringContaining("50.0 %"),
    notMendable: expect.stringContaining("already when the watch began"),
  });
});

test("memory counts by what it has grown; figures that cannot be read are told as that", async () => {
  let answer: { status?: number; text?: string } = { text: figures({}) };
  const look = figuresLook({ url: await aServer(() => answer), token: "t" }, usualLimits);
  const wrong = async (check: string) => (await look()).find((each) => each.check === check)?.wrong;
  expect(await wrong("memory")).toBeNull();
  answer = { text: figures({}, 600 * 1024 * 1024) };
  expect(await wrong("memory")).toBeNull();
  answer = { text: figures({}, 700 * 1024 * 1024) };
  expect(await wrong("memory")).toMatch(/^600 MiB more/);
  expect(await wrong("figures")).toBeNull();
  answer = { status: 401 };
  expect(await wrong("figures")).toBe("It answered 401.");
});

test("the figures are read as our server writes them", async () => {
  const registry = new Registry();
  const name = "frontdesk_http_request_duration_seconds";
  const labelNames = ["method", "route", "status"];
  const requests = new Histogram({ name, help: "h", labelNames, registers: [registry] });
  for (const status of [200, 200, 404, 500, 503]) requests.observe({ method: "GET", route: "/x/:id", status }, 0.1);
  expect(figuresIn(await registry.metrics())).toEqual({ requests: 5, failed: 2, residentBytes: null });
});
