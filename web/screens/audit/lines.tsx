import { Anchor, Table, Text } from "@mantine/core";
import type { Schemas } from "../../api/client.ts";
import { nameOf, type Places } from "../../api/places.ts";
import { auditWords } from "../../texts/audit.ts";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { useUserNames } from "./names.ts";

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
  const users = useUserNames();
  if (actor === null) return words.erased;
  const type = words.actors[actor.type] ?? actor.type;
  if (actor.id === null) return type;
  if (actor.type === "user") return users.get(actor.id) ?? `${type} ${actor.id}`;
  return actor.type === "staff" ? nameOf(places, "staff", actor.id) : `${type} ${actor.id}`;
}

const shownAtOnce = 4;

function Changes({ changes }: { changes: Line["changes"] }) {
  const words = useWords(auditWords);
  if (changes === null) return <Text size="sm">{words.erasedChanges}</Text>;
  const all = Object.entries(changes).filter(([, { from, to }]) => !isNothing(from) || !isNothing(to));
  if (all.length === 0) return <Text size="sm">{words.noChanges}</Text>;
  return (
    <>
      <ChangeList changes={all.slice(0, shownAtOnce)} />
      {all.length > shownAtOnce && (
        <details>
          <summary>{words.more(all.length - shownAtOnce)}</summary>
          <ChangeList changes={all.slice(shownAtOnce)} />
        </details>
      )}
    </>
  );
}

/** What was made has no old value, what was deleted no new one. */
function ChangeList({ changes }: { changes: readonly [string, { from?: unknown; to?: unknown }][] }) {
  const words = useWords(auditWords);
  return (
    <dl className="changes">
      {changes.map(([field, { from, to }]) => (
        <div key={field}>
          <dt>{field}</dt>
          <dd>
            {from !== undefined && (
              <>
                <del>
                  <Value value={from} />
                </del>
                {" → "}
              </>
            )}
            <ins>{to === undefined ? words.nothing : <Value value={to} />}</ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}

const isNothing = (value: unknown) => value === null || value === undefined || value === "";
const longest = 90;

/** A list of words is read more easily without the signs of JSON. */
function wordsOf(value: unknown): string {
  if (typeof value === "string") return value;
  const isPlainList = Array.isArray(value) && value.every((each) => typeof each === "string");
  return isPlainList ? value.join(", ") : JSON.stringify(value);
}

function Value({ value }: { value: unknown }) {
  const words = useWords(auditWords);
  if (isNothing(value)) return words.nothing;
  const text = wordsOf(value);
  if (text.length <= longest) return text;
  return (
    <details className="long-value">
      <summary>{text.slice(0, longest)}…</summary>
      {text}
    </details>
  );
}
