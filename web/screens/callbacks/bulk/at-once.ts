/** Does something to each of many, no more than so many at the same time. What one of them throws stops no other. */
export async function eachOf<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const left = items[Symbol.iterator]();
  const worker = async () => {
    for (const item of left) await work(item).catch(() => {});
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
}
