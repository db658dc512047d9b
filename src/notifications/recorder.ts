import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { currentTime, type Db } from "../db/connect.ts";
import { transaction } from "../db/transaction.ts";
import { type AttemptRow, type Ending, insertAttempts, recordEndings } from "./record-store.ts";

/** Writes endings down, as many as have gathered in one transaction: a commit costs more than a row. */
export interface Recorder {
  /** Resolves once it is in the database. */
  record(ending: Ending): Promise<void>;
}

const largestBatch = 50;
/** While the database is away, what was sent is kept in mind: as long as the process lives, it is not sent twice. */
const patienceMilliseconds = 60_000;

interface Waiting {
  readonly ending: Ending;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

export function createRecorder(db: Db, log: Logger): Recorder {
  const waiting: Waiting[] = [];
  let isWriting = false;

  async function writeAll(): Promise<void> {
    if (isWriting) return;
    isWriting = true;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, largestBatch);
      try {
        await write(
          db,
          log,
          batch.map(({ ending }) => ending),
        );
        for (const { done } of batch) done();
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    isWriting = false;
  }

  return {
    record: (ending) =>
      new Promise((done, failed) => {
        waiting.push({ ending, done, failed });
        void writeAll();
      }),
  };
}

async function write(db: Db, log: Logger, endings: readonly Ending[]): Promise<void> {
  const giveUp = performance.now() + patienceMilliseconds;
  for (;;) {
    try {
      await transaction(db, async (tx) => {
        const now = await currentTime(tx);
        await recordEndings(tx, endings, now);
        await insertAttempts(tx, endings.map(attemptOf), now);
      });
      return;
    } catch (error) {
      if (performance.now() > giveUp) throw error;
      log.warn({ err: error, endings: endings.length }, "What was sent could not be written down; it is tried again");
      await sleep(500);
    }
  }
}

function attemptOf({ delivery, transition, milliseconds }: Ending): AttemptRow {
  const { attempt, errorCode, detail } = transition;
  return { delivery, outcome: attempt, errorCode, detail, milliseconds };
}
