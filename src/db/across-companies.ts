import type { Kysely } from "kysely";
import { type Db, unguarded } from "./connect.ts";
import type { Schema } from "./schema.ts";

/**
 * Queries over all companies, with no guard. For chores, deployment and finding out who is asking; functions that use
 * it end in AcrossCompanies, and the architecture test lists who may.
 */
export function acrossCompanies(db: Db): Kysely<Schema> {
  return db[unguarded];
}
