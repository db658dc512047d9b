import { Button, Stack, Text, Title } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { nameOf, type Places, usePlaces } from "../../api/places.ts";
import { useMay } from "../../app/who.ts";
import { Asked, Empty, PartHead } from "../../components/states.tsx";
import { useWords } from "../../texts/both.ts";
import { ladderWords } from "../../texts/ladders.ts";
import { useSpeech } from "../../texts/language.tsx";
import { shared } from "../../texts/shared.ts";
import { useStepWords } from "./describe.ts";
import { draftOf } from "./draft.ts";
import { LadderEditor } from "./ladder-editor.tsx";

const route = getRouteApi("/settings/ladders");

export function Ladders() {
  const words = useWords(ladderWords);
  const { open } = route.useSearch();
  const navigate = route.useNavigate();
  const places = usePlaces().data;
  const may = useMay();
  const list = useQuery({
    queryKey: ["ladders"],
    queryFn: () => dataOf(api.GET("/api/v1/ladders", { params: { query: { limit: 100 } } })),
  });
  const show = (id: string | undefined) => void navigate({ search: { open: id } });
  return (
    <>
      <PartHead title={words.title} intro={words.intro}>
        {may("ladders:write") && (
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => show("new")}>
            {words.add}
          </Button>
        )}
      </PartHead>
      <Asked query={list}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={words.empty} hint={words.emptyHint} />
          ) : (
            <Stack gap="md">
              {items.map((ladder) => (
                <Card key={ladder.id} ladder={ladder} places={places} onEdit={() => show(String(ladder.id))} />
              ))}
            </Stack>
          )
        }
      </Asked>
      {open !== undefined && places && may("ladders:write") && (
        <LadderEditor key={open} id={open} places={places} onClose={() => show(undefined)} />
      )}
    </>
  );
}

interface CardProps {
  readonly ladder: Schemas["Ladder"];
  readonly places: Places | undefined;
  onEdit(): void;
}

function Card({ ladder, places, onEdit }: CardProps) {
  const { texts } = useSpeech();
  const common = useWords(shared);
  const may = useMay();
  const step = useStepWords(places);
  const { name, branchId } = ladder;
  return (
    <article className="panel card">
      <div className="place-head card-head">
        <Title order={3}>{name}</Title>
        <Text size="sm" className="quiet">
          {branchId === null ? texts.settings.wholeCompany : nameOf(places, "branch", branchId)}
        </Text>
        {may("ladders:write", ladder) && (
          <Button size="xs" variant="default" aria-label={`${common.edit}: ${name}`} onClick={onEdit}>
            {common.edit}
          </Button>
        )}
      </div>
      <ol className="timeline">
        {draftOf(ladder)
          .steps.map(step)
          .map((sentence) => (
            <li key={sentence}>
              <Text size="sm">{sentence}</Text>
            </li>
          ))}
      </ol>
    </article>
  );
}
