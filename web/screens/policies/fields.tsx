import { ActionIcon, Menu, Text } from "@mantine/core";
import { IconArrowBackUp, IconDots, IconHistory, IconPencil, IconUsersGroup } from "@tabler/icons-react";
import type { Places } from "../../api/places.ts";
import type { Target } from "../../api/spots.ts";
import { LevelMark } from "../../components/level.tsx";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { compareWords } from "../../texts/policy-compare.ts";
import type { Effective, Provenance } from "./data.ts";
import { useOrigin } from "./origin.ts";
import { wordsOf } from "./values.ts";

interface Props {
  readonly effective: Effective;
  readonly places: Places;
  readonly target: Target;
  /** Without it one only looks. */
  readonly mayWrite: boolean;
  onEdit(field: string): void;
  onReset(field: string): void;
  onInheritors(field: string): void;
  onHistory(): void;
}

/** Field by field: what applies, where it comes from, and what it stands in front of. */
export function Fields(props: Props) {
  return (
    <div className="panel">
      {Object.entries(props.effective.provenance).map(([field, provenance]) => (
        <Field key={field} {...props} field={field} provenance={provenance} />
      ))}
    </div>
  );
}

function Field({
  field,
  provenance,
  effective,
  places,
  target,
  mayWrite,
  onEdit,
  onReset,
  onInheritors,
  onHistory,
}: Props & { field: string; provenance: Provenance }) {
  const { texts, format } = useSpeech();
  const { whoElse } = useWords(compareWords);
  const words = (value: unknown) => wordsOf(field, value, texts, format, places.company.currency);
  const isHere = provenance.level === target.level;
  const label = texts.fields[field] ?? field;
  const origin = useOrigin(effective.chain, places);
  return (
    <div className="field">
      <Text size="sm">{label}</Text>
      <Text size="sm" className="field-value">
        {words(provenance.value)}
      </Text>
      <div className="field-origin">
        <Text size="sm" component="div">
          <LevelMark level={provenance.level}>{isHere ? texts.policies.here : origin(provenance.level)}</LevelMark>
        </Text>
        {provenance.shadows.map((shadow) => (
          <Text key={shadow.level} size="xs" className="quiet">
            {texts.policies.insteadOf(words(shadow.value), origin(shadow.level))}
          </Text>
        ))}
      </div>
      <Menu position="bottom-end" withinPortal={false}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={texts.policies.actions(label)}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {mayWrite && (
            <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => onEdit(field)}>
              {isHere ? texts.policies.change : texts.policies.setHereAction}
            </Menu.Item>
          )}
          {mayWrite && isHere && (
            <Menu.Item leftSection={<IconArrowBackUp size={16} aria-hidden />} onClick={() => onReset(field)}>
              {texts.policies.reset}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconUsersGroup size={16} aria-hidden />} onClick={() => onInheritors(field)}>
            {whoElse}
          </Menu.Item>
          <Menu.Item leftSection={<IconHistory size={16} aria-hidden />} onClick={onHistory}>
            {texts.policies.history}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
