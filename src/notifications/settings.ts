import { audit } from "../audit/log.ts";
import { currentTime, type Db } from "../db/connect.ts";
import { takeLock } from "../db/locks.ts";
import { transaction } from "../db/transaction.ts";
import { assertMatch } from "../http/preconditions.ts";
import { assertWholeCompany } from "../tenancy/reach.ts";
import type { Caller, Tenant } from "../tenant.ts";
import type { QuietHours } from "./quiet-hours.ts";
import type { RouteSettings } from "./route.ts";
import { findSettings, writeSettings } from "./settings-store.ts";

export interface NotificationSettings extends RouteSettings {
  /** How long deliveries are kept after they have ended. */
  readonly retentionDays: number;
  readonly version: number;
}

/** A company is muted until it is switched on: a platform that notifies already would tell everybody twice. */
export const defaultSettings: NotificationSettings = {
  muted: true,
  quietHours: { from: "21:00", until: "08:00" },
  throttlePerDay: 6,
  retentionDays: 400,
  version: 0,
};

export async function readNotificationSettings(db: Db, tenant: Tenant): Promise<NotificationSettings> {
  return (await findSettings(db, tenant)) ?? defaultSettings;
}

export interface SettingsChange {
  readonly muted?: boolean | undefined;
  readonly quietHours?: QuietHours | null | undefined;
  readonly throttlePerDay?: number | null | undefined;
  readonly retentionDays?: number | undefined;
}

/** @param ifMatch the version it was read at (an ETag), or null to change whatever is there */
export async function changeNotificationSettings(
  db: Db,
  caller: Caller,
  change: SettingsChange,
  ifMatch: string | null,
): Promise<NotificationSettings> {
  assertWholeCompany(caller);
  return transaction(db, async (tx) => {
    await takeLock(tx, caller, "policies", caller.companyId);
    const from = await readNotificationSettings(tx, caller);
    assertMatch(ifMatch, String(from.version));
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    const to = { ...from, ...given, version: from.version + 1 };
    const now = await currentTime(tx);
    await writeSettings(tx, caller, to, now);
    const subject = { type: "notificationSettings", id: caller.companyId };
    await audit(tx, caller, { action: "notificationSettings.change", subject, from, to }, now);
    return to;
  });
}
