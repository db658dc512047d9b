import { currentTime, type Db } from "../db/connect.ts";
import { takeLock } from "../db/locks.ts";
import type { PolicyType } from "../db/schema.ts";
import { transaction } from "../db/transaction.ts";
import { defaultSettings } from "../notifications/settings.ts";
import { findSettings, writeSettings } from "../notifications/settings-store.ts";
import type { Config } from "../policies/rules.ts";
import { livePolicyRows } from "../policies/store.ts";
import { createPolicy } from "../policies/write.ts";
import { assertOpenCompany } from "../tenancy/store.ts";
import { machineCaller, type Tenant } from "../tenant.ts";

const recommended: Partial<Record<PolicyType, Config>> = {
  cancellation: { minNoticeHours: 24, maxPer30Days: 3 },
  reschedule: { minNoticeHours: 12, maxPerAppointment: 2 },
};

/**
 * What a company begins with, where it has nothing of its own. The event catalogue and the templates need no rows: they
 * are the product's, for every company from its first minute. @returns what was made, one line each
 */
export async function seedCompany(db: Db, tenant: Tenant): Promise<string[]> {
  await assertOpenCompany(db, tenant);
  const caller = machineCaller(tenant);
  const made: string[] = [];
  for (const [type, config] of Object.entries(recommended) as [PolicyType, Config][]) {
    const rows = await livePolicyRows(db, caller, type);
    if (rows.some(({ level }) => level === "company")) continue;
    const place = { level: "company", targetId: String(tenant.companyId) } as const;
    await createPolicy(db, caller, {
      policyType: type,
      ...place,
      config,
      isOverride: true,
      overridesId: null,
      comment: "recommended",
    });
    made.push(`The recommended ${type} policy`);
  }
  const hasMade = await transaction(db, async (tx) => {
    await takeLock(tx, caller, "policies", caller.companyId);
    if (await findSettings(tx, caller)) return false;
    await writeSettings(tx, caller, { ...defaultSettings, version: 1 }, await currentTime(tx));
    return true;
  });
  if (hasMade) made.push("Notification settings: quiet from 21:00 to 08:00, muted until switched on");
  return made;
}
