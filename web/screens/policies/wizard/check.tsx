import { Text, TextInput } from "@mantine/core";
import type { Places } from "../../../api/places.ts";
import type { Target } from "../../../api/spots.ts";
import { Facts } from "../../../components/facts.tsx";
import { useWords } from "../../../texts/both.ts";
import { useSpeech } from "../../../texts/language.tsx";
import { wizardWords } from "../../../texts/wizard.ts";
import type { Policy } from "../data.ts";
import { Reach } from "../reach.tsx";
import { wordsOf } from "../values.ts";

interface Props {
  readonly target: Target;
  readonly before: Readonly<Record<string, unknown>>;
  readonly config: Readonly<Record<string, unknown>>;
  readonly places: Places;
  readonly policies: readonly Policy[];
  readonly comment: string;
  onComment(comment: string): void;
}

/** The last step: what changes from what to what, and whom it reaches. */
export function Check({ target, before, config, places, policies, comment, onComment }: Props) {
  const { texts, format } = useSpeech();
  const words = useWords(wizardWords);
  const say = (field: string, value: unknown) => wordsOf(field, value, texts, format, places.company.currency);
  const fields = Object.keys(config);
  if (fields.length === 0) return <Text size="sm">{words.nothing}</Text>;
  return (
    <>
      <Facts
        of={fields.map((field) => [
          texts.fields[field] ?? field,
          <span key={field}>
            <span className="quiet">{say(field, before[field])} → </span>
            <strong>{say(field, config[field])}</strong>
          </span>,
        ])}
      />
      <Reach target={target} fields={fields} places={places} policies={policies} />
      <TextInput
        label={texts.policies.comment}
        value={comment}
        maxLength={2000}
        onChange={(event) => onComment(event.currentTarget.value)}
      />
    </>
  );
}
