import { copyFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { compareWithManifest, loadBackup } from "./backup/load.ts";
import { checkBackup } from "./backup/manifest.ts";
import { type Catalogue, differences, readCatalogue } from "./catalogue.ts";
import { failpoint } from "./failpoint.ts";
import { markScratch } from "./journal.ts";
import type { PlannedStep } from "./plan.ts";
import { assertFree, createSchema, removeScratch } from "./scratch.ts";
import { openTarget, type Target, urlOfSchema } from "./target.ts";
import type { Say } from "./work.ts";

export interface Rehearsal {
  /** What the statements make of this very database on this very server. */
  readonly expected: Catalogue;
  readonly milliseconds: {
    readonly load: number;
    readonly up: number;
    readonly down: number;
    readonly upAgain: number;
  };
  readonly statements: readonly { readonly name: string; readonly milliseconds: number }[];
}

/**
 * On a copy made from the backup: it is what its manifest says; the statements work; taken back one by one nothing is
 * left of them; and they work again, to the same end.
 * @throws Error that says which of these is not so
 */
export async function rehearse(
  target: Target,
  steps: readonly PlannedStep[],
  backup: string,
  { runId, toolsDir, say }: { runId: string; toolsDir: string | null; say: Say },
): Promise<Rehearsal> {
  const copy = await copyOf(target, backup, { runId, toolsDir, say });
  try {
    await failpoint("rehearsing");
    const up = await apply(copy.scratch, steps);
    const expected = await readCatalogue(copy.scratch);
    await failpoint("rehearsed up");
    const down = await takeBack(copy.scratch, steps);
    const left = differences(copy.before, await readCatalogue(copy.scratch));
    if (left.length > 0) throw new Error(`The undo does not lead back:\n${left.join("\n")}`);
    await failpoint("rehearsed down");
    const upAgain = await apply(copy.scratch, steps);
    const other = differences(expected, await readCatalogue(copy.scratch));
    if (other.length > 0) throw new Error(`The second time it comes out differently:\n${other.join("\n")}`);
    const milliseconds = { load: copy.milliseconds, up: sum(up), down, upAgain: sum(upAgain) };
    say(`rehearsed on a copy: ${steps.length} statements in ${milliseconds.up} ms, back in ${down} ms`);
    return { expected, milliseconds, statements: up };
  } finally {
    await copy.remove();
  }
}

interface Copy {
  readonly scratch: Target;
  readonly before: Catalogue;
  readonly milliseconds: number;
  remove(): Promise<void>;
}

async function copyOf(
  target: Target,
  backup: string,
  { runId, toolsDir, say }: { runId: string; toolsDir: string | null; say: Say },
): Promise<Copy> {
  const began = performance.now();
  const name =
    target.engine === "sqlite" ? join(dirname(backup), `${runId}.rehearsal`) : `${target.database}_rehearsal`;
  await assertFree(target, name);
  await markScratch(target, name, runId);
  let scratch: Target | null = null;
  const remove = async () => {
    await scratch?.close();
    await removeScratch(target);
  };
  try {
    const manifest = await checkBackup(backup);
    if (target.engine === "sqlite") {
      copyFileSync(join(dirname(backup), manifest.file), name);
      scratch = await openTarget(`sqlite:${name}`);
    } else {
      await createSchema(target, name);
      scratch = await openTarget(urlOfSchema(target.url, name));
      await loadBackup(backup, manifest, scratch, toolsDir, say);
    }
    const wrong = await compareWithManifest(scratch, manifest);
    if (wrong.length > 0) throw new Error(`The backup does not hold what was dumped:\n${wrong.join("\n")}`);
    const before = await readCatalogue(scratch);
    return { scratch, before, milliseconds: Math.round(performance.now() - began), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function apply(scratch: Target, steps: readonly PlannedStep[]) {
  const timings: { name: string; milliseconds: number }[] = [];
  for (const { name, up } of steps) {
    const began = performance.now();
    await scratch.query(up);
    timings.push({ name, milliseconds: Math.round(performance.now() - began) });
  }
  return timings;
}

async function takeBack(scratch: Target, steps: readonly PlannedStep[]): Promise<number> {
  const began = performance.now();
  for (const { down } of steps.toReversed()) await scratch.query(down);
  return Math.round(performance.now() - began);
}

function sum(timings: readonly { milliseconds: number }[]): number {
  return timings.reduce((total, { milliseconds }) => total + milliseconds, 0);
}
