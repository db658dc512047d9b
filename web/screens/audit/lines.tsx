import { Anchor, Table, Text } from "@mantine/core";
import type { Schemas } from "../../api/client.ts";
import { nameOf, type Places } from "../../api/places.ts";
import { Titles } from "../../components/table.tsx";
import { auditWords } from "../../texts/audit.ts";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { actionWords } from "./actions.ts";
import { Changes } from "./changes.tsx";
import { useNames } from "./names.ts";
import { type Names, subjectWords } from "./subject.ts";

type Line = Schemas["AuditLine"];

interface Props {
  readonly items: readonly Line[];
  readonly places: Places | undefined;
  onSubject(type: string, id: string): void;
}

export function Lines({ items, places, onSubject }: Props) {
  const words = useWords(auditWords);
  return (
    <div className="panel scroll">
      <Table verticalSpacing="sm" className="stacking audit">
        <Titles of={Object.values(words.columns)} />
        <Table.Tbody>
          {items.map((line) => (
            <Row key={line.number} line={line} places={places} onSubject={onSubject} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Row({ line, places, onSubject }: Omit<Props, "items"> & { line: Line }) {
  const { format, language } = useSpeech();
  const words = useWords(auditWords);
  const names = useNames();
  const { number, at, source, action, subjectType, subjectId, requestId } = line;
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm">{format.moment(at, places?.company.timezone)}</Text>
        <Text size="xs" className="quiet">
          {words.line(number)}
        </Text>
      </Table.Td>
      <Table.Td>
        <Text size="sm">{useActor(line, places, names)}</Text>
        <Text size="xs" className="quiet">
          {words.source[source]}
          {requestId !== null && <span title={requestId}> · {words.request(`${requestId.slice(0, 8)}…`)}</span>}
        </Text>
      </Table.Td>
      <Table.Td>
        <Text size="sm">{actionWords(action, language)}</Text>
        <Anchor component="button" type="button" size="xs" onClick={() => onSubject(subjectType, subjectId)}>
          {subjectWords(subjectType, subjectId, { language, places, names })}
        </Anchor>
      </Table.Td>
      <Table.Td>
        <Changes line={line} places={places} />
      </Table.Td>
    </Table.Tr>
  );
}

function useActor({ actor }: Line, places: Places | undefined, { users, keys }: Names): string {
  const words = useWords(auditWords);
  if (actor === null) return words.erased;
  const type = words.actors[actor.type] ?? actor.type;
  if (actor.id === null) return type;
  if (actor.type === "user") return users.get(actor.id) ?? `${type} ${actor.id}`;
  if (actor.type === "api_key") return `${type} ${keys.get(actor.id) ?? actor.id}`;
  return actor.type === "staff" ? nameOf(places, "staff", actor.id) : `${type} ${actor.id}`;
}
