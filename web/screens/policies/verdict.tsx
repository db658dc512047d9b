import { Code, Stack, Text } from "@mantine/core";
import { IconCircleCheck, IconCircleX } from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import type { Schemas } from "../../api/client.ts";
import { Failure } from "../../components/failure.tsx";
import { Asked } from "../../components/states.tsx";
import { useSpeech } from "../../texts/language.tsx";

export type Decision = Schemas["SimulatedDecision"];

/** What was decided, in the words of each who hears it. */
export function Verdict({ query }: { query: UseQueryResult<Decision> }) {
  const { texts, format, language } = useSpeech();
  if (query.isError) return <Failure error={query.error} />;
  return (
    <Asked query={query}>
      {({ allowed, feeCents, currency, explanation, receipt }) => (
        <Stack gap="sm" mt="md" aria-live="polite">
          <Text fw={700} className={allowed ? "good verdict" : "danger verdict"}>
            {allowed ? <IconCircleCheck aria-hidden /> : <IconCircleX aria-hidden />}
            {allowed ? texts.policies.allowed : texts.policies.denied}
            {allowed &&
              ` · ${feeCents === 0 ? texts.values.free : texts.policies.fee(format.money(feeCents, currency))}`}
          </Text>
          <div>
            <Text size="xs" className="quiet">
              {texts.policies.customerHears}
            </Text>
            <Text>{texts.policies.quoted(explanation[language].customer)}</Text>
          </div>
          <div>
            <Text size="xs" className="quiet">
              {texts.policies.staffReads}
            </Text>
            <Text size="sm">{explanation[language].staff}</Text>
          </div>
          <details>
            <summary>{texts.policies.receipt}</summary>
            <Code block tabIndex={0}>
              {JSON.stringify(receipt, null, 2)}
            </Code>
          </details>
        </Stack>
      )}
    </Asked>
  );
}
