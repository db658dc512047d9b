import { Command, CommanderError } from "commander";
import { loadEnvFile } from "./cli/environment.ts";
import { explained } from "./cli/explain.ts";
import { ConfigMistake } from "./config.ts";
import { SchemaMismatch } from "./deploy/release.ts";
import { Refusal } from "./errors.ts";

const usageError = 2;

interface Group {
  readonly words: readonly string[];
  readonly add: (program: Command) => Promise<void>;
}

/** The commands, by the words they are called by. What a group needs is not loaded where another one is called. */
const groups: readonly Group[] = [
  {
    words: ["serve", "work"],
    add: async (program) => (await import("./cli/serve.ts")).addServeCommands(program),
  },
  {
    words: ["demo", "seed"],
    add: async (program) => (await import("./cli/demo.ts")).addDemoCommands(program),
  },
  {
    words: ["deploy"],
    add: async (program) => (await import("./cli/deploy.ts")).addDeployCommands(program),
  },
  {
    words: ["maintenance"],
    add: async (program) => (await import("./cli/maintenance.ts")).addMaintenanceCommands(program),
  },
  {
    words: ["key"],
    add: async (program) => (await import("./cli/keys.ts")).addKeyCommands(program),
  },
  {
    words: ["user"],
    add: async (program) => (await import("./cli/people.ts")).addPeopleCommands(program),
  },
  {
    words: ["permissions"],
    add: async (program) => (await import("./cli/permissions.ts")).addPermissionsCommand(program),
  },
  {
    words: ["secrets"],
    add: async (program) => (await import("./cli/secrets.ts")).addSecretCommands(program),
  },
  {
    words: ["audit"],
    add: async (program) => (await import("./cli/audit.ts")).addAuditCommands(program),
  },
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
  const called = groups.filter(({ words }) => words.some((word) => process.argv.includes(word, 2)));
  for (const { add } of called.length > 0 ? called : groups) await add(program);
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
