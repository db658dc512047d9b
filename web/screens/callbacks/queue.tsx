import { Checkbox, Table, Text } from "@mantine/core";
import { nameOf, type Places, zoneOf } from "../../api/places.ts";
import { useMay } from "../../app/who.ts";
import { useNow } from "../../components/now.ts";
import { NameButton, Titles } from "../../components/table.tsx";
import { useWords } from "../../texts/both.ts";
import { bulkWords } from "../../texts/callback-bulk.ts";
import { useSpeech } from "../../texts/language.tsx";
import { Assign } from "./assign.tsx";
import type { Selection } from "./bulk/selection.ts";
import type { Callback } from "./data.ts";
import { Due } from "./due.tsx";

interface Props {
  readonly items: readonly Callback[];
  readonly places: Places | undefined;
  readonly picked: number | undefined;
  /** Null where nothing can be done to several at once. */
  readonly selection: Selection | null;
  onPick(id: number): void;
}

export function Queue({ items, places, picked, selection, onPick }: Props) {
  const { texts } = useSpeech();
  const { column } = useWords(bulkWords);
  const now = useNow();
  const { due, who, about, branch, assigned } = texts.callbacks.columns;
  return (
    <div className="panel scroll">
      <Table verticalSpacing="sm" className={`stacking callbacks${selection ? " selectable" : ""}`}>
        <Titles
          of={[due, who, about, branch, assigned]}
          before={
            selection && (
              <Table.Th>
                <span className="away">{column}</span>
              </Table.Th>
            )
          }
        />
        <Table.Tbody>
          {items.map((callback) => (
            <Row
              key={callback.id}
              callback={callback}
              places={places}
              now={now}
              isPicked={callback.id === picked}
              selection={selection}
              onPick={() => onPick(callback.id)}
            />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

interface RowProps {
  readonly callback: Callback;
  readonly places: Places | undefined;
  readonly now: number;
  readonly isPicked: boolean;
  readonly selection: Selection | null;
  onPick(): void;
}

function Row({ callback, places, now, isPicked, selection, onPick }: RowProps) {
  const { texts } = useSpeech();
  const { select } = useWords(bulkWords);
  const may = useMay();
  const { branchId, serviceId, customerName, phoneNumber, priority, assignedTo, status, notes } = callback;
  return (
    <Table.Tr className="queue-row" data-picked={isPicked || selection?.has(callback.id)}>
      {selection && (
        <Table.Td>
          <Checkbox
            size="md"
            aria-label={select(customerName)}
            checked={selection.has(callback.id)}
            onChange={() => selection.toggle(callback.id)}
          />
        </Table.Td>
      )}
      <Table.Td>
        <Due callback={callback} now={now} zone={zoneOf(places, branchId)} />
      </Table.Td>
      <Table.Td>
        <NameButton onClick={onPick}>{customerName}</NameButton>
        <Text size="xs" className="quiet">
          {phoneNumber}
        </Text>
      </Table.Td>
      <Table.Td>
        <Text size="sm">
          {priority !== "normal" && (
            <strong className={priority === "urgent" ? "danger" : "warning"}>
              {texts.callbacks.priorities[priority]}
              {serviceId !== null && " · "}
            </strong>
          )}
          {nameOf(places, "service", serviceId)}
        </Text>
        {notes !== null && (
          <Text size="xs" className="quiet" lineClamp={1}>
            {notes}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Text size="sm">{nameOf(places, "branch", branchId)}</Text>
      </Table.Td>
      <Table.Td>
        {status === "pending" && places && may("callbacks:assign", { branchId }) ? (
          <Assign callback={callback} places={places} />
        ) : (
          <Text size="sm">{assignedTo === null ? "–" : nameOf(places, "staff", assignedTo)}</Text>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
