import { Table, Text } from "@mantine/core";
import { useQueries } from "@tanstack/react-query";
import type { Places } from "../../api/places.ts";
import type { Spot } from "../../api/spots.ts";
import { channels } from "../../app/choices.ts";
import { useWords } from "../../texts/both.ts";
import { notificationWords } from "../../texts/notifications.ts";
import { Cell } from "./cell.tsx";
import { type Catalogue, effectiveQuery, kinds } from "./data.ts";

interface Props {
  readonly events: Catalogue;
  readonly spot: Spot;
  readonly places: Places;
}

export function Grid({ events, spot, places }: Props) {
  const words = useWords(notificationWords);
  const answers = useQueries({ queries: events.map(({ event }) => effectiveQuery(event, spot)) });
  const effective = new Map(events.map(({ event }, index) => [event, answers[index]?.data]));
  return (
    <section className="panel scroll" aria-label={words.tabs.matrix}>
      <Table verticalSpacing={4} className="matrix">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{words.event}</Table.Th>
            {channels.map((channel) => (
              <Table.Th key={channel}>{words.channels[channel]}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        {kinds.map((kind) => (
          <Table.Tbody key={kind}>
            <Table.Tr className="matrix-group">
              <Table.Th colSpan={channels.length + 1} scope="rowgroup">
                {words.kinds[kind]}
              </Table.Th>
            </Table.Tr>
            {events
              .filter((each) => each.kind === kind)
              .map(({ event, allowedChannels }) => (
                <Table.Tr key={event}>
                  <Table.Th scope="row" fw={500}>
                    {words.events[event]}
                  </Table.Th>
                  {channels.map((channel) => (
                    <Table.Td key={channel}>
                      {allowedChannels.includes(channel) ? (
                        <Cell
                          event={event}
                          channel={channel}
                          effective={effective.get(event)}
                          spot={spot}
                          places={places}
                        />
                      ) : (
                        <NotPossible />
                      )}
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
          </Table.Tbody>
        ))}
      </Table>
    </section>
  );
}

function NotPossible() {
  const { notPossible, notPossibleHere } = useWords(notificationWords);
  return (
    <Text size="sm" className="quiet" title={notPossibleHere}>
      <span aria-hidden>–</span>
      <span className="away">{notPossible}</span>
    </Text>
  );
}
