import { Button, Group, Stack, Table, Text } from "@mantine/core";
import { useWords } from "../texts/both.ts";
import { shared } from "../texts/shared.ts";
import { Dialog } from "./layer.tsx";
import type { Conflict } from "./use-save.ts";

interface Props<Draft> {
  readonly conflict: Conflict<Draft> | null;
  readonly isSaving: boolean;
  /** What a version says, a line a field. */
  describe(draft: Draft): readonly (readonly [label: string, words: string])[];
  /** What is there now is to stay. */
  onYield(): void;
}

/** Both versions side by side, of what differs; one is chosen. */
export function ConflictDialog<Draft>({ conflict, isSaving, describe, onYield }: Props<Draft>) {
  const { conflict: words } = useWords(shared);
  if (conflict === null) return null;
  const theirs = new Map(describe(conflict.theirs));
  const rows = describe(conflict.yours).filter(([label, mine]) => theirs.get(label) !== mine);
  return (
    <Dialog onClose={onYield} size="lg" title={words.title} zIndex={400}>
      <Stack gap="md">
        <Text size="sm">{words.intro}</Text>
        {rows.length === 0 ? (
          <Text fw={600}>{words.same}</Text>
        ) : (
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{words.field}</Table.Th>
                <Table.Th>{words.yours}</Table.Th>
                <Table.Th>{words.theirs}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map(([label, mine]) => (
                <Table.Tr key={label}>
                  <Table.Th scope="row">{label}</Table.Th>
                  <Table.Td className="preview">{mine || "–"}</Table.Td>
                  <Table.Td className="preview">{theirs.get(label) || "–"}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onYield}>
            {words.takeTheirs}
          </Button>
          <Button loading={isSaving} onClick={conflict.keepYours}>
            {words.keepYours}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
