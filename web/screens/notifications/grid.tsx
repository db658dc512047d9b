import { useQueries } from "@tanstack/react-query";
import type { Places } from "../../api/places.ts";
import type { Spot } from "../../api/spots.ts";
import { useWords } from "../../texts/both.ts";
import { notificationWords } from "../../texts/notifications.ts";
import { Cell } from "./cell.tsx";
import { type Catalogue, effectiveQuery } from "./data.ts";
import { EventTable } from "./event-table.tsx";

interface Props {
  readonly events: Catalogue;
  readonly spot: Spot;
  readonly places: Places;
}

export function Grid({ events, spot, places }: Props) {
  const { tabs } = useWords(notificationWords);
  const answers = useQueries({ queries: events.map(({ event }) => effectiveQuery(event, spot)) });
  const effective = new Map(events.map(({ event }, index) => [event, answers[index]?.data]));
  return (
    <EventTable
      label={tabs.matrix}
      events={events}
      verticalSpacing={4}
      cellOf={(event, channel) => (
        <Cell event={event} channel={channel} effective={effective.get(event)} spot={spot} places={places} />
      )}
    />
  );
}
