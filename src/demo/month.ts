import { escalateDueAcrossCompanies } from "../callbacks/escalate.ts";
import { type MovableClock, plusMilliseconds } from "../clock.ts";
import { currentTime, type Db } from "../db/connect.ts";
import { transaction } from "../db/transaction.ts";
import { markAllConsumed, takePendingEventsAcrossCompanies } from "../events/pending-store.ts";
import type { Installation } from "../installation.ts";
import { createLog } from "../log.ts";
import { saveAccount } from "../notifications/accounts.ts";
import { channels } from "../notifications/catalogue.ts";
import { deliverDueAcrossCompanies } from "../notifications/deliver.ts";
import { planEventsAcrossCompanies, planNotice } from "../notifications/plan.ts";
import { planDueRemindersAcrossCompanies } from "../notifications/reminders.ts";
import { changeNotificationSettings } from "../notifications/settings.ts";
import type { Caller } from "../tenant.ts";
import { readEvents } from "../worker.ts";
import { callbacksOf } from "./callbacks.ts";
import type { DemoCompany } from "./companies.ts";
import { visitsOf } from "./history.ts";
import { createOutsideWorld } from "./outside-world.ts";
import { type Places, seedCompanyAcrossCompanies } from "./seed.ts";
import { type Happening, liveThrough } from "./timeline.ts";

const opensDaysAgo = 45;
/** Messages are most of the work: a month of them would keep people waiting for the demo. */
const tellsSinceDays = 6;
const dayMs = 86_400_000;

/** The companies' month until now, by the product's own commands and chores: what people do, and what they are told. */
export async function liveThroughAMonthAcrossCompanies(
  db: Db,
  installation: Installation,
  clock: MovableClock,
  companies: readonly DemoCompany[],
): Promise<void> {
  const now = clock.now();
  clock.moveTo(plusMilliseconds(now, -opensDaysAgo * dayMs));
  const all: Places[] = [];
  for (const company of companies) {
    const places = await seedCompanyAcrossCompanies(db, company);
    await switchOn(db, places.caller, installation);
    all.push(places);
  }
  const chores = choresOf(db, installation);
  const nowMs = now.epochMilliseconds;
  const tellsSinceMs = nowMs - tellsSinceDays * dayMs;
  const happenings = all.flatMap((places) => [...visitsOf(db, places, nowMs), ...callbacksOf(db, places, nowMs)]);
  const begin = { atMs: tellsSinceMs, happen: () => writeDownOnly(db) };
  await liveThrough([begin, ...happenings, ...remindingHours(nowMs)], clock, async () => {
    if (clock.now().epochMilliseconds >= tellsSinceMs) await chores.tell();
  });
  clock.moveTo(now);
  await chores.escalate();
  await chores.tell();
}

/** Of what happened before anybody was told of anything, the audit log is told. */
async function writeDownOnly(db: Db): Promise<void> {
  const some = () =>
    transaction(db, async (tx) => {
      const now = await currentTime(tx);
      const events = await takePendingEventsAcrossCompanies(tx, "notifications", now, 500);
      await readEvents(tx, events, now);
      await markAllConsumed(tx, events);
      return events.length;
    });
  while ((await some()) > 0);
}

/** When nobody may have done anything, but customers are reminded before they come. */
function remindingHours(nowMs: number): Happening[] {
  const today = Math.floor(nowMs / dayMs) * dayMs;
  const days = Array.from({ length: 32 }, (_, day) => today - day * dayMs);
  return days
    .flatMap((day) => [7, 8, 9, 10, 16].map((hour) => ({ atMs: day + hour * 3_600_000, happen: async () => {} })))
    .filter(({ atMs }) => atMs < nowMs);
}

async function switchOn(db: Db, caller: Caller, installation: Installation): Promise<void> {
  for (const channel of channels) {
    await saveAccount(db, caller, installation, channel, { kind: "mailbox" }, null);
  }
  await changeNotificationSettings(db, caller, { muted: false }, null);
}

/** What the worker does by itself. */
function choresOf(db: Db, installation: Installation) {
  const world = createOutsideWorld();
  const { signal } = new AbortController();
  const context = { db, installation, signal, log: createLog("warn") };
  return {
    async tell(): Promise<void> {
      while ((await planEventsAcrossCompanies(db, installation, readEvents)) > 0);
      while ((await planDueRemindersAcrossCompanies(db, installation, planNotice)) > 0);
      await deliverDueAcrossCompanies({ ...context, senders: world.senders });
      await world.report(db);
    },
    escalate: () => escalateDueAcrossCompanies(context),
  };
}
