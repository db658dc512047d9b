import { Table, Text, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";
import { useSpeech } from "../../texts/language.tsx";

export interface Rate {
  readonly name: string;
  /** Null where there is nothing to be shared. */
  readonly percent: number | null;
  /** Of how many. */
  readonly note: string;
}

interface Props {
  readonly title: string;
  readonly summary: string;
  readonly head: readonly [name: string, share: string, note: string];
  readonly rates: readonly Rate[];
  readonly children?: ReactNode;
}

/** Shares side by side: a table whose numbers are drawn, too. */
export function Rates({ title, summary, head, rates, children }: Props) {
  const { format } = useSpeech();
  const id = useId();
  return (
    <section className="panel card chart" aria-labelledby={id}>
      <Title order={3} id={id}>
        {title}
      </Title>
      <Text size="sm" className="quiet">
        {summary}
      </Text>
      {rates.length > 0 && (
        <Table className="rates" verticalSpacing={6} withRowBorders={false} aria-labelledby={id}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{head[0]}</Table.Th>
              <Table.Th colSpan={2} className="number">
                {head[1]}
              </Table.Th>
              <Table.Th className="number">{head[2]}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rates.map(({ name, percent, note }) => (
              <Table.Tr key={name}>
                <Table.Th scope="row" fw={400}>
                  {name}
                </Table.Th>
                <Table.Td className="rate-bar" aria-hidden>
                  <div className="rate-track">{percent !== null && <div style={{ width: `${percent}%` }} />}</div>
                </Table.Td>
                <Table.Td className="number">{percent === null ? "–" : format.percent(percent)}</Table.Td>
                <Table.Td className="number quiet">{note}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {children}
    </section>
  );
}
