import {
  type Compilable,
  DummyDriver,
  type Generated,
  Kysely,
  MysqlAdapter,
  MysqlIntrospector,
  MysqlQueryCompiler,
} from "kysely";
import { type TenantTables, tenantGuard } from "../src/db/tenant-guard.ts";
import type { BenchTable } from "./table.ts";

interface Tables {
  appointments: {
    id: number;
    branch_id: string;
    customer_id: number;
    status: string;
    starts_at: string;
    version: number;
  };
  branches: { id: string; name: string };
  callback_requests: { id: number; customer_id: number };
  customers: { id: Generated<number>; name: string; phone: string };
}
type Query = (db: Kysely<Tables>) => Compilable<unknown>;

const tables: TenantTables = {
  appointments: { column: "company_id" },
  customers: { column: "company_id" },
  branches: { column: "company_id" },
  callback_requests: { column: "company_id" },
};

const queries: Record<string, Query> = {
  "small select": (db) => db.selectFrom("customers").select(["id", "name"]).where("id", "=", 7),
  "three tables and EXISTS": (db) =>
    db
      .selectFrom("appointments as a")
      .innerJoin("customers as c", "c.id", "a.customer_id")
      .leftJoin("branches as b", "b.id", "a.branch_id")
      .select(["a.id", "a.status", "c.name as customer", "b.name as branch"])
      .where("a.status", "in", ["booked", "confirmed"])
      .where((eb) =>
        eb.exists(eb.selectFrom("callback_requests as r").select("r.id").whereRef("r.customer_id", "=", "c.id")),
      )
      .orderBy("a.starts_at")
      .limit(50),
  insert: (db) => db.insertInto("customers").values({ name: "Ada", phone: "+493012345678" }),
  update: (db) =>
    db
      .updateTable("appointments")
      .set({ status: "cancelled", version: 2 })
      .where("id", "=", 7)
      .where("version", "=", 1),
};

/** What the tenant guard adds to building and compiling a query, one guard per query, no database behind it. */
export async function benchTenantGuard(): Promise<BenchTable> {
  const bare = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new MysqlAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new MysqlIntrospector(db),
      createQueryCompiler: () => new MysqlQueryCompiler(),
    },
  });
  return {
    name: "Tenant guard: build and compile a query",
    columns: ["query", "without, µs", "with, µs", "added, µs", "ratio"],
    rows: Object.entries(queries).map(([name, query]) => {
      const [without, guarded] = fastest([
        () => query(bare).compile(),
        () => query(bare.withPlugin(tenantGuard(tables, 1))).compile(),
      ]);
      return [name, round(without), round(guarded), round(guarded - without), round(guarded / without)];
    }),
    note: "Without the guard the same query sees every company. Best of 15 rounds of 4000 queries, in turns. The guarded side includes making the guard for the request.",
  };
}

const rounds = 15;
const queriesARound = 4000;

/** Microseconds of one call of each, measured in turns so that a noisy moment hits both. */
function fastest(calls: [() => unknown, () => unknown]): [number, number] {
  const best: [number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < rounds; round++) {
    for (const which of [0, 1] as const) best[which] = Math.min(best[which], microsecondsOf(calls[which]));
  }
  return best;
}

function microsecondsOf(call: () => unknown): number {
  const start = performance.now();
  for (let count = 0; count < queriesARound; count++) call();
  return ((performance.now() - start) * 1000) / queriesARound;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
