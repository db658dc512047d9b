import { type Generated, Kysely, sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe } from "vitest";
import { enginesInUse, type ScratchDatabase, scratchDatabase } from "../../test/databases.ts";
import type { Engine } from "./engine.ts";
import { serverDialect, serverPool } from "./servers.ts";
import { sqliteDialect } from "./sqlite.ts";
import { type TenantTables, tenantGuard } from "./tenant-guard.ts";
import { rawFragments } from "./tenant-guard-fragments.ts";

/** Not the product's tables: a test of the guard must not change with them. */
export interface Tables {
  companies: { id: number; name: string };
  customers: { id: Generated<number>; company_id: Generated<number>; email: string; name: string };
  notes: { id: Generated<number>; company_id: Generated<number>; customer_id: number; slug: string; body: string };
  services: { id: number; company_id: Generated<number>; name: string };
  service_staff: { id: number; service_id: number; name: string };
  words: { id: number; name: string };
}
export type Queries = Kysely<Tables>;

export const tables: TenantTables = {
  companies: { column: "id", noUpsert: true },
  customers: { column: "company_id", noUpsert: true },
  notes: { column: "company_id" },
  services: { column: "company_id", noUpsert: true },
  service_staff: { column: "service_id", via: "services", noUpsert: true },
  words: "global",
};
export const fragments = rawFragments({ "length of a text": "length(?)", "either of two": "? or ?" });

/** The same tests on each engine, in a database of their own, with a handle that sees both companies. */
export function onEveryEngine(title: string, tests: (db: () => Queries, engine: Engine) => void): void {
  describe.each(enginesInUse())(`${title} (%s)`, (engine) => {
    let scratch: ScratchDatabase;
    let db: Queries;
    beforeAll(async () => {
      scratch = await scratchDatabase(engine, "empty");
      const dialect =
        engine === "sqlite"
          ? sqliteDialect(scratch.url.slice("sqlite:".length))
          : serverDialect(serverPool(scratch.url, engine, 2), engine);
      db = new Kysely<Tables>({ dialect });
      await createTables(db, engine);
    });
    beforeEach(() => fill(db));
    afterAll(async () => {
      await db?.destroy();
      await scratch?.remove();
    });
    tests(() => db, engine);
  });
}

async function createTables(db: Queries, engine: Engine): Promise<void> {
  const id = engine === "sqlite" ? "id integer primary key" : "id bigint unsigned auto_increment primary key";
  const text = "varchar(50) not null";
  for (const table of [
    `companies (${id}, name ${text})`,
    `customers (${id}, company_id bigint not null, email ${text} unique, name ${text})`,
    `notes (${id}, company_id bigint not null, customer_id bigint not null, slug ${text}, body ${text}, unique (company_id, slug))`,
    `services (${id}, company_id bigint not null, name ${text})`,
    `service_staff (${id}, service_id bigint not null, name ${text})`,
    `words (${id}, name ${text})`,
  ]) {
    await sql.raw(`create table ${table}`).execute(db);
  }
}

/** Everything of company 1 is called ours, everything of company 2 theirs; the global table has both words. */
async function fill(db: Queries): Promise<void> {
  for (const table of Object.keys(tables)) await db.deleteFrom(table as keyof Tables).execute();
  for (const [id, name] of [
    [1, "ours"],
    [2, "theirs"],
  ] as const) {
    const company = { company_id: id };
    await db.insertInto("companies").values({ id, name }).execute();
    await db.insertInto("words").values({ id, name }).execute();
    await db
      .insertInto("customers")
      .values({ id, ...company, email: name, name })
      .execute();
    await db
      .insertInto("services")
      .values({ id, ...company, name })
      .execute();
    await db.insertInto("service_staff").values({ id, service_id: id, name }).execute();
    const note = { ...company, customer_id: id, body: name };
    await db
      .insertInto("notes")
      .values([{ id, ...note, slug: "a" }])
      .execute();
    await db
      .insertInto("notes")
      .values([{ id: id + 10, ...note, slug: `${name} b` }])
      .execute();
  }
}

/** The queries of company 1. */
export const guarded = (db: Queries): Queries => db.withPlugin(tenantGuard(tables, 1, fragments));
