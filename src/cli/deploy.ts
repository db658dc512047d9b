import { type Command, Option } from "commander";
import { readConfig } from "../config.ts";
import { releases } from "../db/migration.ts";
import { appliedMigrations, openRun, stepsOf } from "../deploy/journal.ts";
import { DeploymentRunning } from "../deploy/lock.ts";
import type { EndState } from "../deploy/machine.ts";
import { PlanRefused } from "../deploy/plan.ts";
import { abort, deploy, type Ending, resume, rollBack } from "../deploy/run.ts";
import { openTarget, type Target } from "../deploy/target.ts";
import { prepared, wishToStop } from "./environment.ts";

/** 0 done · 10 refused, untouched · 11 another deployment is running · 20 undone · 30 held, a person is needed · 2 usage. */
const exitCodes: Record<EndState, number> = { migrated: 0, untouched: 10, undone: 20, held: 30 };
const running = 11;

export function addDeployCommands(program: Command): void {
  const deployment = program.command("deploy").description("bring our tables into a database, or back out of it");
  const release = () => new Option("--to <release>", "stop after this release").choices(releases);
  deployment
    .command("run")
    .description("apply the releases that the database lacks, or come back exactly; finishes a run that died")
    .addOption(release())
    .action(({ to }: { to?: string }) =>
      concluded((target) => deploy(target, { ...(to === undefined ? {} : { to }), ...reporting() }), "migrated"),
    );
  deployment
    .command("resume")
    .description("go on with the run that died or is held")
    .action(() => concluded((target) => resume(target, reporting()), "migrated"));
  deployment
    .command("abort")
    .description("take the run that died or is held back to where it began")
    .action(() => concluded((target) => abort(target, reporting()), "undone"));
  deployment
    .command("rollback")
    .description("take releases back, the newest first; tables that hold rows are moved aside, not dropped")
    .addOption(
      new Option("--to <release>", "the last release to keep, or none")
        .choices([...releases, "none"])
        .makeOptionMandatory(),
    )
    .action(({ to }: { to: string }) => concluded((target) => rollBackTo(target, to), "undone"));
  deployment.command("status").description("list the releases, and the run that has not ended").action(showStatus);
}

const reporting = () => ({ say: (line: string) => console.error(line), wish: wishToStop() });

async function rollBackTo(target: Target, to: string): Promise<Ending> {
  const applied = new Set((await appliedMigrations(target)).map(({ release }) => release));
  const next = releases.slice(to === "none" ? 0 : releases.indexOf(to as never) + 1).find((each) => applied.has(each));
  if (next === undefined) return { end: "undone", reason: null, runId: null, migrations: [] };
  return rollBack(target, next, reporting());
}

/** Prints how it ended and sets the exit code: 0 when it ended as the command wanted. */
async function concluded(work: (target: Target) => Promise<Ending | null>, wanted: EndState): Promise<void> {
  try {
    await onTarget(async (target) => {
      const ending = await work(target);
      if (ending === null) return console.log("Nothing to do: no run was left in the middle.");
      console.log(sentence(ending));
      process.exitCode = ending.end === wanted ? 0 : exitCodes[ending.end];
    });
  } catch (error) {
    if (!(error instanceof DeploymentRunning) && !(error instanceof PlanRefused)) throw error;
    console.error(error.message);
    process.exitCode = error instanceof DeploymentRunning ? running : exitCodes.untouched;
  }
}

function sentence({ end, reason, runId, migrations }: Ending): string {
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
      return `${run} is held: a person is needed.${because}\nNext: frontdesk deploy status, then resume or abort.`;
  }
}

async function showStatus(): Promise<void> {
  await onTarget(async (target) => {
    const applied = await appliedMigrations(target);
    for (const release of releases) {
      const last = applied.findLast((migration) => migration.release === release);
      console.log(`${release}  ${last === undefined ? "not applied" : `applied ${last.applied_at}`}`);
    }
    const run = await openRun(target);
    if (run === null) return;
    const { phase, done, steps, end, reason } = run.progress;
    console.log(`run ${run.id}: ${end ?? "not ended"} in ${phase}, ${done} of ${steps} statements in force`);
    if (reason !== null) console.log(reason);
    for (const step of await stepsOf(target, run.id)) {
      if (step.state === "intent" || step.state === "undoing") console.log(`half done: ${step.name}`);
    }
    console.log("Next: frontdesk deploy resume, or frontdesk deploy abort.");
  });
}

async function onTarget(work: (target: Target) => Promise<void>): Promise<void> {
  const target = await openTarget(prepared(readConfig(process.env).databaseUrl));
  try {
    await work(target);
  } finally {
    await target.close();
  }
}
