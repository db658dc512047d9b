import { Radio, Select, Stack, Text } from "@mantine/core";
import type { Spot, Target } from "../../../api/spots.ts";
import { type PolicyType, policyTypes } from "../../../app/choices.ts";
import { useWords } from "../../../texts/both.ts";
import { useSpeech } from "../../../texts/language.tsx";
import { wizardWords } from "../../../texts/wizard.ts";
import type { Choice } from "./steps.ts";

interface Props {
  readonly type: PolicyType;
  readonly target: Target;
  readonly choices: readonly Choice[];
  onWhom(type: PolicyType, spot: Spot): void;
}

/** The first step: what kind of policy, and for which place. */
export function Whom({ type, target, choices, onWhom }: Props) {
  const { texts } = useSpeech();
  const words = useWords(wizardWords);
  const keyOf = ({ level, id }: Target) => `${level} ${id}`;
  const picked = choices.find((each) => keyOf(each.target) === keyOf(target));
  return (
    <>
      <Radio.Group
        label={words.kind}
        value={type}
        onChange={(value) => onWhom(policyTypes.find((known) => known === value) ?? type, picked?.spot ?? {})}
      >
        <Stack gap="xs" mt="xs">
          {policyTypes.map((value) => (
            <Radio key={value} value={value} label={texts.policyTypes[value]} />
          ))}
        </Stack>
      </Radio.Group>
      {choices.length === 0 ? (
        <Text size="sm" role="alert">
          {words.noPlaces}
        </Text>
      ) : (
        <Select
          label={words.place}
          description={words.placeHelp}
          required
          searchable
          data={choices.map((each) => ({
            value: keyOf(each.target),
            label: `${each.name} (${texts.levels[each.target.level]})`,
          }))}
          value={picked === undefined ? null : keyOf(picked.target)}
          onChange={(key) => onWhom(type, choices.find((each) => keyOf(each.target) === key)?.spot ?? {})}
          allowDeselect={false}
        />
      )}
    </>
  );
}
