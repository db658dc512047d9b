import type { Instant } from "../clock.ts";
import type { Db, Tx } from "../db/connect.ts";
import type { Tenant } from "../tenant.ts";
import type { Channel, NotificationEvent } from "./catalogue.ts";
import type { Configuration } from "./effective.ts";
import type { QuietHours } from "./quiet-hours.ts";
import type { OptOut, Preferences } from "./route.ts";
import type { NotificationSettings } from "./settings.ts";

export async function findSettings(db: Db, tenant: Tenant): Promise<NotificationSettings | undefined> {
  const row = await db
    .of(tenant)
    .selectFrom("notification_settings")
    .select(["is_muted", "quiet_from", "quiet_until", "throttle_per_day", "retention_days", "version"])
    .executeTakeFirst();
  return (
    row && {
      muted: row.is_muted,
      quietHours: quietHoursOf(row),
      throttlePerDay: row.throttle_per_day,
      retentionDays: row.retention_days,
      version: row.version,
    }
  );
}

export function quietHoursOf(row: { quiet_from: string | null; quiet_until: string | null }): QuietHours | null {
  return row.quiet_from === null || row.quiet_until === null ? null : { from: row.quiet_from, until: row.quiet_until };
}

/** Under the company's lock. */
export async function writeSettings(tx: Tx, tenant: Tenant, to: NotificationSettings, now: Instant): Promise<void> {
  const values = {
    is_muted: to.muted,
    quiet_from: to.quietHours?.from ?? null,
    quiet_until: to.quietHours?.until ?? null,
    throttle_per_day: to.throttlePerDay,
    retention_days: to.retentionDays,
    version: to.version,
    updated_at: now,
  };
  if (to.version > 1) await tx.of(tenant).updateTable("notification_settings").set(values).execute();
  else
    await tx
      .of(tenant)
      .insertInto("notification_settings")
      .values({ ...values, created_at: now })
      .execute();
}

export const configurationColumns = [
  "id",
  "configurable_type as level",
  "configurable_id as targetId",
  "event_type",
  "channel",
  "fallback_channel as fallbackChannel",
  "is_enabled as isEnabled",
  "retry_count as retryCount",
  "retry_delay_minutes as retryDelayMinutes",
  "template_override as template",
] as const;

/** Every configuration of the company for an event, of all its levels. */
export async function configurationsFor(db: Db, tenant: Tenant, event: NotificationEvent): Promise<Configuration[]> {
  const rows = await db
    .of(tenant)
    .selectFrom("notification_configurations")
    .select(configurationColumns)
    .where("event_type", "=", event)
    .orderBy("id")
    .execute();
  return rows.map(({ event_type, ...row }) => ({ ...row, event: event_type as NotificationEvent }));
}

export interface StoredPreferences extends Preferences {
  readonly locale: string | null;
  readonly timezone: string | null;
  readonly version: number;
}

export async function findPreferences(
  db: Db,
  tenant: Tenant,
  ownerType: "customer" | "staff",
  ownerId: string,
): Promise<StoredPreferences | null> {
  const row = await db
    .of(tenant)
    .selectFrom("notification_preferences")
    .select(["locale", "timezone", "quiet_from", "quiet_until", "preferred_channel", "opt_outs", "version"])
    .where("owner_type", "=", ownerType)
    .where("owner_id", "=", ownerId)
    .executeTakeFirst();
  if (!row) return null;
  return {
    locale: row.locale,
    timezone: row.timezone,
    quietHours: quietHoursOf(row),
    preferredChannel: row.preferred_channel,
    optOuts: row.opt_outs as unknown as OptOut[],
    version: row.version,
  };
}

/** Under the company's lock. */
export async function writePreferences(
  tx: Tx,
  tenant: Tenant,
  owner: { type: "customer" | "staff"; id: string },
  to: StoredPreferences,
  now: Instant,
): Promise<void> {
  const values = {
    locale: to.locale,
    timezone: to.timezone,
    quiet_from: to.quietHours?.from ?? null,
    quiet_until: to.quietHours?.until ?? null,
    preferred_channel: to.preferredChannel,
    opt_outs: [...to.optOuts],
    version: to.version,
    updated_at: now,
  };
  if (to.version > 1) {
    await tx
      .of(tenant)
      .updateTable("notification_preferences")
      .set(values)
      .where("owner_type", "=", owner.type)
      .where("owner_id", "=", owner.id)
      .execute();
    return;
  }
  await tx
    .of(tenant)
    .insertInto("notification_preferences")
    .values({ owner_type: owner.type, owner_id: owner.id, ...values, created_at: now })
    .execute();
}

/** What of the throttled kinds was planned for a recipient since an instant and not called off. */
export async function countRecent(
  db: Db,
  tenant: Tenant,
  recipient: { type: "customer" | "staff" | "branch" | "address"; id: string },
  events: readonly NotificationEvent[],
  since: Instant,
): Promise<number> {
  const { count } = await db
    .of(tenant)
    .selectFrom("notification_deliveries")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("recipient_type", "=", recipient.type)
    .where("recipient_id", "=", recipient.id)
    .where("created_at", ">", since)
    .where("event_type", "in", [...events])
    .where("status", "in", ["queued", "sending", "sent", "delivered", "unknown"])
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Which channels a company has an account for, and what kind. */
export async function providersOf(db: Db, tenant: Tenant): Promise<Partial<Record<Channel, string>>> {
  const rows = await db.of(tenant).selectFrom("provider_accounts").select(["channel", "kind"]).execute();
  return Object.fromEntries(rows.map(({ channel, kind }) => [channel, kind]));
}

/** Languages and regions for which the company has words of its own. */
export async function templateLocales(db: Db, tenant: Tenant, event: NotificationEvent): Promise<string[]> {
  const rows = await db
    .of(tenant)
    .selectFrom("notification_templates")
    .select("locale")
    .distinct()
    .where("event_type", "=", event)
    .execute();
  return rows.map(({ locale }) => locale);
}
