import { Button, Table, Text } from "@mantine/core";
import type { Places } from "../../api/places.ts";
import { useAct } from "../../components/act.tsx";
import { NameButton, Titles } from "../../components/table.tsx";
import { useWords } from "../../texts/both.ts";
import { directoryWords } from "../../texts/directory.ts";
import { shared } from "../../texts/shared.ts";
import type { Entry, Kind } from "./kinds.ts";
import { useFieldWords } from "./words.ts";

interface Props {
  readonly kind: Kind;
  readonly items: readonly Entry[];
  readonly places: Places | undefined;
  /** Undefined for who may only look. */
  readonly onPick: ((id: string | number) => void) | undefined;
}

export function Entries({ kind, items, places, onPick }: Props) {
  const words = useWords(directoryWords);
  const common = useWords(shared);
  const say = useFieldWords(places);
  return (
    <div className="panel scroll">
      <Table verticalSpacing="xs" className="stacking entries">
        <Titles
          of={[
            words.fields.name,
            ...kind.columns.map((field) => words.fields[field]),
            ...(kind.hasSwitch ? [words.state] : []),
          ]}
        >
          {kind.hasSwitch && onPick !== undefined && (
            <Table.Th>
              <span className="away">{common.actions}</span>
            </Table.Th>
          )}
        </Titles>
        <Table.Tbody>
          {items.map((entry) => (
            <Table.Tr key={entry.id}>
              <Table.Td>
                {onPick === undefined ? (
                  <Text size="sm" fw={600}>
                    {entry.name}
                  </Text>
                ) : (
                  <NameButton onClick={() => onPick(entry.id)}>{entry.name}</NameButton>
                )}
              </Table.Td>
              {kind.columns.map((field) => (
                <Table.Td key={field} className="address">
                  {isNothing(entry[field]) ? <span className="quiet">–</span> : say(field, entry[field])}
                </Table.Td>
              ))}
              {kind.hasSwitch && (
                <Table.Td className={entry.isActive ? "good" : "warning"}>
                  <span aria-hidden>{entry.isActive ? "●" : "○"}</span> {say("isActive", entry.isActive)}
                </Table.Td>
              )}
              {kind.hasSwitch && onPick !== undefined && (
                <Table.Td className="number">
                  <Toggle kind={kind} entry={entry} />
                </Table.Td>
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

const isNothing = (value: unknown) => value === null || value === undefined || value === "";

function Toggle({ kind, entry }: { kind: Kind; entry: Entry }) {
  const words = useWords(directoryWords);
  const isActive = entry.isActive === true;
  const toggle = useAct(async () => {
    const id = String(entry.id);
    await kind.change(id, { isActive: !isActive }, (await kind.read(id)).etag);
    return isActive ? words.switchedOff(entry.name) : words.switchedOn(entry.name);
  }, ["directory", "places"]);
  const label = isActive ? words.deactivate : words.activate;
  return (
    <Button
      size="xs"
      variant="subtle"
      aria-label={`${label}: ${entry.name}`}
      loading={toggle.isPending}
      onClick={() => toggle.mutate(undefined)}
    >
      {label}
    </Button>
  );
}
