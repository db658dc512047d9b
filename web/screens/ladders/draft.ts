import { api, type Schemas, type Versioned, versionOf } from "../../api/client.ts";

export const units = ["percent", "before", "after"] as const;
export type Unit = (typeof units)[number];
export const kindsOfTarget = ["assignee", "otherStaff", "branchManager", "companyAdmin"] as const;

type Steps = Schemas["LadderContentInput"]["steps"];
type Target = Steps[number]["to"][number];

/** A step as it stands in the form. */
export interface StepDraft {
  readonly unit: Unit;
  readonly amount: number;
  readonly action: "notify" | "escalate";
  /** Kinds of target, and staff as `staff:` and an id. */
  readonly targets: readonly string[];
  readonly emails: readonly string[];
}

export interface Draft {
  readonly name: string;
  readonly branchId: string | null;
  readonly steps: readonly StepDraft[];
}

export const freshStep: StepDraft = {
  unit: "after",
  amount: 0,
  action: "escalate",
  targets: ["branchManager", "otherStaff"],
  emails: [],
};

export const freshDraft: Draft = {
  name: "",
  branchId: null,
  steps: [{ unit: "percent", amount: 75, action: "notify", targets: ["assignee"], emails: [] }, freshStep],
};

export function draftOf({ name, branchId, steps }: Schemas["Ladder"]): Draft {
  return { name, branchId, steps: steps.map(stepOf) };
}

function stepOf({ at, action, to }: Schemas["Ladder"]["steps"][number]): StepDraft {
  const { percent, minutes = 0 } = at as { percent?: number; minutes?: number };
  const targets = to as unknown as readonly Target[];
  return {
    unit: percent !== undefined ? "percent" : minutes < 0 ? "before" : "after",
    amount: percent ?? Math.abs(minutes),
    action: action === "notify" ? "notify" : "escalate",
    targets: targets.flatMap((target) =>
      target.type === "email" ? [] : [target.type === "staff" ? `staff:${target.staffId}` : target.type],
    ),
    emails: targets.flatMap((target) => (target.type === "email" ? [target.address] : [])),
  };
}

export function stepsOf(draft: Draft): Steps {
  return draft.steps.map(({ unit, amount, action, targets, emails }) => ({
    at: unit === "percent" ? { percent: amount } : { minutes: unit === "before" ? -amount : amount },
    action,
    to: [...targets.map(targetOf), ...emails.map((address) => ({ type: "email" as const, address }))],
  }));
}

function targetOf(name: string): Target {
  const kind = kindsOfTarget.find((known) => known === name);
  return kind === undefined ? { type: "staff", staffId: name.slice("staff:".length) } : { type: kind };
}

export const readLadder = (ladderId: number): Promise<Versioned<Schemas["Ladder"]>> =>
  versionOf(api.GET("/api/v1/ladders/{ladderId}", { params: { path: { ladderId } } }));
