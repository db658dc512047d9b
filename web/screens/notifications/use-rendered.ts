import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { useSpeech } from "../../texts/language.tsx";
import { templateFault } from "../../texts/template-faults.ts";
import type { Draft, TemplateKey } from "./template.ts";

type Rendered = Schemas["RenderedTemplate"];

/** A draft as it would arrive, or what keeps it from that. */
export function useRendered({ event, channel, locale }: TemplateKey, template: Draft) {
  const body = { event, channel, locale, template };
  return useQuery({
    queryKey: ["rendered", body],
    queryFn: () => dataOf(api.POST("/api/v1/notification-templates/preview", { body })),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** What is wrong with which field. */
export function useFaults(rendered: Rendered | undefined): Partial<Record<keyof Draft, string>> {
  const { language } = useSpeech();
  const faults = (rendered?.faults ?? []).map(({ field, message }) => [field, templateFault(message, language)]);
  return Object.fromEntries(faults.reverse());
}

/** The last one that could be shown at all. */
export function useLastGood(rendered: Rendered | undefined): Rendered | undefined {
  const [good, setGood] = useState<Rendered>();
  if (rendered?.content && rendered !== good) setGood(rendered);
  return good;
}
