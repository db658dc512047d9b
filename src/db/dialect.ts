import { type InsertQueryBuilder, sql } from "kysely";
import type { Instant } from "../clock.ts";
import type { Tenant } from "../tenant.ts";
import type { Tx } from "./connect.ts";
import type { LockKind, Schema } from "./schema.ts";
import { rawFragments } from "./tenant-guard-fragments.ts";

/** A server's clock, UTC, as a column of a query that runs after the lock; SQLite's clock is this process's. */
export const serverTime = sql<Instant>`utc_timestamp(3)`;

const windowIndexHint = "/*+ index(appointment_modifications appointment_modifications_window_index) */";

/**
 * Where one customer has most of a company's modifications, MySQL's planner takes an index on the company alone and sorts
 * all of its rows. The hint names the index that ends with the time; to the other engines it is a comment.
 */
export const byWindowIndex = sql.raw(windowIndexHint);

/** The only raw SQL that a tenant's query may hold. A hint has the form of a comment, which no expression may have. */
export const fragments = new Set([...rawFragments({ serverTime: "utc_timestamp(3)" }), windowIndexHint]);

/** What has to be said differently to different engines, apart from connecting and values. */

/** Inserts a lock row, or changes the one that somebody inserted meanwhile; either way it is locked afterwards. */
export async function insertOrBumpLock(tx: Tx, tenant: Tenant, kind: LockKind, subject: string): Promise<void> {
  const insert = tx.of(tenant).insertInto("company_locks").values({ kind, subject });
  const query =
    tx.engine === "sqlite"
      ? insert.onConflict((conflict) =>
          conflict
            .columns(["company_id", "kind", "subject"])
            .doUpdateSet((eb) => ({ n: eb("company_locks.n", "+", 1) })),
        )
      : insert.onDuplicateKeyUpdate((eb) => ({ n: eb("company_locks.n", "+", 1) }));
  await query.execute();
}

/**
 * An insert that leaves out the rows whose key is there already, and fails for everything else: MySQL's `insert ignore`
 * would swallow a foreign key that points nowhere.
 */
export function skippingDuplicates<T extends keyof Schema, R>(
  { engine }: Tx,
  insert: InsertQueryBuilder<Schema, T, R>,
): InsertQueryBuilder<Schema, T, R> {
  if (engine === "sqlite") return insert.onConflict((conflict) => conflict.doNothing());
  return insert.onDuplicateKeyUpdate(
    (eb: { ref: (column: never) => unknown }) => ({ updated_at: eb.ref("updated_at" as never) }) as never,
  );
}
