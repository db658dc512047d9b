import { type Db, handle, type Tx, unguarded } from "./connect.ts";
import { isBusy } from "./sqlite.ts";

const attempts = 12;

/**
 * Lock wait timeout, deadlock, record changed since last read (MariaDB), prepared statement to be prepared again,
 * certification failure (group replication): the servers ask for the transaction to be run again.
 */
const retryable = new Set([1205, 1213, 1020, 1615, 3101]);

/**
 * Runs the work in one READ COMMITTED transaction; run again, with a growing random pause, where the engine asks for
 * it. The work must lock (or write) before it reads, and must not touch anything but the database. A connection lost
 * at COMMIT is not retried: nobody knows whether it was committed.
 */
export async function transaction<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await once(db, work);
    } catch (error) {
      if (attempt === attempts || !asksForRetry(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** Math.min(attempt, 6)));
    }
  }
}

async function once<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  return db[unguarded].transaction().execute(async (kysely) => {
    const tx: Tx = { ...handle(kysely, db), inTransaction: true };
    const result = await work(tx);
    await db.beforeCommit?.(tx, result);
    return result;
  });
}

function asksForRetry(error: unknown): boolean {
  return isBusy(error) || (error instanceof Error && "errno" in error && retryable.has(error.errno as number));
}
