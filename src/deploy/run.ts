import type { Migration } from "../db/migration.ts";
import { migrations as shipped } from "../db/migrations.ts";
import { assertAdoptable, assertZoneStated, baseline, isPlatform, readAdoption, wouldMakePlatform } from "./adopt.ts";
import { removeBackup } from "./backup/manifest.ts";
import { takeBackup } from "./backup/take.ts";
import { type Catalogue, readCatalogue } from "./catalogue.ts";
import { driftOf, structureMade } from "./drift.ts";
import { forgetReleases } from "./execute.ts";
import { describeInTheWay } from "./half-made.ts";
import { appliedMigrations, latestRuns, openJournal, openRun, type Run } from "./journal.ts";
import { lastingRunId } from "./lasting.ts";
import { type DeployOptions, type Ending, finish, heldStill, isRestoring, locked, nothingToDo, start } from "./lead.ts";
import type { DeploymentLock } from "./lock.ts";
import { type PlannedRelease, PlanRefused, plan, stepsIn } from "./plan.ts";
import { type Rehearsal, rehearse } from "./rehearse.ts";
import type { RehearsalSettings } from "./settings.ts";
import { isIn, subjectOf } from "./subject.ts";
import type { Target } from "./target.ts";

/**
 * Brings the database to the wanted release, or back to exactly what it was. A run that died is finished first.
 * @throws PlanRefused, DeploymentRunning: nothing was touched
 */
export async function deploy(target: Target, options: DeployOptions = {}): Promise<Ending> {
  return locked(target, async (lock) => {
    const left = await openRun(target);
    if (left !== null) {
      assertNotRestoring(left);
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
    const steps = stepsIn(releases).length;
    return start(target, lock, { goal: "migrate", steps, releases, before, expected: null }, options);
  });
}

/** It is not for a deployment to finish: who asked for one did not ask for other rows. */
function assertNotRestoring(left: Run): void {
  if (!isRestoring(left)) return;
  throw new PlanRefused(
    `The restore ${left.id} has not ended. First \`frontdesk deploy resume\`, or \`frontdesk deploy abort\`.`,
  );
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
      assertNotRestoring(left);
      const finished = await finish(target, lock, left, "turnBack", options);
      const applied = await appliedMigrations(target);
      if (finished.end === "held" || !applied.some((record) => record.release === release)) return finished;
    }
    const from = (await appliedMigrations(target)).findIndex((record) => record.release === release);
    if (from === -1) throw new PlanRefused(`The release ${release} is not applied here.`);
    return takeBack(target, lock, from, options);
  });
}

/**
 * Takes back exactly what one run made, which may be less than its releases hold.
 * @throws PlanRefused where anything was begun since, DeploymentRunning
 */
export async function rollBackRun(target: Target, { id, releases }: Run, options: DeployOptions = {}): Promise<Ending> {
  return locked(target, async (lock) => {
    const last = await lastingRunId(target);
    if (last !== id) throw new PlanRefused(`Run ${last} was begun since ${id}: look at it first.`);
    const first = releases[0]?.migrations[0]?.id;
    const from = (await appliedMigrations(target)).findIndex((record) => record.id === first);
    if (from === -1) throw new PlanRefused(`What run ${id} brought in is not applied any more.`);
    return takeBack(target, lock, from, options);
  });
}

/** @param from the first applied migration that goes; all after it go too */
async function takeBack(target: Target, lock: DeploymentLock, from: number, options: DeployOptions): Promise<Ending> {
  const before = await readCatalogue(target);
  const releases = await releasesFrom(target, from, options.migrations ?? shipped, before);
  if (stepsIn(releases).length === 0) {
    await forgetReleases(target, releases);
    return nothingToDo("undone");
  }
  const expected = structureMade(await latestRuns(target, 100));
  const steps = stepsIn(releases).length;
  return start(target, lock, { goal: "rollBack", steps, releases, before, expected }, options);
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
    const left = await openRun(target);
    if (left !== null) assertNotRestoring(left);
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
  from: number,
  migrations: readonly Migration[],
  catalogue: Catalogue,
): Promise<PlannedRelease[]> {
  const applied = await appliedMigrations(target);
  const adopted = (await readAdoption(target))?.release ?? null;
  return plan(migrations, applied.slice(0, from), catalogue, target.engine, adopted).filter((planned) =>
    applied.slice(from).some((record) => record.release === planned.release),
  );
}
