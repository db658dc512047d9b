import type { Tenant } from "../tenant.ts";
import type { Tx } from "./connect.ts";
import type { LockKind } from "./schema.ts";

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
