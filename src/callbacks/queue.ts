import type { Temporal } from "temporal-polyfill";
import { type Instant, instantOf } from "../clock.ts";
import { currentTime, type Db } from "../db/connect.ts";
import { staffIdOf } from "../tenancy/staff.ts";
import type { Caller } from "../tenant.ts";
import type { QueueFilter } from "./queue-store.ts";

export const tabs = ["all", "mine", "unassigned", "overdue", "urgent", "today", "completed"] as const;
export type Tab = (typeof tabs)[number];

/** What a tab of the queue shows; null for nothing at all, as "mine" of somebody who is no staff. */
export async function filterOf(db: Db, caller: Caller, tab: Tab): Promise<QueueFilter | null> {
  switch (tab) {
    case "all":
      return {};
    case "mine": {
      const assignedTo = await staffIdOf(db, caller);
      return assignedTo === null ? null : { assignedTo, open: true };
    }
    case "unassigned":
      return { unassigned: true };
    case "overdue":
      return { overdueAt: await currentTime(db) };
    case "urgent":
      return { priority: "urgent", open: true };
    case "today":
      return { open: true, ...(await today(db, caller)) };
    case "completed":
      return { status: "completed" };
  }
}

/** By the company's own clock. */
async function today(db: Db, caller: Caller): Promise<{ dueFrom: Instant; dueUntil: Instant }> {
  const { timezone } = await db.of(caller).selectFrom("companies").select("timezone").executeTakeFirstOrThrow();
  const day = (await currentTime(db)).toZonedDateTimeISO(timezone).startOfDay();
  const at = (moment: Temporal.ZonedDateTime) => instantOf(moment.epochMilliseconds);
  return { dueFrom: at(day), dueUntil: at(day.add({ days: 1 })) };
}
