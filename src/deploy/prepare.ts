import { handOn } from "./backup/hand-on.ts";
import { removeBackup } from "./backup/manifest.ts";
import { neededBackups, removeOldBackups } from "./backup/retention.ts";
import { takeBackup } from "./backup/take.ts";
import { failpoint } from "./failpoint.ts";
import { noteHealthBefore } from "./freeze.ts";
import { rehearse } from "./rehearse.ts";
import { nameOf } from "./target.ts";
import type { Work } from "./work.ts";

/** Before anything is touched: a backup that counts, and a rehearsal of this very plan on a copy made from it. */
export async function prepare(work: Work): Promise<void> {
  await noteHealthBefore(work);
  const { target, settings, run, say } = work;
  if (settings.rehearsal === null || run.progress.goal === "rollBack") return;
  const { directory, toolsDir, withRows } = settings.rehearsal;
  const { path, manifest } = await takeBackup(target, { directory, toolsDir }, { withRows, say });
  await failpoint("backed up");
  const rows = Object.values(manifest.tables).reduce((sum, table) => sum + table.rows, 0);
  say(
    withRows ? `backup: ${path}, ${rows} rows, ${manifest.bytes} bytes` : "no backup: only the structure is rehearsed",
  );
  try {
    const { expected, ...rehearsal } = await rehearse(target, work.steps, path, { runId: run.id, toolsDir, say });
    const backup = withRows
      ? {
          path,
          bytes: manifest.bytes,
          sha256: manifest.sha256,
          rows,
          snapshot: manifest.snapshot,
          milliseconds: manifest.milliseconds,
        }
      : null;
    if (withRows) await keepSafe(work, path);
    await work.save({ expected, notes: { ...run.notes, backup, rehearsal } });
  } finally {
    if (!withRows) removeBackup(path, manifest);
  }
}

/** Where that is wished for, when everybody has stopped and nothing is touched yet. */
export async function prepareAgain(work: Work): Promise<void> {
  const { settings, run } = work;
  if (settings.rehearsal?.inFreeze && run.progress.phase === "freezing") await prepare(work);
}

/** To where it survives this machine; then older ones may go. */
async function keepSafe({ target, settings, run, environment, say }: Work, path: string): Promise<void> {
  const { rehearsal } = settings;
  if (rehearsal?.afterBackup)
    await handOn(target, path, rehearsal.afterBackup, { ...environment, FRONTDESK_RUN: run.id });
  if (rehearsal?.retention) {
    const needed = await neededBackups(target);
    const gone = removeOldBackups(rehearsal.directory, nameOf(target), rehearsal.retention, { needed });
    if (gone.length > 0) say(`${gone.length} old backups removed`);
  }
}
