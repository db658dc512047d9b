import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { freshKey } from "../../../api/client.ts";
import type { Callback } from "../data.ts";
import { eachOf } from "./at-once.ts";
import { type Deed, stepsOf } from "./steps.ts";

const atOnce = 4;

/** What became of one callback. */
export interface Result {
  readonly callback: Callback;
  /** Null where it was done. */
  readonly failure: unknown;
}

export interface Run {
  readonly deed: Deed;
  readonly total: number;
  /** In the order in which they came to an end. */
  readonly results: readonly Result[];
  readonly isOver: boolean;
}

/**
 * Does the same to many callbacks, by the routes for one. A callback that was not done keeps the keys of its requests, so
 * that to try it again never does a thing twice. One run at a time, however often it is asked for.
 * @param onOver what failed, for another try
 */
export function useBulk(onOver: (failed: readonly Callback[]) => void) {
  const queries = useQueryClient();
  const [run, setRun] = useState<Run | null>(null);
  const isBusy = useRef(false);
  const keys = useRef(new Map<string, string>());
  async function start(deed: Deed, callbacks: readonly Callback[]): Promise<void> {
    if (isBusy.current || callbacks.length === 0) return;
    isBusy.current = true;
    const results: Result[] = [];
    const tell = (isOver: boolean) => setRun({ deed, total: callbacks.length, results: [...results], isOver });
    tell(false);
    await eachOf(callbacks, atOnce, async (callback) => {
      const failure = await done(deed, callback);
      results.push({ callback, failure });
      tell(false);
    });
    isBusy.current = false;
    tell(true);
    onOver(results.flatMap(({ callback, failure }) => (failure === null ? [] : [callback])));
    await Promise.all(["callbacks", "callback"].map((name) => queries.invalidateQueries({ queryKey: [name] })));
  }

  /** @returns why not, or null */
  async function done(deed: Deed, callback: Callback): Promise<unknown> {
    const used: string[] = [];
    try {
      for (const { name, send } of stepsOf(deed, callback)) {
        const step = JSON.stringify([callback.id, name, deed]);
        const key = keys.current.get(step) ?? freshKey();
        keys.current.set(step, key);
        used.push(step);
        await send(key);
      }
    } catch (failure) {
      return failure;
    }
    for (const step of used) keys.current.delete(step);
    return null;
  }

  return { run, start, close: () => setRun(null) };
}
