import { type Instant, plusMilliseconds } from "../clock.ts";
import { currentTime, type Db } from "../db/connect.ts";
import type { Tenant } from "../tenant.ts";

export interface TailedEvent {
  readonly id: number;
  readonly type: string;
  readonly subjectId: string;
  readonly payload: unknown;
  readonly occurredAt: Instant;
}

/** Reads a company's events as they are committed, each once. */
export interface Tail {
  /** What was committed since the last time. */
  next(): Promise<TailedEvent[]>;
  /** Where a later tail has to begin to miss nothing; it may tell the latest ones again. */
  mark(): number;
}

/** Longer than any transaction lasts: so much later, no event with a lower id can still appear. */
const settledMs = 30_000;
/** More ids than are given out in that time. */
const overlap = 10_000;
const batch = 500;

/**
 * Ids are given out in one order and committed in another, so whoever remembers the last id seen misses some: this
 * looks again at whatever is younger than half a minute.
 *
 * @param after a mark, or null to begin with what happens from now on
 */
export async function tailEvents(
  db: Db,
  tenant: Tenant,
  { prefix, after }: { prefix: string; after: number | null },
): Promise<Tail> {
  const newest = await newestId(db, tenant);
  let settled = after === null ? Math.max(0, newest - overlap) : Math.min(after, newest);
  const told = new Map<number, Instant>();

  const next = async () => {
    const before = plusMilliseconds(await currentTime(db), -settledMs).epochMilliseconds;
    const fresh: TailedEvent[] = [];
    for (let from = settled; ; ) {
      const rows = await eventsAfter(db, tenant, prefix, from);
      fresh.push(...rows.filter(({ id }) => !told.has(id)));
      for (const { id, occurredAt } of rows) told.set(id, occurredAt);
      from = rows.at(-1)?.id ?? from;
      if (rows.length < batch) break;
    }
    for (const [id, occurredAt] of [...told].sort(([one], [other]) => one - other)) {
      if (occurredAt.epochMilliseconds >= before) break;
      told.delete(id);
      settled = id;
    }
    return fresh;
  };
  if (after === null) await next();
  return { next, mark: () => settled };
}

async function eventsAfter(db: Db, tenant: Tenant, prefix: string, after: number): Promise<TailedEvent[]> {
  return db
    .of(tenant)
    .selectFrom("domain_events")
    .select(["id", "type", "subject_id as subjectId", "payload", "occurred_at as occurredAt"])
    .where("id", ">", after)
    .where("type", "like", `${prefix}%`)
    .orderBy("id")
    .limit(batch)
    .execute();
}

async function newestId(db: Db, tenant: Tenant): Promise<number> {
  const query = db.of(tenant).selectFrom("domain_events").select("id").orderBy("id", "desc").limit(1);
  return (await query.executeTakeFirst())?.id ?? 0;
}
