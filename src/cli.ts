import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { buildApp } from "./app.ts";
import { addAuditCommands } from "./cli/audit.ts";
import { onDatabase, positiveInteger } from "./cli/database.ts";
import { addDeployCommands } from "./cli/deploy.ts";
import { assertPortIsFree, loadEnvFile } from "./cli/environment.ts";
import { explained } from "./cli/explain.ts";
import { addMaintenanceCommands } from "./cli/maintenance.ts";
import { addPeopleCommands } from "./cli/people.ts";
import { addPermissionsCommand } from "./cli/permissions.ts";
import { watched } from "./cli/watched.ts";
import { type Instant, isoOf, parseInstant } from "./clock.ts";
import { type Config, ConfigMistake, readConfig } from "./config.ts";
import type { Connection } from "./db/connect.ts";
import { seedCompany } from "./demo/defaults.ts";
import { describeDemo, prepareDemo } from "./demo/demo.ts";
import { SchemaMismatch } from "./deploy/release.ts";
import { Refusal } from "./errors.ts";
import type { Gate } from "./gate.ts";
import { usualOverload } from "./http/overload.ts";
import { createLog } from "./log.ts";
import { rotateSecretsAcrossCompanies } from "./notifications/accounts.ts";
import { rotateTwoFactorsAcrossCompanies } from "./people/rotate.ts";
import { createSignIn } from "./people/sign-in.ts";
import { issueApiKey, listApiKeys, revokeApiKey } from "./tenancy/api-keys.ts";
import { type Permission, permissions } from "./tenant.ts";
import { rotateWebhookSecretsAcrossCompanies } from "./webhooks/endpoints.ts";
import { serverChores, startWorker } from "./worker.ts";

const usageError = 2;

const program = new Command("frontdesk")
  .description("Looks after an appointment once it is booked, for many companies in one database.")
  .option("--env-file <file>", "read variables that are not set from this file: DATABASE_URL, PORT, …")
  .showHelpAfterError("(add --help for what it takes)")
  .exitOverride()
  .hook("preAction", () => {
    const { envFile } = program.opts<{ envFile?: string }>();
    if (envFile !== undefined) loadEnvFile(envFile);
  });

program
  .command("serve")
  .description("serve the API until SIGTERM or SIGINT; a second one ends it at once")
  .action(serve);

program
  .command("work")
  .description("do what no request asks for, until SIGTERM or SIGINT; any number of these may run")
  .action(work);

program
  .command("demo")
  .description("serve three companies with a month of history on an embedded database; never reads DATABASE_URL")
  .option("--port <port>", "where to listen", positiveInteger, 3000)
  .option("--data-dir <folder>", "where its database and demo.json are kept", ".data")
  .option("--reset", "begin anew")
  .action(demonstrate);

addDeployCommands(program);
addMaintenanceCommands(program);
addAuditCommands(program);
addPermissionsCommand(program);
addPeopleCommands(program);

const secrets = program
  .command("secrets")
  .description("the credentials that are kept encrypted with FRONTDESK_SECRET_KEY");
secrets.command("new").description("print a new key, as FRONTDESK_SECRET_KEY takes it").action(newSecretKey);
secrets
  .command("rotate")
  .description("encrypt everything with the first key of FRONTDESK_SECRET_KEY; the others can be taken out afterwards")
  .action(rotateSecrets);

program
  .command("seed")
  .description("give a company the recommended policies and notification defaults, where it has none; may be run again")
  .requiredOption("--company <id>", "which company", positiveInteger)
  .action(seed);

const key = program.command("key").description("API keys of a company");
key
  .command("add")
  .description("make a key and print it: it is shown this once")
  .requiredOption("--company <id>", "whose key it is", positiveInteger)
  .requiredOption("--name <name>", "who uses it")
  .addOption(new Option("--scope <scope...>", "what it may do").choices(permissions).makeOptionMandatory())
  .option("--expires <instant>", "when it stops working, like 2027-01-01T00:00:00Z; never, if left out", instant)
  .action(addKey);
key
  .command("list")
  .description("list a company's keys, one a line")
  .requiredOption("--company <id>", "whose keys", positiveInteger)
  .action(listKeys);
key
  .command("revoke")
  .description("refuse a key from now on")
  .argument("<id>", "its id, see key list", positiveInteger)
  .requiredOption("--company <id>", "whose key it is", positiveInteger)
  .action(removeKey);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

async function serve(): Promise<void> {
  const config = readConfig(process.env);
  const signal = nextSignal();
  const log = createLog(config.logLevel);
  await onDatabase(config, (db) =>
    watched("serve", { ...config, db, log }, (gate) => {
      const worker = startWorker({ db, log, gate, installation: config.installation, chores: serverChores });
      return serveUntil(signal, db, config, log, gate).finally(worker.stop);
    }),
  );
}

async function serveUntil(
  signal: Promise<NodeJS.Signals>,
  db: Connection,
  config: Config,
  log: ReturnType<typeof createLog>,
  gate: Gate,
  ready: () => void = () => {},
): Promise<void> {
  let draining = false;
  const { rateLimitPerMinute, trustProxy, metricsToken, installation } = config;
  const isDraining = () => draining;
  const onError = (error: unknown) => log.error({ err: error }, "A mail to somebody who signs in could not be sent");
  const signIn = createSignIn({ db, url: config.databaseUrl, installation, onError });
  const app = await buildApp({
    db,
    log,
    gate,
    rateLimitPerMinute,
    trustProxy,
    validateReplies: false,
    isDraining,
    metricsToken,
    overload: usualOverload,
    installation,
    signIn,
  });
  await app.listen({ host: config.host, port: config.port });
  ready();

  log.info({ signal: await signal }, "Ending: requests in flight are finished first");
  void nextSignal().then(() => process.exit(1));
  draining = true;
  await sleep(config.drainSeconds * 1000);
  await app.close();
  await signIn.close();
}

async function work(): Promise<void> {
  const config = readConfig(process.env);
  const signal = nextSignal();
  const log = createLog(config.logLevel);
  await onDatabase(config, (db) =>
    watched("work", { ...config, db, log }, async (gate) => {
      const worker = startWorker({ db, log, gate, installation: config.installation });
      log.info("Working");
      log.info({ signal: await signal }, "Ending: chores at hand are finished first");
      void nextSignal().then(() => process.exit(1));
      await worker.stop();
    }),
  );
}

async function demonstrate({
  port,
  dataDir,
  reset,
}: {
  port: number;
  dataDir: string;
  reset?: boolean;
}): Promise<void> {
  const signal = nextSignal();
  await assertPortIsFree(port);
  const { db, url, demo, installation } = await prepareDemo({ port, dataDir, reset: reset ?? false });
  try {
    const config = { ...readConfig({ DRAIN_SECONDS: "0" }), databaseUrl: url, port, installation };
    const log = createLog("warn");
    await watched("demo", { ...config, db, log }, (gate) => {
      const worker = startWorker({ db, log, gate, installation });
      return serveUntil(signal, db, config, log, gate, () => console.log(describeDemo(demo))).finally(worker.stop);
    });
  } finally {
    await db.close();
  }
}

function nextSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    process.once("SIGTERM", resolve);
    process.once("SIGINT", resolve);
  });
}

function newSecretKey(): void {
  console.log(`${randomBytes(4).toString("hex")}:${randomBytes(32).toString("base64")}`);
}

async function rotateSecrets(): Promise<void> {
  const config = readConfig(process.env);
  const { keyring } = config.installation;
  if (keyring === null)
    throw new Refusal("unavailable", "Set FRONTDESK_SECRET_KEY: the new key first, then the old ones.");
  await onDatabase(config, async (db) => {
    const { rotated, unreadable } = await rotateSecretsAcrossCompanies(db, keyring);
    const webhooks = await rotateWebhookSecretsAcrossCompanies(db, keyring);
    const apps = await rotateTwoFactorsAcrossCompanies(db, keyring);
    console.log(
      `${rotated} accounts, ${webhooks.rotated} webhook secrets and ${apps.rotated} authenticator apps encrypted anew.`,
    );
    for (const { companyId, channel, error } of [...unreadable, ...webhooks.unreadable])
      console.error(`Company ${companyId}, ${channel}: ${error}`);
    if (apps.unreadable > 0)
      console.error(
        `${apps.unreadable} authenticator apps cannot be read: take them out, their owners set them up anew.`,
      );
    if (unreadable.length + webhooks.unreadable.length + apps.unreadable > 0) process.exitCode = 1;
  });
}

async function seed({ company: companyId }: { company: number }): Promise<void> {
  await onDatabase(readConfig(process.env), async (db) => {
    const made = await seedCompany(db, { companyId });
    console.log(made.length === 0 ? "Nothing to do: it is all there." : made.join("\n"));
  });
}

async function addKey(options: {
  company: number;
  name: string;
  scope: Permission[];
  expires?: Instant;
}): Promise<void> {
  await onDatabase(readConfig(process.env), async (db) => {
    const { company: companyId, name, scope: scopes, expires: expiresAt = null } = options;
    const { id, key } = await issueApiKey(db, { companyId }, { name, scopes, expiresAt });
    console.error(`Key ${id}. Keep it now: it cannot be shown again.`);
    console.log(key);
  });
}

async function listKeys({ company: companyId }: { company: number }): Promise<void> {
  await onDatabase(readConfig(process.env), async (db) => {
    for (const { id, prefix, name, scopes, ...key } of await listApiKeys(db, { companyId })) {
      const dates = [
        key.revokedAt && `revoked ${isoOf(key.revokedAt)}`,
        key.expiresAt && `expires ${isoOf(key.expiresAt)}`,
        key.lastUsedAt ? `last used ${isoOf(key.lastUsedAt)}` : "never used",
      ];
      console.log([id, `${prefix}…`, JSON.stringify(name), scopes.join(","), ...dates.filter(Boolean)].join("  "));
    }
  });
}

async function removeKey(id: number, { company: companyId }: { company: number }): Promise<void> {
  await onDatabase(readConfig(process.env), (db) => revokeApiKey(db, { companyId }, id));
  console.log(`Key ${id} is revoked.`);
}

function instant(text: string): Instant {
  try {
    return parseInstant(text);
  } catch {
    throw new InvalidArgumentError("It must be an ISO 8601 time with Z or an offset, like 2027-01-01T00:00:00Z.");
  }
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
