import { readCatalogue } from "../catalogue.ts";
import { openTarget, type Target } from "../target.ts";
import { brokenReferences } from "../verify.ts";
import type { Look, Sighting } from "./sighting.ts";

/** Seconds that counting one reference may take, so that no reader stands in the way of whoever changes the table. */
const mostSeconds = 30;

export interface ReferencesLook {
  /** What was found since it was last asked; counting goes on beside the other looks. */
  readonly look: Look;
  /** Once no counting is under way: before anything is taken back. */
  readonly settled: () => Promise<void>;
}

/**
 * Rows that refer to nothing, or to another company's: as `verify` counts them, at a pace of their own and on a connection
 * of their own. What is wrong in a table that the run made goes with that table; elsewhere it stays, whatever is taken back.
 */
export function referencesLook(
  { url }: Target,
  { everyMilliseconds, made, say }: { everyMilliseconds: number; made: readonly string[]; say: (line: string) => void },
): ReferencesLook {
  let next = performance.now();
  let counting: Promise<void> | null = null;
  let isOver = false;
  let found: Sighting[] = [];
  const count = async () => {
    try {
      found = await counted(url, made, () => isOver);
    } catch (error) {
      say(`references were not counted: ${(error as Error).message}`);
    } finally {
      counting = null;
      next = performance.now() + everyMilliseconds;
    }
  };
  return {
    async look() {
      if (counting === null && performance.now() >= next) counting = count();
      const news = found;
      found = [];
      return news;
    },
    async settled() {
      isOver = true;
      await counting;
      isOver = false;
    },
  };
}

async function counted(url: string, made: readonly string[], isOver: () => boolean): Promise<Sighting[]> {
  const target = await openTarget(url);
  try {
    await limit(target);
    const present = Object.keys((await readCatalogue(target)).tables);
    const sightings: Sighting[] = [];
    for await (const { table, column, rows, what } of brokenReferences(target, present)) {
      if (isOver()) return [];
      const wrong = rows === 0 ? null : `${rows} rows of ${table} refer to ${what} by ${column}`;
      const notMendable = made.includes(table) ? null : `${table} was there before, and its rows stay`;
      sightings.push({ check: "references", subject: `${table}.${column}: ${what}`, wrong, notMendable });
    }
    return sightings;
  } finally {
    await target.close();
  }
}

async function limit(target: Target): Promise<void> {
  if (target.engine === "mysql") await target.query(`set session max_execution_time = ${mostSeconds * 1000}`);
  if (target.engine === "mariadb") await target.query(`set session max_statement_time = ${mostSeconds}`);
}
