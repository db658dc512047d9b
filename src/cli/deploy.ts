import { type Command, Option } from "commander";
import { releases } from "../db/migration.ts";
import { appliedMigrations } from "../deploy/journal.ts";
import { type DeployOptions, type Ending, nothingToDo } from "../deploy/lead.ts";
import { DeploymentRunning } from "../deploy/lock.ts";
import type { EndState } from "../deploy/machine.ts";
import { messageAfter } from "../deploy/messages.ts";
import { PlanRefused } from "../deploy/plan.ts";
import { abort, rehearseOnly, resume, rollBack } from "../deploy/run.ts";
import type { Target } from "../deploy/target.ts";
import { backUp, listAndCheck, showFindings, showReadiness, showStatus } from "./deploy-looks.ts";
import {
  addSafetyOptions,
  afterBackup,
  backupDir,
  hostTimeZone as hostTimeZoneOption,
  lockBudget,
  maxAge,
  type SafetyOptions,
  safetyOf,
  stallLimit,
  toolsDir,
} from "./deploy-options.ts";
import { addApproveCommand, makePlan } from "./deploy-plan.ts";
import { addMessageOptions, addReportCommands, findReport, hasPlace, type MessageOptions } from "./deploy-report.ts";
import { addRestoreOptions, type RestoreOptions, restoreBackup } from "./deploy-restore.ts";
import { addRetentionOptions, addRunOptions, type RunOptions, run } from "./deploy-run.ts";
import { addWatchCommand } from "./deploy-watch.ts";
import { wishToStop } from "./environment.ts";
import { exitCodes } from "./exit-codes.ts";
import { addOutputOptions, type OutputOptions, outputOf } from "./output.ts";
import { onTarget, orOne } from "./target.ts";

/** Besides those by end, and 2 for usage: another deployment is running. */
const running = 11;

export function addCommands(program: Command): void {
  const deployment = program.command("deploy").description("bring our tables into a database, or back out of it");
  const release = () => new Option("--to <release>", "stop after this release").choices(releases);
  deployment
    .command("check")
    .description("is this database ready: server, rights, tools, the platform's tables, disk; 0 if it is, else 1")
    .addOption(backupDir())
    .addOption(toolsDir())
    .addOption(hostTimeZoneOption())
    .addOption(maxAge("--backup-max-age"))
    .option("--json", "print the findings as JSON")
    .action(showReadiness);
  const long = (name: string) => addMessageOptions(addOutputOptions(deployment.command(name)));
  addRetentionOptions(addRunOptions(addSafetyOptions(long("run"))))
    .description("apply the releases that the database lacks, or come back exactly; finishes a run that died")
    .addOption(release())
    .addOption(backupDir())
    .addOption(toolsDir())
    .addOption(lockBudget())
    .addOption(hostTimeZoneOption())
    .action((options: RunOptions & Telling) =>
      concluded((target, lent) => run(target, options, lent), "migrated", options, {
        lockBudgetSeconds: options.lockBudget,
        makesFile: true,
      }),
    );
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
    .description("print the statements that run would send, in their order, with the locks that they take")
    .addOption(release())
    .option("--undo", "print the undo beside each statement")
    .option("--out <file>", "write it to a file for run --plan, bound to this database as it is now")
    .addOption(stallLimit())
    .addOption(new Option("--contact <text...>", "whom to call in an emergency; kept in the file"))
    .action(makePlan);
  addApproveCommand(deployment);
  addReportCommands(deployment);
  deployment
    .command("verify")
    .description("look at structure and references as they are now; 0 if all is well, else 1")
    .action(showFindings);
  addRetentionOptions(deployment.command("backup"))
    .description("dump the database and write a manifest of its rows and structure")
    .addOption(afterBackup())
    .addOption(backupDir())
    .addOption(toolsDir())
    .action(backUp);
  deployment
    .command("backups")
    .description("list the backups, the newest first, each held against its manifest; 1 if one is damaged")
    .addOption(backupDir())
    .addOption(maxAge("--max-age"))
    .action(listAndCheck);
  long("resume")
    .description("go on with the run that died or is held")
    .action((options: Telling) => concluded(resume, "migrated", options));
  long("abort")
    .description("take the run that died or is held back to where it began")
    .action((options: Telling) => concluded(abort, "undone", options));
  addSafetyOptions(long("rollback"))
    .description("take releases back, the newest first; tables that hold rows are moved aside, not dropped")
    .addOption(
      new Option("--to <release>", "the last release to keep, or none")
        .choices([...releases, "none"])
        .makeOptionMandatory(),
    )
    .action((options: RollbackOptions & Telling) =>
      concluded((target, lent) => rollBackTo(target, options, lent), "undone", options),
    );
  addRestoreOptions(addSafetyOptions(long("restore")))
    .addOption(backupDir())
    .addOption(toolsDir())
    .addOption(lockBudget())
    .action((backup: string, options: RestoreOptions & Telling) =>
      concluded((target, lent) => restoreBackup(target, backup, options, lent), "migrated", options, {
        lockBudgetSeconds: options.lockBudget,
        makesFile: true,
      }),
    );
  addWatchCommand(long("watch"));
  deployment.command("status").description("list the releases, and the run that has not ended").action(showStatus);
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

type Telling = OutputOptions & MessageOptions;

interface RollbackOptions extends SafetyOptions {
  readonly to: string;
}

async function rollBackTo(target: Target, { to, ...options }: RollbackOptions, lent: DeployOptions): Promise<Ending> {
  const applied = new Set((await appliedMigrations(target)).map(({ release }) => release));
  const next = releases.slice(to === "none" ? 0 : releases.indexOf(to as never) + 1).find((each) => applied.has(each));
  if (next === undefined) return nothingToDo("undone");
  return rollBack(target, next, { ...lent, settings: safetyOf(options) });
}

/** Prints how it ended and sets the exit code: 0 when it ended as the command wanted. */
async function concluded(
  work: (target: Target, lent: DeployOptions) => Promise<Ending | null>,
  wanted: EndState,
  options: Telling,
  onto: Parameters<typeof onTarget>[1] = {},
): Promise<void> {
  const { say, conclude } = outputOf(options);
  try {
    await onTarget(async (target) => {
      const ending = await work(target, { say, wish: wishToStop(), environment: process.env });
      if (ending === null) return conclude("Nothing to do: no run was left in the middle.", { end: null });
      conclude(sentence(ending), { ...ending });
      process.exitCode = ending.end === wanted ? 0 : exitCodes[ending.end];
      if (ending.runId !== null) await spread(target, ending, options, say);
    }, onto);
  } catch (error) {
    if (!(error instanceof DeploymentRunning) && !(error instanceof PlanRefused)) throw error;
    say(error.message);
    process.exitCode = error instanceof DeploymentRunning ? running : exitCodes.untouched;
  }
}

/** A message that nobody takes changes nothing about how the run ended. */
async function spread(target: Target, { runId, end }: Ending, options: Telling, say: (line: string) => void) {
  try {
    const kind = end === "migrated" ? "success" : "rollback";
    const report = await findReport(target, runId ?? undefined);
    await hasPlace(messageAfter(kind, report), kind, options);
  } catch (error) {
    say((error as Error).message);
  }
}

const afterRestore = `What is newer than the backup stands in \`frontdesk deploy report\`, and where it is kept.
Next: frontdesk deploy status; an older release is brought up to date by frontdesk deploy run.`;

function sentence({ end, reason, runId, goal, frozen, migrations }: Ending): string {
  if (runId === null) return "Nothing to do: the database is up to date.";
  const because = reason === null ? "" : `\n${reason}`;
  const run = `Run ${runId}`;
  switch (end) {
    case "migrated":
      if (goal === "restore") return `${run}: restored.\n${afterRestore}`;
      return [`${run}: migrated.`, ...migrations].join("\n");
    case "undone":
      return [`${run}: taken back; the database is as it was before.${because}`, ...migrations].join("\n");
    case "untouched":
      return `${run}: nothing was touched.${because}`;
    case "held":
      return `${run} is held: a person is needed${frozen ? ", and maintenance stays on" : ""}.${because}
Next: frontdesk deploy status, then frontdesk deploy resume or frontdesk deploy abort.`;
  }
}
