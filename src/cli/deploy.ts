import { type Command, Option } from "commander";
import { releases } from "../db/migration.ts";
import { readCatalogue } from "../deploy/catalogue.ts";
import { appliedMigrations } from "../deploy/journal.ts";
import { DeploymentRunning } from "../deploy/lock.ts";
import type { EndState } from "../deploy/machine.ts";
import { PlanRefused } from "../deploy/plan.ts";
import { abort, deploy, type Ending, nothingToDo, rehearseOnly, resume, rollBack } from "../deploy/run.ts";
import { nameOf, type Target } from "../deploy/target.ts";
import { backUp, listAndCheck, showFindings, showPlan, showReadiness, showReport, showStatus } from "./deploy-looks.ts";
import {
  addSafetyOptions,
  backupDir,
  hostTimeZone as hostTimeZoneOption,
  lockBudget,
  type SafetyOptions,
  safetyOf,
  toolsDir,
} from "./deploy-options.ts";
import { wishToStop } from "./environment.ts";
import { onTarget, orOne } from "./target.ts";

/** 0 done · 10 refused, untouched · 11 another deployment is running · 20 undone · 30 held, a person is needed · 2 usage. */
const exitCodes: Record<EndState, number> = { migrated: 0, untouched: 10, undone: 20, held: 30 };
const running = 11;

export function addDeployCommands(program: Command): void {
  const deployment = program.command("deploy").description("bring our tables into a database, or back out of it");
  const release = () => new Option("--to <release>", "stop after this release").choices(releases);
  deployment
    .command("check")
    .description("is this database ready: server, rights, tools, the platform's tables, disk; 0 if it is, else 1")
    .addOption(backupDir())
    .addOption(toolsDir())
    .addOption(hostTimeZoneOption())
    .option("--json", "print the findings as JSON")
    .action(showReadiness);
  addSafetyOptions(deployment.command("run"))
    .description("apply the releases that the database lacks, or come back exactly; finishes a run that died")
    .addOption(release())
    .addOption(backupDir())
    .addOption(toolsDir())
    .addOption(lockBudget())
    .addOption(hostTimeZoneOption())
    .option("--skip-backup", "rehearse the structure only and keep no backup; for development and staging")
    .option("--confirm <database>", "the database's name, to show that --skip-backup is meant")
    .action((options: RunOptions) => concluded((target) => run(target, options), "migrated", options.lockBudget));
  deployment
    .command("rehearse")
    .description("try what run would do on a copy of the database: up, back, up again; 0 if it works, else 1")
    .addOption(release())
    .addOption(backupDir())
    .addOption(toolsDir())
    .option("--structure-only", "copy no rows")
    .action(rehearseRun);
  deployment
    .command("plan")
    .description("print the statements that run would send, in their order, with what takes each of them back")
    .addOption(release())
    .option("--undo", "print the undo beside each statement")
    .action(showPlan);
  deployment
    .command("verify")
    .description("look at structure and references as they are now; 0 if all is well, else 1")
    .action(showFindings);
  deployment
    .command("report")
    .description("print the last run, or the one that is named, as JSON")
    .argument("[run]", "its id, see status")
    .action(showReport);
  deployment
    .command("backup")
    .description("dump the database and write a manifest of its rows and structure")
    .addOption(backupDir())
    .addOption(toolsDir())
    .action(backUp);
  deployment
    .command("backups")
    .description("list the backups, the newest first, each held against its manifest; 1 if one is damaged")
    .addOption(backupDir())
    .action(listAndCheck);
  deployment
    .command("resume")
    .description("go on with the run that died or is held")
    .action(() => concluded((target) => resume(target, reporting()), "migrated"));
  deployment
    .command("abort")
    .description("take the run that died or is held back to where it began")
    .action(() => concluded((target) => abort(target, reporting()), "undone"));
  addSafetyOptions(deployment.command("rollback"))
    .description("take releases back, the newest first; tables that hold rows are moved aside, not dropped")
    .addOption(
      new Option("--to <release>", "the last release to keep, or none")
        .choices([...releases, "none"])
        .makeOptionMandatory(),
    )
    .action((options: RollbackOptions) => concluded((target) => rollBackTo(target, options), "undone"));
  deployment.command("status").description("list the releases, and the run that has not ended").action(showStatus);
}

interface RunOptions extends SafetyOptions {
  readonly to?: string;
  readonly backupDir: string;
  readonly toolsDir?: string | undefined;
  readonly lockBudget: number;
  readonly skipBackup?: boolean;
  readonly confirm?: string;
  readonly hostTimeZone?: string;
}

async function run(target: Target, options: RunOptions): Promise<Ending> {
  const { tables } = await readCatalogue(target);
  const isEmpty = Object.keys(tables).length === 0;
  if (options.skipBackup && !isEmpty && options.confirm !== nameOf(target)) {
    throw new PlanRefused(
      `--skip-backup leaves no way back to the rows. If you mean it, add --confirm ${nameOf(target)}`,
    );
  }
  const { backupDir: directory, skipBackup = false, lockBudget: lockBudgetSeconds } = options;
  const rehearsal = isEmpty ? null : { directory, toolsDir: options.toolsDir ?? null, withRows: !skipBackup };
  const to = options.to === undefined ? {} : { to: options.to };
  const { maintenance, ...safety } = safetyOf(options);
  const { hostTimeZone = null } = options;
  const settings = { ...safety, hostTimeZone, maintenance: isEmpty ? null : maintenance, rehearsal, lockBudgetSeconds };
  return deploy(target, { ...to, ...reporting(), settings });
}

async function rehearseRun(options: RunOptions & { structureOnly?: boolean }): Promise<void> {
  const { backupDir: directory, structureOnly = false } = options;
  await orOne(async (target) => {
    const to = options.to === undefined ? {} : { to: options.to };
    const settings = { directory, toolsDir: options.toolsDir ?? null, withRows: !structureOnly };
    const rehearsal = await rehearseOnly(target, settings, { ...to, say: (line) => console.error(line) });
    if (rehearsal === null) return console.log("Nothing to rehearse: the database is up to date.");
    for (const { name, milliseconds } of rehearsal.statements)
      console.log(`${String(milliseconds).padStart(7)} ms  ${name}`);
    console.log("It works, leads back, and works again.");
  });
}

const reporting = () => ({
  say: (line: string) => console.error(line),
  wish: wishToStop(),
  environment: process.env,
});

interface RollbackOptions extends SafetyOptions {
  readonly to: string;
}

async function rollBackTo(target: Target, { to, ...options }: RollbackOptions): Promise<Ending> {
  const applied = new Set((await appliedMigrations(target)).map(({ release }) => release));
  const next = releases.slice(to === "none" ? 0 : releases.indexOf(to as never) + 1).find((each) => applied.has(each));
  if (next === undefined) return nothingToDo("undone");
  return rollBack(target, next, { ...reporting(), settings: safetyOf(options) });
}

/** Prints how it ended and sets the exit code: 0 when it ended as the command wanted. */
async function concluded(
  work: (target: Target) => Promise<Ending | null>,
  wanted: EndState,
  lockBudgetSeconds = 1,
): Promise<void> {
  try {
    await onTarget(async (target) => {
      const ending = await work(target);
      if (ending === null) return console.log("Nothing to do: no run was left in the middle.");
      console.log(sentence(ending));
      process.exitCode = ending.end === wanted ? 0 : exitCodes[ending.end];
    }, lockBudgetSeconds);
  } catch (error) {
    if (!(error instanceof DeploymentRunning) && !(error instanceof PlanRefused)) throw error;
    console.error(error.message);
    process.exitCode = error instanceof DeploymentRunning ? running : exitCodes.untouched;
  }
}

function sentence({ end, reason, runId, frozen, migrations }: Ending): string {
  if (runId === null) return "Nothing to do: the database is up to date.";
  const because = reason === null ? "" : `\n${reason}`;
  const run = `Run ${runId}`;
  switch (end) {
    case "migrated":
      return [`${run}: migrated.`, ...migrations].join("\n");
    case "undone":
      return [`${run}: taken back; the database is as it was before.${because}`, ...migrations].join("\n");
    case "untouched":
      return `${run}: nothing was touched.${because}`;
    case "held":
      return `${run} is held: a person is needed${frozen ? ", and maintenance stays on" : ""}.${because}
Next: frontdesk deploy status, then resume or abort.`;
  }
}
