import type { Command } from "commander";
import { readConfig } from "../config.ts";
import { seedCompany } from "../demo/defaults.ts";
import { describeDemo, prepareDemo } from "../demo/demo.ts";
import { createLog } from "../log.ts";
import { startWorker } from "../worker.ts";
import { onDatabase, positiveInteger } from "./database.ts";
import { assertPortIsFree } from "./environment.ts";
import { nextSignal, serveUntil } from "./serve.ts";
import { watched } from "./watched.ts";

export function addCommands(program: Command): void {
  program
    .command("demo")
    .description("serve three companies with a month of history on an embedded database; never reads DATABASE_URL")
    .option("--port <port>", "where to listen", positiveInteger, 3000)
    .option("--data-dir <folder>", "where its database and demo.json are kept", ".data")
    .option("--reset", "begin anew")
    .action(demonstrate);
  program
    .command("seed")
    .description(
      "give a company the recommended policies and notification defaults, where it has none; may be run again",
    )
    .requiredOption("--company <id>", "which company", positiveInteger)
    .action(seed);
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

async function seed({ company: companyId }: { company: number }): Promise<void> {
  await onDatabase(readConfig(process.env), async (db) => {
    const made = await seedCompany(db, { companyId });
    console.log(made.length === 0 ? "Nothing to do: it is all there." : made.join("\n"));
  });
}
