import { useQuery } from "@tanstack/react-query";
import { api, type Schemas, type Versioned, versionOf } from "../../api/client.ts";
import { useWords } from "../../texts/both.ts";
import { callbackSettingsWords } from "../../texts/callback-settings.ts";
import { useSpeech } from "../../texts/language.tsx";

export const fields = [
  "urgentMinutes",
  "highMinutes",
  "normalMinutes",
  "strategy",
  "autoAssign",
  "cooldownMinutes",
  "maxLevels",
  "expireAfterHours",
] as const;
export type Field = (typeof fields)[number];
export type CallbackSettings = Schemas["CallbackSettings"];
/** What a place sets itself; what is not there is inherited. */
export type Draft = { readonly [F in Field]?: CallbackSettings[F] };

/** What counts at a branch or, without one, in the company. */
export function useCallbackSettings(branchId: string | undefined) {
  return useQuery({
    queryKey: ["callbackSettings", branchId ?? ""],
    queryFn: () => readCallbackSettings(branchId),
  });
}

export function readCallbackSettings(branchId: string | undefined): Promise<Versioned<CallbackSettings>> {
  return branchId === undefined
    ? versionOf(api.GET("/api/v1/callback-settings"))
    : versionOf(api.GET("/api/v1/callback-settings/{branchId}", { params: { path: { branchId } } }));
}

export const draftOf = (settings: CallbackSettings): Draft =>
  Object.fromEntries(fields.filter((field) => field in settings.own).map((field) => [field, settings[field]]));

/** A field's value as a person reads it. */
export function useValueWords(): (field: Field, value: unknown) => string {
  const { texts, format } = useSpeech();
  const words = useWords(callbackSettingsWords);
  return (field, value) => {
    switch (field) {
      case "strategy":
        return words.strategies[value as CallbackSettings["strategy"]];
      case "autoAssign":
        return value === true ? texts.app.yes : texts.app.no;
      case "maxLevels":
        return format.number(Number(value));
      case "expireAfterHours":
        return value === null ? words.never : words.hours(format.number(Number(value)));
      default:
        return format.span(Number(value) * 60_000);
    }
  };
}
