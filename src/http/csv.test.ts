import { once } from "node:events";
import { request } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { aClient } from "../../test/client.ts";
import { onEveryDatabase } from "../../test/databases.ts";
import { aCompany, aCustomer, anAppointment, byCustomer } from "../../test/factories.ts";
import { buildApp } from "../app.ts";
import { cancelAppointment } from "../appointments/cancel.ts";
import { aCompanyWithKey } from "../tenancy/testing.ts";
import { type Cell, csvLine, csvRoute, everyPage } from "./csv.ts";

test.each<[Cell, string]>([
  ["plain", "plain"],
  ["a,b", '"a,b"'],
  ['say "no"', '"say ""no"""'],
  ["two\r\nlines", '"two\r\nlines"'],
  ["x;=1+1", '"x;=1+1"'],
  [" spaced", '" spaced"'],
  ["", ""],
  [null, ""],
  [true, "true"],
  [-5, "-5"],
  ["=1+1", "'=1+1"],
  ["+4930123", "'+4930123"],
  ["-2+3", "'-2+3"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["\t=1+1", '"\'\t=1+1"'],
  ["\r=1+1", '"\'\r=1+1"'],
  ["＝1+1", "'＝1+1"],
  ['=HYPERLINK("http://evil","x")', `"'=HYPERLINK(""http://evil"",""x"")"`],
  ["O'Neil", "O'Neil"],
])("the cell %j is written as %j", (cell, text) => {
  expect(csvLine([cell, 1])).toBe(`${text},1\r\n`);
});

test("the next page is read only when the one before is sent, and a short one is the last", async () => {
  const asked: [number | null, number][] = [];
  const rows = [1, 2, 3, 4, 5];
  const read = async (last: number | null, limit: number) => {
    asked.push([last, limit]);
    return rows.filter((row) => row > (last ?? 0)).slice(0, limit);
  };
  const pages = everyPage(read, 2);
  expect((await pages.next()).value).toEqual([1, 2]);
  expect(asked).toEqual([[null, 2]]);
  expect([await pages.next(), await pages.next(), await pages.next()].map(({ value }) => value)).toEqual([
    [3, 4],
    [5],
    undefined,
  ]);
});

onEveryDatabase("CSV", (db) => {
  test("of all customers has no formula in it, is read back as it was, and holds nothing of another company", async () => {
    const [company, other] = [await aCompany(db()), await aCompany(db())];
    await aCustomer(db(), other.caller, { name: "Zwetschgenmus" });
    const names = ['=HYPERLINK("http://evil","Ö")', "O'Neil, Petra", 'the "best"\r\ncustomer', "🙂"];
    for (const name of names) await aCustomer(db(), company.caller, { name, phone: null });
    await using client = await aClient(db(), company);
    const reply = await client.send("GET", "/customers/export");
    expect(reply.headers).toMatchObject({
      "content-type": "text/csv; charset=utf-8; header=present",
      "content-disposition": 'attachment; filename="customers.csv"',
      "cache-control": "no-store",
    });
    expect(reply.body).not.toContain("Zwetschgenmus");
    const { paths } = (await client.app.inject("/api/v1/openapi.json")).json();
    expect(paths["/api/v1/customers/export"].get).toMatchObject({
      description: expect.stringContaining("RFC 4180"),
      responses: { 200: { content: { "text/csv": { schema: { type: "string" } } } } },
    });
    const [head, ...rows] = parsed(reply.body);
    expect(head).toEqual(["id", "name", "email", "phone", "locale", "createdAt", "updatedAt"]);
    expect(rows.map(([, name]) => name)).toEqual([
      ...names.map((name) => (name.startsWith("=") ? `'${name}` : name)).reverse(),
      "Petra O'Neil",
    ]);
    expect(rows.at(-1)?.[3]).toBe("'+493012345678");
    expect(rows.every((row) => row.length === 7)).toBe(true);
  });

  test("of modifications goes over every page, newest first, keeps to its filters and its permission", async () => {
    const [company, other] = [await aCompany(db()), await aCompany(db())];
    const many = 501;
    const [first] = [await anAppointment(db(), company)];
    await cancelAppointment(db(), company.caller, first, byCustomer({ reason: "=cmd|' /C calc'!A0" }));
    const { id: _, ...row } = await db()
      .of(company.caller)
      .selectFrom("appointment_modifications")
      .selectAll()
      .executeTakeFirstOrThrow();
    const { company_id: __, metadata, ...values } = row;
    const copies = Array.from({ length: many }, () => ({ ...values, reason: null, metadata: metadata as object }));
    await db().of(company.caller).insertInto("appointment_modifications").values(copies).execute();
    await cancelAppointment(db(), other.caller, await anAppointment(db(), other), byCustomer({ reason: "theirs" }));
    await using client = await aClient(db(), company);
    const { body } = await client.send("GET", "/modifications/export");
    const [head, ...rows] = parsed(body) as [string[], ...string[][]];
    expect(rows).toHaveLength(many + 1);
    const ids = rows.map(([id]) => Number(id));
    expect(ids).toEqual(ids.toSorted((one, next) => next - one));
    const last = Object.fromEntries(head.map((name, index) => [name, rows.at(-1)?.[index]]));
    expect(last).toMatchObject({
      type: "cancel",
      appointmentId: String(first),
      withinPolicy: "true",
      feeCents: "0",
      reason: "'=cmd|' /C calc'!A0",
      noticeMs: String(72 * 3_600_000),
      startsAt: "2026-03-05T09:00:00.000Z",
      newStartsAt: "",
    });
    expect(body).not.toContain("theirs");
    const none = await client.send("GET", "/modifications/export?from=2026-03-03T00:00:00Z");
    expect(parsed(none.body)).toEqual([head]);
    expect((await client.send("GET", "/modifications/export?from=tomorrow")).status).toBe(422);
    await using reader = await aClient(db(), company, ["modifications:read"]);
    expect((await reader.send("GET", "/modifications/export")).status).toBe(403);
  });

  const broken = (pages: () => AsyncIterable<readonly Cell[][]>) =>
    csvRoute({
      path: "/broken",
      tag: "things",
      permission: "settings:read",
      summary: "A table",
      fileName: "broken.csv",
      columns: ["n"],
      pages,
    });

  test("that cannot be begun is a problem like any other", async () => {
    const { headers } = await aCompanyWithKey(db());
    // biome-ignore lint/correctness/useYield: it fails before
    const route = broken(async function* () {
      throw new Error("no database");
    });
    await using app = await buildApp({ db: db(), routes: [route] });
    const reply = await app.inject({ url: "/api/v1/broken", headers });
    expect(reply.statusCode).toBe(500);
    expect(reply.headers["content-type"]).toContain("application/problem+json");
  });

  test("that fails in the middle breaks off, so that nobody takes it for the whole; so does one the server ends", async () => {
    const { headers } = await aCompanyWithKey(db());
    let isFailing = true;
    const route = broken(async function* () {
      yield [[1]];
      if (isFailing) throw new Error("the database went away");
      for (;;) yield Array.from({ length: 1000 }, (_, n) => [n]);
    });
    const app = await buildApp({ db: db(), routes: [route] });
    await app.listen({ port: 0, host: "127.0.0.1" });
    const download = async () => {
      const { port } = app.server.address() as AddressInfo;
      const sent = request({ host: "127.0.0.1", port, path: "/api/v1/broken", headers }).end();
      const [reply] = await once(sent, "response");
      const end = new Promise((resolve) => {
        reply.on("end", () => resolve("whole")).on("error", () => resolve("broken off"));
      });
      return { reply, end };
    };
    const failing = await download();
    failing.reply.resume();
    expect(await failing.end).toBe("broken off");
    isFailing = false;
    const endless = await download();
    const closed = app.close();
    endless.reply.resume();
    expect(await endless.end).toBe("broken off");
    await closed;
  });
});

/** By RFC 4180 and nothing else. */
function parsed(text: string): string[][] {
  expect(text.endsWith("\r\n")).toBe(true);
  const records: string[][] = [];
  let record: string[] = [];
  for (const [, quoted, bare = "", end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    record.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    records.push(record);
    record = [];
  }
  return records;
}
