import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import type { Patience } from "./budget.ts";
import { type Owner, type Run, updateRun } from "./journal.ts";
import type { DeploymentLock } from "./lock.ts";
import { mirror } from "./mirror.ts";
import { type PlannedStep, stepsIn } from "./plan.ts";
import type { Prober } from "./prober/prober.ts";
import { defaultSettings, type Settings } from "./settings.ts";
import type { Target } from "./target.ts";

export type Say = (line: string) => void;

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a person at the command line lends to a run. */
export interface Surroundings {
  readonly say?: Say;
  /** Asked between two actions: why to stop, or null. */
  readonly wish?: () => string | null;
  /** For hooks and the smoke command. */
  readonly environment?: Environment;
}

/** A run in the hands of this process. */
export interface Work {
  readonly target: Target;
  readonly lock: DeploymentLock;
  readonly settings: Settings;
  readonly steps: readonly PlannedStep[];
  readonly patience: Patience;
  readonly say: Say;
  /** What hooks and the smoke command are given of. */
  readonly environment: Environment;
  /** Why it should stop, once a person wants that. */
  readonly wish: () => string | null;
  /** As the journal has it. */
  run: Run;
  /** SQLite: what the open transaction is for. */
  transaction: "forward" | "back" | null;
  foundAsMade: boolean;
  /** Lets a request in while this process holds maintenance. */
  allowToken: string | null;
  /** By the monotonic clock, since when maintenance is on. */
  frozenAt: number | null;
  /** Looks at what others wait, while it is to be measured. */
  prober: Prober | null;
  /** To the journal's mirror. */
  keepCopy(entry: Readonly<Record<string, unknown>>): void;
  save(change: Parameters<typeof updateRun>[2]): Promise<void>;
}

export function workOn(
  target: Target,
  lock: DeploymentLock,
  run: Run,
  { say = () => {}, wish = () => null, environment = {} }: Surroundings,
): Work {
  const settings = { ...defaultSettings, ...(run.settings as Partial<Settings>) };
  let mirrorBroken = false;
  let lockWaits = Number(run.notes.lockWaits ?? 0);
  const waited = (line: string) => {
    lockWaits++;
    say(line);
  };
  const work: Work = {
    target,
    lock,
    settings,
    run,
    steps: stepsIn(run.releases),
    patience: {
      seconds: settings.lockPatienceSeconds,
      onWait: waited,
      send: (attempt) => work.prober?.whileSent(work.run.owner.connectionId ?? 0, attempt) ?? attempt(),
    },
    say,
    wish,
    environment,
    transaction: null,
    foundAsMade: false,
    allowToken: null,
    frozenAt: null,
    prober: null,
    keepCopy(entry) {
      if (settings.mirrorFolder === null || mirrorBroken) return;
      try {
        mirror(settings.mirrorFolder, run.id, entry);
      } catch (error) {
        mirrorBroken = true;
        say(`the journal's copy in ${settings.mirrorFolder} is not kept on: ${(error as Error).message}`);
      }
    },
    async save(given) {
      const waits = lockWaits === 0 ? {} : { notes: { ...work.run.notes, ...given.notes, lockWaits } };
      const change = { ...given, ...waits };
      const { progress, notes, endedAt } = change;
      work.keepCopy({ progress, notes, endedAt });
      work.run = { ...work.run, ...change };
      await updateRun(target, run.id, change);
    },
  };
  return work;
}

export async function thisProcess(target: Target): Promise<Owner> {
  const connectionId =
    target.engine === "sqlite"
      ? null
      : Number((await target.query<{ id: number }>("select connection_id() as id"))[0]?.id);
  return { host: hostname(), machine: thisMachine(), pid: process.pid, connectionId };
}

/** Only of a process of this machine and this container can it be told that it is dead. */
export function isDead({ host, machine, pid }: Owner): boolean {
  if (host !== hostname() || machine !== thisMachine()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

function thisMachine(): string {
  if (process.platform !== "linux") return hostname();
  const bootId = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  return `${bootId} ${readlinkSync("/proc/self/ns/pid")}`;
}
