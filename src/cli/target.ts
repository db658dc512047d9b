import { ConfigMistake, readConfig } from "../config.ts";
import { openTarget, type Target } from "../deploy/target.ts";
import { prepared } from "./environment.ts";
import { explained } from "./explain.ts";

/**
 * For commands about a schema: they guess no database, as `serve` does, for a forgotten export must not pass for ready.
 * @throws ConfigMistake without DATABASE_URL
 */
export async function onTarget(work: (target: Target) => Promise<void>, lockBudgetSeconds = 1): Promise<void> {
  if (!process.env.DATABASE_URL) throw new ConfigMistake(unnamed);
  const target = await openTarget(prepared(readConfig(process.env).databaseUrl), { lockBudgetSeconds });
  try {
    await work(target);
  } finally {
    await target.close();
  }
}

const unnamed = `The environment needs mending:
  DATABASE_URL: Is missing; say which database, like mysql://user:password@host/database or sqlite:.data/frontdesk.db.`;

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
