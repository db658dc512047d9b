import { type Instant, latest, parseInstant, plusMilliseconds } from "../clock.ts";
import { currentTime, type Db, type Tx } from "../db/connect.ts";
import { transaction } from "../db/transaction.ts";
import {
  markAllConsumed,
  markConsumed,
  markFailed,
  type PendingEvent,
  takePendingEventsAcrossCompanies,
} from "../events/pending-store.ts";
import type { Installation } from "../installation.ts";
import type { Tenant } from "../tenant.ts";
import { withdrawAlerts } from "./callback-alerts.ts";
import { entryOf, type NotificationEvent, notificationEvents } from "./catalogue.ts";
import type { Target } from "./effective.ts";
import { type Addressee, type Notice, noticesOf, reminderEffects } from "./mapping.ts";
import { insertPlan } from "./plan-store.ts";
import { recipientOf } from "./recipients.ts";
import { planReminders, withdrawReminders } from "./reminders.ts";
import { type Plan, route } from "./route.ts";
import { type Scene, sceneOf } from "./scene-store.ts";
import { readNotificationSettings } from "./settings.ts";
import { configurationsFor, countRecent, providersOf, templateLocales } from "./settings-store.ts";
import { defaultLocales } from "./templates.ts";

const batch = 50;

/**
 * A chore: makes deliveries of the events that were not looked at yet. Each event is planned once, in the transaction
 * that marks it consumed; one that cannot be planned is put off and holds up no other.
 */
export async function planEventsAcrossCompanies(
  db: Db,
  installation: Installation,
  alsoTell: EventReader = async () => {},
): Promise<number> {
  try {
    return await planBatch(db, installation, alsoTell, batch);
  } catch {
    return planOneByOne(db, installation, alsoTell);
  }
}

/**
 * Whoever else reads the events, in the same transaction. It must bear to be shown an event twice: one that cannot be
 * planned is shown at once, and again with each attempt.
 */
export type EventReader = (tx: Tx, events: readonly PendingEvent[], now: Instant) => Promise<void>;

async function planBatch(db: Db, installation: Installation, alsoTell: EventReader, limit: number): Promise<number> {
  return transaction(db, async (tx) => {
    const now = await currentTime(tx);
    const events = await takePendingEventsAcrossCompanies(tx, "notifications", now, limit);
    for (const pending of events) await planEvent(tx, installation, pending, now);
    await alsoTell(tx, events, now);
    await markAllConsumed(tx, events);
    return events.length;
  });
}

/** After a batch has failed: finds the event it failed for. */
async function planOneByOne(db: Db, installation: Installation, alsoTell: EventReader): Promise<number> {
  for (let done = 0; ; done++) {
    let current: PendingEvent | undefined;
    try {
      const planned = await transaction(db, async (tx) => {
        const now = await currentTime(tx);
        [current] = await takePendingEventsAcrossCompanies(tx, "notifications", now, 1);
        if (!current) return false;
        await planEvent(tx, installation, current, now);
        await alsoTell(tx, [current], now);
        await markConsumed(tx, current, [current.pendingId]);
        return true;
      });
      if (!planned || done === batch) return done;
    } catch (error) {
      const failed = current;
      if (!failed) throw error;
      await transaction(db, async (tx) => {
        const now = await currentTime(tx);
        await markFailed(tx, failed, String(error), now);
        await alsoTell(tx, [failed], now);
      });
    }
  }
}

async function planEvent(tx: Tx, installation: Installation, pending: PendingEvent, now: Instant): Promise<void> {
  const { event, eventId } = pending;
  await withdrawAlerts(tx, pending, now);
  const scene = await sceneOf(tx, pending, event);
  for (const notice of noticesOf(event, scene?.about ?? null)) {
    if (scene)
      await planNotice(
        tx,
        pending,
        installation,
        { notice, scene, eventId, dueAt: dueAt(pending, notice), notAfter: null },
        now,
      );
  }
  const effect = reminderEffects[event.type];
  if (effect === "none" || !("appointmentId" in event)) return;
  const isImport = event.type === "appointment.booked" && event.imported;
  if (effect === "withdraw" || scene === null || !scene.isActive || isImport) {
    await withdrawReminders(tx, pending, event.appointmentId, now);
  } else {
    await planReminders(tx, pending, scene, eventId, now);
  }
}

/** Customers are told at once; of a callback staff are told when the business opens. */
function dueAt({ event, occurredAt }: PendingEvent, notice: Notice): Instant {
  const waits = "notBefore" in event && entryOf(notice.event).audience === "staff";
  return waits && event.notBefore !== undefined ? parseInstant(event.notBefore) : occurredAt;
}

/** Something to tell somebody, and when. */
export interface Occasion {
  readonly notice: Notice;
  readonly scene: Scene;
  readonly eventId: number;
  readonly dueAt: Instant;
  readonly notAfter: Instant | null;
}

/** Routes one notice and stores what comes of it, its reasons too. */
export async function planNotice(
  tx: Tx,
  tenant: Tenant,
  installation: Installation,
  occasion: Occasion,
  now: Instant,
): Promise<void> {
  const { notice, scene, eventId, notAfter } = occasion;
  for (const plan of await plansFor(
    tx,
    tenant,
    installation,
    { ...occasion, addressee: notice.addressee, event: notice.event },
    now,
  )) {
    const { appointmentId, callbackId } = scene;
    await insertPlan(tx, tenant, plan, { eventId, payload: notice.payload, notAfter, appointmentId, callbackId }, now);
  }
}

interface Question {
  readonly event: NotificationEvent;
  readonly addressee: Addressee;
  readonly scene: Scene;
  readonly dueAt: Instant;
  readonly notAfter: Instant | null;
}

/** The plan for an addressee; and a second one for the branch where a staff member has no address at all. Also the dry run. */
export async function plansFor(
  db: Db,
  tenant: Tenant,
  installation: Installation,
  question: Question,
  now: Instant,
): Promise<Plan[]> {
  const { addressee } = question;
  const plan = await planFor(db, tenant, installation, question, now);
  const isReached =
    plan !== null && (plan.messages.length > 0 || plan.notSent.some(({ reason }) => reason !== "noAddress"));
  if (addressee.to !== "staff" || isReached) return plan === null ? [] : [plan];
  const branch: Addressee = { to: "branch", branchId: addressee.elseBranchId };
  const second = await planFor(db, tenant, installation, { ...question, addressee: branch }, now);
  return [plan, second].flatMap((each) => each ?? []);
}

const throttled = notificationEvents.filter((event) => ["reminder", "feedback"].includes(entryOf(event).kind));

async function planFor(
  db: Db,
  tenant: Tenant,
  installation: Installation,
  question: Question,
  now: Instant,
): Promise<Plan | null> {
  const { event, addressee, scene, dueAt, notAfter } = question;
  const locales = [...defaultLocales, ...(await templateLocales(db, tenant, event))];
  const recipient = await recipientOf(db, tenant, addressee, scene, locales);
  if (recipient === null) return null;
  const own = await providersOf(db, tenant);
  const providers = installation.mail === null ? own : { email: "smtp", ...own };
  const settings = await readNotificationSettings(db, tenant);
  const isThrottled = throttled.includes(event) && settings.throttlePerDay !== null;
  return route({
    event,
    recipient,
    chain: [...staffLevel(recipient.type === "staff" ? recipient.id : scene.staffId), ...scene.chain],
    configurations: await configurationsFor(db, tenant, event),
    settings,
    providers,
    recentMessages: isThrottled
      ? await countRecent(db, tenant, recipient, throttled, plusMilliseconds(now, -86_400_000))
      : 0,
    now,
    dueAt: latest(now, dueAt),
    notAfter,
  });
}

function staffLevel(id: string | null): Target[] {
  return id === null ? [] : [{ level: "staff", id }];
}
