import type { CalendarRules } from "../calendars/rules.ts";
import type { Instant } from "../clock.ts";
import type { Db, Tx } from "../db/connect.ts";
import type { Tenant } from "../tenant.ts";

/** The stretches in which a callback's clock ran. */

export interface KeptRun {
  readonly id: number;
  readonly startedAt: Instant;
  readonly endedAt: Instant | null;
  readonly targetMs: number;
  readonly snapshotId: number;
  readonly rules: CalendarRules;
}

export async function insertRun(
  tx: Tx,
  tenant: Tenant,
  { callbackId, snapshotId, targetMs }: { callbackId: number; snapshotId: number; targetMs: number },
  now: Instant,
): Promise<void> {
  await tx
    .of(tenant)
    .insertInto("callback_runs")
    .values({
      callback_request_id: callbackId,
      calendar_snapshot_id: snapshotId,
      target_ms: targetMs,
      started_at: now,
      created_at: now,
      updated_at: now,
    })
    .execute();
}

export async function endRun(tx: Tx, tenant: Tenant, callbackId: number, now: Instant): Promise<void> {
  await tx
    .of(tenant)
    .updateTable("callback_runs")
    .set({ ended_at: now, updated_at: now })
    .where("callback_request_id", "=", callbackId)
    .where("ended_at", "is", null)
    .execute();
}

/** Oldest first; the last one is the present run, if the clock runs. */
export async function runsOfCallback(db: Db, tenant: Tenant, callbackId: number): Promise<KeptRun[]> {
  const rows = await db
    .of(tenant)
    .selectFrom("callback_runs as r")
    .innerJoin("calendar_snapshots as s", "s.id", "r.calendar_snapshot_id")
    .select([
      "r.id",
      "r.started_at as startedAt",
      "r.ended_at as endedAt",
      "r.target_ms as targetMs",
      "s.id as snapshotId",
      "s.rules",
    ])
    .where("r.callback_request_id", "=", callbackId)
    .orderBy("r.started_at")
    .orderBy("r.id")
    .execute();
  return rows.map((row) => ({ ...row, rules: row.rules as unknown as CalendarRules }));
}

/** The run that has not ended; null while the clock stands still. */
export async function presentRun(db: Db, tenant: Tenant, callbackId: number): Promise<CalendarRules | null> {
  const row = await db
    .of(tenant)
    .selectFrom("callback_runs as r")
    .innerJoin("calendar_snapshots as s", "s.id", "r.calendar_snapshot_id")
    .select("s.rules")
    .where("r.callback_request_id", "=", callbackId)
    .where("r.ended_at", "is", null)
    .orderBy("r.id", "desc")
    .limit(1)
    .executeTakeFirst();
  return row ? (row.rules as unknown as CalendarRules) : null;
}
