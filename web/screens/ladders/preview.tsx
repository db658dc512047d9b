import { Select, Stack, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { type Places, zoneOf } from "../../api/places.ts";
import { Asked } from "../../components/states.tsx";
import { useWords } from "../../texts/both.ts";
import { ladderWords } from "../../texts/ladders.ts";
import { useSpeech } from "../../texts/language.tsx";

interface Props {
  readonly steps: Schemas["LadderContentInput"]["steps"];
  readonly branchId: string | null;
  readonly places: Places;
}

/** What would happen, and when, at a branch; nothing is kept. */
export function Preview({ steps, branchId, places }: Props) {
  const { format } = useSpeech();
  const words = useWords(ladderWords);
  const [chosen, setChosen] = useState<string | null>(null);
  const at = branchId ?? chosen ?? places.branches[0]?.id;
  const [settled] = useDebouncedValue(JSON.stringify(steps), 300);
  const run = useQuery({
    queryKey: ["ladderPreview", at, settled],
    enabled: at !== undefined,
    queryFn: () => {
      const body = { branchId: at ?? "", steps: JSON.parse(settled) as Props["steps"] };
      return dataOf(api.POST("/api/v1/ladders/dry-runs", { body }));
    },
    placeholderData: keepPreviousData,
  });
  return (
    <Stack gap="xs" component="section" className="panel reach" aria-label={words.preview}>
      <Text fw={600} size="sm">
        {words.preview}
      </Text>
      {branchId === null && (
        <Select
          label={words.previewFor}
          description={words.previewNow}
          data={places.branches.map(({ id, name }) => ({ value: id, label: name }))}
          value={at ?? null}
          allowDeselect={false}
          onChange={setChosen}
        />
      )}
      <Asked query={run}>
        {({ dueAt, timeline }) => (
          <>
            <Text size="sm">{words.due(format.moment(dueAt, zoneOf(places, at ?? null)))}</Text>
            <ol className="timeline" aria-busy={run.isPlaceholderData}>
              {timeline.map((step, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a step is known by its place
                <li key={index}>
                  <Text size="sm">{step.text}</Text>
                  <Text size="xs" className="quiet">
                    {format.moment(step.at, zoneOf(places, at ?? null))}
                  </Text>
                </li>
              ))}
            </ol>
          </>
        )}
      </Asked>
    </Stack>
  );
}
