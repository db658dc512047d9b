import { audit } from "../audit/log.ts";
import { currentTime, type Db, type Tx } from "../db/connect.ts";
import { takeLock } from "../db/locks.ts";
import type { policyBases } from "../db/schema.ts";
import { transaction } from "../db/transaction.ts";
import { emit } from "../events/outbox.ts";
import { assertMatch } from "../http/preconditions.ts";
import type { Caller, Tenant } from "../tenant.ts";

/** How a company wants it; a company that never changed anything has no row and these defaults. */
export interface CompanySettings {
  /** Which policy decides: the one in force when it was booked, or the one in force now. */
  readonly policyBasis: (typeof policyBases)[number];
  readonly version: number;
}

const defaults: CompanySettings = { policyBasis: "booking", version: 0 };

export async function readSettings(db: Db, tenant: Tenant): Promise<CompanySettings> {
  const row = await db
    .of(tenant)
    .selectFrom("company_settings")
    .select(["policy_basis as policyBasis", "version"])
    .executeTakeFirst();
  return row ?? defaults;
}

/** @param ifMatch the version it was read at (an ETag), or null to change whatever is there */
export async function changeSettings(
  db: Db,
  caller: Caller,
  change: Pick<CompanySettings, "policyBasis">,
  ifMatch: string | null,
): Promise<CompanySettings> {
  return transaction(db, async (tx) => {
    await takeLock(tx, caller, "policies", caller.companyId);
    const from = await readSettings(tx, caller);
    assertMatch(ifMatch, String(from.version));
    const to = { ...change, version: from.version + 1 };
    const now = await currentTime(tx);
    await write(tx, caller, to, now);
    await emit(tx, caller, { type: "settings.changed", version: to.version, actor: caller.actor }, now);
    const { version: _, ...before } = from;
    const subject = { type: "settings", id: caller.companyId };
    await audit(tx, caller, { action: "settings.change", subject, from: before, to: change }, now);
    return to;
  });
}

async function write(
  tx: Tx,
  caller: Caller,
  { policyBasis, version }: CompanySettings,
  now: Awaited<ReturnType<typeof currentTime>>,
) {
  const values = { policy_basis: policyBasis, version, updated_at: now };
  if (version > 1) await tx.of(caller).updateTable("company_settings").set(values).execute();
  else
    await tx
      .of(caller)
      .insertInto("company_settings")
      .values({ ...values, created_at: now })
      .execute();
}
