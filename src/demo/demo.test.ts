import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { Connection } from "../db/connect.ts";
import { demoCompanies } from "./companies.ts";
import { type DemoFile, prepareDemo } from "./demo.ts";

const dataDir = mkdtempSync(join(tmpdir(), "frontdesk-demo-"));
let db: Connection;
let demo: DemoFile;
beforeAll(async () => {
  ({ db, demo } = await prepareDemo({ dataDir, port: 3000, reset: false }));
});
afterAll(async () => {
  await db?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const dayMs = 86_400_000;
const of = (companyId: number) => db.of({ companyId });
const deliveries = async (companyId: number) =>
  of(companyId).selectFrom("notification_deliveries").selectAll().orderBy("id").execute();

test("each company's messages of the last days were delivered as they came, and a few were not", async () => {
  for (const { id, name } of demo.companies) {
    const all = await deliveries(id);
    const arrived = all.filter(({ status }) => status === "sent" || status === "delivered");
    const failed = all.filter(({ status }) => status === "failed" || status === "bounced");
    expect(arrived.length, name).toBeGreaterThan(all.length / 2);
    expect(failed.length, name).toBeGreaterThan(0);
    expect(failed.length, name).toBeLessThan(arrived.length / 8);
    expect(all.some(({ status, has_fallen_back }) => status === "failed" && !has_fallen_back)).toBe(true);
    expect(arrived.every(({ content }) => content !== null)).toBe(true);

    const days = new Set(arrived.map(({ sent_at }) => Math.floor((sent_at?.epochMilliseconds ?? 0) / dayMs)));
    const today = Math.floor(Date.now() / dayMs);
    for (let day = today - 5; day < today; day++) expect(days, `${name}, ${today - day} days ago`).toContain(day);
  }
});

test("appointments change for several reasons, in the company's language, some for a fee and some only by staff", async () => {
  for (const { id, name } of demo.companies) {
    const changes = await of(id).selectFrom("appointment_modifications").selectAll().execute();
    const reasons = demoCompanies.find((company) => company.name === name)?.reasons;
    const known = new Set([...(reasons?.cancel ?? []), ...(reasons?.move ?? []), ...(reasons?.anyway ?? [])]);
    for (const reason of reasons?.calledOff ?? []) known.add(reason);
    const given = changes.flatMap(({ reason }) => reason ?? []);
    expect([...new Set(given)].filter((reason) => !known.has(reason))).toEqual([]);
    expect(new Set(given).size, name).toBeGreaterThan(5);
    expect(changes.some(({ fee_cents }) => fee_cents > 0)).toBe(true);
    const outside = changes.filter(({ within_policy }) => !within_policy);
    expect(outside.length, name).toBeGreaterThan(1);
    expect(outside.every(({ reason }) => reason !== null)).toBe(true);
    const denials = await of(id).selectFrom("policy_decisions").select("code").where("code", "!=", "allowed").execute();
    expect(denials.length, name).toBeGreaterThan(1);
  }
});

test("a second start keeps all of it, and replaces only samples that were used up", async () => {
  const again = join(dataDir, "again");
  mkdirSync(again);
  for (const file of ["demo.db", "demo.db-wal", "demo.json"]) cpSync(join(dataDir, file), join(again, file));
  const second = await prepareDemo({ dataDir: again, port: 3000, reset: false });
  expect(second.demo.companies.map(withoutPage)).toEqual(demo.companies.map(withoutPage));
  for (const { id } of demo.companies) {
    const count = (db: Connection) =>
      db.of({ companyId: id }).selectFrom("notification_deliveries").select("id").execute();
    expect((await count(second.db)).length).toBe((await count(db)).length);
  }
  const [first] = demo.companies;
  const used = { status: "cancelled" } as const;
  await second.db
    .of({ companyId: first?.id ?? 0 })
    .updateTable("appointments")
    .set(used)
    .where("id", "=", first?.sample.appointmentId ?? 0)
    .execute();
  await second.db.close();

  const third = join(dataDir, "third");
  mkdirSync(third);
  for (const file of ["demo.db", "demo.json"]) cpSync(join(again, file), join(third, file));
  const topped = await prepareDemo({ dataDir: third, port: 3000, reset: false });
  onTestFinished(() => topped.db.close());
  expect(topped.demo.companies[0]?.sample.appointmentId).not.toBe(first?.sample.appointmentId);
  expect(topped.demo.companies.slice(1).map(withoutPage)).toEqual(demo.companies.slice(1).map(withoutPage));
});

/** The link in it is signed anew each time. */
function withoutPage({ sample: { customerPage: _, ...sample }, ...company }: DemoFile["companies"][number]) {
  return { ...company, sample };
}
