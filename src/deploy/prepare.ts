import { removeBackup } from "./backup/manifest.ts";
import { takeBackup } from "./backup/take.ts";
import { failpoint } from "./failpoint.ts";
import { rehearse } from "./rehearse.ts";
import type { Work } from "./work.ts";

/** Before anything is touched: a backup that counts, and a rehearsal of this very plan on a copy made from it. */
export async function prepare(work: Work): Promise<void> {
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
    await work.save({ expected, notes: { ...run.notes, backup, rehearsal } });
  } finally {
    if (!withRows) removeBackup(path, manifest);
  }
}
