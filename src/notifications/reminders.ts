import { type Instant, isBefore, isoOf, plusMilliseconds } from "../clock.ts";
import { currentTime, type Db, type Tx } from "../db/connect.ts";
import { transaction } from "../db/transaction.ts";
import type { Installation } from "../installation.ts";
import type { Tenant } from "../tenant.ts";
import { entryOf, type NotificationEvent, reminders } from "./catalogue.ts";
import type { AppointmentScene, Notice } from "./mapping.ts";
import type { Occasion } from "./plan.ts";
import { outsideQuietHours } from "./quiet-hours.ts";
import { recipientOf } from "./recipients.ts";
import {
  type DueReminder,
  markReminder,
  supersedeQueuedReminders,
  takeDueRemindersAcrossCompanies,
  upsertReminder,
  withdrawPlannedReminders,
} from "./reminder-store.ts";
import { appointmentScene, type Scene } from "./scene-store.ts";
import { readNotificationSettings } from "./settings.ts";

const batch = 50;

/** When a reminder is due: elapsed time before the start, whatever the clocks do in between. */
export function dueAt(event: NotificationEvent, startsAt: Instant): Instant {
  return plusMilliseconds(startsAt, -(entryOf(event).leadHours ?? 0) * 3_600_000);
}

/** Plans, or plans anew after a move, the reminders whose lead has not passed; what was queued for the old time is called off. */
export async function planReminders(
  tx: Tx,
  tenant: Tenant,
  scene: Scene,
  eventId: number,
  now: Instant,
): Promise<void> {
  const { appointmentId, startsAt } = scene;
  if (appointmentId === null || startsAt === null) return;
  await supersedeQueuedReminders(tx, tenant, appointmentId, startsAt, now);
  const about = scene.about as AppointmentScene;
  const recipient = await recipientOf(tx, tenant, { to: "customer", customerId: about.customerId }, scene, []);
  const quiet = recipient?.preferences?.quietHours ?? (await readNotificationSettings(tx, tenant)).quietHours;
  for (const event of reminders) {
    const due = dueAt(event, startsAt);
    const isPlanned = isBefore(now, due);
    // It is looked at when it is due, or earlier where quiet hours may ask for sending before they begin.
    const moved = outsideQuietHours(due, quiet, recipient?.zone ?? scene.zone, { now, notAfter: startsAt }) ?? due;
    const nextAt = isBefore(moved, due) ? moved : due;
    await upsertReminder(
      tx,
      tenant,
      { appointmentId, event, eventId, startsAt, nextAt: isPlanned ? nextAt : null },
      now,
    );
  }
}

/** Nobody is reminded of what does not take place. */
export async function withdrawReminders(tx: Tx, tenant: Tenant, appointmentId: number, now: Instant): Promise<void> {
  await withdrawPlannedReminders(tx, tenant, appointmentId, now);
  await supersedeQueuedReminders(tx, tenant, appointmentId, null, now);
}

type PlanNotice = (
  tx: Tx,
  tenant: Tenant,
  installation: Installation,
  occasion: Occasion,
  now: Instant,
) => Promise<void>;

/** A chore: routes the reminders that are due by what is configured now. */
export async function planDueRemindersAcrossCompanies(
  db: Db,
  installation: Installation,
  planNotice: PlanNotice,
): Promise<number> {
  return transaction(db, async (tx) => {
    const now = await currentTime(tx);
    const due = await takeDueRemindersAcrossCompanies(tx, now, batch);
    for (const reminder of due) await remind(tx, installation, reminder, planNotice, now);
    return due.length;
  });
}

async function remind(
  tx: Tx,
  installation: Installation,
  reminder: DueReminder,
  planNotice: PlanNotice,
  now: Instant,
): Promise<void> {
  const { appointmentId, event, eventId, startsAt } = reminder;
  const scene = await appointmentScene(tx, reminder, appointmentId);
  if (scene?.startsAt == null || !scene.isActive) {
    await markReminder(tx, reminder, "withdrawn", now);
    return;
  }
  // The platform moved it without telling: it is planned for the time that holds now.
  if (isoOf(scene.startsAt) !== isoOf(startsAt)) {
    await planReminders(tx, reminder, scene, eventId, now);
    return;
  }
  const about = scene.about as AppointmentScene;
  const notice = { event, addressee: { to: "customer", customerId: about.customerId }, payload: about.visit } as Notice;
  const due = dueAt(event, startsAt);
  await planNotice(tx, reminder, installation, { notice, scene, eventId, dueAt: due, notAfter: startsAt }, now);
  await markReminder(tx, reminder, "done", now);
}
