import type { Tenant } from "../tenant.ts";
import type { Tx } from "./connect.ts";
import { insertOrBumpLock } from "./dialect.ts";
import { prepared } from "./prepared.ts";
import type { LockKind } from "./schema.ts";

/**
 * Takes a row of our own as a lock until the transaction ends. First statement of a transaction that decides; where
 * two are needed: customer, then staff. The row changes each time, or a cluster would see no conflict.
 */
export async function takeLock(tx: Tx, tenant: Tenant, kind: LockKind, subject: string | number): Promise<void> {
  const { numAffectedRows = 0n } = await bump.run(tx, tenant, { kind, subject: String(subject) });
  if (numAffectedRows > 0n) return;
  await insertOrBumpLock(tx, tenant, kind, String(subject));
}

const bump = prepared((queries, { kind, subject }: { kind: LockKind; subject: string }) =>
  queries
    .updateTable("company_locks")
    .set((eb) => ({ n: eb("n", "+", 1) }))
    .where("kind", "=", kind)
    .where("subject", "=", subject),
);
