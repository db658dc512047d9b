import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { advance, begin, goals, nextAction, type Outcome, type Progress, recovered } from "./machine.ts";

const succeeded: Outcome = { type: "succeeded" };
const failed: Outcome = { type: "failed", reason: "It did not work." };
const aborted: Outcome = { type: "aborted", reason: "Ctrl-C" };

/** Performs each action with the outcome that is given for it, else with success. */
function run(start: Progress, outcomeOf: (action: string, count: number) => Outcome = () => succeeded) {
  let progress = start;
  const actions: string[] = [];
  for (let action = nextAction(progress); action !== null; action = nextAction(progress)) {
    if (actions.length > 1000) throw new Error("It does not end.");
    const name = "step" in action ? `${action.do} ${action.step}` : action.do;
    actions.push(name);
    progress = advance(progress, outcomeOf(name, actions.filter((each) => each === name).length));
  }
  return { progress, actions };
}

const failingAt =
  (...names: string[]) =>
  (name: string) =>
    names.includes(name) ? failed : succeeded;

describe("a deployment", () => {
  it("prepares, freezes, applies, verifies, records, thaws and looks after the health", () => {
    const { progress, actions } = run(begin("migrate", 2));
    expect(actions).toEqual(["prepare", "freeze", "apply 0", "apply 1", "verify", "record", "thaw", "checkHealth"]);
    expect(progress).toMatchObject({ end: "migrated", done: 2, frozen: false, reason: null });
  });

  it("has nothing to freeze when nothing is to be done", () => {
    expect(run(begin("migrate", 0))).toMatchObject({ actions: ["prepare"], progress: { end: "migrated" } });
  });

  it.each([
    ["prepare", ["prepare"], "untouched"],
    ["freeze", ["prepare", "freeze", "thaw"], "untouched"],
    ["apply 0", ["prepare", "freeze", "apply 0", "confirm", "thaw"], "undone"],
    ["apply 1", ["prepare", "freeze", "apply 0", "apply 1", "undo 0", "confirm", "thaw"], "undone"],
    [
      "record",
      ["prepare", "freeze", "apply 0", "apply 1", "verify", "record", "undo 1", "undo 0", "confirm", "thaw"],
      "undone",
    ],
  ] as const)("that fails to %s is taken back", (name, actions, end) => {
    expect(run(begin("migrate", 2), failingAt(name))).toMatchObject({
      actions,
      progress: { end, done: 0, frozen: false },
    });
  });

  it("that leaves the application ill freezes again and is taken back", () => {
    const { actions, progress } = run(begin("migrate", 1), failingAt("checkHealth"));
    expect(actions.slice(-5)).toEqual(["checkHealth", "freeze", "undo 0", "confirm", "thaw"]);
    expect(progress).toMatchObject({ end: "undone", reason: "It did not work." });
  });

  it.each([
    [["verify", "undo 0"], 1],
    [["verify", "confirm"], 0],
  ])("is held, maintenance on, when %j fails", (names, done) => {
    expect(run(begin("migrate", 1), failingAt(...names)).progress).toMatchObject({ end: "held", done, frozen: true });
  });

  it("is held when maintenance cannot be taken off", () => {
    expect(run(begin("migrate", 1), failingAt("thaw")).progress).toMatchObject({ end: "held", done: 1, frozen: true });
  });

  it("hears a person's wish to stop until it thaws", () => {
    const stopping = (at: string) =>
      run(begin("migrate", 1), (name) => (name === at ? aborted : succeeded)).progress.end;
    expect(["prepare", "freeze", "apply 0", "verify", "record"].map(stopping)).toEqual([
      "untouched",
      "untouched",
      "undone",
      "undone",
      "undone",
    ]);
    const late = advance({ ...begin("migrate", 1), phase: "thawing", done: 1, touched: true }, aborted);
    expect(late).toMatchObject({ phase: "thawing", end: null });
  });
});

describe("a rollback", () => {
  it("takes back what is in force", () => {
    const { actions, progress } = run(begin("rollBack", 2));
    expect(actions).toEqual(["prepare", "freeze", "undo 1", "undo 0", "confirm", "thaw"]);
    expect(progress).toMatchObject({ end: "undone", done: 0 });
  });

  it("that cannot freeze has touched nothing", () => {
    expect(run(begin("rollBack", 2), failingAt("freeze")).progress).toMatchObject({ end: "untouched", done: 2 });
  });
});

describe("whatever happens", () => {
  const outcomes = fc.array(fc.constantFrom(succeeded, succeeded, failed, aborted), { maxLength: 60 });
  const starts = fc.record({ goal: fc.constantFrom(...goals), steps: fc.nat(12) });
  /** The machine after some of its way, killed there: what the catalogue then shows is at most one statement off. */
  const stopped = fc.tuple(starts, outcomes, fc.constantFrom(-1, 0, 1)).map(([{ goal, steps }, given, drift]) => {
    const progress = given.reduce(advance, begin(goal, steps));
    return { progress, inForce: Math.max(0, Math.min(steps, progress.done + (progress.touched ? drift : 0))) };
  });

  function expectSound(end: Progress): void {
    expect(end.end).not.toBeNull();
    const { goal, steps } = end;
    if (end.end === "migrated") expect(end).toMatchObject({ done: steps, frozen: false });
    if (end.end === "untouched")
      expect(end).toMatchObject({ touched: false, frozen: false, done: goal === "rollBack" ? steps : 0 });
    if (end.end === "undone") expect(end).toMatchObject({ done: 0, frozen: false });
    if (end.end === "held") expect(end).toMatchObject({ frozen: true, reason: expect.any(String) });
  }

  it("it ends in one of the four states, and each is what it says", () => {
    fc.assert(
      fc.property(starts, outcomes, ({ goal, steps }, given) => {
        const end = run(given.reduce(advance, begin(goal, steps))).progress;
        expectSound(end);
      }),
      { numRuns: 5000 },
    );
  });

  it("killed anywhere, going on or turning back leads to one of them too", () => {
    fc.assert(
      fc.property(stopped, fc.constantFrom("goOn" as const, "turnBack" as const), ({ progress, inForce }, wish) => {
        fc.pre(progress.end === null || progress.end === "held");
        expectSound(run(recovered(progress, inForce, wish)).progress);
      }),
      { numRuns: 5000 },
    );
  });

  it("turning back after a kill leaves nothing in force", () => {
    fc.assert(
      fc.property(stopped, ({ progress, inForce }) => {
        fc.pre(progress.end === null && progress.goal !== "rollBack" && progress.phase !== "ended");
        expect(run(recovered(progress, inForce, "turnBack")).progress).toMatchObject({ done: 0 });
      }),
      { numRuns: 5000 },
    );
  });

  it("going on after a kill on the way forward ends migrated", () => {
    const forward = ["migrating", "verifying", "recording", "thawing", "checkingHealth"];
    fc.assert(
      fc.property(stopped, ({ progress, inForce }) => {
        fc.pre(progress.end === null && progress.goal !== "rollBack" && forward.includes(progress.phase));
        const there = ["thawing", "checkingHealth"].includes(progress.phase) ? progress.steps : inForce;
        expect(run(recovered(progress, there, "goOn")).progress).toMatchObject({ end: "migrated" });
      }),
      { numRuns: 5000 },
    );
  });
});
