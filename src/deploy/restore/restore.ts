import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { checksum, type Migration } from "../../db/migration.ts";
import { migrations as shipped } from "../../db/migrations.ts";
import { BackupDamaged, type Manifest, manifestSuffix, readManifest } from "../backup/manifest.ts";
import { readCatalogue } from "../catalogue.ts";
import { openRun, type Run } from "../journal.ts";
import { type DeployOptions, type Ending, finish, isRestoring, locked, start } from "../lead.ts";
import { PlanRefused } from "../plan.ts";
import type { Settings } from "../settings.ts";
import { nameOf, type Target } from "../target.ts";
import { wayOf } from "./restoration.ts";

/**
 * Puts what a backup holds in the place of what the database holds, which is kept aside; or comes back exactly. A restore
 * of the same backup that died is finished instead.
 * @param backup a manifest's path, or that of the file beside it
 * @throws PlanRefused, DeploymentRunning: nothing was touched
 */
export async function restore(
  target: Target,
  backup: string,
  { toolsDir, ...options }: DeployOptions & { readonly toolsDir: string | null },
): Promise<Ending> {
  const path = manifestOf(backup);
  assertRestorable(target, path, options.migrations ?? shipped);
  return locked(target, async (lock) => {
    const left = await openRun(target);
    if (left !== null && isRestoring(left) && backupOf(left) === path)
      return finish(target, lock, left, "goOn", options);
    if (left !== null) {
      const ending = left.progress.touched ? null : await finish(target, lock, left, "turnBack", options);
      if (ending?.end !== "untouched") throw new PlanRefused(unfinished(left));
    }
    const before = await readCatalogue(target);
    const settings = { ...options.settings, restore: { backup: path, toolsDir } };
    const steps = wayOf(target).steps.length;
    return start(
      target,
      lock,
      { goal: "restore", steps, releases: [], before, expected: null },
      { ...options, settings },
    );
  });
}

function manifestOf(backup: string): string {
  const path = resolve(backup);
  if (path.endsWith(manifestSuffix)) return path;
  const manifest = path.replace(/(\.sql\.gz|\.db)?$/, manifestSuffix);
  if (existsSync(manifest)) return manifest;
  throw new PlanRefused(
    `${backup} is no backup: there is no ${manifest} beside it. Name a manifest that \`frontdesk deploy backups\` lists.`,
  );
}

/** What can be told of a backup before it is read. @throws PlanRefused */
function assertRestorable(target: Target, path: string, migrations: readonly Migration[]): void {
  const manifest = manifestIn(path);
  const file = join(path, "..", manifest.file);
  if (!existsSync(file))
    throw new PlanRefused(`${file} is missing, which ${path} speaks of. Bring both to one folder.`);
  if (manifest.engine !== target.engine) {
    throw new PlanRefused(`${path} is of ${manifest.engine}, and this database is ${target.engine}'s.`);
  }
  if (manifest.database !== nameOf(target)) {
    throw new PlanRefused(
      `${path} is a backup of ${manifest.database}, and this database is ${nameOf(target)}. Name the right one of the two.`,
    );
  }
  if (Object.values(manifest.tables).length === 0 && Object.keys(manifest.catalogue.tables).length > 0) {
    throw new PlanRefused(`${path} holds the structure alone, without rows. Use another backup.`);
  }
  const known = new Map(migrations.map((migration) => [migration.id, checksum(migration, target.engine)]));
  const foreign = manifest.applied.filter(({ id, checksum: sum }) => known.get(id) !== sum);
  if (foreign.length > 0) {
    throw new PlanRefused(
      `${path} is of a newer or another version of this program, with ${foreign.map(({ id }) => id).join(", ")}. Restore it with that version.`,
    );
  }
}

function manifestIn(path: string): Manifest {
  try {
    return readManifest(path);
  } catch (error) {
    if (error instanceof BackupDamaged) throw new PlanRefused(error.message);
    throw error;
  }
}

function backupOf({ settings }: Run): string | undefined {
  return (settings as Partial<Settings>).restore?.backup;
}

function unfinished({ id, progress }: Run): string {
  const what = progress.goal === "restore" ? "restore of another backup" : "run";
  return `The ${what}, ${id}, has not ended. First \`frontdesk deploy resume\`, or \`frontdesk deploy abort\`.`;
}
