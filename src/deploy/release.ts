import { schemaMismatch } from "../db/migration.ts";
import { migrations } from "../db/migrations.ts";
import { appliedMigrations } from "./journal.ts";
import { openTarget } from "./target.ts";

/** The schema does not fit this program; the message says what to do. */
export class SchemaMismatch extends Error {
  override readonly name = "SchemaMismatch";
}

/**
 * Asked before a server or a worker starts.
 * @throws SchemaMismatch on a schema older than this program needs, or newer than it knows by more than one release
 */
export async function assertSchemaFits(url: string): Promise<void> {
  const target = await openTarget(url);
  try {
    const mismatch = schemaMismatch(await appliedMigrations(target), migrations);
    if (mismatch !== null) throw new SchemaMismatch(mismatch);
  } finally {
    await target.close();
  }
}
