import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildApp } from "../../src/app.ts";
import { MovableClock, parseInstant } from "../../src/clock.ts";
import { type Connection, connect } from "../../src/db/connect.ts";
import { hashTables, type TableContent } from "../../src/deploy/backup/row-hashes.ts";
import { type Catalogue, differences, readCatalogue } from "../../src/deploy/catalogue.ts";
import { deploy, rollBack } from "../../src/deploy/run.ts";
import { openTarget, type Target } from "../../src/deploy/target.ts";
import { verify } from "../../src/deploy/verify.ts";
import { issueApiKey } from "../../src/tenancy/api-keys.ts";
import { permissions } from "../../src/tenant.ts";
import { enginesInUse, type ScratchDatabase, scratchDatabase } from "../databases.ts";
import { serverPrefixes } from "../servers/server.ts";
import { berlinBranch, book, makePlatform } from "./platform.ts";

/** As many as a real one: FRONTDESK_PLATFORM_APPOINTMENTS=200000. */
const appointments = Number(process.env.FRONTDESK_PLATFORM_APPOINTMENTS ?? 2000);
const servers = enginesInUse().filter((engine) => engine !== "sqlite");

describe.each(servers)("a platform's database (%s)", { timeout: 600_000 }, (engine) => {
  let database: ScratchDatabase;
  let target: Target;
  let before: { catalogue: Catalogue; rows: Record<string, TableContent> };
  const directory = mkdtempSync(join(tmpdir(), "frontdesk-brownfield-"));

  const settings = async (hostTimeZone: string | null) => {
    const toolsDir = join((await serverPrefixes([engine])).get(engine) ?? "", "bin");
    return { hostTimeZone, rehearsal: { directory, toolsDir, withRows: true } };
  };
  const hashes = () => hashTables(target, Object.keys(before.catalogue.tables));
  const theirs = ({ tables, others }: Catalogue): Catalogue => ({
    tables: Object.fromEntries(Object.entries(tables).filter(([name]) => name in before.catalogue.tables)),
    others,
  });

  beforeAll(async () => {
    database = await scratchDatabase(engine, "empty");
    target = await openTarget(database.url);
    await makePlatform(target, { appointments });
    const catalogue = await readCatalogue(target);
    before = { catalogue, rows: await hashTables(target, Object.keys(catalogue.tables)) };
  }, 600_000);
  afterAll(async () => {
    await target?.close();
    await database?.remove();
    rmSync(directory, { recursive: true, force: true });
  });

  test("is not touched before somebody says what its times mean", async () => {
    await expect(deploy(target, { settings: await settings(null) })).rejects.toThrow("--host-time-zone Europe/Berlin");
    await expect(deploy(target, { settings: await settings("Europe/Bärlin") })).rejects.toThrow("no IANA time zone");
    expect(differences(before.catalogue, await readCatalogue(target))).toEqual([]);
  });

  test("is adopted: our tables come beside its own, of which not a byte changes", async () => {
    const ending = await deploy(target, { settings: await settings("Europe/Berlin") });
    expect(ending).toMatchObject({ end: "migrated", reason: null });
    const now = await readCatalogue(target);
    expect(differences(before.catalogue, theirs(now))).toEqual([]);
    expect(await hashes()).toEqual(before.rows);
    expect(now.tables.callback_requests?.columns.branch_id?.type).toBe(now.tables.branches?.columns.id?.type);
    expect((await verify(target)).flatMap(({ wrong }) => wrong)).toEqual([]);
    expect(await deploy(target, { settings: await settings(null) })).toMatchObject({ end: "migrated", runId: null });
  });

  describe("once adopted", () => {
    const clock = new MovableClock(parseInstant("2026-03-28T09:00:00Z"));
    let db: Connection;
    let call: (method: "GET" | "POST", url: string, payload?: object) => Promise<{ status: number; body: never }>;

    beforeAll(async () => {
      db = await connect(database.url, { clock });
      const caller = { companyId: 1, actor: { type: "system", id: null }, permissions: new Set(permissions) } as const;
      const { key } = await issueApiKey(db, caller, { name: "k", scopes: [...permissions], expiresAt: null });
      const app = await buildApp({ db });
      call = async (method, url, payload) => {
        const headers = { authorization: `Bearer ${key}` };
        const reply = await app.inject({ method, url: `/api/v1${url}`, headers, ...(payload ? { payload } : {}) });
        return { status: reply.statusCode, body: reply.json() as never };
      };
    });
    afterAll(() => db?.close());

    test("a cancellation is decided by the time on Berlin's walls, over a night of 23 hours", async () => {
      const config = { minNoticeHours: 24, fee: { type: "percentage", percent: 50 }, feeWhen: "always" };
      const policy = { level: "company", targetId: "1", policyType: "cancellation", config };
      expect(await call("POST", "/policies", policy)).toMatchObject({ status: 201 });
      clock.moveTo(parseInstant("2026-03-28T09:00:00Z"));
      const tooLate = await book(target, "2026-03-29 10:00:00", "2026-03-01 10:00:00");
      const inTime = await book(target, "2026-03-29 11:00:00", "2026-03-01 10:00:00");
      expect(await call("GET", `/appointments/${tooLate}`)).toMatchObject({
        body: { startsAt: "2026-03-29T08:00:00.000Z", createdAt: "2026-03-01T09:00:00.000Z", version: 1 },
      });
      expect(await call("POST", `/appointments/${tooLate}/cancellation`, {})).toMatchObject({
        status: 409,
        body: { code: "noticeTooShort" },
      });
      const cancelled = await call("POST", `/appointments/${inTime}/cancellation`, {});
      expect(cancelled).toMatchObject({ status: 200, body: { allowed: true, feeCents: 4025 } });
      const [row] = await target.query("select status, starts_at from appointments where id = ?", [inTime]);
      expect(row).toMatchObject({ status: "cancelled", starts_at: "2026-03-29 11:00:00" });
      const [told] = await target.query("select what from activity where appointment_id = ?", [inTime]);
      expect(told).toMatchObject({ what: "booked to cancelled" });
    });

    test("an appointment is moved, found by its time, and booked anew, in the platform's own words", async () => {
      const id = await book(target, "2026-04-02 09:00:00", "2026-03-01 10:00:00");
      const moved = await call("POST", `/appointments/${id}/rescheduling`, { startsAt: "2026-04-03T07:00:00Z" });
      expect(moved).toMatchObject({ status: 200, body: { allowed: true } });
      const [row] = await target.query("select starts_at, ends_at from appointments where id = ?", [id]);
      expect(row).toEqual({ starts_at: "2026-04-03 09:00:00", ends_at: "2026-04-03 09:30:00" });
      const found = await call("GET", "/appointments?from=2026-04-03T07:00:00Z&until=2026-04-03T07:00:01Z");
      expect(found.body).toMatchObject({ items: [{ id, startsAt: "2026-04-03T07:00:00.000Z" }] });

      const booked = await call("POST", "/appointments", {
        branchId: berlinBranch,
        serviceId: 1,
        customerId: 1,
        startsAt: "2026-04-07T12:00:00Z",
      });
      expect(booked, JSON.stringify(booked)).toMatchObject({
        status: 201,
        body: { endsAt: "2026-04-07T12:30:00.000Z" },
      });
      const [own] = await target.query("select starts_at, extra_1 from appointments order by id desc limit 1");
      expect(own).toEqual({ starts_at: "2026-04-07 14:00:00", extra_1: "x1" });
    });
  });

  test("is as it was once all of ours is taken back", async () => {
    const rows = await hashes();
    expect(await rollBack(target, "phase-1-baseline", { settings: await settings(null) })).toMatchObject({
      end: "undone",
    });
    expect(differences(before.catalogue, await readCatalogue(target))).toEqual([]);
    expect(await hashes()).toEqual(rows);
    expect(await deploy(target, { settings: await settings("Europe/Berlin") })).toMatchObject({ end: "migrated" });
  });
});
