import { Text } from "@mantine/core";
import { useWords } from "../../../texts/both.ts";
import { useSpeech } from "../../../texts/language.tsx";
import { wizardWords } from "../../../texts/wizard.ts";
import { ValueInput } from "../value-input.tsx";

interface Props {
  readonly fields: readonly string[];
  readonly values: Readonly<Record<string, unknown>>;
  readonly isRecommended: boolean;
  readonly currency: string;
  onAnswer(field: string, value: unknown): void;
}

/** The steps in between: some fields, filled with what is recommended or inherited. */
export function Questions({ fields, values, isRecommended, currency, onAnswer }: Props) {
  const { texts } = useSpeech();
  const words = useWords(wizardWords);
  return (
    <>
      {isRecommended && <Text size="sm">{words.recommended}</Text>}
      {fields.map((field) => (
        <ValueInput
          key={field}
          field={field}
          label={texts.fields[field] ?? field}
          value={values[field]}
          currency={currency}
          onChange={(value) => onAnswer(field, value)}
        />
      ))}
    </>
  );
}
