import { setTimeout as sleep } from "node:timers/promises";
import type { Db } from "../db/connect.ts";
import type { Tenant } from "../tenant.ts";
import { type Tail, type TailedEvent, tailEvents } from "./tail.ts";

const lookEveryMilliseconds = 1000;

/** An event, and the mark from which a later follower misses nothing. */
export interface Followed {
  readonly event: TailedEvent;
  readonly mark: number;
}

/** The one reader of a company's events in this process, and who listens to it. */
interface Feed {
  readonly listeners: Set<Listener>;
  /** It reads no more: who comes now needs another one. */
  readonly isOver: () => boolean;
  readonly leave: (listener: Listener) => Promise<void>;
}
interface Listener {
  readonly tell: (news: readonly Followed[]) => void;
  readonly fail: (error: unknown) => void;
}

const feedsOf = new WeakMap<Db, Map<string, Promise<Feed>>>();

/**
 * A company's events as they are committed, until `signal` is aborted; null after each `quietMilliseconds` without one.
 * However many follow, the database is asked once a second for each company. Whoever comes back with the mark it was
 * left with reads for itself what happened meanwhile, while it listens already: nothing falls in between.
 */
export async function* followEvents(
  db: Db,
  tenant: Tenant,
  { prefix, after, quietMilliseconds, signal }: FollowOptions,
): AsyncGenerator<Followed | null> {
  const inbox = createInbox();
  const feed = await join(db, tenant, prefix, inbox.listener);
  try {
    const caughtUp = new Set<number>();
    if (after !== null) {
      const tail = await tailEvents(db, tenant, { prefix, after });
      for (const followed of await newsOf(tail)) {
        caughtUp.add(followed.event.id);
        yield followed;
      }
    }
    while (!signal.aborted) {
      const news = await inbox.next(quietMilliseconds, signal);
      if (news.length === 0 && !signal.aborted) yield null;
      for (const followed of news) if (!caughtUp.has(followed.event.id)) yield followed;
    }
  } finally {
    await feed.leave(inbox.listener);
  }
}

export interface FollowOptions {
  readonly prefix: string;
  /** A mark, or null to begin with what happens from now on. */
  readonly after: number | null;
  readonly quietMilliseconds: number;
  readonly signal: AbortSignal;
}

async function join(db: Db, tenant: Tenant, prefix: string, listener: Listener): Promise<Feed> {
  const feeds = feedsOf.get(db) ?? new Map<string, Promise<Feed>>();
  feedsOf.set(db, feeds);
  const key = `${tenant.companyId} ${prefix}`;
  const known = feeds.get(key);
  const opening = known ?? openFeed(db, tenant, prefix, () => feeds.delete(key));
  if (!known) feeds.set(key, opening);
  try {
    const feed = await opening;
    if (feed.isOver()) return join(db, tenant, prefix, listener);
    feed.listeners.add(listener);
    return feed;
  } catch (error) {
    feeds.delete(key);
    throw error;
  }
}

async function openFeed(db: Db, tenant: Tenant, prefix: string, onEnd: () => void): Promise<Feed> {
  const tail = await tailEvents(db, tenant, { prefix, after: null });
  const listeners = new Set<Listener>();
  const ending = new AbortController();
  const end = () => {
    if (ending.signal.aborted) return;
    ending.abort();
    onEnd();
  };
  // Whoever waits for the opening has joined by the first look.
  const ended = read(tail, listeners, ending.signal).finally(end);
  const leave = async (listener: Listener) => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    end();
    await ended;
  };
  return { listeners, isOver: () => ending.signal.aborted, leave };
}

async function read(tail: Tail, listeners: ReadonlySet<Listener>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sleep(lookEveryMilliseconds, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    try {
      const news = await newsOf(tail);
      for (const { tell } of listeners) tell(news);
    } catch (error) {
      for (const { fail } of listeners) fail(error);
      return;
    }
  }
}

async function newsOf(tail: Tail): Promise<Followed[]> {
  const events = await tail.next();
  return events.map((event) => ({ event, mark: tail.mark() }));
}

/** What was told and not yet taken. */
function createInbox() {
  let news: Followed[] = [];
  let failure: { error: unknown } | null = null;
  let wake = () => {};
  const listener: Listener = {
    tell: (more) => {
      news.push(...more);
      if (more.length > 0) wake();
    },
    fail: (error) => {
      failure = { error };
      wake();
    },
  };
  const next = async (waitMilliseconds: number, signal: AbortSignal): Promise<Followed[]> => {
    if (news.length === 0 && failure === null) await untilWoken(waitMilliseconds, signal);
    if (failure !== null) throw failure.error;
    const taken = news;
    news = [];
    return taken;
  };
  const untilWoken = async (waitMilliseconds: number, signal: AbortSignal) => {
    const woken = new AbortController();
    wake = () => woken.abort();
    await sleep(waitMilliseconds, undefined, { signal: AbortSignal.any([woken.signal, signal]) }).catch(() => {});
  };
  return { listener, next };
}
