import { TextInput, type TextInputProps } from "@mantine/core";
import { useEffect, useRef, useState } from "react";

interface Props extends Omit<TextInputProps, "value" | "onChange"> {
  readonly value: string;
  /** What stands there once it has stood still for a moment. */
  onSettle(value: string): void;
}

/** A field that is typed into without asking the server at each letter. */
export function SettledInput({ value, onSettle, ...rest }: Props) {
  const [typed, setTyped] = useState(value);
  const timer = useRef(0);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  return (
    <TextInput
      {...rest}
      value={typed}
      onChange={({ currentTarget }) => {
        const next = currentTarget.value;
        setTyped(next);
        window.clearTimeout(timer.current);
        timer.current = window.setTimeout(() => onSettle(next.trim()), 300);
      }}
    />
  );
}
