import { plusMilliseconds } from "../clock.ts";
import { acrossCompanies } from "../db/across-companies.ts";
import { currentTime, type Db } from "../db/connect.ts";
import { transaction } from "../db/transaction.ts";
import { readNotificationSettings } from "./settings.ts";

const batch = 500;
const dayMilliseconds = 86_400_000;
/** Nothing younger is old for any company. */
const shortestDays = 1;

/** A chore: deletes deliveries that ended longer ago than their company keeps them, with their attempts. */
export async function deleteOldDeliveriesAcrossCompanies(db: Db): Promise<number> {
  const now = await currentTime(db);
  const companies = await acrossCompanies(db)
    .selectFrom("notification_deliveries")
    .select("company_id")
    .distinct()
    .where("finished_at", "<", plusMilliseconds(now, -shortestDays * dayMilliseconds))
    .execute();
  let deleted = 0;
  for (const { company_id: companyId } of companies) {
    const { retentionDays } = await readNotificationSettings(db, { companyId });
    deleted += await deleteBefore(db, companyId, plusMilliseconds(now, -retentionDays * dayMilliseconds));
  }
  return deleted;
}

async function deleteBefore(
  db: Db,
  companyId: number,
  before: Awaited<ReturnType<typeof currentTime>>,
): Promise<number> {
  return transaction(db, async (tx) => {
    const rows = await tx
      .of({ companyId })
      .selectFrom("notification_deliveries")
      .select("id")
      .where("finished_at", "<", before)
      .limit(batch)
      .execute();
    if (rows.length === 0) return 0;
    await tx
      .of({ companyId })
      .deleteFrom("notification_deliveries")
      .where(
        "id",
        "in",
        rows.map(({ id }) => id),
      )
      .execute();
    return rows.length;
  });
}
