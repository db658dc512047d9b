import { nameOf, type Places } from "../../api/places.ts";
import { useWords } from "../../texts/both.ts";
import { calendarWords } from "../../texts/calendars.ts";
import { useSpeech } from "../../texts/language.tsx";
import type { Draft } from "./draft.ts";
import { weekdays } from "./hours.ts";

/** What a calendar says, a line a field. */
export function useDescription(places: Places | undefined): (draft: Draft) => [string, string][] {
  const { texts, format } = useSpeech();
  const words = useWords(calendarWords);
  const { days, closed, wholeCompany } = texts.settings;
  const period = (from: string, until: string) =>
    from === until ? format.day(from) : `${format.day(from)} – ${format.day(until)}`;
  return (draft) => [
    [words.name, draft.name],
    [words.of, draft.branchId === null ? wholeCompany : nameOf(places, "branch", draft.branchId)],
    [words.timezone, draft.timezone],
    ...(draft.alwaysOpen
      ? ([[words.hours, words.alwaysOpen]] as [string, string][])
      : weekdays.map((day): [string, string] => [days[day] ?? day, draft.hours[day] || closed])),
    [words.holidays, [draft.country, draft.state].filter(Boolean).join("-") || words.noHolidays],
    [
      words.closures,
      draft.closures.map(({ from, until, name }) => `${period(from, until)} ${name}`.trim()).join(", ") ||
        words.noClosures,
    ],
  ];
}
