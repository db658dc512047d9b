import type { Instant } from "../clock.ts";
import { acrossCompanies } from "../db/across-companies.ts";
import type { Tx } from "../db/connect.ts";
import { skippingDuplicates } from "../db/dialect.ts";
import type { Tenant } from "../tenant.ts";
import { type NotificationEvent, reminders } from "./catalogue.ts";

export interface DueReminder extends Tenant {
  readonly id: number;
  readonly appointmentId: number;
  readonly event: NotificationEvent;
  readonly eventId: number;
  readonly startsAt: Instant;
}

/** Locked until the transaction ends; other processes take others. */
export async function takeDueRemindersAcrossCompanies(tx: Tx, now: Instant, limit: number): Promise<DueReminder[]> {
  const due = acrossCompanies(tx)
    .selectFrom("notification_reminders")
    .select(["id", "company_id", "appointment_id", "event_type", "event_id", "starts_at"])
    .where("next_at", "<=", now)
    .orderBy("next_at")
    .limit(limit);
  const rows = await (tx.engine === "sqlite" ? due : due.forUpdate().skipLocked()).execute();
  return rows.map((row) => ({
    companyId: row.company_id,
    id: row.id,
    appointmentId: row.appointment_id,
    event: row.event_type as NotificationEvent,
    eventId: row.event_id,
    startsAt: row.starts_at,
  }));
}

export async function markReminder(
  tx: Tx,
  reminder: DueReminder,
  state: "done" | "withdrawn",
  now: Instant,
): Promise<void> {
  await tx
    .of(reminder)
    .updateTable("notification_reminders")
    .set({ state, next_at: null, updated_at: now })
    .where("id", "=", reminder.id)
    .execute();
}

export interface PlannedReminder {
  readonly appointmentId: number;
  readonly event: NotificationEvent;
  readonly eventId: number;
  readonly startsAt: Instant;
  /** Null for one whose lead has passed. */
  readonly nextAt: Instant | null;
}

/** One that is done for this very start stays done. */
export async function upsertReminder(tx: Tx, tenant: Tenant, to: PlannedReminder, now: Instant): Promise<void> {
  const values = {
    event_id: to.eventId,
    starts_at: to.startsAt,
    state: to.nextAt === null ? ("withdrawn" as const) : ("planned" as const),
    next_at: to.nextAt,
    updated_at: now,
  };
  const { numUpdatedRows } = await tx
    .of(tenant)
    .updateTable("notification_reminders")
    .set(values)
    .where("appointment_id", "=", to.appointmentId)
    .where("event_type", "=", to.event)
    .where((eb) => eb.or([eb("state", "!=", "done"), eb("starts_at", "!=", to.startsAt)]))
    .executeTakeFirstOrThrow();
  if (numUpdatedRows > 0n || to.nextAt === null) return;
  const insert = tx
    .of(tenant)
    .insertInto("notification_reminders")
    .values({ appointment_id: to.appointmentId, event_type: to.event, ...values, created_at: now });
  await skippingDuplicates(tx, insert).execute();
}

export async function withdrawPlannedReminders(
  tx: Tx,
  tenant: Tenant,
  appointmentId: number,
  now: Instant,
): Promise<void> {
  await tx
    .of(tenant)
    .updateTable("notification_reminders")
    .set({ state: "withdrawn", next_at: null, updated_at: now })
    .where("appointment_id", "=", appointmentId)
    .where("state", "=", "planned")
    .execute();
}

/** Calls off what waits to be sent. @param exceptFor a start for which it may still be sent */
export async function supersedeQueuedReminders(
  tx: Tx,
  tenant: Tenant,
  appointmentId: number,
  exceptFor: Instant | null,
  now: Instant,
): Promise<void> {
  let query = tx
    .of(tenant)
    .updateTable("notification_deliveries")
    .set({ status: "superseded", reason: "superseded", next_at: null, finished_at: now, updated_at: now })
    .where("appointment_id", "=", appointmentId)
    .where("status", "=", "queued")
    .where("event_type", "in", [...reminders]);
  if (exceptFor !== null) query = query.where("not_after", "!=", exceptFor);
  await query.execute();
}
