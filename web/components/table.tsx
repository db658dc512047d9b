import { Anchor, Table } from "@mantine/core";
import type { ReactNode } from "react";

/** The first line of a list: the columns' titles, and whatever stands before or after them. */
export function Titles({ of, before, children }: { of: readonly string[]; before?: ReactNode; children?: ReactNode }) {
  return (
    <Table.Thead>
      <Table.Tr>
        {before}
        {of.map((title) => (
          <Table.Th key={title}>{title}</Table.Th>
        ))}
        {children}
      </Table.Tr>
    </Table.Thead>
  );
}

interface NameProps {
  readonly children: ReactNode;
  /** Not bold: where the lines are told apart by something else. */
  readonly isPlain?: boolean;
  onClick(): void;
}

/** What a line is called: it opens what belongs to it. */
export function NameButton({ children, isPlain = false, onClick }: NameProps) {
  return (
    <Anchor
      component="button"
      type="button"
      size="sm"
      className="name"
      {...(!isPlain && { fw: 600 })}
      onClick={onClick}
    >
      {children}
    </Anchor>
  );
}
