import { nameOf, type Places } from "../../api/places.ts";
import { useSpeech } from "../../texts/language.tsx";
import type { Effective, Provenance } from "./data.ts";

/** Says of a level of a chain which place that is. */
export function useOrigin(chain: Effective["chain"], places: Places): (level: Provenance["level"]) => string {
  const { texts } = useSpeech();
  return (level) => {
    if (level === "system") return texts.policies.fromSystem;
    const id = chain.find((place) => place.level === level)?.id ?? null;
    return texts.policies.from(nameOf(places, level, id), texts.levels[level]);
  };
}
