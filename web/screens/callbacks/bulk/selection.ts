import { useState } from "react";
import type { Callback } from "../data.ts";

/** Which of the callbacks that are shown are selected; one that is gone from the list is so no more. */
export function useSelection(shown: readonly Callback[]) {
  const [ids, setIds] = useState<ReadonlySet<number>>(new Set());
  const selected = shown.filter(({ id }) => ids.has(id));
  return {
    selected,
    has: (id: number) => ids.has(id),
    toggle: (id: number) => setIds(new Set(ids.has(id) ? [...ids].filter((each) => each !== id) : [...ids, id])),
    select: (callbacks: readonly Callback[]) => setIds(new Set(callbacks.map(({ id }) => id))),
  };
}
export type Selection = ReturnType<typeof useSelection>;
