import { randomBytes } from "node:crypto";
import type { Migration } from "../db/migration.ts";
import { migrations as shipped } from "../db/migrations.ts";
import { isBusy } from "../db/sqlite.ts";
import { assertAdoptable, assertZoneStated, baseline, isPlatform, readAdoption, wouldMakePlatform } from "./adopt.ts";
import { removeBackup } from "./backup/manifest.ts";
import { takeBackup } from "./backup/take.ts";
import { type Catalogue, readCatalogue } from "./catalogue.ts";
import { driftOf } from "./drift.ts";
import { drive } from "./drive.ts";
import { countInForce, forgetReleases } from "./execute.ts";
import { failpoint } from "./failpoint.ts";
import { describeInTheWay } from "./half-made.ts";
import {
  appliedMigrations,
  insertRun,
  latestRuns,
  openJournal,
  openRun,
  type Run,
  tryJournal,
  updateRun,
} from "./journal.ts";
import { type DeploymentLock, lockDeployment } from "./lock.ts";
import { begin, type EndState, type Progress, recovered } from "./machine.ts";
import { ensureMaintenanceTables } from "./maintenance.ts";
import { type PlannedRelease, PlanRefused, plan, stepsIn } from "./plan.ts";
import { type Rehearsal, rehearse, removeScratch } from "./rehearse.ts";
import { defaultSettings, type RehearsalSettings, type Settings } from "./settings.ts";
import { isIn, subjectOf } from "./subject.ts";
import type { Target } from "./target.ts";
import { isDead, type Surroundings, thisProcess, type Work, workOn } from "./work.ts";

export interface DeployOptions extends Surroundings {
  /** Stop after this release; all of them when left out. */
  readonly to?: string;
  readonly migrations?: readonly Migration[];
  readonly settings?: Partial<Settings>;
  /** Asked under the lock, before anything is touched. @throws PlanRefused */
  readonly admit?: (releases: readonly PlannedRelease[], before: Catalogue) => void;
  /** What the report is to say besides. */
  readonly notes?: Readonly<Record<string, unknown>>;
}

/** How a run ended. */
export interface Ending {
  readonly end: EndState;
  readonly reason: string | null;
  /** Null where there was nothing to do. */
  readonly runId: string | null;
  /** Maintenance, or what its hook stopped, is still so. */
  readonly frozen: boolean;
  /** Migrations that this call brought in or took out. */
  readonly migrations: readonly string[];
}

/**
 * Brings the database to the wanted release, or back to exactly what it was. A run that died is finished first.
 * @throws PlanRefused, DeploymentRunning: nothing was touched
 */
export async function deploy(target: Target, options: DeployOptions = {}): Promise<Ending> {
  return locked(target, async (lock) => {
    const left = await openRun(target);
    if (left !== null) {
      if (left.progress.end === "held") return heldStill(left);
      const finished = await finish(target, lock, left, "goOn", options);
      if (finished.end === "held") return finished;
    }
    const before = await readCatalogue(target);
    const releases = await pendingReleases(target, options, before);
    if (stepsIn(releases).length === 0) return nothingToDo("migrated");
    if (releases.some(({ adopted }) => adopted)) assertZoneStated(before, options.settings?.hostTimeZone ?? null);
    await assertNoDrift(target, before, options);
    options.admit?.(releases, before);
    return start(target, lock, { goal: "migrate", releases, before, expected: null }, options);
  });
}

/** What was planned and rehearsed is a change of the structure that we left, not of another one. */
async function assertNoDrift(target: Target, before: Catalogue, options: DeployOptions): Promise<void> {
  const drift = await driftOf(target, before);
  if (drift.length === 0) return;
  const found = `Somebody changed tables that this program made, left ≠ found:\n${drift.join("\n")}`;
  if (options.settings?.acceptDrift) return options.say?.(found);
  throw new PlanRefused(`${found}\nTake that back, or accept it as it is: --accept-drift.`);
}

/**
 * For databases that nobody works on yet: the embedded one, and tests.
 * @throws Error unless it ends migrated
 */
export async function migrate(target: Target, options: DeployOptions = {}): Promise<readonly string[]> {
  const { end, reason, migrations } = await deploy(target, options);
  if (end !== "migrated") throw new Error(reason ?? end);
  return migrations;
}

/** Takes releases back, newest first, down to and without `release`: exactly what the journal says was made. */
export async function rollBack(target: Target, release: string, options: DeployOptions = {}): Promise<Ending> {
  return locked(target, async (lock) => {
    const left = await openRun(target);
    if (left !== null) {
      const finished = await finish(target, lock, left, "turnBack", options);
      const applied = await appliedMigrations(target);
      if (finished.end === "held" || !applied.some((record) => record.release === release)) return finished;
    }
    const before = await readCatalogue(target);
    const releases = await releasesFrom(target, release, options.migrations ?? shipped, before);
    if (stepsIn(releases).length === 0) {
      await forgetReleases(target, releases);
      return nothingToDo("undone");
    }
    const runs = await latestRuns(target, 100);
    const made = runs.find(({ progress }) => progress.goal === "migrate" && progress.end === "migrated");
    return start(target, lock, { goal: "rollBack", releases, before, expected: made?.expected ?? null }, options);
  });
}

/** What `deploy` would do now. @throws PlanRefused */
export async function planned(target: Target, options: DeployOptions = {}): Promise<PlannedRelease[]> {
  return pendingReleases(target, options, await readCatalogue(target));
}

/**
 * Rehearses what `deploy` would do, on a copy, and leaves nothing behind.
 * @throws Error that says what does not work, PlanRefused, DeploymentRunning
 */
export async function rehearseOnly(
  target: Target,
  { directory, toolsDir, withRows }: RehearsalSettings,
  options: DeployOptions = {},
): Promise<Rehearsal | null> {
  const { say = () => {} } = options;
  return locked(target, async () => {
    const releases = await pendingReleases(target, options, await readCatalogue(target));
    if (stepsIn(releases).length === 0) return null;
    await openJournal(target);
    const { path, manifest } = await takeBackup(target, { directory, toolsDir }, { withRows, say });
    try {
      const steps = stepsIn(releases);
      return await rehearse(target, steps, path, { runId: "rehearsal", toolsDir, say });
    } finally {
      removeBackup(path, manifest);
    }
  });
}

/** Goes on with the run that died or is held. Null where there is none. */
export async function resume(target: Target, options: DeployOptions = {}): Promise<Ending | null> {
  return leadOn(target, "goOn", options);
}

/** Takes the run that died or is held back to where it began. Null where there is none. */
export async function abort(target: Target, options: DeployOptions = {}): Promise<Ending | null> {
  return leadOn(target, "turnBack", options);
}

async function leadOn(target: Target, wish: "goOn" | "turnBack", options: DeployOptions): Promise<Ending | null> {
  return locked(target, async (lock) => {
    const left = await openRun(target);
    return left === null ? null : finish(target, lock, left, wish, options);
  });
}

/**
 * Under the lock. What keeps a run from beginning is a refusal: once it has begun, the journal can be written, and every
 * error is an ending.
 */
async function locked<T>(target: Target, work: (lock: DeploymentLock) => Promise<T>): Promise<T> {
  try {
    return await lockedOrNot(target, work);
  } catch (error) {
    const { errno, message } = error as { errno?: number; message: string };
    if (isBusy(error))
      throw new PlanRefused("Another process is writing to the database and does not end; let it end.");
    if (!denials.has(errno ?? 0)) throw error;
    throw new PlanRefused(
      `${message}. Nothing was touched; \`frontdesk deploy check\` names each right that is missing.`,
    );
  }
}

/** Access denied: to a schema, a table, a column, for want of a global privilege, to a routine. */
const denials: ReadonlySet<number> = new Set([1044, 1142, 1143, 1227, 1370]);

async function lockedOrNot<T>(target: Target, work: (lock: DeploymentLock) => Promise<T>): Promise<T> {
  const lock = await lockDeployment(target, async (connectionId) => {
    const run = await openRun(target);
    return run !== null && run.owner.connectionId === connectionId && isDead(run.owner);
  });
  try {
    return await work(lock);
  } finally {
    if (target.inTransaction()) await target.query("rollback");
    await lock.release().catch(() => {});
  }
}

async function start(
  target: Target,
  lock: DeploymentLock,
  { goal, releases, before, expected }: Pick<Run, "releases" | "before" | "expected"> & Pick<Progress, "goal">,
  { settings, notes = {}, ...surroundings }: DeployOptions,
): Promise<Ending> {
  await openJournal(target);
  await tryJournal(target);
  if (settings?.maintenance) await ensureMaintenanceTables(target);
  await removeScratch(target);
  const startedAt = new Date().toISOString();
  const steps = stepsIn(releases);
  const run: Run = {
    id: `${startedAt.slice(0, 19).replace(/[:]/g, "-")}-${randomBytes(3).toString("hex")}`,
    progress: begin(goal, steps.length),
    settings: { ...defaultSettings, ...settings },
    releases,
    before,
    expected,
    notes,
    owner: await thisProcess(target),
    startedAt,
    endedAt: null,
  };
  await insertRun(target, run);
  const work = workOn(target, lock, run, surroundings);
  work.keepCopy({ run: run.id, releases, settings: run.settings, progress: run.progress });
  await failpoint("begun");
  surroundings.say?.(`run ${run.id}: ${releases.map(({ release }) => release).join(", ")}, ${steps.length} statements`);
  return ending(await drive(work));
}

async function finish(
  target: Target,
  lock: DeploymentLock,
  run: Run,
  wish: "goOn" | "turnBack",
  options: DeployOptions,
): Promise<Ending> {
  const { say = () => {} } = options;
  say(
    `run ${run.id} of ${run.startedAt} was left in ${run.progress.phase}: ${wish === "goOn" ? "going on" : "turning back"}`,
  );
  await removeScratch(target);
  const owner = await thisProcess(target);
  const steps = stepsIn(run.releases);
  const progress = recovered(run.progress, countInForce(await readCatalogue(target), steps), wish);
  const over = progress.end === null ? {} : { endedAt: new Date().toISOString() };
  await updateRun(target, run.id, { owner, progress, ...over });
  return ending(await drive(workOn(target, lock, { ...run, owner, progress }, options)));
}

function ending({ run }: Work): Ending {
  const { end, reason, goal } = run.progress;
  const changed = (goal === "migrate" && end === "migrated") || (goal === "rollBack" && end === "undone");
  const ids = run.releases.flatMap(({ migrations }) => migrations.map(({ id }) => id));
  return { end: end ?? "held", reason, runId: run.id, frozen: isFrozen(run), migrations: changed ? ids : [] };
}

function isFrozen({ progress, settings }: Run): boolean {
  return progress.frozen && (settings as Partial<Settings>).maintenance != null;
}

function heldStill(run: Run): Ending {
  const { id, progress } = run;
  const reason = `Run ${id} is held: ${progress.reason}\nLook at it, then \`frontdesk deploy resume\` or \`frontdesk deploy abort\`.`;
  return { end: "held", reason, runId: id, frozen: isFrozen(run), migrations: [] };
}

export function nothingToDo(end: EndState): Ending {
  return { end, reason: null, runId: null, frozen: false, migrations: [] };
}

async function pendingReleases(
  target: Target,
  { migrations = shipped, to }: DeployOptions,
  catalogue: Catalogue,
): Promise<PlannedRelease[]> {
  const applied = await appliedMigrations(target);
  const isNew = applied.length === 0 && wouldMakePlatform(migrations, target.engine) && isPlatform(catalogue);
  const adopted = isNew ? baseline : ((await readAdoption(target))?.release ?? null);
  if (isNew) assertAdoptable(catalogue);
  const pending = plan(migrations, applied, catalogue, target.engine, adopted);
  const existing = pending.flatMap(({ steps }) => steps).filter(({ up }) => isIn(catalogue, subjectOf(up)));
  if (existing.length > 0) {
    const tables = [...new Set(existing.map(({ up }) => subjectOf(up).table))];
    const shapes = await describeInTheWay(target, stepsIn(pending), catalogue, tables);
    throw new PlanRefused(
      `In the database, and not made by this program: ${tables.join(", ")}. If an earlier attempt left them, move them out of the way (RENAME TABLE … TO …), then try again.\n${shapes.join("\n")}`,
    );
  }
  if (to === undefined) return pending;
  if (!migrations.some(({ release }) => release === to)) throw new PlanRefused(`There is no release ${to}.`);
  return pending.slice(0, pending.findIndex(({ release }) => release === to) + 1);
}

async function releasesFrom(
  target: Target,
  release: string,
  migrations: readonly Migration[],
  catalogue: Catalogue,
): Promise<PlannedRelease[]> {
  const applied = await appliedMigrations(target);
  const from = applied.findIndex((record) => record.release === release);
  if (from === -1) throw new PlanRefused(`The release ${release} is not applied here.`);
  const adopted = (await readAdoption(target))?.release ?? null;
  return plan(migrations, applied.slice(0, from), catalogue, target.engine, adopted).filter((planned) =>
    applied.slice(from).some((record) => record.release === planned.release),
  );
}
