/**
 * What a deployment does next, as a pure state machine: the driver performs `nextAction`, tells `advance` how that went,
 * and keeps the progress in the journal. Whatever happens, and in whatever order, it ends in one of four states.
 */

/** S0 to S3: nothing was touched; the plan is in force; all is exactly as before; a person is needed. */
export const endStates = ["untouched", "migrated", "undone", "held"] as const;
export type EndState = (typeof endStates)[number];

export const phases = [
  "preparing",
  "freezing",
  "migrating",
  "verifying",
  "recording",
  "thawing",
  "checkingHealth",
  "refreezing",
  "undoing",
  "confirming",
  "leaving",
  "ended",
] as const;
export type Phase = (typeof phases)[number];

/**
 * A rollback is the second half of a migration: it begins with everything in force. A restore goes the way of a
 * migration, its few steps in the place of the statements.
 */
export const goals = ["migrate", "rollBack", "restore"] as const;
export type Goal = (typeof goals)[number];

export interface Progress {
  readonly goal: Goal;
  readonly phase: Phase;
  /** Statements of the plan. */
  readonly steps: number;
  /** How many of them are in force: always the first ones. */
  readonly done: number;
  /** A statement may have run: set before the first one is sent. */
  readonly touched: boolean;
  /** Maintenance may be on: set before it is asked for, cleared after it is off. */
  readonly frozen: boolean;
  /** Why it did not go on as planned. */
  readonly reason: string | null;
  /** A hold keeps the phase that it arose in. */
  readonly end: EndState | null;
}

export type Action =
  | { readonly do: "prepare" | "freeze" | "verify" | "record" | "thaw" | "checkHealth" | "confirm" }
  | { readonly do: "apply" | "undo"; readonly step: number };

/** `aborted` is a person's wish, heard between two actions. */
export type Outcome = { readonly type: "succeeded" } | { readonly type: "failed" | "aborted"; readonly reason: string };

export function begin(goal: Goal, steps: number): Progress {
  const done = goal === "rollBack" ? steps : 0;
  return { goal, phase: "preparing", steps, done, touched: false, frozen: false, reason: null, end: null };
}

/** Null once it has ended. */
export function nextAction({ phase, done, end }: Progress): Action | null {
  if (end !== null) return null;
  switch (phase) {
    case "preparing":
      return { do: "prepare" };
    case "freezing":
    case "refreezing":
      return { do: "freeze" };
    case "migrating":
      return { do: "apply", step: done };
    case "verifying":
      return { do: "verify" };
    case "recording":
      return { do: "record" };
    case "thawing":
    case "leaving":
      return { do: "thaw" };
    case "checkingHealth":
      return { do: "checkHealth" };
    case "undoing":
      return { do: "undo", step: done - 1 };
    case "confirming":
      return { do: "confirm" };
    case "ended":
      return null;
  }
}

/** A person's wish to stop is heard where stopping is still simpler than going on; elsewhere it changes nothing. */
export function advance(progress: Progress, outcome: Outcome): Progress {
  if (progress.end !== null) return progress;
  if (outcome.type === "aborted" && !canBeAborted(progress)) return progress;
  return outcome.type === "succeeded" ? onward(progress) : turned({ ...progress, reason: outcome.reason });
}

export function canBeAborted({ goal, phase }: Progress): boolean {
  return phase === "preparing" || phase === "freezing" || (goal !== "rollBack" && beforeTheThaw.has(phase));
}

const beforeTheThaw: ReadonlySet<Phase> = new Set(["migrating", "verifying", "recording"]);

/**
 * Where to go on after the process died or held: `inForce` is how many statements the catalogue shows, whatever was
 * journaled. What had only been prepared is forgotten; an undo that was begun is finished, unless it had held and a
 * person now wants to go forward.
 */
export function recovered(progress: Progress, inForce: number, wish: "goOn" | "turnBack"): Progress {
  const { goal, steps, phase, touched } = progress;
  const held = progress.end === "held";
  const on = { ...progress, done: inForce, end: null };
  if (phase === "preparing") return ended(on, "untouched");
  if (!touched) return { ...on, phase: "leaving", reason: progress.reason ?? "The deployment was interrupted." };
  const back: Progress = { ...on, frozen: true, phase: inForce === 0 ? "confirming" : "undoing" };
  if (phase === "leaving" && inForce === 0) return { ...on, phase };
  if (goal === "rollBack") return back;
  const wasGoingBack = wayBack.has(phase);
  if (wish === "turnBack" || (wasGoingBack && !held)) {
    return wish === "turnBack" ? { ...back, phase: "refreezing", reason: progress.reason ?? abortReason } : back;
  }
  if (inForce === steps && (phase === "thawing" || phase === "checkingHealth")) return { ...on, phase: "thawing" };
  return { ...on, frozen: true, reason: null, phase: inForce === steps ? "verifying" : "migrating" };
}

const wayBack: ReadonlySet<Phase> = new Set(["refreezing", "undoing", "confirming", "leaving"]);
const abortReason = "A person asked for it.";

function onward(progress: Progress): Progress {
  const { goal, phase, steps, done } = progress;
  switch (phase) {
    case "preparing":
      if (steps === 0) return ended(progress, goal === "rollBack" ? "untouched" : "migrated");
      return { ...progress, phase: "freezing", frozen: true };
    case "freezing":
      return { ...progress, phase: goal === "rollBack" ? "undoing" : "migrating", touched: true };
    case "migrating":
      return { ...progress, done: done + 1, phase: done + 1 === steps ? "verifying" : "migrating" };
    case "verifying":
      return { ...progress, phase: "recording" };
    case "recording":
      return { ...progress, phase: "thawing" };
    case "thawing":
      return { ...progress, phase: "checkingHealth", frozen: false };
    case "checkingHealth":
      return ended(progress, "migrated");
    case "refreezing":
      return { ...progress, phase: done === 0 ? "confirming" : "undoing" };
    case "undoing":
      return { ...progress, done: done - 1, phase: done === 1 ? "confirming" : "undoing" };
    case "confirming":
      return { ...progress, phase: "leaving" };
    case "leaving":
      return ended({ ...progress, frozen: false }, progress.touched ? "undone" : "untouched");
    case "ended":
      return progress;
  }
}

/** Before the first statement there is only maintenance to take off; after it, statements to take back. */
function turned(progress: Progress): Progress {
  switch (progress.phase) {
    case "preparing":
      return ended(progress, "untouched");
    case "freezing":
      return { ...progress, phase: "leaving" };
    case "migrating":
    case "verifying":
    case "recording":
      return { ...progress, phase: progress.done === 0 ? "confirming" : "undoing" };
    case "checkingHealth":
      return { ...progress, phase: "refreezing", frozen: true };
    default:
      return { ...progress, phase: progress.phase, end: "held" };
  }
}

function ended(progress: Progress, end: EndState): Progress {
  return { ...progress, phase: "ended", end };
}
