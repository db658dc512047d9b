import { checksum, type Migration } from "../db/migration.ts";
import { migrations as shipped } from "../db/migrations.ts";
import { readCatalogue } from "./catalogue.ts";
import {
  appliedMigrations,
  forgetApplied,
  forgetStep,
  openJournal,
  recordApplied,
  recordDone,
  recordIntent,
  unconfirmedSteps,
} from "./journal.ts";
import { assertLocked, lockDeployment, unlockDeployment } from "./lock.ts";
import { type PlannedRelease, type PlannedStep, PlanRefused, plan } from "./plan.ts";
import type { Target } from "./target.ts";

export interface DeployOptions {
  /** Stop after this release; all of them when left out. */
  readonly to?: string;
  readonly migrations?: readonly Migration[];
  readonly say?: (line: string) => void;
}

/** Brings the database to the wanted release under the deployment lock and undoes its statements when one of them fails. */
export async function deploy(target: Target, options: DeployOptions = {}): Promise<{ applied: string[] }> {
  const { migrations = shipped, say = () => {} } = options;
  return locked(target, async () => {
    await assertNothingHalfDone(target);
    const pending = await pendingReleases(target, migrations, options.to);
    await openJournal(target);
    const applied: string[] = [];
    for (const release of pending) {
      say(`${release.release}: ${release.steps.length} statements`);
      await applyRelease(target, release);
      applied.push(...release.migrations.map(({ id }) => id));
    }
    return { applied };
  });
}

/** Takes releases back, newest first, down to and without `release`: exactly what the journal says was made. */
export async function rollBack(
  target: Target,
  release: string,
  migrations: readonly Migration[] = shipped,
): Promise<{ removed: string[] }> {
  return locked(target, async () => {
    await assertNothingHalfDone(target);
    const applied = await appliedMigrations(target);
    const from = applied.findIndex((record) => record.release === release);
    if (from === -1) throw new PlanRefused(`The release ${release} is not applied here.`);
    const catalogue = await readCatalogue(target);
    const steps = plan(migrations, applied.slice(0, from), catalogue, target.engine)
      .filter((planned) => applied.slice(from).some((record) => record.release === planned.release))
      .flatMap((planned) => planned.steps);
    await undo(target, steps);
    for (const { id } of applied.slice(from)) await forgetApplied(target, id);
    return { removed: applied.slice(from).map(({ id }) => id) };
  });
}

async function locked<T>(target: Target, work: () => Promise<T>): Promise<T> {
  await lockDeployment(target);
  let outcome: "keep" | "discard" = "discard";
  try {
    const result = await work();
    outcome = "keep";
    return result;
  } finally {
    await unlockDeployment(target, outcome);
  }
}

async function assertNothingHalfDone(target: Target): Promise<void> {
  const [step] = await unconfirmedSteps(target);
  if (step !== undefined) {
    throw new PlanRefused(
      `An earlier deployment stopped in the middle of ${step}. Restore the backup taken before it, or finish or undo that statement by hand and delete its row from frontdesk_steps.`,
    );
  }
}

async function pendingReleases(
  target: Target,
  migrations: readonly Migration[],
  to: string | undefined,
): Promise<PlannedRelease[]> {
  const catalogue = await readCatalogue(target);
  const pending = plan(migrations, await appliedMigrations(target), catalogue, target.engine);
  const [existing] = pending
    .flatMap(({ steps }) => steps)
    .flatMap(({ up }) => /^create table (\w+)/.exec(up)?.[1] ?? [])
    .filter((table) => table in catalogue.tables);
  if (existing !== undefined) {
    throw new PlanRefused(
      `The table ${existing} exists and was not made by this program. Deploy into an empty database.`,
    );
  }
  if (to === undefined) return pending;
  if (!migrations.some(({ release }) => release === to)) throw new PlanRefused(`There is no release ${to}.`);
  return pending.slice(0, pending.findIndex(({ release }) => release === to) + 1);
}

async function applyRelease(target: Target, release: PlannedRelease): Promise<void> {
  const done: PlannedStep[] = [];
  try {
    for (const step of release.steps) {
      await assertLocked(target);
      await recordIntent(target, step.name, step.up);
      await target.query(step.up);
      await recordDone(target, step.name);
      done.push(step);
    }
  } catch (error) {
    if (target.engine !== "sqlite") await undoFailed(target, release.steps[done.length], done);
    throw error;
  }
  for (const migration of release.migrations) {
    await recordApplied(target, {
      id: migration.id,
      release: migration.release,
      checksum: checksum(migration, target.engine),
      applied_at: new Date().toISOString(),
    });
  }
}

/** The failed statement left nothing behind (a server's DDL statement is atomic); those before it are taken back. */
async function undoFailed(
  target: Target,
  failed: PlannedStep | undefined,
  done: readonly PlannedStep[],
): Promise<void> {
  await undo(target, done);
  if (failed) await forgetStep(target, failed.name);
}

async function undo(target: Target, steps: readonly PlannedStep[]): Promise<void> {
  for (const step of steps.toReversed()) {
    await assertLocked(target);
    await recordIntent(target, step.name, step.down);
    await target.query(step.down);
    await forgetStep(target, step.name);
  }
}
