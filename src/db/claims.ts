import { type Instant, plusMilliseconds } from "../clock.ts";
import { acrossCompanies } from "./across-companies.ts";
import { currentTime, type Db } from "./connect.ts";
import { transaction } from "./transaction.ts";

/** Tables whose rows are to be sent: `next_at` is when, or, while a row is `sending`, when the lease on it ends. */
type Claimable = "notification_deliveries" | "webhook_deliveries";

/** More than twice as long as a receiver may take. */
export const leaseMilliseconds = 90_000;

/**
 * Takes what is due, or whose lease has ended, up to `limit`; one look into one index finds both, however many rows are
 * stored. Any number of processes take different ones.
 * @param saturated companies that have as much in hand as they may
 */
export async function claimAcrossCompanies(
  db: Db,
  table: Claimable,
  { limit, saturated }: { limit: number; saturated: readonly number[] },
): Promise<{ ids: number[]; takenOver: ReadonlySet<number>; now: Instant }> {
  // To the types one name stands for both: they have these columns in common, save the mark of what was taken over.
  const name = table as "notification_deliveries";
  return transaction(db, async (tx) => {
    const now = await currentTime(tx);
    let due = acrossCompanies(tx)
      .selectFrom(name)
      .select(["id", "status"])
      .where("next_at", "<=", now)
      .orderBy("next_at")
      .limit(limit);
    if (saturated.length > 0) due = due.where("company_id", "not in", saturated);
    const taken = await (tx.engine === "sqlite" ? due : due.forUpdate().skipLocked()).execute();
    const idsOf = (isSending: boolean) =>
      taken.filter(({ status }) => (status === "sending") === isSending).map(({ id }) => id);
    for (const wasSending of [false, true]) {
      const ids = idsOf(wasSending);
      if (ids.length === 0) continue;
      await acrossCompanies(tx)
        .updateTable(name)
        .set((eb) => ({
          status: "sending" as const,
          attempts: eb("attempts", "+", 1),
          next_at: plusMilliseconds(now, leaseMilliseconds),
          updated_at: now,
          ...(wasSending && table === "notification_deliveries" ? { is_ambiguous: true } : {}),
        }))
        .where("id", "in", ids)
        .execute();
    }
    return { ids: taken.map(({ id }) => id), takenOver: new Set(idsOf(true)), now };
  });
}
