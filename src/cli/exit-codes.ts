import type { EndState } from "../deploy/machine.ts";

/** What a command that drives a run exits with: 0 done · 10 refused, untouched · 20 undone · 30 held, a person is needed. */
export const exitCodes: Readonly<Record<EndState, number>> = { migrated: 0, untouched: 10, undone: 20, held: 30 };
