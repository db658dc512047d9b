import { InvalidArgumentError } from "commander";
import type { Config } from "../config.ts";
import { type Connection, connect } from "../db/connect.ts";
import { assertSchemaFits } from "../deploy/release.ts";
import { prepared } from "./environment.ts";

/** A connected database whose schema fits this program. */
export async function onDatabase(config: Config, work: (db: Connection) => Promise<void>): Promise<void> {
  await assertSchemaFits(prepared(config.databaseUrl));
  const db = await connect(config.databaseUrl, { connections: config.databaseConnections });
  try {
    await work(db);
  } finally {
    await db.close();
  }
}

/** For a command's ids and counts. */
export function positiveInteger(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError("It must be a whole number, 1 or more.");
  return Number(text);
}
