import { hostname, userInfo } from "node:os";
import type { Command } from "commander";
import type { DeployOptions, Ending } from "../deploy/lead.ts";
import { PlanRefused } from "../deploy/plan.ts";
import { restore } from "../deploy/restore/restore.ts";
import { nameOf, type Target } from "../deploy/target.ts";
import { ask } from "./ask.ts";
import { type SafetyOptions, safetyOf } from "./deploy-options.ts";

export interface RestoreOptions extends SafetyOptions {
  readonly toolsDir?: string | undefined;
  readonly lockBudget: number;
  readonly backupDir: string;
  readonly confirm?: string;
}

export function addRestoreOptions(command: Command): Command {
  return command
    .description("put what a backup holds in the place of the database, which is kept aside; or come back exactly")
    .argument("<backup>", "a manifest that backups lists, or the file beside it")
    .option("--confirm <database>", "the database's name, to show that it is meant; asked for on a terminal");
}

/** @throws PlanRefused unless a person means this very database */
export async function restoreBackup(
  target: Target,
  backup: string,
  options: RestoreOptions,
  lent: DeployOptions,
): Promise<Ending> {
  if (!options.maintenance) throw new PlanRefused("A restore needs maintenance: leave --no-maintenance out.");
  const name = nameOf(target);
  const what = `Everything in ${name} is put aside for what ${backup} holds.`;
  const answer = options.confirm ?? (await ask(`${what} Type the database's name to go on: `));
  if (answer !== name) throw new PlanRefused(`${what} If you mean it, add --confirm ${name}`);
  const { lockBudget: lockBudgetSeconds, backupDir: mirrorFolder, toolsDir = null } = options;
  const settings = { ...safetyOf(options), lockBudgetSeconds, mirrorFolder };
  const notes = { by: `${userInfo().username}@${hostname()}`, plan: null };
  return restore(target, backup, { ...lent, toolsDir, settings, notes });
}
