import { acrossCompanies } from "../db/across-companies.ts";
import { currentTime, type Db } from "../db/connect.ts";
import { countWorkers } from "../db/installation-watch.ts";
import { isRegistryMissing, registryOf } from "../db/maintenance.ts";

export interface Backlog {
  readonly eventsPending: number;
  readonly eventsLagSeconds: number;
  readonly eventsStuck: number;
  readonly deliveriesDue: number;
  readonly webhooksDue: number;
  readonly callbacksOverdue: number;
  readonly workersAlive: number;
}

/** What waits to be done, each by one look into an index. */
export async function backlogAcrossCompanies(db: Db): Promise<Backlog> {
  const now = await currentTime(db);
  const all = acrossCompanies(db);
  const count = (row: { n: number | string | bigint } | undefined) => Number(row?.n ?? 0);
  const events = await all
    .selectFrom("pending_events")
    .select((eb) => eb.fn.countAll().as("n"))
    .where("next_at", "is not", null)
    .executeTakeFirst();
  const [stuck, deliveries, webhooks, callbacks] = await Promise.all([
    all
      .selectFrom("pending_events")
      .select((eb) => eb.fn.countAll().as("n"))
      .where("next_at", "is", null)
      .executeTakeFirst(),
    all
      .selectFrom("notification_deliveries")
      .select((eb) => eb.fn.countAll().as("n"))
      .where("next_at", "<=", now)
      .executeTakeFirst(),
    all
      .selectFrom("webhook_deliveries")
      .select((eb) => eb.fn.countAll().as("n"))
      .where("next_at", "<=", now)
      .executeTakeFirst(),
    all
      .selectFrom("callback_requests")
      .select((eb) => eb.fn.countAll().as("n"))
      .where("status", "in", ["pending", "assigned", "contacted"])
      .where("expires_at", "<", now)
      .executeTakeFirst(),
  ]);
  const first = all.selectFrom("pending_events").select("created_at").where("next_at", "is not", null).orderBy("id");
  const oldest = (await first.limit(1).executeTakeFirst())?.created_at ?? null;
  return {
    eventsPending: count(events),
    eventsLagSeconds: oldest === null ? 0 : Math.max(0, (now.epochMilliseconds - oldest.epochMilliseconds) / 1000),
    eventsStuck: count(stuck),
    deliveriesDue: count(deliveries),
    webhooksDue: count(webhooks),
    callbacksOverdue: count(callbacks),
    workersAlive: await workersAlive(db),
  };
}

const seenWithinMilliseconds = 60_000;

/** By the registry that every process shows itself in; none where there is no registry yet. */
async function workersAlive(db: Db): Promise<number> {
  try {
    return await countWorkers(await registryOf(db), seenWithinMilliseconds);
  } catch (error) {
    if (isRegistryMissing(error)) return 0;
    throw error;
  }
}
