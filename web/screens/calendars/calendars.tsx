import { Button, Stack, Title } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { type Places, usePlaces } from "../../api/places.ts";
import { useMay } from "../../app/who.ts";
import { Facts } from "../../components/facts.tsx";
import { Asked, Empty, PartHead } from "../../components/states.tsx";
import { useWords } from "../../texts/both.ts";
import { calendarWords } from "../../texts/calendars.ts";
import { shared } from "../../texts/shared.ts";
import { CalendarEditor } from "./calendar-editor.tsx";
import { useDescription } from "./describe.ts";
import { draftOf } from "./draft.ts";

const route = getRouteApi("/settings/calendars");

export function Calendars() {
  const words = useWords(calendarWords);
  const { open } = route.useSearch();
  const navigate = route.useNavigate();
  const places = usePlaces().data;
  const may = useMay();
  const list = useQuery({
    queryKey: ["calendars"],
    queryFn: () => dataOf(api.GET("/api/v1/calendars", { params: { query: { limit: 100 } } })),
  });
  const show = (id: string | undefined) => void navigate({ search: { open: id } });
  return (
    <>
      <PartHead title={words.title} intro={words.intro}>
        {may("calendars:write") && (
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
              {items.map((calendar) => (
                <Card key={calendar.id} calendar={calendar} places={places} onEdit={() => show(String(calendar.id))} />
              ))}
            </Stack>
          )
        }
      </Asked>
      {open !== undefined && places && may("calendars:write") && (
        <CalendarEditor key={open} id={open} places={places} onClose={() => show(undefined)} />
      )}
    </>
  );
}

interface CardProps {
  readonly calendar: Schemas["Calendar"];
  readonly places: Places | undefined;
  onEdit(): void;
}

function Card({ calendar, places, onEdit }: CardProps) {
  const common = useWords(shared);
  const may = useMay();
  const describe = useDescription(places);
  const [, ...lines] = describe(draftOf(calendar));
  return (
    <article className="panel card">
      <div className="place-head card-head">
        <Title order={3}>{calendar.name}</Title>
        {may("calendars:write", calendar) && (
          <Button size="xs" variant="default" aria-label={`${common.edit}: ${calendar.name}`} onClick={onEdit}>
            {common.edit}
          </Button>
        )}
      </div>
      <Facts of={lines.filter(([, value]) => value !== "")} />
    </article>
  );
}
