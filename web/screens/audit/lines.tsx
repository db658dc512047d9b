import { Anchor, Table, Text } from "@mantine/core";
import type { Schemas } from "../../api/client.ts";
import { nameOf, type Places } from "../../api/places.ts";
import { auditWords } from "../../texts/audit.ts";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";

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
        <Table.Thead>
          <Table.Tr>
            {Object.values(words.columns).map((title) => (
              <Table.Th key={title}>{title}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
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
  const { format } = useSpeech();
  const words = useWords(auditWords);
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
        <Text size="sm">{useActor(line, places)}</Text>
        <Text size="xs" className="quiet">
          {words.source[source]}
          {requestId !== null && <span title={requestId}> · {words.request(`${requestId.slice(0, 8)}…`)}</span>}
        </Text>
      </Table.Td>
      <Table.Td>
        <Anchor
          component="button"
          type="button"
          size="sm"
          className="name"
          onClick={() => onSubject(subjectType, subjectId)}
        >
          {words.subjects[subjectType] ?? subjectType} {subjectId.length > 12 ? `${subjectId.slice(0, 8)}…` : subjectId}
        </Anchor>
        <Text size="xs" className="quiet">
          {action}
        </Text>
      </Table.Td>
      <Table.Td>
        <Changes changes={line.changes} />
      </Table.Td>
    </Table.Tr>
  );
}

function useActor({ actor }: Line, places: Places | undefined): string {
  const words = useWords(auditWords);
  if (actor === null) return words.erased;
  const type = words.actors[actor.type] ?? actor.type;
  if (actor.id === null) return type;
  return actor.type === "staff" ? nameOf(places, "staff", actor.id) : `${type} ${actor.id}`;
}

const shownAtOnce = 4;

function Changes({ changes }: { changes: Line["changes"] }) {
  const words = useWords(auditWords);
  if (changes === null) return <Text size="sm">{words.erasedChanges}</Text>;
  const all = Object.entries(changes);
  if (all.length === 0) return <Text size="sm">{words.noChanges}</Text>;
  const rows = (some: typeof all) => (
    <dl className="changes">
      {some.map(([field, { from, to }]) => (
        <div key={field}>
          <dt>{field}</dt>
          <dd>
            <del>{wordsFor(from, words.nothing)}</del> → <ins>{wordsFor(to, words.nothing)}</ins>
          </dd>
        </div>
      ))}
    </dl>
  );
  return (
    <>
      {rows(all.slice(0, shownAtOnce))}
      {all.length > shownAtOnce && (
        <details>
          <summary>{words.more(all.length - shownAtOnce)}</summary>
          {rows(all.slice(shownAtOnce))}
        </details>
      )}
    </>
  );
}

function wordsFor(value: unknown, nothing: string): string {
  if (value === null || value === undefined || value === "") return nothing;
  return typeof value === "string" ? value : JSON.stringify(value);
}
