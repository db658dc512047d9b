import { type Catalogue, differences, onlyTables, readCatalogue } from "./catalogue.ts";
import { quoted } from "./journal.ts";
import type { PlannedStep } from "./plan.ts";
import { subjectOf, tablesMadeBy } from "./subject.ts";
import { openTarget, type Target, urlOfSchema } from "./target.ts";
import { inTrialSchema } from "./trial-schema.ts";

/**
 * Tables that are in the way, each with what it is and is not: how many rows it holds, and how its shape differs from
 * the one that the statements would make, `expected ≠ found`.
 */
export async function describeInTheWay(
  target: Target,
  steps: readonly PlannedStep[],
  catalogue: Catalogue,
  tables: readonly string[],
): Promise<string[]> {
  const expected = await shapesOf(target, steps, catalogue).catch(() => null);
  const lines: string[] = [];
  for (const table of tables) {
    const [answer] = await target.query<{ n: number }>(`select count(*) as n from ${table}`);
    const wrong = expected === null ? [] : differences(onlyTables(expected, [table]), onlyTables(catalogue, [table]));
    const shape =
      expected === null ? "" : wrong.length === 0 ? ", of the very shape it would get" : ", of another shape";
    lines.push(`${table}: ${Number(answer?.n ?? 0)} rows${shape}`, ...wrong.map((line) => `  ${line}`));
  }
  return lines;
}

/** Made where it harms nobody: a schema of its own beside the database, or memory. */
async function shapesOf(target: Target, steps: readonly PlannedStep[], catalogue: Catalogue): Promise<Catalogue> {
  const parents = parentsOf(steps).filter((parent) => parent in catalogue.tables);
  if (target.engine === "sqlite") return shapesInMemory(target, steps, parents);
  return inTrialSchema(target, "shapes", async (name) => {
    const scratch = await openTarget(urlOfSchema(target.url, name));
    try {
      for (const parent of parents) {
        await scratch.query(`create table ${quoted(parent)} like ${quoted(target.database)}.${quoted(parent)}`);
      }
      for (const { up } of steps) {
        // Planned for keys as they are in the way, which may be of another type than ours.
        const isKey = subjectOf(up).kind === "foreignKey";
        await scratch.query(up).catch((error) => (isKey ? [] : Promise.reject(error)));
      }
      return await readCatalogue(scratch);
    } finally {
      await scratch.close();
    }
  });
}

async function shapesInMemory(
  target: Target,
  steps: readonly PlannedStep[],
  parents: readonly string[],
): Promise<Catalogue> {
  const scratch = await openTarget("sqlite::memory:");
  try {
    for (const parent of parents) {
      const [made] = await target.query<{ sql: string }>("select sql from sqlite_schema where name = ?", [parent]);
      if (made) await scratch.query(made.sql);
    }
    for (const { up } of steps) await scratch.query(up);
    return await readCatalogue(scratch);
  } finally {
    await scratch.close();
  }
}

/** Those that the statements refer to and do not make. */
function parentsOf(steps: readonly PlannedStep[]): string[] {
  const made = new Set(tablesMadeBy(steps));
  const named = steps.flatMap(({ up }) => [...up.matchAll(/references (\w+)/gi)].map(([, parent = ""]) => parent));
  return [...new Set(named)].filter((parent) => !made.has(parent));
}
