import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Collects what is of no use any more, at once. */
export function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}
