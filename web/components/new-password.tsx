import { PasswordInput } from "@mantine/core";
import { useWords } from "../texts/both.ts";
import { entryWords } from "../texts/entry.ts";

/** As the API asks for. */
export const minPasswordLength = 10;
const maxPasswordLength = 128;

export interface NewPassword {
  readonly first: string;
  readonly again: string;
}

export const isChosen = ({ first, again }: NewPassword): boolean =>
  first.length >= minPasswordLength && first === again;

interface Props {
  readonly value: NewPassword;
  /** What the server said of it. */
  readonly error: string | undefined;
  onChange(value: NewPassword): void;
}

/** Typed twice, since nobody sees what they type. */
export function NewPasswordInput({ value, error, onChange }: Props) {
  const words = useWords(entryWords);
  const { first, again } = value;
  const isShort = again !== "" && first.length < minPasswordLength;
  const differs = again.length >= first.length && again !== "" && first !== again;
  return (
    <>
      <PasswordInput
        label={words.newPassword}
        description={words.newHelp(minPasswordLength)}
        value={first}
        onChange={(event) => onChange({ first: event.currentTarget.value, again })}
        autoComplete="new-password"
        maxLength={maxPasswordLength}
        error={error ?? (isShort && words.short(minPasswordLength))}
        required
      />
      <PasswordInput
        label={words.again}
        value={again}
        onChange={(event) => onChange({ first, again: event.currentTarget.value })}
        autoComplete="new-password"
        maxLength={maxPasswordLength}
        error={differs && words.differs}
        required
      />
    </>
  );
}
