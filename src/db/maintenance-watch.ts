import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { type Closure, createGate, type Gate } from "../gate.ts";
import type { Connection } from "./connect.ts";
import {
  isRegistryMissing,
  type Lease,
  type Registry,
  readLease,
  registryOf,
  removeProcess,
  showPresence,
  type ThisProcess,
} from "./maintenance.ts";
import { isBusy } from "./sqlite.ts";

export interface WatchOptions {
  readonly kind: ThisProcess["kind"];
  readonly version: string;
  /** A connection of the watch's own, so that busy ones do not keep it from looking; another one when that hangs. */
  readonly connect: () => Promise<Connection>;
  readonly log: { info(message: string): void; warn(details: object, message: string): void };
  readonly timing?: typeof usualTiming;
}

export interface MaintenanceWatch {
  readonly gate: Gate;
  /** Leaves the registry. Call it when the process has stopped working. */
  stop(): Promise<void>;
}

/** In milliseconds. */
const usualTiming = {
  /** From one look at the lease to the next, while the gate is open and while it is closed. */
  whileOpen: 1000,
  whileClosed: 250,
  /** How long one look may take. */
  look: 5000,
  /**
   * Without an answer from the database for this long a process stops working by itself: a deployment takes one that
   * was not seen for 10 s for dead, and does not wait for it.
   */
  doubt: 8000,
};

/** What a process knows between two looks. */
interface Watching extends Required<WatchOptions> {
  readonly me: ThisProcess;
  readonly gate: Gate;
  looks: number;
  connection: Connection | null;
  registry: Registry | null;
  /** By the lease; the gate may be closed by doubt as well. */
  closed: Closure | null;
  /** The lease's generation while this process has stopped working for it; else 0. */
  acknowledged: number;
  /** By the monotonic clock. */
  shownAt: number;
  answeredAt: number;
  warned: boolean;
}

/**
 * Registers this process, keeps its gate as the lease says and acknowledges once the gate is closed and nothing is at
 * work. Where the tables cannot be used it warns once, leaves the gate as it is (open at first) and goes on trying.
 */
export async function watchMaintenance(options: WatchOptions): Promise<MaintenanceWatch> {
  const { kind, version, timing = usualTiming } = options;
  const watching: Watching = {
    ...options,
    timing,
    me: { id: randomUUID(), kind, host: hostname(), pid: process.pid, version },
    gate: createGate(() => (performance.now() - watching.answeredAt > timing.doubt ? unheard : null)),
    looks: 0,
    connection: null,
    registry: null,
    closed: null,
    acknowledged: 0,
    shownAt: Number.NEGATIVE_INFINITY,
    answeredAt: performance.now(),
    warned: false,
  };
  const ending = new AbortController();
  await look(watching);
  const loop = keepLooking(watching, ending.signal);
  return {
    gate: watching.gate,
    async stop() {
      ending.abort();
      await loop;
      await leave(watching);
    },
  };
}

async function keepLooking(watching: Watching, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const pause = watching.closed === null ? watching.timing.whileOpen : watching.timing.whileClosed;
    await sleep(pause, undefined, { signal }).catch(() => {});
    if (!signal.aborted) await look(watching);
  }
}

async function look(watching: Watching): Promise<void> {
  const { gate, log, timing } = watching;
  try {
    await withinTime(timing.look, lookOnce(watching));
    if (watching.warned) log.info("This process hears of maintenance again");
    watching.warned = false;
    gate.setWatched(true);
  } catch (error) {
    if (error === noAnswer || watching.registry === null) forgetConnection(watching);
    if (error === noAnswer) return;
    if (isRegistryMissing(error)) watching.closed = null;
    gate.setWatched(false);
    if (!watching.warned) log.warn({ err: error }, cannotWatch);
    watching.warned = true;
  }
  watching.answeredAt = performance.now();
  gate.set(watching.closed);
}

const cannotWatch =
  "This process cannot hear of maintenance, and serves on: a deployment does not wait for it. Run `frontdesk maintenance status` once with the deployment's user, and let this one read frontdesk_maintenance and write frontdesk_processes.";

async function lookOnce(watching: Watching): Promise<void> {
  const { gate, me, timing } = watching;
  // One that was given up may still be answered, with what was true then.
  const number = ++watching.looks;
  const isGivenUp = () => number !== watching.looks;
  const registry = watching.registry ?? (await openRegistry(watching, isGivenUp));
  const lease = await readLease(registry);
  if (isGivenUp()) return;
  watching.closed = lease && closureOf(lease);
  gate.set(watching.closed);

  const generation = lease === null || gate.atWork() > 0 ? 0 : lease.generation;
  const isNews = generation !== watching.acknowledged;
  if (isNews) await gate.aftermath();
  if (!isNews && performance.now() - watching.shownAt < timing.whileOpen * 0.9) return;
  try {
    await showPresence(registry, me, generation);
  } catch (error) {
    if (isBusy(error)) return;
    throw error;
  }
  watching.shownAt = performance.now();
  watching.acknowledged = generation;
}

async function openRegistry(watching: Watching, isGivenUp: () => boolean): Promise<Registry> {
  const connection = await watching.connect();
  if (isGivenUp()) {
    await connection.close();
    throw noAnswer;
  }
  watching.connection = connection;
  watching.registry = await registryOf(connection);
  return watching.registry;
}

function closureOf({ reason, retryAfterSeconds, allowTokenHash }: Lease): Closure {
  const message = `Frontdesk is under maintenance (${reason}). Nothing was done; send the request again in ${retryAfterSeconds} seconds.`;
  return { code: "maintenance", message, retryAfterSeconds, allowTokenHash };
}

const unheard: Closure = {
  code: "unavailable",
  message: "This process has lost touch with its database. Nothing was done; send the request again.",
  retryAfterSeconds: 1,
  allowTokenHash: null,
};

const noAnswer = new Error("The database did not answer in time.");

async function withinTime(milliseconds: number, work: Promise<void>): Promise<void> {
  const timer = new AbortController();
  const late = sleep(milliseconds, undefined, { signal: timer.signal }).then(() => Promise.reject(noAnswer));
  late.catch(() => {});
  work.catch(() => {});
  try {
    await Promise.race([work, late]);
  } finally {
    timer.abort();
  }
}

/** A connection that hangs may hang for long: the next look takes a new one, and nobody waits for this one's end. */
function forgetConnection(watching: Watching): void {
  watching.connection?.close().catch(() => {});
  watching.connection = null;
  watching.registry = null;
}

async function leave(watching: Watching): Promise<void> {
  const { registry, connection, me, timing } = watching;
  if (registry !== null) await withinTime(timing.look, removeProcess(registry, me)).catch(() => {});
  await connection?.close();
}
