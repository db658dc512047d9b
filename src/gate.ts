/** Why a process begins no work, and when to ask again. */
export interface Closure {
  readonly code: "maintenance" | "unavailable";
  /** What a caller is told. */
  readonly message: string;
  readonly retryAfterSeconds: number;
  /** Sha256 of the token that lets a request pass; null where none does. */
  readonly allowTokenHash: string | null;
}

/** What every request and every chore of a process goes through, so that it can be closed and known to be empty. */
export interface Gate {
  /** Null while work may begin. */
  closure(): Closure | null;
  /** Counts a piece of work until the function that it returns is called. Ask `closure` in the same breath. */
  begin(): () => void;
  /** Pieces of work that have begun and not ended. */
  atWork(): number;
  /** Aborted when the gate closes: what takes long stops at the next thing. */
  closing(): AbortSignal;
  /** Resolves once work may begin, or at the signal. */
  opened(signal: AbortSignal): Promise<void>;
  /** Something that goes on after its work was answered, and has to end before the process counts as empty. */
  addAftermath(settled: () => Promise<unknown>): void;
  aftermath(): Promise<void>;
  /** Whether anybody tells this gate of maintenance. */
  isWatched(): boolean;
  /** Closes or opens it. */
  set(closure: Closure | null): void;
  setWatched(watched: boolean): void;
}

/** @param doubt asked while the gate is open: a reason to close it that nobody had to tell */
export function createGate(doubt: () => Closure | null = () => null): Gate {
  let closed: Closure | null = null;
  let watched = false;
  let working = 0;
  let closing = new AbortController();
  const waiting = new Set<() => void>();
  const aftermaths: (() => Promise<unknown>)[] = [];
  const closure = () => closed ?? doubt();
  return {
    closure,
    begin() {
      working++;
      let ended = false;
      return () => {
        if (!ended) working--;
        ended = true;
      };
    },
    atWork: () => working,
    closing: () => closing.signal,
    async opened(signal) {
      while (closure() !== null && !signal.aborted) {
        const { promise, resolve } = Promise.withResolvers<void>();
        const wake = () => resolve();
        waiting.add(wake);
        signal.addEventListener("abort", wake);
        await promise;
        signal.removeEventListener("abort", wake);
      }
    },
    addAftermath: (settled) => void aftermaths.push(settled),
    aftermath: async () => void (await Promise.all(aftermaths.map((settled) => settled()))),
    isWatched: () => watched,
    set(next) {
      if (next !== null && closed === null) closing.abort();
      if (next === null && closing.signal.aborted) closing = new AbortController();
      closed = next;
      if (closure() !== null) return;
      for (const wake of waiting) wake();
      waiting.clear();
    },
    setWatched: (now) => {
      watched = now;
    },
  };
}
