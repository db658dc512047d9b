import { ActionIcon, Button, Text, TextInput } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useWords } from "../../texts/both.ts";
import { calendarWords } from "../../texts/calendars.ts";
import type { Closure } from "./draft.ts";

interface Props {
  readonly closures: readonly Closure[];
  onChange(closures: readonly Closure[]): void;
}

export function Closures({ closures, onChange }: Props) {
  const words = useWords(calendarWords);
  const set = (at: number, change: Partial<Closure>) =>
    onChange(closures.map((closure, index) => (index === at ? { ...closure, ...change } : closure)));
  return (
    <fieldset className="bare">
      <Text component="legend" size="sm" fw={600}>
        {words.closures}
      </Text>
      {closures.map(({ from, until, name }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a closure has nothing of its own to be known by
        <div key={index} className="closure">
          <TextInput
            type="date"
            label={words.from}
            value={from}
            required
            onChange={({ currentTarget: { value } }) => set(index, { from: value, until: later(value, until) })}
          />
          <TextInput
            type="date"
            label={words.until}
            value={until}
            min={from}
            required
            onChange={({ currentTarget: { value } }) => set(index, { until: value })}
          />
          <TextInput
            label={words.why}
            value={name}
            maxLength={100}
            onChange={({ currentTarget: { value } }) => set(index, { name: value })}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={words.removeClosure(from)}
            onClick={() => onChange(closures.filter((_, other) => other !== index))}
          >
            <IconX size={16} aria-hidden />
          </ActionIcon>
        </div>
      ))}
      <Button
        size="xs"
        variant="default"
        mt="xs"
        onClick={() => onChange([...closures, { from: "", until: "", name: "" }])}
      >
        {words.addClosure}
      </Button>
    </fieldset>
  );
}

/** Days as they are written sort as they follow each other. */
const later = (one: string, other: string): string => (one > other ? one : other);
