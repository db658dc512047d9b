import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { watchInstallation } from "./app/watch-installation.ts";
import { readHostChangesAcrossCompanies } from "./appointments/read-host-changes.ts";
import { expireReservationsAcrossCompanies } from "./appointments/settle.ts";
import { auditEvents } from "./audit/log.ts";
import { escalateDueAcrossCompanies, reassignAbandonedAcrossCompanies } from "./callbacks/escalate.ts";
import { recountAcrossCompanies } from "./callbacks/recount.ts";
import { currentTime, type Db } from "./db/connect.ts";
import { createGate, type Gate } from "./gate.ts";
import { deleteExpiredIdempotencyKeysAcrossCompanies } from "./http/idempotency.ts";
import { bareInstallation, type Installation } from "./installation.ts";
import { alertOperatorsAcrossCompanies } from "./notifications/alerts.ts";
import { deliverDueAcrossCompanies } from "./notifications/deliver.ts";
import { type EventReader, planEventsAcrossCompanies, planNotice } from "./notifications/plan.ts";
import { planDueRemindersAcrossCompanies } from "./notifications/reminders.ts";
import { deleteOldDeliveriesAcrossCompanies } from "./notifications/retention.ts";
import { deleteExpiredSignInsAcrossCompanies } from "./people/failures.ts";
import { deleteOldWebhooksAcrossCompanies, deliverWebhooksAcrossCompanies } from "./webhooks/deliver.ts";
import { planWebhooks } from "./webhooks/plan.ts";

/** A piece of work that no request asks for. Any number of processes may run it at once. */
export interface Chore {
  readonly name: string;
  /** The pause after a run that found nothing to do; after one that did something it runs again at once. */
  readonly everySeconds: number;
  /** How many things it did. */
  readonly run: (context: ChoreContext) => Promise<number>;
}

export interface ChoreContext {
  readonly db: Db;
  readonly log: Logger;
  readonly installation: Installation;
  /** Aborted when the worker is to end or to pause: what takes long stops at the next thing. */
  readonly signal: AbortSignal;
}

const watchTheInstallation: Chore = { name: "watch the installation", everySeconds: 30, run: watchInstallation };

/** What a server does besides answering. */
export const serverChores: readonly Chore[] = [watchTheInstallation];

/** Everything that happens without a request. To add a chore, add a line. */
export const chores: readonly Chore[] = [
  watchTheInstallation,
  { name: "count callbacks anew", everySeconds: 5, run: recountAcrossCompanies },
  { name: "escalate due callbacks", everySeconds: 60, run: escalateDueAcrossCompanies },
  { name: "give callbacks of absent staff away", everySeconds: 300, run: reassignAbandonedAcrossCompanies },
  {
    name: "delete expired idempotency keys",
    everySeconds: 600,
    run: async ({ db }) => deleteExpiredIdempotencyKeysAcrossCompanies(db, await currentTime(db)),
  },
  {
    name: "delete sessions and links that have run out",
    everySeconds: 3600,
    run: ({ db }) => deleteExpiredSignInsAcrossCompanies(db),
  },
  {
    name: "plan notifications",
    everySeconds: 1,
    run: ({ db, installation }) => planEventsAcrossCompanies(db, installation, readEvents),
  },
  {
    name: "plan due reminders",
    everySeconds: 5,
    run: ({ db, installation }) => planDueRemindersAcrossCompanies(db, installation, planNotice),
  },
  {
    name: "expire reservations",
    everySeconds: 2,
    run: ({ db }) => expireReservationsAcrossCompanies(db),
  },
  { name: "read platforms' changes", everySeconds: 2, run: readHostChangesAcrossCompanies },
  { name: "deliver notifications", everySeconds: 1, run: deliverDueAcrossCompanies },
  { name: "deliver webhooks", everySeconds: 1, run: deliverWebhooksAcrossCompanies },
  {
    name: "alert operators",
    everySeconds: 60,
    run: ({ db, installation }) => alertOperatorsAcrossCompanies(db, installation),
  },
  {
    name: "delete old deliveries",
    everySeconds: 3600,
    run: ({ db }) => deleteOldDeliveriesAcrossCompanies(db),
  },
  {
    name: "delete old webhooks",
    everySeconds: 3600,
    run: ({ db }) => deleteOldWebhooksAcrossCompanies(db),
  },
];

/** Who reads the events besides notifications. */
export async function readEvents(...[tx, events, now]: Parameters<EventReader>): Promise<void> {
  await planWebhooks(tx, events, now);
  await auditEvents(tx, events, now);
}

export interface Worker {
  /** Lets each chore finish what it is at. */
  stop(): Promise<void>;
}

/** Runs each chore in a loop of its own, so that a slow or failing one holds up no other. */
export function startWorker({
  db,
  log,
  installation = bareInstallation,
  chores: list = chores,
  gate = createGate(),
}: Pick<ChoreContext, "db" | "log"> & {
  installation?: Installation;
  chores?: readonly Chore[];
  gate?: Gate;
}): Worker {
  const ending = new AbortController();
  const context = { db, log, installation, signal: ending.signal };
  const loops = list.map((chore) => repeat(chore, context, gate));
  return {
    stop: async () => {
      ending.abort();
      await Promise.all(loops);
    },
  };
}

async function repeat(chore: Chore, context: ChoreContext, gate: Gate): Promise<void> {
  while (!context.signal.aborted) {
    if (gate.closure() !== null) {
      await gate.opened(context.signal);
      continue;
    }
    const end = gate.begin();
    const signal = AbortSignal.any([context.signal, gate.closing()]);
    const done = await attempt(chore, { ...context, signal }).finally(end);
    if (done === 0) await pause(chore.everySeconds * 1000 * spread(), context.signal);
  }
}

/** One that fails is tried again after its pause. */
async function attempt({ name, run }: Chore, context: ChoreContext): Promise<number> {
  try {
    const done = await run(context);
    if (done > 0) context.log.debug({ chore: name, done }, "A chore did something");
    return done;
  } catch (error) {
    context.log.error({ chore: name, err: error }, "A chore failed; it is tried again");
    return 0;
  }
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => {});
}

/** Workers that were started together do not stay in step. */
function spread(): number {
  return 0.9 + Math.random() * 0.2;
}
