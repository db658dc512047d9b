import { userInfo } from "node:os";
import type { Command } from "commander";
import { assertSameDatabase, assertStillFits, boundPlan } from "../deploy/bind-plan.ts";
import type { DeployOptions } from "../deploy/lead.ts";
import { stepsIn } from "../deploy/plan.ts";
import { approved, assertApproved, type PlanFile, readPlanFile, sealed, writePlanFile } from "../deploy/plan-file.ts";
import { planned } from "../deploy/run.ts";
import type { Target } from "../deploy/target.ts";
import { orOne } from "./target.ts";

interface PlanOptions {
  readonly to?: string;
  readonly undo?: boolean;
  readonly out?: string;
  readonly contact?: readonly string[];
  readonly stallLimit?: number;
}

export async function makePlan({ to, undo = false, out, contact = [], stallLimit }: PlanOptions): Promise<void> {
  await orOne(async (target) => {
    const releases = await planned(target, to === undefined ? {} : { to });
    const plan = await boundPlan(target, releases, {
      to: to ?? null,
      contacts: [...contact],
      stallLimitMilliseconds: stallLimit ?? null,
    });
    if (stepsIn(releases).length === 0) console.log("Nothing to do: the database is up to date.");
    for (const { release, statements } of plan.releases) {
      console.log(`-- ${release}: ${statements.length} statements`);
      for (const { name, up, down, lock, expectedMilliseconds, basis } of statements) {
        console.log(`-- ${name}: about ${expectedMilliseconds} ms (${basis}); locks ${lock}`);
        console.log(`${up};${undo ? `\n-- undo: ${down};` : ""}`);
      }
    }
    if (out === undefined) return;
    const file = sealed(plan);
    writePlanFile(out, file);
    console.error(`The plan is in ${out}, sha256 ${file.sha256}.\nNext: frontdesk deploy run --plan ${out}`);
  });
}

interface ApproveOptions {
  readonly role: string;
  readonly name: string;
  /** Not given, commander takes it for true. */
  readonly go?: boolean;
}

export function addApproveCommand(deployment: Command): void {
  deployment
    .command("approve")
    .description("write into a plan file that somebody is for or against it")
    .argument("<file>", "made by plan --out")
    .requiredOption("--role <role>", "as run --require-approvals names it, like dev or ops")
    .option("--name <name>", "whose word it is", userInfo().username)
    .option("--go", "for it")
    .option("--no-go", "against it: run --plan then refuses")
    .action(approve);
}

function approve(path: string, { role, name, go }: ApproveOptions, command: Command): void {
  if (go === undefined || command.getOptionValueSource("go") !== "cli") command.error("Say --go or --no-go.");
  const decision = go ? "go" : "no-go";
  try {
    const file = approved(readPlanFile(path), { role, name, at: new Date().toISOString(), decision });
    writePlanFile(path, file);
    console.log(`${decision}: ${name} (${role}), for the plan ${file.sha256}`);
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}

/** What `run --plan` adds to a run. @throws PlanRefused for a plan that was edited, lacks approvals or is another database's */
export async function optionsOfPlan(
  target: Target,
  path: string,
  roles: readonly string[],
): Promise<{ file: PlanFile; options: Pick<DeployOptions, "to" | "admit"> }> {
  const file = readPlanFile(path);
  assertApproved(file, roles, path);
  await assertSameDatabase(target, file.plan, path);
  const to = file.plan.to === null ? {} : { to: file.plan.to };
  return {
    file,
    options: { ...to, admit: (releases, before) => assertStillFits(file.plan, releases, before, path) },
  };
}
