/**
 * Asks once for all who ask the same at the same time. Whoever comes while an answer is under way waits for the next one,
 * which is asked for when that one has come: an answer is never older than its question, so that a key that was revoked
 * is refused from then on.
 */
export function askedTogether<T>(ask: (about: string) => Promise<T>): (about: string) => Promise<T> {
  const underWay = new Map<string, { readonly answer: Promise<T>; next: Promise<T> | null }>();

  function start(about: string): Promise<T> {
    const asked = { answer: ask(about), next: null as Promise<T> | null };
    underWay.set(about, asked);
    const settled = () => void (asked.next === null && underWay.delete(about));
    asked.answer.then(settled, settled);
    return asked.answer;
  }

  return (about) => {
    const asked = underWay.get(about);
    if (asked === undefined) return start(about);
    const again = () => start(about);
    asked.next ??= asked.answer.then(again, again);
    return asked.next;
  };
}
