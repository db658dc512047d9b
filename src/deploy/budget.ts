import { setTimeout as sleep } from "node:timers/promises";
import { isBusy } from "../db/sqlite.ts";
import type { Target } from "./target.ts";

/** A statement did not get its locks in time; nothing of it happened. */
export class LockBudgetExceeded extends Error {
  override readonly name = "LockBudgetExceeded";
}

export interface Patience {
  /** Seconds over all attempts. One attempt waits as long as the connection's lock_wait_timeout says. */
  readonly seconds: number;
  readonly onWait?: (line: string) => void;
  /** Sends one attempt. */
  readonly send?: (attempt: () => Promise<unknown>) => Promise<unknown>;
}

/**
 * Runs a statement that must not make others queue: where it waits for a lock, everybody who comes later waits behind
 * it, so it gives up soon and tries again, each time leaving the others some air.
 * @throws LockBudgetExceeded that names who held the lock
 */
export async function underBudget(target: Target, sql: string, patience: Patience): Promise<void> {
  const { seconds, onWait, send = (attempt) => attempt() } = patience;
  const deadline = performance.now() + seconds * 1000;
  for (let attempt = 1; ; attempt++) {
    try {
      await send(() => target.query(sql));
      return;
    } catch (error) {
      if (!isLockWait(error)) throw error;
      const blockers = await openTransactions(target);
      if (performance.now() > deadline) {
        throw new LockBudgetExceeded(
          `No lock within ${seconds} s in ${attempt} attempts: ${blockers.join("; ") || "the holder is not visible to this user"}.`,
        );
      }
      onWait?.(`waiting for a lock, attempt ${attempt}: ${blockers.join("; ")}`);
      await sleep(200 + Math.random() * 400);
    }
  }
}

function isLockWait(error: unknown): boolean {
  const { errno } = error as { errno?: number };
  return errno === 1205 || isBusy(error);
}

/** Sessions with an open transaction, the oldest first: who, from where, how long. What they run is not told: it may hold personal data. */
export async function openTransactions(target: Target, atLeastSeconds = 0): Promise<string[]> {
  if (target.engine === "sqlite") return ["another process is writing to the file"];
  try {
    const rows = await target.query<{ id: number; user: string; host: string; seconds: number }>(
      `select t.trx_mysql_thread_id as id, p.user as user, p.host as host, timestampdiff(second, t.trx_started, now()) as seconds
       from information_schema.innodb_trx t join information_schema.processlist p on p.id = t.trx_mysql_thread_id
       where p.id <> connection_id() and timestampdiff(second, t.trx_started, now()) >= ? order by t.trx_started limit 20`,
      [atLeastSeconds],
    );
    return rows.map(
      ({ id, user, host, seconds }) => `connection ${id} (${user}@${host}) has a transaction open for ${seconds} s`,
    );
  } catch {
    return [];
  }
}
