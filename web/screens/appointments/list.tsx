import { Table, Text } from "@mantine/core";
import { nameOf, type Places, zoneOf } from "../../api/places.ts";
import { NameButton, Titles } from "../../components/table.tsx";
import { appointmentWords } from "../../texts/appointments.ts";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import type { Listed } from "./data.ts";
import { WaitingMark } from "./reservations.tsx";
import { useWaitingChanges } from "./reservations-data.ts";
import { StatusMark } from "./status-mark.tsx";

interface Props {
  readonly items: readonly Listed[];
  readonly places: Places | undefined;
  readonly picked: number | undefined;
  onPick(id: number): void;
}

export function List({ items, places, picked, onPick }: Props) {
  const { format } = useSpeech();
  const words = useWords(appointmentWords);
  const waiting = useWaitingChanges();
  const { when, who, what, where, status } = words.columns;
  return (
    <div className="panel scroll">
      <Table verticalSpacing="xs" className="stacking appointments">
        <Titles of={[when, who, what, where, status]} />
        <Table.Tbody>
          {items.map((each) => (
            <Table.Tr key={each.id} className="queue-row" data-picked={each.id === picked}>
              <Table.Td>{format.moment(each.startsAt, zoneOf(places, each.branchId))}</Table.Td>
              <Table.Td>
                <NameButton onClick={() => onPick(each.id)}>{each.customer?.name ?? words.number(each.id)}</NameButton>
              </Table.Td>
              <Table.Td>{nameOf(places, "service", each.serviceId)}</Table.Td>
              <Table.Td>
                {nameOf(places, "branch", each.branchId)}
                <Text span size="sm" className="quiet">
                  {each.staffId !== null && ` · ${nameOf(places, "staff", each.staffId)}`}
                </Text>
              </Table.Td>
              <Table.Td>
                <StatusMark status={each.status} />
                <WaitingMark reservation={waiting.get(each.id)} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
