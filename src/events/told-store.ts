import type { Db } from "../db/connect.ts";
import type { Tenant } from "../tenant.ts";
import type { DomainEvent } from "./outbox.ts";

/** Whether one of these was told of an appointment or callback, by its id. */
export async function hasEvent(
  db: Db,
  tenant: Tenant,
  subjectId: number,
  types: readonly DomainEvent["type"][],
): Promise<boolean> {
  const row = await db
    .of(tenant)
    .selectFrom("domain_events")
    .select("id")
    .where("subject_id", "=", String(subjectId))
    .where("type", "in", types)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
