import { nameOf, type Places } from "../../api/places.ts";
import { useWords } from "../../texts/both.ts";
import { directoryWords } from "../../texts/directory.ts";
import { useSpeech } from "../../texts/language.tsx";
import type { FieldName } from "./kinds.ts";

/** A field's value for people; empty where there is none. */
export function useFieldWords(places: Places | undefined): (field: FieldName, value: unknown) => string {
  const { texts, format } = useSpeech();
  const words = useWords(directoryWords);
  return (field, value) => {
    if (field === "branchId") return value === null ? words.everyBranch : nameOf(places, "branch", String(value));
    if (value === null || value === undefined) return "";
    if (field === "isActive") return value === true ? words.active : words.inactive;
    if (field === "priceCents") return places ? format.money(Number(value), places.company.currency) : "";
    if (field === "locale") return words.locales[String(value)] ?? String(value);
    if (field === "durationMinutes") return texts.values.minutes(format.number(Number(value)));
    return typeof value === "number" ? format.number(value) : String(value);
  };
}
