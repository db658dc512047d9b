import { Select, type SelectProps, TextInput } from "@mantine/core";
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

interface AnyProps extends Omit<SelectProps, "value" | "onChange" | "placeholder" | "clearable" | "clearButtonProps"> {
  /** What it says where nothing is chosen. */
  readonly any: string;
  readonly value: string | undefined;
  onPick(value: string | undefined): void;
}

/** One of several, or any of them. */
export function AnySelect({ any, value, onPick, ...rest }: AnyProps) {
  return (
    <Select
      {...rest}
      placeholder={any}
      value={value ?? null}
      onChange={(picked) => onPick(picked ?? undefined)}
      clearable
      clearButtonProps={{ "aria-label": any }}
    />
  );
}

/** What has a name, to choose from. */
export const choicesOf = (list: readonly { readonly id: string | number; readonly name: string }[]) =>
  list.map(({ id, name }) => ({ value: String(id), label: name }));

interface PeriodProps {
  readonly words: { readonly from: string; readonly until: string };
  readonly from: string | undefined;
  readonly until: string | undefined;
  onChange(change: { from?: string | undefined } | { until?: string | undefined }): void;
}

/** Two days, either of which may be left out. */
export function PeriodInputs({ words, from, until, onChange }: PeriodProps) {
  return (
    <>
      <TextInput
        type="date"
        label={words.from}
        value={from ?? ""}
        max={until}
        onChange={({ currentTarget: { value } }) => onChange({ from: value || undefined })}
      />
      <TextInput
        type="date"
        label={words.until}
        value={until ?? ""}
        min={from}
        onChange={({ currentTarget: { value } }) => onChange({ until: value || undefined })}
      />
    </>
  );
}
