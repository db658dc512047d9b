import { Table, Text } from "@mantine/core";
import { nameOf, type Places, zoneOf, zoneOfCompany } from "../../api/places.ts";
import { NameButton, Titles } from "../../components/table.tsx";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { modificationWords } from "../../texts/modifications.ts";
import { type Modification, timesOf } from "./data.ts";

interface Props {
  readonly items: readonly Modification[];
  readonly places: Places | undefined;
  readonly picked: number | undefined;
  onPick(appointmentId: number): void;
}

export function List({ items, places, picked, onPick }: Props) {
  const words = useWords(modificationWords);
  const { when, who, what, by, policy, fee } = words.columns;
  return (
    <div className="panel scroll">
      <Table verticalSpacing="xs" className="stacking modifications">
        <Titles of={[when, who, what, by, policy]}>
          <Table.Th className="number">{fee}</Table.Th>
        </Titles>
        <Table.Tbody>
          {items.map((each) => (
            <Row key={each.id} each={each} places={places} isPicked={each.appointmentId === picked} onPick={onPick} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

interface RowProps extends Omit<Props, "items" | "picked"> {
  readonly each: Modification;
  readonly isPicked: boolean;
}

function Row({ each, places, isPicked, onPick }: RowProps) {
  const { texts, format } = useSpeech();
  const words = useWords(modificationWords);
  const { appointmentId, branchId, serviceId, customer, initiatedBy, withinPolicy, feeCents, reason } = each;
  return (
    <Table.Tr className="queue-row" data-picked={isPicked}>
      <Table.Td>{format.moment(each.createdAt, zoneOfCompany(places))}</Table.Td>
      <Table.Td>
        <NameButton onClick={() => onPick(appointmentId)}>{customer?.name ?? words.number(appointmentId)}</NameButton>
        <Text size="xs" className="quiet">
          {nameOf(places, "service", serviceId)} · {nameOf(places, "branch", branchId)}
        </Text>
      </Table.Td>
      <Table.Td>
        {useHappened(each, places)}
        {reason !== null && (
          <Text size="xs" className="quiet">
            {words.quoted(reason)}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <span className="narrow quiet">{words.columns.by}: </span>
        {words.initiators[initiatedBy]}
      </Table.Td>
      <Table.Td className={withinPolicy ? "quiet" : "warning"}>
        <span className="narrow quiet">{words.columns.policy}: </span>
        {withinPolicy ? words.kept : words.forced}
      </Table.Td>
      <Table.Td className={feeCents === 0 ? "number quiet" : "number"}>
        {feeCents === 0 ? texts.values.free : format.money(feeCents, each.currency)}
      </Table.Td>
    </Table.Tr>
  );
}

function useHappened(each: Modification, places: Places | undefined): string {
  const { format } = useSpeech();
  const words = useWords(modificationWords);
  const { from, to } = timesOf(each);
  const moment = (iso: string) => format.moment(iso, zoneOf(places, each.branchId));
  if (each.type === "cancel") return from === null ? words.cancelledOnly : words.cancelled(moment(from));
  return from === null || to === null ? words.movedOnly : words.moved(moment(from), moment(to));
}
