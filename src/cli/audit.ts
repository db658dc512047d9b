import type { Command } from "commander";
import { verifyAudit } from "../audit/verify.ts";
import { readConfig } from "../config.ts";
import { onDatabase, positiveInteger } from "./database.ts";

export function addCommands(program: Command): void {
  const audit = program.command("audit").description("the log of who changed what");
  audit
    .command("verify")
    .description("say whether a company's log is whole; exit 1 if a line was changed, added or taken out")
    .requiredOption("--company <id>", "whose log", positiveInteger)
    .action(verify);
}

async function verify({ company: companyId }: { company: number }): Promise<void> {
  await onDatabase(readConfig(process.env), async (db) => {
    const { isValid, lines, erased, brokenAt } = await verifyAudit(db, { companyId });
    const erasures = erased === 0 ? "" : `, of ${erased} the values were erased`;
    console.log(isValid ? `The log is whole: ${lines} lines${erasures}.` : `The log is broken at line ${brokenAt}.`);
    if (!isValid) process.exitCode = 1;
  });
}
