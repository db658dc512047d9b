import type { Db } from "../db/connect.ts";
import type { Tenant } from "../tenant.ts";
import { beginning, changesHashOf, hashOf } from "./chain.ts";
import { linesOf, readHead } from "./store.ts";

export interface Verdict {
  readonly isValid: boolean;
  readonly lines: number;
  /** Lines whose values were erased with a person; that they were there is still proven. */
  readonly erased: number;
  /** The first line that is not as it was written, or is missing; null where all are. */
  readonly brokenAt: number | null;
}

const batch = 500;

/** Walks a company's chain from its beginning to its end. */
export async function verifyAudit(db: Db, tenant: Tenant): Promise<Verdict> {
  const head = await readHead(db, tenant);
  let [number, hash, erased] = [0, beginning, 0];
  const verdict = (brokenAt: number | null) => ({ isValid: brokenAt === null, lines: number, erased, brokenAt });
  for (;;) {
    const lines = await linesOf(db, tenant, {}, { after: number }, batch);
    for (const line of lines) {
      if (line.number !== number + 1) return verdict(number + 1);
      const isIntact =
        (line.salt === null ? line.changes === "" : changesHashOf(line.salt, line.changes) === line.changesHash) &&
        hashOf(hash, line) === line.hash;
      if (!isIntact) return verdict(line.number);
      [number, hash, erased] = [line.number, line.hash, erased + (line.salt === null ? 1 : 0)];
    }
    // Lines that were added while this was reading come after the end that was read first.
    if (lines.length < batch) break;
  }
  if (head && (head.number > number || (head.number === number && head.hash !== hash))) return verdict(number + 1);
  return verdict(null);
}
