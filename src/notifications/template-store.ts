import type { Instant } from "../clock.ts";
import type { Db, Tx } from "../db/connect.ts";
import type { Tenant } from "../tenant.ts";
import type { Channel, NotificationEvent } from "./catalogue.ts";
import { defaultTemplate, type Template } from "./templates.ts";

/** The name of the template that stands in for the product's own words. */
export const usualName = "default";

export interface TemplateKey {
  readonly event: NotificationEvent;
  readonly channel: Channel;
  readonly locale: string;
  /** Null for the usual one. */
  readonly name: string | null;
}

/** The named one of the company, else its usual one, else the product's own; each in the locale, else its language. */
export async function templateFor(
  db: Db,
  tenant: Tenant,
  { event, channel, locale, name }: TemplateKey,
): Promise<Template> {
  const [language = locale] = locale.split("-");
  const rows = await db
    .of(tenant)
    .selectFrom("notification_templates")
    .select(["subject", "text", "html", "locale", "name"])
    .where("event_type", "=", event)
    .where("channel", "=", channel)
    .where("locale", "in", [locale, language])
    .where("name", "in", [name ?? usualName, usualName])
    .execute();
  const rank = (row: (typeof rows)[number]) => Number(row.name === name) * 2 + Number(row.locale === locale);
  const [best] = rows.toSorted((one, other) => rank(other) - rank(one));
  return best ? { subject: best.subject, text: best.text, html: best.html } : defaultTemplate(event, channel, language);
}

export interface TemplateRow extends Template {
  readonly id: number;
  readonly event: NotificationEvent;
  readonly channel: Channel;
  readonly locale: string;
  readonly name: string;
  readonly version: number;
}

function rows(db: Db, tenant: Tenant) {
  return db
    .of(tenant)
    .selectFrom("notification_templates")
    .select(["id", "event_type", "channel", "locale", "name", "subject", "text", "html", "version"]);
}

function rowOf({
  event_type,
  ...row
}: Awaited<ReturnType<ReturnType<typeof rows>["executeTakeFirstOrThrow"]>>): TemplateRow {
  return { ...row, event: event_type as NotificationEvent };
}

export async function listTemplates(
  db: Db,
  tenant: Tenant,
  event: NotificationEvent | undefined,
  afterId: number,
  limit: number,
): Promise<TemplateRow[]> {
  let query = rows(db, tenant).where("id", ">", afterId).orderBy("id").limit(limit);
  if (event !== undefined) query = query.where("event_type", "=", event);
  return (await query.execute()).map(rowOf);
}

export async function findTemplate(db: Db, tenant: Tenant, key: TemplateKey): Promise<TemplateRow | undefined> {
  const row = await rows(db, tenant)
    .where("event_type", "=", key.event)
    .where("channel", "=", key.channel)
    .where("locale", "=", key.locale)
    .where("name", "=", key.name ?? usualName)
    .executeTakeFirst();
  return row && rowOf(row);
}

/** Whether a configuration may name it. */
export async function namedTemplateExists(
  db: Db,
  tenant: Tenant,
  event: NotificationEvent,
  channel: Channel,
  name: string,
): Promise<boolean> {
  const row = await rows(db, tenant)
    .where("event_type", "=", event)
    .where("channel", "=", channel)
    .where("name", "=", name)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Under the company's lock. */
export async function writeTemplate(tx: Tx, tenant: Tenant, to: Omit<TemplateRow, "id">, now: Instant): Promise<void> {
  const values = { subject: to.subject, text: to.text, html: to.html, version: to.version, updated_at: now };
  if (to.version > 1) {
    await tx
      .of(tenant)
      .updateTable("notification_templates")
      .set(values)
      .where("event_type", "=", to.event)
      .where("channel", "=", to.channel)
      .where("locale", "=", to.locale)
      .where("name", "=", to.name)
      .execute();
    return;
  }
  const key = { event_type: to.event, channel: to.channel, locale: to.locale, name: to.name };
  await tx
    .of(tenant)
    .insertInto("notification_templates")
    .values({ ...key, ...values, created_at: now })
    .execute();
}

export async function deleteTemplate(tx: Tx, tenant: Tenant, id: number): Promise<void> {
  await tx.of(tenant).deleteFrom("notification_templates").where("id", "=", id).execute();
}
