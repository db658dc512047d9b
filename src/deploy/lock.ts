import { isBusy } from "../db/sqlite.ts";
import { sha256 } from "../ids.ts";
import type { Target } from "./target.ts";

/** Another deployment is at work on the same database. */
export class DeploymentRunning extends Error {
  override readonly name = "DeploymentRunning";
}

/**
 * One deployment at a time. On servers a named lock of the connection that also runs the statements, so it is gone
 * with that connection; on SQLite the write lock of the transaction around everything.
 */
export async function lockDeployment(target: Target): Promise<void> {
  if (target.engine === "sqlite") {
    try {
      await target.query("begin immediate");
    } catch (error) {
      if (!isBusy(error)) throw error;
      throw new DeploymentRunning(
        "Another process is writing to this database, perhaps another deployment. Wait for it to end, then try again.",
      );
    }
    return;
  }
  const [answer] = await target.query<{ got: number | null }>("select get_lock(?, 0) as got", [lockName(target)]);
  if (answer?.got !== 1) {
    throw new DeploymentRunning(
      `Another deployment is running on ${target.database}. Wait for it to end, then try again.`,
    );
  }
}

/** The connection must still own the lock; without it this process no longer writes. */
export async function assertLocked(target: Target): Promise<void> {
  if (target.engine === "sqlite") return;
  const [answer] = await target.query<{ mine: number | null }>("select is_used_lock(?) = connection_id() as mine", [
    lockName(target),
  ]);
  if (answer?.mine !== 1) throw new Error("The deployment's lock was lost; nothing more was written.");
}

/** Ends the deployment: on SQLite this is the commit (or the rollback) of all of it. */
export async function unlockDeployment(target: Target, outcome: "keep" | "discard"): Promise<void> {
  if (target.engine === "sqlite") await target.query(outcome === "keep" ? "commit" : "rollback");
  else await target.query("select release_lock(?)", [lockName(target)]);
}

/** Lock names are server-wide and at most 64 characters long. */
function lockName({ database }: Target): string {
  return `frontdesk:${sha256(database).slice(0, 48)}`;
}
