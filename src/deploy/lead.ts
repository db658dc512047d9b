import { randomBytes } from "node:crypto";
import type { Migration } from "../db/migration.ts";
import { isBusy } from "../db/sqlite.ts";
import type { Catalogue } from "./catalogue.ts";
import { deedOf } from "./deeds.ts";
import { drive } from "./drive.ts";
import { failpoint } from "./failpoint.ts";
import { insertRun, openJournal, openRun, type Run, tryJournal, updateRun } from "./journal.ts";
import { type DeploymentLock, lockDeployment } from "./lock.ts";
import { begin, type EndState, type Goal, type Progress, recovered } from "./machine.ts";
import { ensureMaintenanceTables } from "./maintenance.ts";
import { type PlannedRelease, PlanRefused } from "./plan.ts";
import { removeScratch } from "./scratch.ts";
import { defaultSettings, type Settings } from "./settings.ts";
import type { Target } from "./target.ts";
import { isDead, type Surroundings, thisProcess, type Work, workOn } from "./work.ts";

export interface DeployOptions extends Surroundings {
  /** Stop after this release; all of them when left out. */
  readonly to?: string;
  readonly migrations?: readonly Migration[];
  readonly settings?: Partial<Settings>;
  /** Asked under the lock, before anything is touched. @throws PlanRefused */
  readonly admit?: (releases: readonly PlannedRelease[], before: Catalogue) => void;
  /** Why, where it is not just a person's wish. */
  readonly reason?: string;
  /** What the report is to say besides. */
  readonly notes?: Readonly<Record<string, unknown>>;
}

/** How a run ended. */
export interface Ending {
  readonly end: EndState;
  readonly reason: string | null;
  /** Null where there was nothing to do. */
  readonly runId: string | null;
  readonly goal: Goal;
  /** Maintenance, or what its hook stopped, is still so. */
  readonly frozen: boolean;
  /** Migrations that this call brought in or took out. */
  readonly migrations: readonly string[];
}

/**
 * Under the lock. What keeps a run from beginning is a refusal: once it has begun, the journal can be written, and every
 * error is an ending.
 */
export async function locked<T>(target: Target, work: (lock: DeploymentLock) => Promise<T>): Promise<T> {
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

type StartOptions = Omit<DeployOptions, "reason"> & { readonly reason?: string | null | undefined };

/** Writes a run into the journal and drives it to its end. @param steps how many it has */
export async function start(
  target: Target,
  lock: DeploymentLock,
  {
    goal,
    steps,
    releases,
    before,
    expected,
  }: Pick<Run, "releases" | "before" | "expected"> & Pick<Progress, "goal" | "steps">,
  { settings, reason = null, notes = {}, ...surroundings }: StartOptions,
): Promise<Ending> {
  await openJournal(target);
  await tryJournal(target);
  if (settings?.maintenance) await ensureMaintenanceTables(target);
  await removeScratch(target);
  const startedAt = new Date().toISOString();
  const run: Run = {
    id: `${startedAt.slice(0, 19).replace(/[:]/g, "-")}-${randomBytes(3).toString("hex")}`,
    progress: { ...begin(goal, steps), reason },
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
  const what = settings?.restore
    ? `restoring ${settings.restore.backup}`
    : releases.map(({ release }) => release).join(", ");
  surroundings.say?.(`run ${run.id}: ${what}, ${steps} ${goal === "restore" ? "steps" : "statements"}`);
  return ending(await drive(work));
}

/** Goes on with a run that died or is held, or takes it back. */
export async function finish(
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
  if (!isRestoring(run)) await removeScratch(target);
  const owner = await thisProcess(target);
  const deed = deedOf(run.progress.goal);
  const progress = recovered(run.progress, await deed.inForce(target, run), wish);
  if (progress.end !== null) deed.forget(run);
  const over = progress.end === null ? {} : { endedAt: new Date().toISOString() };
  await updateRun(target, run.id, { owner, progress, ...over });
  return ending(await drive(workOn(target, lock, { ...run, owner, progress }, options)));
}

function ending({ run }: Work): Ending {
  const { end, reason, goal } = run.progress;
  const changed = (goal === "migrate" && end === "migrated") || (goal === "rollBack" && end === "undone");
  const ids = run.releases.flatMap(({ migrations }) => migrations.map(({ id }) => id));
  return { end: end ?? "held", reason, runId: run.id, goal, frozen: isFrozen(run), migrations: changed ? ids : [] };
}

function isFrozen({ progress, settings }: Run): boolean {
  return progress.frozen && (settings as Partial<Settings>).maintenance != null;
}

/** What a plain run says of one that waits for a person. */
export function heldStill(run: Run): Ending {
  const { id, progress } = run;
  const reason = `Run ${id} is held: ${progress.reason}\nLook at it, then \`frontdesk deploy resume\` or \`frontdesk deploy abort\`.`;
  return { end: "held", reason, runId: id, goal: progress.goal, frozen: isFrozen(run), migrations: [] };
}

/** A restore that has touched something: then its shadow is wanted still, and only `resume` and `abort` lead on. */
export function isRestoring({ progress }: Run): boolean {
  return progress.goal === "restore" && progress.touched;
}

export function nothingToDo(end: EndState): Ending {
  return { end, reason: null, runId: null, goal: "migrate", frozen: false, migrations: [] };
}
