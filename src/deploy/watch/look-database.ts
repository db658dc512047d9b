import { setTimeout as sleep } from "node:timers/promises";
import type { Run } from "../journal.ts";
import { lastingRunId } from "../lasting.ts";
import { readMaintenance } from "../maintenance.ts";
import { isConnectionLost, type Target } from "../target.ts";
import type { Look, Sighting } from "./sighting.ts";

/** What the database says, where it says anything. */
export interface DatabaseSight {
  readonly sightings: readonly Sighting[];
  readonly isAnswering: boolean;
  /** Maintenance is on. */
  readonly isClosed: boolean;
  /** Another run has begun. */
  readonly isSuperseded: boolean;
}

const patienceMilliseconds = 2_000;

/** Waits a little for the answer, and not for the other looks' sake: until it comes nothing else is asked. */
export function databaseLook(target: Target, run: Run, look: Look): () => Promise<DatabaseSight> {
  let asked: Promise<DatabaseSight> | null = null;
  return async () => {
    asked ??= sight(target, run, look).finally(() => {
      asked = null;
    });
    const timer = new AbortController();
    const late = sleep(patienceMilliseconds, silent(target, `It did not answer within ${patienceMilliseconds} ms.`), {
      signal: timer.signal,
    });
    late.catch(() => {});
    const answer = await Promise.race([asked, late]);
    timer.abort();
    return answer;
  };
}

async function sight(target: Target, { id }: Run, look: Look): Promise<DatabaseSight> {
  try {
    const isSuperseded = (await lastingRunId(target)) !== id;
    const { lease } = await readMaintenance(target);
    const sightings = [sighting(target, null), ...(await look())];
    return { sightings, isAnswering: true, isClosed: lease !== null, isSuperseded };
  } catch (error) {
    if (isConnectionLost(error)) await target.reopen().catch(() => {});
    return silent(target, `It did not answer: ${(error as Error).message}`);
  }
}

function silent(target: Target, wrong: string): DatabaseSight {
  return { sightings: [sighting(target, wrong)], isAnswering: false, isClosed: false, isSuperseded: false };
}

function sighting({ database }: Target, wrong: string | null): Sighting {
  return { check: "database", subject: database, wrong, notMendable: "a rollback needs the database" };
}
