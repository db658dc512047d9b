import { releases } from "../db/migration.ts";
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
    const applied = new Set((await appliedMigrations(target)).map(({ release }) => release));
    const missing = releases.find((release) => !applied.has(release));
    if (missing !== undefined) {
      throw new SchemaMismatch(
        `The database lacks the release ${missing}. Run \`frontdesk deploy run\`, then start again.`,
      );
    }
    const unknown = [...applied].filter((release) => !releases.includes(release as never));
    if (unknown.length > 1) {
      throw new SchemaMismatch(
        `The database is ${unknown.length} releases ahead of this program (${unknown.join(", ")}). Start a newer version of it.`,
      );
    }
  } finally {
    await target.close();
  }
}
