/**
 * At most so many at once; who has to wait comes in the order of asking.
 * @returns a function that resolves when it is one's turn, with what ends that turn
 */
export function createTurns(most: number): () => Promise<() => void> {
  const waiting: (() => void)[] = [];
  let taken = 0;
  const end = () => {
    const next = waiting.shift();
    if (next) next();
    else taken--;
  };
  return async () => {
    if (taken < most) taken++;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    return end;
  };
}
