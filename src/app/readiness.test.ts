import { randomUUID } from "node:crypto";
import { describe, expect, onTestFinished, test } from "vitest";
import { enginesInUse, scratchDatabase } from "../../test/databases.ts";
import { buildApp } from "../app.ts";
import { connect } from "../db/connect.ts";
import { registryOf, showPresence } from "../db/maintenance.ts";
import { migrations } from "../db/migrations.ts";
import { journalTable } from "../deploy/journal.ts";
import { migrate } from "../deploy/run.ts";
import { openTarget } from "../deploy/target.ts";

describe.each(enginesInUse())("readiness (%s)", (engine) => {
  async function deployed(isDraining: () => boolean = () => false) {
    const database = await scratchDatabase(engine, "empty");
    const target = await openTarget(database.url);
    await migrate(target);
    const db = await connect(database.url, { connections: 2 });
    const app = await buildApp({ db, isDraining });
    onTestFinished(async () => {
      await app.close();
      await db.close().catch(() => {});
      await target.close();
      await database.remove();
    });
    const ask = async (query = "") => {
      const reply = await app.inject(`/readyz${query}`);
      return { status: reply.statusCode, body: reply.json() };
    };
    return { target, db, ask };
  }

  test("tells database, schema and workers; without a worker it is degraded, and refused only where one is required", async () => {
    const { db, ask } = await deployed();
    const checks = { database: { status: "ok" }, schema: { status: "ok", release: "phase-5-platform" } };
    const none = { status: "failed", alive: 0, reason: expect.stringContaining("frontdesk work") };
    expect(await ask()).toMatchObject({
      status: 200,
      body: { status: "degraded", checks: { ...checks, workers: none } },
    });
    expect(await ask("?workers=required")).toMatchObject({
      status: 503,
      body: { code: "unavailable", detail: expect.stringContaining("No worker"), checks: { workers: none } },
    });
    const worker = { id: randomUUID(), kind: "work", host: "h", pid: 1, version: "1" } as const;
    await showPresence(await registryOf(db), worker, 0);
    const body = { status: "ok", checks: { ...checks, workers: { status: "ok", alive: 1 } } };
    expect(await ask("?workers=required")).toMatchObject({ status: 200, body });
  });

  test("a schema that lacks a migration, or is two releases ahead, is refused with what to do; one ahead is not", async () => {
    const { target, ask } = await deployed();
    const journal = journalTable(target, "frontdesk_migrations");
    const last = migrations.at(-1)?.id ?? "";
    const add = (id: string, release: string) =>
      target.query(
        `insert into ${journal} (id, release_name, checksum, applied_at)
         select '${id}', '${release}', checksum, applied_at from ${journal} where id = '0001_companies'`,
      );
    await add("9001_more", "phase-8");
    expect((await ask()).status).toBe(200);
    await add("9002_more", "phase-9");
    const ahead = { status: "failed", reason: expect.stringContaining("2 releases ahead") };
    expect(await ask()).toMatchObject({ status: 503, body: { checks: { schema: ahead } } });
    await target.query(`delete from ${journal} where id in ('9001_more', '9002_more', '${last}')`);
    expect(await ask()).toMatchObject({
      status: 503,
      body: {
        detail: `The database lacks ${last} (release phase-5-platform). Run \`frontdesk deploy run\`, then start again.`,
      },
    });
  });

  test("a process that ends, and one without its database, say so", async () => {
    let isEnding = false;
    const { db, ask } = await deployed(() => isEnding);
    isEnding = true;
    expect(await ask()).toMatchObject({ status: 503, body: { checks: { process: { status: "ending" } } } });
    isEnding = false;
    await db.close();
    expect(await ask()).toMatchObject({
      status: 503,
      body: { detail: expect.stringContaining("does not answer"), checks: { database: { status: "failed" } } },
    });
  });

  test("where no deployment was run nothing is claimed", async () => {
    const { target, ask } = await deployed();
    for (const table of ["frontdesk_migrations", "frontdesk_processes"] as const) {
      await target.query(`drop table ${journalTable(target, table as "frontdesk_migrations")}`);
    }
    const unknown = { status: "unknown", reason: expect.stringContaining("no journal") };
    expect(await ask()).toMatchObject({ status: 200, body: { checks: { schema: unknown, workers: unknown } } });
  });
});
