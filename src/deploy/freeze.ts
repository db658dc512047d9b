import { failpoint } from "./failpoint.ts";
import { checkHealth } from "./health.ts";
import { type HookOutcome, hookEnvironment, runHook, runSmoke } from "./hooks.ts";
import {
  awaitAcknowledged,
  awaitDiscovery,
  enterMaintenance,
  leaveMaintenance,
  markBegun,
  newAllowToken,
  type ProcessRow,
} from "./maintenance.ts";
import type { MaintenanceSettings } from "./settings.ts";
import type { Work } from "./work.ts";

/** Nobody writes from here on: our own processes have said so, and the hook has stopped whatever else writes. */
export async function freeze(work: Work): Promise<void> {
  const { target, run, settings, say } = work;
  const { maintenance } = settings;
  if (maintenance === null) return;
  await awaitDiscovery(target);
  work.allowToken = newAllowToken();
  const began = performance.now();
  const generation = await enterMaintenance(target, {
    owner: run.id,
    reason: maintenance.reason,
    retryAfterSeconds: maintenance.retryAfterSeconds,
    ttlSeconds: maintenance.acknowledgeSeconds + maintenance.hookSeconds + marginSeconds,
    allowToken: work.allowToken,
  });
  work.frozenAt ??= began;
  await failpoint("frozen");
  const { acknowledged, missing } = await awaitAcknowledged(target, generation, {
    timeoutMs: maintenance.acknowledgeSeconds * 1000,
  });
  if (missing.length > 0) throw new Error(stillAtWork(missing, maintenance));
  await note(work, { maintenance: { acknowledged: acknowledged.map(named) } });
  await stopHost(work, maintenance);
  await markBegun(target, run.id);
  say(`maintenance is on; ${acknowledged.length} processes have stopped`);
}

/** What a lease may take longer than its parts. */
const marginSeconds = 15;

/** Undoes all that `freeze` did, as far as that came. */
export async function thaw(work: Work): Promise<void> {
  const { target, run, settings, say } = work;
  const { maintenance } = settings;
  if (maintenance === null) return;
  if (run.notes.hostStopped === true) {
    if (maintenance.thawHook !== null) succeeded("thaw", await hook(work, maintenance.thawHook, maintenance));
    await note(work, { hostStopped: false });
  }
  await leaveMaintenance(target, run.id);
  await failpoint("thawed");
  if (work.frozenAt === null) return;
  const frozenMilliseconds = Math.round(performance.now() - work.frozenAt);
  work.frozenAt = null;
  await note(work, { frozenMilliseconds: Number(run.notes.frozenMilliseconds ?? 0) + frozenMilliseconds });
  say(`maintenance is off after ${(frozenMilliseconds / 1000).toFixed(1)} s`);
}

/** A person's own trial of the new version, while nobody else is let in. */
export async function smoke(work: Work): Promise<void> {
  const { settings, allowToken, run } = work;
  if (settings.smoke === null || run.progress.goal === "rollBack") return;
  const options = { ...surroundings(work), timeoutSeconds: settings.smoke.seconds, allowToken };
  const outcome = await runSmoke(settings.smoke.command, options);
  await note(work, { smoke: outcome });
  succeeded("smoke", outcome);
}

/** Before anything happens, once: what is sick then, this run did not make so. */
export async function noteHealthBefore(work: Work): Promise<void> {
  const { settings, run } = work;
  const { urls } = settings.health;
  if (urls.length === 0 || run.progress.goal !== "migrate" || run.notes.healthBefore !== undefined) return;
  await note(work, { healthBefore: await checkHealth(urls, { timeoutMs: 5000 }) });
}

/** After the thaw: what was healthy before should be so again. */
export async function checkHealthNow(work: Work): Promise<void> {
  const { urls, patienceSeconds } = work.settings.health;
  if (urls.length === 0) return;
  const health = await checkHealth(urls, { timeoutMs: 5000, patienceMs: patienceSeconds * 1000 });
  await note(work, { health });
  const sick = health.filter(({ failure }) => failure !== null);
  if (sick.length > 0) {
    throw new Error(`Not healthy afterwards: ${sick.map(({ url, failure }) => `${url}: ${failure}`).join(" ")}`);
  }
}

/** Noted before it is run: a deployer that dies in between must start the host again. */
async function stopHost(work: Work, maintenance: MaintenanceSettings): Promise<void> {
  if (maintenance.freezeHook === null) return;
  await note(work, { hostStopped: true });
  await failpoint("host stopped");
  succeeded("freeze", await hook(work, maintenance.freezeHook, maintenance));
}

function hook(work: Work, command: string, { hookSeconds }: MaintenanceSettings): Promise<HookOutcome> {
  return runHook(command, { ...surroundings(work), timeoutSeconds: hookSeconds });
}

function surroundings({ target, run, environment }: Work) {
  const { env, secrets } = hookEnvironment(target, environment);
  return { env: { ...env, FRONTDESK_RUN: run.id }, secrets };
}

function succeeded(kind: "freeze" | "thaw" | "smoke", { failure, output }: HookOutcome): void {
  if (failure === null) return;
  throw new Error(`The ${kind} command failed. ${failure}${output === "" ? "" : `\n${output}`}`);
}

function stillAtWork(missing: readonly ProcessRow[], { acknowledgeSeconds }: MaintenanceSettings): string {
  const names = missing.map(named).join(", ");
  return `After ${acknowledgeSeconds} s these had not stopped for maintenance: ${names}. Stop them, or give them more time (--wait).`;
}

function named({ kind, host, pid }: ProcessRow): string {
  return `${kind} on ${host} (pid ${pid})`;
}

async function note(work: Work, notes: Record<string, unknown>): Promise<void> {
  await work.save({ notes: { ...work.run.notes, ...notes } });
}
