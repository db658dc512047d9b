import type { Say } from "./work.ts";

/** How often a long step is spoken of. */
const everyMilliseconds = 2000;

/** Says every two seconds how far a step has come, and how long it will take if it goes on so. @param total about; null where unknown */
export function pace(say: Say, what: string, total: number | null, unit: "bytes" | "rows"): (more: number) => void {
  const began = performance.now();
  let [done, told] = [0, began];
  return (more) => {
    done += more;
    const now = performance.now();
    if (now - told < everyMilliseconds) return;
    told = now;
    say(`${what}: ${progressOf(done, total, unit, now - began)}`);
  };
}

/** Pure: the words for it. */
export function progressOf(done: number, total: number | null, unit: "bytes" | "rows", milliseconds: number): string {
  const words = (n: number) => (unit === "rows" ? `${n} rows` : `${(n / 1e6).toFixed(0)} MB`);
  const rate = (done / milliseconds) * 1000;
  const pace = unit === "rows" ? `${Math.round(rate)} rows/s` : `${(rate / 1e6).toFixed(1)} MB/s`;
  if (total === null || total <= done || done === 0) return `${words(done)}, ${pace}`;
  return `${words(done)} of about ${words(total)}, ${pace}, ${Math.ceil((total - done) / rate)} s left`;
}
