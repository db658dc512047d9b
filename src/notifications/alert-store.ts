import type { Instant } from "../clock.ts";
import { acrossCompanies } from "../db/across-companies.ts";
import type { Db, Tx } from "../db/connect.ts";
import type { alertKinds } from "../db/schema.ts";
import type { Tenant } from "../tenant.ts";
import { deadStatuses } from "./delivery-store.ts";

export interface Trouble extends Tenant {
  readonly kind: (typeof alertKinds)[number];
  /** What of it: the same subject is one alert until it is over. */
  readonly subject: string;
  readonly detail: string;
}

/** How attempts ended since an instant, by company and channel. */
export async function attemptsSinceAcrossCompanies(db: Db, since: Instant) {
  const rows = await acrossCompanies(db)
    .selectFrom("notification_attempts")
    .select((eb) => ["company_id as companyId", "channel", "outcome", eb.fn.countAll<number>().as("count")])
    .where("happened_at", ">", since)
    .where("outcome", "in", ["sent", "retry", "failed", "ambiguous"])
    .groupBy(["company_id", "channel", "outcome"])
    .execute();
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}

/** Deliveries that died since an instant, or whose end nobody knows. */
export async function deadSinceAcrossCompanies(db: Db, since: Instant) {
  const rows = await acrossCompanies(db)
    .selectFrom("notification_deliveries")
    .select((eb) => ["company_id as companyId", "status", eb.fn.countAll<number>().as("count")])
    .where("finished_at", ">", since)
    .where("status", "in", deadStatuses)
    .where("has_fallen_back", "=", false)
    .groupBy(["company_id", "status"])
    .execute();
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}

/** Webhook endpoints that were disabled because they took nothing any more. */
export async function disabledEndpointsAcrossCompanies(db: Db) {
  return acrossCompanies(db)
    .selectFrom("webhook_endpoints")
    .select(["id", "company_id as companyId", "disabled_reason as reason"])
    .where("disabled_at", "is not", null)
    .where("disabled_reason", "!=", "byHand")
    .execute();
}

export async function openAlertsAcrossCompanies(db: Db) {
  return acrossCompanies(db)
    .selectFrom("operator_alerts")
    .select(["id", "company_id as companyId", "kind", "subject", "detail", "told_at as toldAt"])
    .where("resolved_at", "is", null)
    .execute();
}

export async function insertAlert(tx: Tx, { companyId, kind, subject, detail }: Trouble, now: Instant): Promise<void> {
  await tx
    .of({ companyId })
    .insertInto("operator_alerts")
    .values({ kind, subject, detail, raised_at: now, created_at: now, updated_at: now })
    .execute();
}

export async function updateAlert(
  tx: Tx,
  tenant: Tenant,
  id: number,
  change: { told_at: Instant } | { resolved_at: Instant },
): Promise<void> {
  await tx.of(tenant).updateTable("operator_alerts").set(change).where("id", "=", id).execute();
}
