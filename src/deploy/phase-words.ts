import type { Goal, Phase } from "./machine.ts";

/** What people are told when a phase begins. */
export function wordsOf(goal: Goal, phase: Phase): string {
  return (goal === "restore" ? restoreWords[phase] : undefined) ?? phaseWords[phase];
}

const restoreWords: Partial<Record<Phase, string>> = {
  preparing: "loading the backup",
  migrating: "the exchange",
};

const phaseWords: Record<Phase, string> = {
  preparing: "backup and rehearsal",
  freezing: "maintenance on",
  migrating: "the statements",
  verifying: "looking at the result",
  recording: "recording, smoke command",
  thawing: "maintenance off",
  checkingHealth: "health",
  refreezing: "maintenance on again",
  undoing: "taking it back",
  confirming: "comparing with before",
  leaving: "leaving",
  ended: "ended",
};
