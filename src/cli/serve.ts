import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { buildApp } from "../app.ts";
import { type Config, readConfig } from "../config.ts";
import type { Connection } from "../db/connect.ts";
import type { Gate } from "../gate.ts";
import { usualOverload } from "../http/overload.ts";
import { createLog } from "../log.ts";
import { createSignIn } from "../people/sign-in.ts";
import { serverChores, startWorker } from "../worker.ts";
import { onDatabase } from "./database.ts";
import { watched } from "./watched.ts";

export function addCommands(program: Command): void {
  program
    .command("serve")
    .description("serve the API until SIGTERM or SIGINT; a second one ends it at once")
    .action(serve);
  program
    .command("work")
    .description("do what no request asks for, until SIGTERM or SIGINT; any number of these may run")
    .action(work);
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

/** Serves until the signal comes, and what is in flight is finished. @param ready called when it listens */
export async function serveUntil(
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

/** The first that asks this process to end. */
export function nextSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    process.once("SIGTERM", resolve);
    process.once("SIGINT", resolve);
  });
}
