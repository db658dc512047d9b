import { holdFile } from "../db/file-lock.ts";
import { sha256 } from "../ids.ts";
import { fileOf, type Target } from "./target.ts";

/** Another deployment is at work on the same database. */
export class DeploymentRunning extends Error {
  override readonly name = "DeploymentRunning";
}

/** This process is no longer the one that may write. */
export class LockLost extends Error {
  override readonly name = "LockLost";
}

export interface DeploymentLock {
  /** @throws LockLost */
  assertOwned(): Promise<void>;
  /** On a new connection, once the old one's last statement has ended. @throws DeploymentRunning */
  retake(): Promise<void>;
  release(): Promise<void>;
}

/** Who holds the lock on behalf of a deployer that died: its session may still be running a statement. */
export type IsOrphan = (connectionId: number) => Promise<boolean>;

/**
 * One deployment at a time. On servers a named lock of the connection that also runs the statements, so it is gone with
 * that connection; on SQLite a lock on a file beside the database, which dies with the process.
 * @throws DeploymentRunning
 */
export async function lockDeployment(target: Target, isOrphan: IsOrphan = async () => false): Promise<DeploymentLock> {
  return target.engine === "sqlite" ? lockFile(target) : lockByName(target, isOrphan);
}

async function lockByName(target: Target, isOrphan: IsOrphan): Promise<DeploymentLock> {
  const name = lockName(target);
  const take = async (seconds: number) => {
    const [answer] = await target.query<{ got: number | null }>("select get_lock(?, ?) as got", [name, seconds]);
    return answer?.got === 1;
  };
  const running = async () => {
    const holder = await holderOf(target, name);
    return new DeploymentRunning(
      `Another deployment is running on ${target.database}, by connection ${holder}. Wait for it to end, then try again. If its machine is gone, end that connection: KILL ${holder}.`,
    );
  };
  if (!(await take(0)) && !(await takeFromOrphan(target, name, take, isOrphan))) throw await running();
  return {
    async retake() {
      if (!(await take(orphanSeconds))) throw await running();
    },
    async assertOwned() {
      const [answer] = await target.query<{ mine: number | null }>("select is_used_lock(?) = connection_id() as mine", [
        name,
      ]);
      if (answer?.mine !== 1) throw new LockLost("The deployment's lock was lost; nothing more was written.");
    },
    async release() {
      await target.query("select release_lock(?)", [name]);
    },
  };
}

/** Seconds that a dead deployer's last statement is given to end by itself; then its session is ended. */
const orphanSeconds = 60;

async function takeFromOrphan(
  target: Target,
  name: string,
  take: (seconds: number) => Promise<boolean>,
  isOrphan: IsOrphan,
): Promise<boolean> {
  const holder = await holderOf(target, name);
  if (holder === null) return take(1);
  if (!(await isOrphan(holder))) return false;
  if (await take(orphanSeconds)) return true;
  await target.query(`kill ${holder}`);
  return take(orphanSeconds);
}

async function holderOf(target: Target, name: string): Promise<number | null> {
  const [answer] = await target.query<{ holder: number | null }>("select is_used_lock(?) as holder", [name]);
  return answer?.holder ?? null;
}

/** Lock names are server-wide and at most 64 characters long. */
function lockName({ database }: Target): string {
  return `frontdesk:${sha256(database).slice(0, 48)}`;
}

/** The file stays: whoever removed it would pull it away from under others that are just opening it. */
function lockFile(target: Target): DeploymentLock {
  const release = holdFile(`${fileOf(target.url)}.deploying`);
  if (release === null) {
    throw new DeploymentRunning("Another deployment is running on this database. Wait for it to end, then try again.");
  }
  return {
    async assertOwned() {},
    async retake() {},
    async release() {
      release();
    },
  };
}
