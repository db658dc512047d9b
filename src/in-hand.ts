import { setTimeout as sleep } from "node:timers/promises";

export interface Hands<T> {
  readonly signal: AbortSignal;
  /** Things that a process has in hand at once, and of one company at most: a slow receiver holds up no other. */
  readonly slots: number;
  readonly slotsOfOneCompany: number;
  /** Takes up to `limit` due things, none of the companies that have as much in hand as they may. */
  readonly claim: (limit: number, saturated: readonly number[]) => Promise<readonly T[]>;
  /** Never rejects. */
  readonly work: (thing: T) => Promise<void>;
}

/** Claims and works until nothing is due or the signal is aborted. @returns how many things were taken in hand */
export async function workThrough<T extends { readonly companyId: number }>(hands: Hands<T>): Promise<number> {
  const { signal, slots, slotsOfOneCompany, claim, work } = hands;
  const inHand = new Map<Promise<void>, number>();
  let done = 0;
  let nothingDue: Pause | null = null;

  while (!signal.aborted) {
    const free = slots - inHand.size;
    if (free < slots / 2) {
      await Promise.race(inHand.keys());
      continue;
    }
    const full = saturated(inHand, slotsOfOneCompany);
    if (inHand.size > 0 && nothingDue !== null && !nothingDue.isOver && String(nothingDue.full) === String(full)) {
      await Promise.race([...inHand.keys(), nothingDue.end]);
      continue;
    }
    const claimed = await claim(Math.min(free, slotsOfOneCompany), full);
    for (const thing of claimed) {
      const working: Promise<void> = work(thing).finally(() => inHand.delete(working));
      inHand.set(working, thing.companyId);
    }
    done += claimed.length;
    nothingDue = claimed.length > 0 ? null : pauseFor(full);
    if (claimed.length === 0 && inHand.size === 0) break;
  }
  await Promise.all(inHand.keys());
  return done;
}

/** After nothing was found: to ask the same again at each thing that is done would be a query a thing. */
interface Pause {
  readonly full: readonly number[];
  isOver: boolean;
  readonly end: Promise<void>;
}

function pauseFor(full: readonly number[]): Pause {
  const end = sleep(250, undefined, { ref: false }).then(() => {
    pause.isOver = true;
  });
  const pause: Pause = { full, isOver: false, end };
  return pause;
}

function saturated(inHand: ReadonlyMap<unknown, number>, most: number): number[] {
  const counts = new Map<number, number>();
  for (const companyId of inHand.values()) counts.set(companyId, (counts.get(companyId) ?? 0) + 1);
  return [...counts].filter(([, count]) => count >= most).map(([companyId]) => companyId);
}
