import type { Health } from "../health.ts";
import type { Run } from "../journal.ts";
import { readMaintenance } from "../maintenance.ts";
import { stepsIn } from "../plan.ts";
import { tablesMadeBy } from "../subject.ts";
import { isConnectionLost, type Target } from "../target.ts";
import type { Say } from "../work.ts";
import { figuresLook, type MetricsSource } from "./look-figures.ts";
import { healthLook } from "./look-health.ts";
import { type LogPattern, logLook } from "./look-log.ts";
import { referencesLook } from "./look-references.ts";
import { serverLook } from "./look-server.ts";
import type { Limits, Look, NotChecked, Sighting } from "./sighting.ts";

export interface WatchSettings {
  readonly forMilliseconds: number;
  readonly everyMilliseconds: number;
  readonly referencesEveryMilliseconds: number;
  readonly healthUrls: readonly string[];
  readonly metrics: MetricsSource | null;
  readonly logs: readonly LogPattern[];
  readonly limits: Limits;
  /** Takes the run back at the first alarm that this may mend. */
  readonly undo: boolean;
}

export interface Eyes {
  readonly look: Look;
  readonly notChecked: () => NotChecked[];
  /** Nothing is read from the database any more. */
  readonly settled: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** All that is to be looked at, from now on. */
export function openEyes(target: Target, run: Run, settings: WatchSettings, say: Say): Eyes {
  const { healthUrls, metrics, logs, limits, referencesEveryMilliseconds: everyMilliseconds } = settings;
  const { health = [], healthBefore = [] } = run.notes as { health?: Health[]; healthBefore?: Health[] };
  const made = tablesMadeBy(stepsIn(run.releases));
  const onDatabase = serverLook(target, limits);
  const onReferences = referencesLook(target, { everyMilliseconds, made, say });
  const onLogs = logs.map(logLook);
  const onHealth = healthLook(healthUrls, healthBefore, health);
  const onFigures = metrics === null ? null : figuresLook(metrics, limits);
  return {
    async look() {
      const { sightings, isClosed } = await databaseSightings(target, onDatabase.look);
      const others = [onHealth, ...onLogs.map((each) => each.look), onReferences.look];
      // During maintenance 503 is what is to be answered.
      if (onFigures !== null && !isClosed) others.push(onFigures);
      return [...sightings, ...(await Promise.all(others.map((look) => look()))).flat()];
    },
    notChecked: () => [
      ...onDatabase.notChecked(),
      ...(healthUrls.length === 0 ? [{ check: "health" as const, why: "no --health-url was given" }] : []),
      ...(logs.length === 0 ? [{ check: "log" as const, why: "no --watch-log was given" }] : []),
      ...(metrics === null ? [{ check: "error rate" as const, why: "no --metrics-url was given" }] : []),
    ],
    settled: onReferences.settled,
    async close() {
      await onReferences.settled();
      for (const each of onLogs) each.close();
    },
  };
}

async function databaseSightings(target: Target, look: Look): Promise<{ sightings: Sighting[]; isClosed: boolean }> {
  const database = (wrong: string | null): Sighting => {
    return { check: "database", subject: target.database, wrong, notMendable: "a rollback needs the database" };
  };
  try {
    const sightings = await look();
    const { lease } = await readMaintenance(target);
    return { sightings: [database(null), ...sightings], isClosed: lease !== null };
  } catch (error) {
    if (isConnectionLost(error)) await target.reopen().catch(() => {});
    return { sightings: [database(`It did not answer: ${(error as Error).message}`)], isClosed: false };
  }
}
