import { readConfig } from "../config.ts";
import { openTarget, type Target } from "../deploy/target.ts";
import { prepared } from "./environment.ts";

export async function onTarget(work: (target: Target) => Promise<void>, lockBudgetSeconds = 1): Promise<void> {
  const target = await openTarget(prepared(readConfig(process.env).databaseUrl), { lockBudgetSeconds });
  try {
    await work(target);
  } finally {
    await target.close();
  }
}

/** For commands that answer with 0 or 1. */
export async function orOne(work: (target: Target) => Promise<void>): Promise<void> {
  try {
    await onTarget(work);
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
