import type { Phase } from "./machine.ts";

/** What people are told when a phase begins. */
export const phaseWords: Record<Phase, string> = {
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
