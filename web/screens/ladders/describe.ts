import { nameOf, type Places } from "../../api/places.ts";
import { useWords } from "../../texts/both.ts";
import { ladderWords } from "../../texts/ladders.ts";
import { useSpeech } from "../../texts/language.tsx";
import type { Draft, StepDraft } from "./draft.ts";

/** Whom a target means. */
export function useTargetWords(places: Places | undefined): (target: string) => string {
  const { texts } = useSpeech();
  const { targets } = texts.settings;
  return (target) =>
    target.startsWith("staff:") ? nameOf(places, "staff", target.slice("staff:".length)) : (targets[target] ?? target);
}

/** What a step says, in a sentence. */
export function useStepWords(places: Places | undefined): (step: StepDraft) => string {
  const { texts } = useSpeech();
  const words = useWords(ladderWords);
  const target = useTargetWords(places);
  return ({ unit, amount, action, targets, emails }) => {
    const { atPercent, atMinutes } = texts.settings;
    const when = unit === "percent" ? atPercent(amount) : atMinutes(unit === "before" ? -amount : amount);
    return `${when}: ${words.actions[action]} ${[...targets.map(target), ...emails].join(", ")}`;
  };
}

/** What a ladder says, a line a field. */
export function useDescription(places: Places | undefined): (draft: Draft) => [string, string][] {
  const { texts } = useSpeech();
  const words = useWords(ladderWords);
  const step = useStepWords(places);
  return ({ name, branchId, steps }) => [
    [words.name, name],
    [words.of, branchId === null ? texts.settings.wholeCompany : nameOf(places, "branch", branchId)],
    ...steps.map((each, index): [string, string] => [words.step(index + 1), step(each)]),
  ];
}
