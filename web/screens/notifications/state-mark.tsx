import type { CellState } from "./cell-state.ts";

const insides = {
  on: <circle cx="6" cy="6" r="5" fill="currentColor" />,
  reserve: <path d="M6 1a5 5 0 0 0 0 10z" fill="currentColor" />,
  off: null,
};

/** Full, half or empty: told by shape, and the word stands beside it. */
export function StateMark({ state }: Pick<CellState, "state">) {
  return (
    <svg width="12" height="12" viewBox="0 0 12 12" className={`state-mark state-${state}`} aria-hidden="true">
      <circle cx="6" cy="6" r="5" fill="none" stroke="currentColor" strokeWidth="1.5" />
      {insides[state]}
    </svg>
  );
}
