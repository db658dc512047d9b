import type { Tenant } from "../tenant.ts";
import type { Tx } from "./connect.ts";
import { insertOrBumpLock } from "./dialect.ts";
import type { LockKind } from "./schema.ts";

/**
 * Takes a row of our own as a lock until the transaction ends. First statement of a transaction that decides; where
 * two are needed: customer, then staff. The row changes each time, or a cluster would see no conflict.
 */
export async function takeLock(tx: Tx, tenant: Tenant, kind: LockKind, subject: string | number): Promise<void> {
  const { numUpdatedRows } = await tx
    .of(tenant)
    .updateTable("company_locks")
    .set((eb) => ({ n: eb("n", "+", 1) }))
    .where("kind", "=", kind)
    .where("subject", "=", String(subject))
    .executeTakeFirstOrThrow();
  if (numUpdatedRows > 0n) return;
  await insertOrBumpLock(tx, tenant, kind, String(subject));
}
