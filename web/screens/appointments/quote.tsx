import { Stack, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconCircleCheck, IconCircleX } from "@tabler/icons-react";
import { keepPreviousData, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { Asked } from "../../components/states.tsx";
import { appointmentWords } from "../../texts/appointments.ts";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { Verdict } from "./verdict.tsx";

type Ask = Schemas["QuoteInput"];

/** What would be decided now; asked again when the wish has stood still for a moment. */
export function useQuote(appointmentId: number, ask: Ask | null) {
  const [settled] = useDebouncedValue(JSON.stringify(ask), 250);
  const quote = useQuery({
    queryKey: ["quote", appointmentId, settled],
    enabled: settled !== "null",
    queryFn: () =>
      dataOf(
        api.POST("/api/v1/appointments/{appointmentId}/quotes", {
          params: { path: { appointmentId } },
          body: JSON.parse(settled) as Ask,
        }),
      ),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  return { quote, isCurrent: settled === JSON.stringify(ask) && !quote.isPlaceholderData && !quote.isFetching };
}

interface Props {
  readonly ask: Ask | null;
  readonly quote: UseQueryResult<Schemas["Decision"]>;
}

export function Answer({ ask, quote }: Props) {
  const { language } = useSpeech();
  const words = useWords(appointmentWords);
  if (ask === null) {
    return (
      <Text size="sm" className="quiet">
        {words.chooseTime}
      </Text>
    );
  }
  return (
    <div className="panel reach" aria-live="polite" aria-busy={quote.isPlaceholderData}>
      <Asked query={quote}>
        {({ allowed, feeCents, currency, priceUnknown, explanation }) => (
          <Stack gap="xs">
            <Text fw={700} className={allowed ? "verdict good" : "verdict danger"}>
              {allowed ? <IconCircleCheck aria-hidden /> : <IconCircleX aria-hidden />}
              <Verdict allowed={allowed} feeCents={feeCents} currency={currency} />
            </Text>
            {priceUnknown && (
              <Text size="sm" className="warning">
                {words.priceUnknown}
              </Text>
            )}
            <div>
              <Text size="xs" className="quiet">
                {words.customerHears}
              </Text>
              <Text size="sm">{words.quoted(explanation[language].customer)}</Text>
            </div>
            <div>
              <Text size="xs" className="quiet">
                {words.teamReads}
              </Text>
              <Text size="sm">{explanation[language].staff}</Text>
            </div>
          </Stack>
        )}
      </Asked>
    </div>
  );
}
