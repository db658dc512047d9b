import type { Instant } from "../clock.ts";
import { acrossCompanies } from "../db/across-companies.ts";
import type { Db } from "../db/connect.ts";
import { openStatuses } from "./store.ts";

/** What the sweep looks for in all companies at once. */

export interface Due {
  readonly id: number;
  readonly companyId: number;
  readonly nextDueAt: Instant;
}

/** In order of the time at which they were due, after the last one seen. */
export async function dueAcrossCompanies(db: Db, now: Instant, after: Due | null, limit: number): Promise<Due[]> {
  let query = acrossCompanies(db)
    .selectFrom("callback_requests")
    .select(["id", "company_id as companyId", "next_due_at as nextDueAt"])
    .where("next_due_at", "<=", now)
    .orderBy("next_due_at")
    .orderBy("id")
    .limit(limit);
  if (after !== null) {
    query = query
      .where("next_due_at", ">=", after.nextDueAt)
      .where((eb) => eb.or([eb("next_due_at", ">", after.nextDueAt), eb("id", ">", after.id)]));
  }
  return (await query.execute()) as Due[];
}

/** Those whose assignee was deleted. One look into the assignees' index for each company. */
export async function orphansAcrossCompanies(db: Db, limit: number): Promise<{ id: number; companyId: number }[]> {
  return acrossCompanies(db)
    .selectFrom("companies as c")
    .innerJoin("callback_requests as r", (join) =>
      join
        .onRef("r.company_id", "=", "c.id")
        .on("r.assigned_to", "is", null)
        .on("r.status", "in", ["assigned", "contacted"]),
    )
    .select(["r.id", "c.id as companyId"])
    .where("r.deleted_at", "is", null)
    .limit(limit)
    .execute();
}

/** Those whose assignee works no longer, though the row is there: switched off, or deleted softly. */
export async function abandonedAcrossCompanies(db: Db, limit: number): Promise<{ id: number; companyId: number }[]> {
  return acrossCompanies(db)
    .selectFrom("callback_requests as r")
    .innerJoin("staff as s", (join) =>
      join.onRef("s.company_id", "=", "r.company_id").onRef("s.id", "=", "r.assigned_to"),
    )
    .select(["r.id", "r.company_id as companyId"])
    .where("r.status", "in", ["assigned", "contacted"])
    .where("r.deleted_at", "is", null)
    .where((eb) => eb.or([eb("s.is_active", "=", false), eb("s.deleted_at", "is not", null)]))
    .limit(limit)
    .execute();
}

export interface Recount {
  readonly id: number;
  readonly companyId: number;
  /** `company`, or a branch's id. */
  readonly scope: string;
  readonly requestedAt: Instant;
}

export async function recountsAcrossCompanies(db: Db, limit: number): Promise<Recount[]> {
  return acrossCompanies(db)
    .selectFrom("callback_recounts")
    .select(["id", "company_id as companyId", "scope", "requested_at as requestedAt"])
    .orderBy("id")
    .limit(limit)
    .execute();
}

/** Leaves it where somebody asked anew meanwhile. */
export async function deleteRecountAcrossCompanies(db: Db, { id, requestedAt }: Recount): Promise<void> {
  await acrossCompanies(db)
    .deleteFrom("callback_recounts")
    .where("id", "=", id)
    .where("requested_at", "=", requestedAt)
    .execute();
}

/** Ids of the open callbacks of a place, after one of them. */
export async function openCallbacksAcrossCompanies(
  db: Db,
  { companyId, scope }: Pick<Recount, "companyId" | "scope">,
  afterId: number,
  limit: number,
): Promise<number[]> {
  let query = acrossCompanies(db)
    .selectFrom("callback_requests")
    .select("id")
    .where("company_id", "=", companyId)
    .where("status", "in", openStatuses)
    .where("id", ">", afterId)
    .orderBy("id")
    .limit(limit);
  if (scope !== "company") query = query.where("branch_id", "=", scope);
  return (await query.execute()).map(({ id }) => id);
}
