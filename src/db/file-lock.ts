import { DatabaseSync } from "node:sqlite";
import { isBusy } from "./sqlite.ts";

/** Whoever holds a file need not keep what lets go of it: a database that nothing refers to any more would be closed. */
const held = new Set<DatabaseSync>();

/**
 * Holds a file for as long as this process lives; the system lets go of it, however the process ends.
 * @returns what lets go of it earlier; null where another process holds it
 */
export function holdFile(file: string): (() => void) | null {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec("begin exclusive");
    held.add(database);
    return () => {
      held.delete(database);
      database.close();
    };
  } catch (error) {
    database.close();
    if (isBusy(error)) return null;
    throw error;
  }
}
