/** Of an even number of values the upper of the two in the middle; 0 of none. */
export function median(values: readonly number[] = []): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? 0;
}
