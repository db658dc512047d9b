import { hostname, userInfo } from "node:os";
import { type Command, InvalidArgumentError, Option } from "commander";
import { staleness } from "../deploy/backup/retention.ts";
import { readCatalogue } from "../deploy/catalogue.ts";
import type { DeployOptions, Ending } from "../deploy/lead.ts";
import { PlanRefused, stepsIn } from "../deploy/plan.ts";
import type { PlanFile } from "../deploy/plan-file.ts";
import { notesOfPlan } from "../deploy/report.ts";
import { deploy, planned } from "../deploy/run.ts";
import type { ProberSettings, RehearsalSettings } from "../deploy/settings.ts";
import { nameOf, type Target } from "../deploy/target.ts";
import { ask } from "./ask.ts";
import { afterBackup, type SafetyOptions, safetyOf, stallLimit } from "./deploy-options.ts";
import { optionsOfPlan } from "./deploy-plan.ts";

export interface RunOptions extends SafetyOptions, RetentionOptions {
  readonly to?: string;
  readonly backupDir: string;
  readonly toolsDir?: string | undefined;
  readonly lockBudget: number;
  readonly skipBackup?: boolean;
  readonly confirm?: string;
  readonly yes?: boolean;
  readonly backupInFreeze?: boolean;
  readonly afterBackup?: string;
  readonly plan?: string;
  readonly requireApprovals?: readonly string[];
  readonly hostTimeZone?: string;
  readonly acceptDrift?: boolean;
  readonly stallLimit?: number;
}

export interface RetentionOptions {
  readonly keepBackups?: number;
  readonly keepDays: number;
}

export function addRunOptions(command: Command): Command {
  return command
    .option("--plan <file>", "refuse unless this plan, made by plan --out, still is what would be done")
    .option("--require-approvals <roles>", "refuse without their go in the plan file, like dev,ops", roles)
    .option("--skip-backup", "rehearse the structure only and keep no backup; for development and staging")
    .option("--confirm <database>", "the database's name, to show that --skip-backup is meant")
    .option("--accept-drift", "go on although somebody changed tables that this program made")
    .option("--yes", "ask nothing")
    .option("--backup-in-freeze", "back up and rehearse once more when everybody has stopped")
    .addOption(afterBackup())
    .addOption(stallLimit());
}

export function addRetentionOptions(command: Command): Command {
  return command
    .addOption(new Option("--keep-backups <count>", "then remove this database's others, the oldest").argParser(count))
    .option("--keep-days <days>", "but only those that are older than this", count, 30);
}

export async function run(target: Target, options: RunOptions, surroundings: DeployOptions): Promise<Ending> {
  const isEmpty = Object.keys((await readCatalogue(target)).tables).length === 0;
  if (options.requireApprovals && options.plan === undefined) {
    throw new PlanRefused("--require-approvals needs --plan: approvals stand in the plan file.");
  }
  const bound = options.plan === undefined ? null : await boundTo(target, options, options.plan);
  const to = bound?.options.to ?? options.to;
  if (!isEmpty) await assertMeant(target, options, to, surroundings.say);
  const { backupDir, lockBudget: lockBudgetSeconds, hostTimeZone = null, acceptDrift = false } = options;
  const { maintenance, ...safety } = safetyOf(options);
  const settings = {
    ...safety,
    hostTimeZone,
    acceptDrift,
    maintenance: isEmpty ? null : maintenance,
    prober: isEmpty ? null : proberOf(options, bound?.file ?? null),
    rehearsal: isEmpty ? null : rehearsalOf(options),
    lockBudgetSeconds,
    mirrorFolder: backupDir,
  };
  const notes = { by: `${userInfo().username}@${hostname()}`, plan: bound && notesOfPlan(bound.file) };
  return deploy(target, { ...(to === undefined ? {} : { to }), ...surroundings, ...bound?.options, settings, notes });
}

async function boundTo(target: Target, { to, requireApprovals = [] }: RunOptions, plan: string) {
  if (to !== undefined) throw new PlanRefused("--plan says how far to go. Leave --to out, or plan with it.");
  return optionsOfPlan(target, plan, requireApprovals);
}

/** What a plan's approvers agreed to is not widened afterwards. */
function proberOf(
  { maintenance, lockBudget, stallLimit: asked }: RunOptions,
  file: PlanFile | null,
): ProberSettings | null {
  const planned = file?.plan.stallLimitMilliseconds ?? null;
  if (maintenance && asked !== undefined) {
    throw new PlanRefused("--stall-limit is about others that go on meanwhile: it needs --no-maintenance.");
  }
  if (asked !== undefined && planned !== null && asked !== planned) {
    throw new PlanRefused(`The plan says --stall-limit ${planned}ms. Leave it out, or plan with another.`);
  }
  if (maintenance) return null;
  return { stallLimitMilliseconds: asked ?? planned ?? lockBudget * 1000 + marginMilliseconds };
}

/** A statement may wait as long as its lock budget says, and others behind it; this is for the way there and back. */
const marginMilliseconds = 150;

function rehearsalOf(options: RunOptions): RehearsalSettings {
  const { backupDir: directory, toolsDir = null, skipBackup = false, afterBackup = null } = options;
  const { backupInFreeze: inFreeze = false, keepBackups: keep, keepDays: days } = options;
  const retention = keep === undefined ? null : { keep, days };
  return { directory, toolsDir, withRows: !skipBackup, inFreeze, afterBackup, retention };
}

/** @throws PlanRefused unless a person means it; without a terminal only what is irreversible needs a word */
async function assertMeant(
  target: Target,
  options: RunOptions,
  to: string | undefined,
  say: (line: string) => void = () => {},
): Promise<void> {
  const name = nameOf(target);
  if (options.skipBackup) {
    say(staleness(options.backupDir, name) ?? "The newest backup is younger than a day.");
    const question = `--skip-backup leaves no way back to the rows. Type the database's name to go on: `;
    const answer = options.confirm ?? (await ask(question));
    if (answer === name) return;
    throw new PlanRefused(`--skip-backup leaves no way back to the rows. If you mean it, add --confirm ${name}`);
  }
  if (options.yes || !process.stdin.isTTY) return;
  const releases = await planned(target, to === undefined ? {} : { to });
  const steps = stepsIn(releases).length;
  if (steps === 0) return;
  const names = releases.map(({ release }) => release).join(", ");
  if (/^y(es)?$/i.test((await ask(`${steps} statements of ${names} into ${name}. Go on? (yes/no) `)) ?? "")) return;
  throw new PlanRefused("Nothing was done.");
}

function roles(text: string): readonly string[] {
  if (!/^[\w-]+(,[\w-]+)*$/.test(text)) throw new InvalidArgumentError("It must be like dev,ops.");
  return text.split(",");
}

function count(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError("It must be a whole number, 1 to 9999.");
  return Number(text);
}
