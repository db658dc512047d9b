import { useMediaQuery } from "@mantine/hooks";
import type { ReactNode } from "react";
import { useWords } from "../texts/both.ts";
import { shared } from "../texts/shared.ts";

/** The filters of a list: side by side, on a phone folded away with how many are set. */
export function FilterBar({ set, children }: { set: readonly unknown[]; children: ReactNode }) {
  const words = useWords(shared);
  const isNarrow = useMediaQuery("(max-width: 760px)") ?? false;
  if (!isNarrow) return <div className="filters">{children}</div>;
  const count = set.filter((value) => value !== undefined).length;
  return (
    <details className="folded-filters">
      <summary>
        {words.filters}
        {count > 0 && ` (${count})`}
      </summary>
      <div className="filters">{children}</div>
    </details>
  );
}
