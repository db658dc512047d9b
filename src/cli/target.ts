import { existsSync } from "node:fs";
import { ConfigMistake, mistakenVariables, readConfig } from "../config.ts";
import { fileOf, openTarget, type Target } from "../deploy/target.ts";
import { prepared } from "./environment.ts";
import { explained } from "./explain.ts";

interface OnTarget {
  readonly lockBudgetSeconds?: number;
  /** Makes the SQLite file that is not there. Others only look: a mistyped path must not pass for an empty database. */
  readonly makesFile?: boolean;
}

/**
 * For commands about a schema: they guess no database, as `serve` does, for a forgotten export must not pass for ready.
 * @throws ConfigMistake without DATABASE_URL, or where its file is not there
 */
export async function onTarget(
  work: (target: Target) => Promise<void>,
  { lockBudgetSeconds = 1, makesFile = false }: OnTarget = {},
): Promise<void> {
  if (!process.env.DATABASE_URL) throw mistakenVariables([unnamed]);
  const { databaseUrl } = readConfig(process.env);
  if (!makesFile) assertThere(databaseUrl);
  const target = await openTarget(prepared(databaseUrl), { lockBudgetSeconds });
  try {
    await work(target);
  } finally {
    await target.close();
  }
}

function assertThere(databaseUrl: string): void {
  if (!databaseUrl.startsWith("sqlite:") || existsSync(fileOf(databaseUrl))) return;
  const missing = `DATABASE_URL: There is no file ${fileOf(databaseUrl)}; mend its path.`;
  throw mistakenVariables([`${missing} A new database is made by frontdesk deploy run.`]);
}

const unnamed =
  "DATABASE_URL: Is missing; say which database, like mysql://user:password@host/database or sqlite:.data/frontdesk.db.";

/** For commands that answer with 0 or 1. */
export async function orOne(work: (target: Target) => Promise<void>): Promise<void> {
  try {
    await onTarget(work);
  } catch (error) {
    if (error instanceof ConfigMistake) throw error;
    console.error(explained(error) ?? (error as Error).message);
    process.exitCode = 1;
  }
}
