import { nameOf, type Places } from "../../api/places.ts";
import type { Spot, Target } from "../../api/spots.ts";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { matrixWords } from "../../texts/notification-matrix.ts";
import { notificationWords } from "../../texts/notifications.ts";
import type { CellState } from "./cell-state.ts";

/** Which level says so, in short and in full. */
export function useOrigin({ level }: CellState, target: Target, spot: Spot, places: Places): [string, string] {
  const { texts } = useSpeech();
  const { here, from } = useWords(matrixWords);
  const { standard } = useWords(notificationWords);
  if (level === "system") return [standard, standard];
  if (level === target.level) return [here, here];
  const name = nameOf(places, level, level === "company" ? places.company.id : (spot[level] ?? null));
  return [name, from(name, texts.levels[level])];
}

/** What stands in for it, how often it is tried, in which words. */
export function How({ sent }: { readonly sent: CellState["sent"] }) {
  const { format } = useSpeech();
  const words = useWords(matrixWords);
  const { channels } = useWords(notificationWords);
  if (sent === undefined) return null;
  const { fallbackChannel, retryCount, retryDelayMinutes, template } = sent;
  return (
    <>
      <span>{fallbackChannel === null ? words.noFallback : words.fallback(channels[fallbackChannel])}</span>
      <span>{words.tries(retryCount, format.span(retryDelayMinutes * 60_000))}</span>
      {template !== null && <span>{words.otherText(template)}</span>}
    </>
  );
}
