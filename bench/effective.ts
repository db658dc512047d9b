import { setTimeout as sleep } from "node:timers/promises";
import { createConnection } from "mysql2/promise";
import { acrossCompanies } from "../src/db/across-companies.ts";
import { connect, currentTime, type Db } from "../src/db/connect.ts";
import { effectivePolicy, type Target } from "../src/policies/effective.ts";
import { configurationsInForce } from "../src/policies/version-store.ts";
import { type BenchDatabase, startDatabase } from "./database.ts";
import type { BenchTable } from "./table.ts";

const branches = 50;
const readings = 4000;
const warmUp = 20_000;
const rowsAStatement = 2000;
/** Until the server has written down what was filled in. */
const settledMs = 10_000;

/** What applies at a branch, read as each decision reads it, among few companies and among many. */
export async function benchEffective(): Promise<BenchTable> {
  const few = await measure(10);
  const many = await measure(10_000);
  const row = (companies: number, { p50Ms, p99Ms }: Measured) => [
    companies,
    companies * branches,
    round(p50Ms),
    round(p99Ms),
    round(p50Ms / few.p50Ms),
  ];
  return {
    name: `effective: what applies at a branch, ${few.database}, one after the other`,
    columns: ["companies", "branches with a policy", "p50, ms", "p99, ms", "p50, of 10 companies"],
    rows: [row(10, few), row(10_000, many)],
    note: `${readings} readings of companies and branches by chance, each the query and the inheritance of a cancellation; every company and every branch has a policy of its own.`,
  };
}

interface Measured {
  readonly database: string;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

async function measure(companies: number): Promise<Measured> {
  const database = await startDatabase("mysql");
  await holdInMemory(database);
  const db = await connect(database.url, { connections: 2 });
  try {
    const firstId = await fill(db, companies);
    await sleep(settledMs);
    const asOf = await currentTime(db);
    const took: number[] = [];
    for (let reading = -warmUp; reading < readings; reading++) {
      const companyId = firstId + Math.floor(Math.random() * companies);
      const chain: Target[] = [
        { level: "branch", id: branchOf(companyId, Math.floor(Math.random() * branches)) },
        { level: "company", id: String(companyId) },
      ];
      const began = performance.now();
      const found = await configurationsInForce(db, { companyId }, "cancellation", chain, asOf);
      const { values } = effectivePolicy("cancellation", chain, found);
      if (reading >= 0) took.push(performance.now() - began);
      if (values.minNoticeHours !== 36 || values.maxPer30Days !== 3) throw new Error("Something else applies.");
    }
    took.sort((one, other) => one - other);
    return { database: database.name, p50Ms: took[readings >> 1] ?? 0, p99Ms: took[Math.floor(readings * 0.99)] ?? 0 };
  } finally {
    await db.close();
    await database.stop();
  }
}

/** As a production's server is set up: what is read often is in its memory. */
async function holdInMemory({ url }: BenchDatabase): Promise<void> {
  const connection = await createConnection(url);
  await connection.query("set global innodb_buffer_pool_size = 2147483648");
  await connection.end();
}

const branchOf = (companyId: number, index: number) =>
  `${String(companyId).padStart(8, "0")}-0000-4000-8000-${String(index).padStart(12, "0")}`;

/** In bulk: companies, and for each and each of its branches a policy with its first version. @returns the first company's id */
async function fill(db: Db, companies: number): Promise<number> {
  const now = await currentTime(db);
  const all = acrossCompanies(db);
  const stamps = { created_at: now, updated_at: now };
  const names = Array.from({ length: companies }, (_, index) => ({ name: `Company ${index}` }));
  const ids = await insertAll(names, async (rows) =>
    all.insertInto("companies").values(rows).executeTakeFirstOrThrow(),
  );
  const firstId = ids[0] ?? 1;
  const targets = ids.flatMap((companyId) => [
    { companyId, level: "company" as const, id: String(companyId), config: { minNoticeHours: 24, maxPer30Days: 3 } },
    ...Array.from({ length: branches }, (_, index) => ({
      companyId,
      level: "branch" as const,
      id: branchOf(companyId, index),
      config: { minNoticeHours: 36 },
    })),
  ]);
  const common = { policy_type: "cancellation" as const, is_override: true, overrides_id: null, ...stamps };
  const configurationIds = await insertAll(targets, async (some) =>
    all
      .insertInto("policy_configurations")
      .values(
        some.map(({ companyId, level, id, config }) => ({
          company_id: companyId,
          configurable_type: level,
          configurable_id: id,
          config,
          ...common,
        })) as never,
      )
      .executeTakeFirstOrThrow(),
  );
  const versions = targets.map((target, index) => ({ ...target, configurationId: configurationIds[index] as number }));
  await insertAll(versions, async (some) =>
    all
      .insertInto("policy_versions")
      .values(
        some.map(({ companyId, level, id, config, configurationId }) => ({
          company_id: companyId,
          configuration_id: configurationId,
          version: 1,
          configurable_type: level,
          configurable_id: id,
          config,
          change_kind: "create",
          valid_from: now,
          actor_type: "system",
          ...common,
        })) as never,
      )
      .executeTakeFirstOrThrow(),
  );
  return firstId;
}

/** @returns the rows' ids: one after the other, as nobody else inserts */
async function insertAll<T>(
  items: readonly T[],
  insert: (some: T[]) => Promise<{ insertId?: bigint | undefined }>,
): Promise<number[]> {
  const ids: number[] = [];
  for (let from = 0; from < items.length; from += rowsAStatement) {
    const some = items.slice(from, from + rowsAStatement);
    const { insertId } = await insert(some);
    ids.push(...some.map((_, index) => Number(insertId) + index));
  }
  return ids;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
