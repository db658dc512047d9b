import { Table, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { type Channel, channels } from "../../app/choices.ts";
import { useWords } from "../../texts/both.ts";
import { notificationWords } from "../../texts/notifications.ts";
import { type Catalogue, type Event, kinds } from "./data.ts";

interface Props {
  readonly label: string;
  readonly events: Catalogue;
  readonly verticalSpacing: number;
  /** What stands where an event can be told by a channel. */
  cellOf(event: Event, channel: Channel): ReactNode;
}

/** Event × channel, the events by their kind. */
export function EventTable({ label, events, verticalSpacing, cellOf }: Props) {
  const words = useWords(notificationWords);
  return (
    <section className="panel scroll" aria-label={label}>
      <Table verticalSpacing={verticalSpacing} className="matrix">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{words.event}</Table.Th>
            {channels.map((channel) => (
              <Table.Th key={channel}>{words.channels[channel]}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        {kinds
          .map((kind) => [kind, events.filter((each) => each.kind === kind)] as const)
          .filter(([, ofKind]) => ofKind.length > 0)
          .map(([kind, ofKind]) => (
            <Table.Tbody key={kind}>
              <Table.Tr className="matrix-group">
                <Table.Th colSpan={channels.length + 1} scope="rowgroup">
                  {words.kinds[kind]}
                </Table.Th>
              </Table.Tr>
              {ofKind.map(({ event, allowedChannels }) => (
                <Table.Tr key={event}>
                  <Table.Th scope="row" fw={500}>
                    {words.events[event]}
                  </Table.Th>
                  {channels.map((channel) => (
                    <Table.Td key={channel}>
                      {allowedChannels.includes(channel) ? cellOf(event, channel) : <NotPossible />}
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
