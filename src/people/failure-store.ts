import type { Instant } from "../clock.ts";
import { acrossCompanies } from "../db/across-companies.ts";
import type { Tx } from "../db/connect.ts";
import { isUniqueViolation } from "../db/unique-violation.ts";

/** One more, in a period that ends at `until` if none runs yet. @returns how many they are, this one included */
export async function countFailureAcrossCompanies(
  tx: Tx,
  subject: string,
  now: Instant,
  until: Instant,
): Promise<{ readonly failures: number; readonly until: Instant }> {
  const rows = () => acrossCompanies(tx).updateTable("auth_failures").where("subject", "=", subject);
  const another = await rows()
    .set((eb) => ({ failures: eb("failures", "+", 1) }))
    .where("until", ">", now)
    .executeTakeFirstOrThrow();
  if (another.numUpdatedRows === 0n) {
    const first = { failures: 1, since: now, until };
    const anew = await rows().set(first).where("until", "<=", now).executeTakeFirstOrThrow();
    if (anew.numUpdatedRows === 0n) {
      try {
        await acrossCompanies(tx)
          .insertInto("auth_failures")
          .values({ subject, ...first })
          .execute();
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        // Another process was the first.
        await rows()
          .set((eb) => ({ failures: eb("failures", "+", 1) }))
          .execute();
      }
    }
  }
  return acrossCompanies(tx)
    .selectFrom("auth_failures")
    .select(["failures", "until"])
    .where("subject", "=", subject)
    .executeTakeFirstOrThrow();
}

/** @param subjects `whole` begins anew, of `once` one is taken back */
export async function forgetFailuresAcrossCompanies(
  tx: Tx,
  { whole, once }: { readonly whole: string | null; readonly once: string },
): Promise<void> {
  const table = () => acrossCompanies(tx).deleteFrom("auth_failures");
  if (whole !== null) await table().where("subject", "=", whole).execute();
  await table().where("subject", "=", once).where("failures", "=", 1).execute();
  await acrossCompanies(tx)
    .updateTable("auth_failures")
    .set((eb) => ({ failures: eb("failures", "-", 1) }))
    .where("subject", "=", once)
    .execute();
}

/** What has run out: failures, sessions, and links that nobody followed. @returns how many rows */
export async function deleteExpiredAcrossCompanies(tx: Tx, now: Instant): Promise<number> {
  const across = acrossCompanies(tx);
  const counts = [
    await across.deleteFrom("auth_failures").where("until", "<", now).executeTakeFirstOrThrow(),
    await across.deleteFrom("auth_sessions").where("expires_at", "<", now).executeTakeFirstOrThrow(),
    await across.deleteFrom("auth_verifications").where("expires_at", "<", now).executeTakeFirstOrThrow(),
  ];
  return counts.reduce((sum, { numDeletedRows }) => sum + Number(numDeletedRows), 0);
}
