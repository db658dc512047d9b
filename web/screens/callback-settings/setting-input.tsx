import { Checkbox, NumberInput, Select, Switch, Text } from "@mantine/core";
import { useWords } from "../../texts/both.ts";
import { callbackSettingsWords } from "../../texts/callback-settings.ts";
import { useSpeech } from "../../texts/language.tsx";
import type { Field } from "./data.ts";

interface Props {
  readonly field: Field;
  /** What is set here or, where nothing is, what is inherited. */
  readonly value: unknown;
  readonly isOwn: boolean;
  /** Set here when the form was opened: what would be inherited is not known then. */
  readonly wasOwn: boolean;
  readonly isOfBranch: boolean;
  readonly error: string | undefined;
  onChange(value: unknown): void;
  onInherit(): void;
}

/** A value, or that it is inherited. */
export function SettingInput(props: Props) {
  const { field, value, isOwn, wasOwn, isOfBranch, onChange, onInherit } = props;
  const words = useWords(callbackSettingsWords);
  const label = words.fields[field];
  return (
    <div className="setting">
      {isOwn || !wasOwn ? (
        <Control {...props} />
      ) : (
        <div>
          <Text size="sm" fw={600}>
            {label}
          </Text>
          <Text size="sm" className="quiet">
            {words.again}
          </Text>
        </div>
      )}
      <Checkbox
        size="xs"
        {...(field === "urgentMinutes" && { "data-autofocus": true })}
        label={words.inheritLabel[isOfBranch ? "branch" : "company"]}
        aria-label={`${words.inheritLabel[isOfBranch ? "branch" : "company"]}: ${label}`}
        checked={!isOwn}
        onChange={(event) => (event.currentTarget.checked ? onInherit() : onChange(value))}
      />
    </div>
  );
}

function Control({ field, value, isOwn, error, onChange }: Props) {
  const { format } = useSpeech();
  const words = useWords(callbackSettingsWords);
  const label = words.fields[field];
  const common = { label, error, disabled: !isOwn };
  if (field === "strategy") {
    return (
      <Select
        {...common}
        data={Object.entries(words.strategies).map(([choice, name]) => ({ value: choice, label: name }))}
        value={String(value)}
        onChange={(choice) => choice !== null && onChange(choice)}
        allowDeselect={false}
      />
    );
  }
  if (field === "autoAssign") {
    return <Switch {...common} checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} />;
  }
  const number = (description: string | undefined, max: number) => (
    <NumberInput
      {...common}
      {...(description !== undefined && { description })}
      value={Number(value)}
      min={1}
      max={max}
      allowDecimal={false}
      required={isOwn}
      onChange={(entered) => onChange(Number(entered))}
    />
  );
  if (field === "maxLevels") return number(undefined, 10);
  if (field === "expireAfterHours") {
    return (
      <div>
        {value === null ? (
          <Text size="sm" fw={600}>
            {label}
          </Text>
        ) : (
          number(words.hoursAfter, 8760)
        )}
        <Checkbox
          mt="xs"
          label={words.never}
          aria-label={`${words.never}: ${label}`}
          disabled={!isOwn}
          checked={value === null}
          onChange={(event) => onChange(event.currentTarget.checked ? null : 24)}
        />
      </div>
    );
  }
  return number(`${words.businessTime} (${format.span(Number(value) * 60_000)})`, 14_400);
}
