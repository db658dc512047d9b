import type { Instant } from "../clock.ts";
import type { Db, Tx } from "../db/connect.ts";
import type { ConfigurableType } from "../db/schema.ts";
import type { Tenant } from "../tenant.ts";
import type { NotificationEvent } from "./catalogue.ts";
import type { Configuration } from "./effective.ts";
import { configurationColumns } from "./settings-store.ts";

function configurations(db: Db, tenant: Tenant) {
  return db.of(tenant).selectFrom("notification_configurations").select(configurationColumns);
}

type Row = Awaited<ReturnType<ReturnType<typeof configurations>["executeTakeFirstOrThrow"]>>;

function configurationOf({ event_type, ...row }: Row): Configuration {
  return { ...row, event: event_type as NotificationEvent };
}

export interface ConfigurationFilter {
  readonly event?: NotificationEvent | undefined;
  readonly level?: ConfigurableType | undefined;
  readonly targetId?: string | undefined;
}

export async function listConfigurations(
  db: Db,
  tenant: Tenant,
  filter: ConfigurationFilter,
  afterId: number,
  limit: number,
): Promise<Configuration[]> {
  let query = configurations(db, tenant).where("id", ">", afterId).orderBy("id").limit(limit);
  if (filter.event) query = query.where("event_type", "=", filter.event);
  if (filter.level) query = query.where("configurable_type", "=", filter.level);
  if (filter.targetId) query = query.where("configurable_id", "=", filter.targetId);
  return (await query.execute()).map(configurationOf);
}

export async function findConfiguration(db: Db, tenant: Tenant, id: number): Promise<Configuration | undefined> {
  const row = await configurations(db, tenant).where("id", "=", id).executeTakeFirst();
  return row && configurationOf(row);
}

export async function findTwin(
  db: Db,
  tenant: Tenant,
  of: Omit<Configuration, "id">,
): Promise<Configuration | undefined> {
  const row = await configurations(db, tenant)
    .where("configurable_type", "=", of.level)
    .where("configurable_id", "=", of.targetId)
    .where("event_type", "=", of.event)
    .where("channel", "=", of.channel)
    .executeTakeFirst();
  return row && configurationOf(row);
}

function settable(
  to: Pick<Configuration, "fallbackChannel" | "isEnabled" | "retryCount" | "retryDelayMinutes" | "template">,
) {
  return {
    fallback_channel: to.fallbackChannel,
    is_enabled: to.isEnabled,
    retry_count: to.retryCount,
    retry_delay_minutes: to.retryDelayMinutes,
    template_override: to.template,
  };
}

/** Under the company's lock, as the writes below. @returns the new one's id */
export async function insertConfiguration(
  tx: Tx,
  tenant: Tenant,
  to: Omit<Configuration, "id">,
  now: Instant,
): Promise<number> {
  const { insertId } = await tx
    .of(tenant)
    .insertInto("notification_configurations")
    .values({
      configurable_type: to.level,
      configurable_id: to.targetId,
      event_type: to.event,
      channel: to.channel,
      ...settable(to),
      created_at: now,
      updated_at: now,
    })
    .executeTakeFirstOrThrow();
  return Number(insertId);
}

export async function updateConfiguration(tx: Tx, tenant: Tenant, to: Configuration, now: Instant): Promise<void> {
  await tx
    .of(tenant)
    .updateTable("notification_configurations")
    .set({ ...settable(to), updated_at: now })
    .where("id", "=", to.id)
    .execute();
}

export async function deleteConfigurationRow(tx: Tx, tenant: Tenant, id: number): Promise<void> {
  await tx.of(tenant).deleteFrom("notification_configurations").where("id", "=", id).execute();
}
