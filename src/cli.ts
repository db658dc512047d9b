import { Command, CommanderError } from "commander";
import { loadEnvFile } from "./cli/environment.ts";
import { explained } from "./cli/explain.ts";
import { ConfigMistake } from "./config.ts";
import { SchemaMismatch } from "./deploy/release.ts";
import { Refusal } from "./errors.ts";

const usageError = 2;

interface Group {
  addCommands(program: Command): void;
}

/** The commands, by the words they are called by. What a group needs is not loaded where another one is called. */
const groups: readonly (readonly [words: readonly string[], load: () => Promise<Group>])[] = [
  [["serve", "work"], () => import("./cli/serve.ts")],
  [["demo", "seed"], () => import("./cli/demo.ts")],
  [["deploy"], () => import("./cli/deploy.ts")],
  [["maintenance"], () => import("./cli/maintenance.ts")],
  [["key"], () => import("./cli/keys.ts")],
  [["user"], () => import("./cli/people.ts")],
  [["permissions"], () => import("./cli/permissions.ts")],
  [["secrets"], () => import("./cli/secrets.ts")],
  [["audit"], () => import("./cli/audit.ts")],
];

const program = new Command("frontdesk")
  .description("Looks after an appointment once it is booked, for many companies in one database.")
  .option("--env-file <file>", "read variables that are not set from this file: DATABASE_URL, PORT, …")
  .showHelpAfterError("(add --help for what it takes)")
  .exitOverride()
  .hook("preAction", () => {
    const { envFile } = program.opts<{ envFile?: string }>();
    if (envFile !== undefined) loadEnvFile(envFile);
  });

try {
  // All of them where none is named: for the help, and for what a mistyped word may have meant.
  const called = groups.filter(([words]) => words.some((word) => process.argv.includes(word, 2)));
  for (const [, load] of called.length > 0 ? called : groups) (await load()).addCommands(program);
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** Tells a person what went wrong, and the shell: 2 for a command or an environment to be mended, else 1. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageError;
  if (error instanceof ConfigMistake) {
    console.error(error.message);
    return usageError;
  }
  if (error instanceof Refusal) {
    console.error([error.message, ...error.fields.map((field) => `  ${field.pointer}: ${field.message}`)].join("\n"));
  } else {
    console.error(error instanceof SchemaMismatch ? error.message : (explained(error) ?? error));
  }
  return 1;
}
