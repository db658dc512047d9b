import { createRequire } from "node:module";

const load = createRequire(import.meta.url);

/**
 * A package that is loaded with its first use: a process that never comes to it does without its memory. For what must be
 * there at once; what can be awaited is imported where it is used.
 */
export function onDemand<T>(name: string): () => T {
  return once(() => load(name) as T);
}

/** What is made when it is first asked for, and kept. */
export function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
