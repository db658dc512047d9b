import type { Db } from "../db/connect.ts";
import {
  claimInstallationAlert,
  countWorkers,
  endInstallationAlert,
  forgetSilent,
  type InstallationAlert,
  newestBackupAge,
  openInstallationAlerts,
  raiseInstallationAlert,
  settleInstallationAlert,
  silentWorkers,
} from "../db/installation-watch.ts";
import { isRegistryMissing, type Registry, registryOf } from "../db/maintenance.ts";
import type { Installation } from "../installation.ts";
import { hasOperators, tellOperators } from "../notifications/operators.ts";

export interface InstallationWatch {
  readonly db: Db;
  readonly installation: Installation;
  readonly timing?: typeof usualTiming;
}

/** In milliseconds. */
const usualTiming = {
  /** A worker that was not seen for so long is dead. */
  silent: 60_000,
  /** How long a dead one is remembered. */
  remembered: 3_600_000,
  /** Between two versions there may be no worker for a moment. */
  withoutWorker: 60_000,
  /** Longer than telling takes. */
  claim: 60_000,
};

/**
 * A chore of servers and workers alike, since of a last worker that dies nobody but a server can tell: raises what
 * concerns the whole installation, tells each of it once, and ends it with its cause.
 * @returns how many were told
 */
export async function watchInstallation({
  db,
  installation,
  timing = usualTiming,
}: InstallationWatch): Promise<number> {
  const registry = await registryOf(db);
  try {
    await forgetSilent(registry, timing.remembered);
    const troubles = await troublesOf(registry, installation, timing);
    const open = await openInstallationAlerts(registry);
    for (const alert of troubles) if (!open.some(isSameAs(alert))) await raiseInstallationAlert(registry, alert);
    for (const alert of open) if (!troubles.some(isSameAs(alert))) await endInstallationAlert(registry, alert);
    return await tell(registry, installation, timing);
  } catch (error) {
    // Nothing of this version was deployed yet; what has its database still to come has nothing to tell either.
    if (isRegistryMissing(error)) return 0;
    throw error;
  }
}

function isSameAs({ kind, subject }: InstallationAlert) {
  return (other: InstallationAlert) => other.kind === kind && other.subject === subject;
}

async function troublesOf(
  registry: Registry,
  { backupMaxAgeHours }: Installation,
  timing: typeof usualTiming,
): Promise<InstallationAlert[]> {
  const left = await countWorkers(registry, timing.silent);
  const dead = (await silentWorkers(registry, timing.silent)).map(
    ({ id, host, pid, silentMs }): InstallationAlert => ({
      kind: "dead_worker",
      subject: id,
      detail: `The worker on ${host} (pid ${pid}) was last seen ${Math.round(silentMs / 1000)} s ago and did not sign off. Others at work: ${left}.`,
    }),
  );
  const none: InstallationAlert[] =
    left > 0
      ? []
      : [
          {
            kind: "no_worker",
            subject: "all",
            detail: "No worker is at work: nothing is sent and no callback escalated. Start `frontdesk work`.",
          },
        ];
  return [...dead, ...none, ...(backupMaxAgeHours === null ? [] : await staleBackup(registry, backupMaxAgeHours))];
}

async function staleBackup(registry: Registry, maxAgeHours: number): Promise<InstallationAlert[]> {
  const age = await newestBackupAge(registry);
  if (age !== null && age <= maxAgeHours * 3_600_000) return [];
  const found = age === null ? "No backup was recorded" : `The newest backup is ${Math.floor(age / 3_600_000)} h old`;
  const detail = `${found}; the limit is ${maxAgeHours} h. Take one: \`frontdesk deploy backup\`.`;
  return [{ kind: "stale_backup", subject: "database", detail }];
}

async function tell(registry: Registry, installation: Installation, timing: typeof usualTiming): Promise<number> {
  if (!hasOperators(installation)) return 0;
  const untold = (await openInstallationAlerts(registry)).filter(({ told }) => !told);
  const mine: InstallationAlert[] = [];
  for (const { told: _, ...alert } of untold) {
    const ageMs = alert.kind === "no_worker" ? timing.withoutWorker : 0;
    if (await claimInstallationAlert(registry, alert, { ageMs, leaseMs: timing.claim })) mine.push(alert);
  }
  const lines = mine.map(({ kind, detail }) => `${kind}: ${detail}`);
  if (mine.length === 0) return 0;
  const isTold = await tellOperators(installation, { alerts: mine, lines });
  for (const alert of mine) await settleInstallationAlert(registry, alert, isTold);
  return isTold ? mine.length : 0;
}
