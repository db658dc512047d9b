import type { Health } from "../health.ts";
import type { Run } from "../journal.ts";
import { stepsIn } from "../plan.ts";
import { tablesMadeBy } from "../subject.ts";
import type { Target } from "../target.ts";
import type { Say } from "../work.ts";
import { type DatabaseSight, databaseLook } from "./look-database.ts";
import { figuresLook, type MetricsSource } from "./look-figures.ts";
import { healthLook } from "./look-health.ts";
import { type LogPattern, logLook } from "./look-log.ts";
import { referencesLook } from "./look-references.ts";
import { serverLook } from "./look-server.ts";
import type { Limits, NotChecked } from "./sighting.ts";

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
  readonly look: () => Promise<DatabaseSight>;
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
  const onServer = serverLook(target, limits);
  const onDatabase = databaseLook(target, run, onServer.look);
  const onReferences = referencesLook(target, { everyMilliseconds, made, say });
  const onLogs = logs.map(logLook);
  const onHealth = healthLook(healthUrls, healthBefore, health);
  const onFigures = metrics === null ? null : figuresLook(metrics, limits);
  return {
    async look() {
      const database = await onDatabase();
      const others = [onHealth, ...onLogs.map((each) => each.look), onReferences.look];
      // During maintenance 503 is what is to be answered.
      if (onFigures !== null && !database.isClosed) others.push(onFigures);
      const found = (await Promise.all(others.map((look) => look()))).flat();
      return { ...database, sightings: [...database.sightings, ...found] };
    },
    notChecked: () => [
      ...onServer.notChecked(),
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
