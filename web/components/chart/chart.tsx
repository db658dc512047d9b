import { Table, Text, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";
import { useWords } from "../../texts/both.ts";
import { chartWords } from "../../texts/chart.ts";

interface Props {
  readonly title: string;
  /** What the chart shows, in a sentence: it is all that somebody needs who does not see it. */
  readonly summary: string;
  /** The same in numbers: a line of names, then the lines. */
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly children: ReactNode;
}

/** A chart with its title, what it says, and its numbers as a table that is folded away. */
export function Chart({ title, summary, head, rows, children }: Props) {
  const words = useWords(chartWords);
  const id = useId();
  return (
    <figure className="panel card chart" aria-labelledby={id}>
      <figcaption>
        <Title order={3} id={id}>
          {title}
        </Title>
        <Text size="sm" className="quiet">
          {summary}
        </Text>
      </figcaption>
      {children}
      {rows.length > 0 && (
        <details className="chart-table">
          <summary>{words.asTable}</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard */}
          <section className="chart-scroll" tabIndex={0} aria-label={title}>
            <Table verticalSpacing={4}>
              <Table.Thead>
                <Table.Tr>
                  {head.map((name, index) => (
                    <Table.Th key={name} className={index === 0 ? "" : "number"}>
                      {name}
                    </Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.map(([name, ...cells]) => (
                  <Table.Tr key={name}>
                    <Table.Th scope="row" fw={400}>
                      {name}
                    </Table.Th>
                    {cells.map((cell, index) => (
                      // biome-ignore lint/suspicious/noArrayIndexKey: cells are told by their column
                      <Table.Td key={index} className="number">
                        {cell}
                      </Table.Td>
                    ))}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </section>
        </details>
      )}
    </figure>
  );
}
