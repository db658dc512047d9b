import { ActionIcon, Button, MultiSelect, NumberInput, Select, TagsInput, Text } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import type { Places } from "../../api/places.ts";
import { useWords } from "../../texts/both.ts";
import { ladderWords } from "../../texts/ladders.ts";
import { useTargetWords } from "./describe.ts";
import { freshStep, kindsOfTarget, type StepDraft, units } from "./draft.ts";

interface Props {
  readonly steps: readonly StepDraft[];
  readonly branchId: string | null;
  readonly places: Places;
  onChange(steps: readonly StepDraft[]): void;
}

export function Steps({ steps, branchId, places, onChange }: Props) {
  const words = useWords(ladderWords);
  return (
    <fieldset className="bare">
      <Text component="legend" size="sm" fw={600}>
        {words.steps}
      </Text>
      {steps.map((step, index) => (
        <Step
          // biome-ignore lint/suspicious/noArrayIndexKey: a step is known by its place
          key={index}
          number={index + 1}
          step={step}
          isOnly={steps.length === 1}
          branchId={branchId}
          places={places}
          onChange={(change) => onChange(steps.map((each, at) => (at === index ? { ...each, ...change } : each)))}
          onRemove={() => onChange(steps.filter((_, at) => at !== index))}
        />
      ))}
      <Button size="xs" variant="default" mt="xs" onClick={() => onChange([...steps, freshStep])}>
        {words.addStep}
      </Button>
    </fieldset>
  );
}

interface StepProps {
  readonly number: number;
  readonly step: StepDraft;
  readonly isOnly: boolean;
  readonly branchId: string | null;
  readonly places: Places;
  onChange(change: Partial<StepDraft>): void;
  onRemove(): void;
}

function Step({ number, step, isOnly, branchId, places, onChange, onRemove }: StepProps) {
  const words = useWords(ladderWords);
  const target = useTargetWords(places);
  const members = places.staff.filter((member) => branchId === null || member.branchId === branchId);
  const targets = [...new Set([...kindsOfTarget, ...members.map(({ id }) => `staff:${id}`), ...step.targets])];
  return (
    <fieldset className="panel reach step">
      <legend className="away">{words.step(number)}</legend>
      <NumberInput
        label={words.when}
        min={step.unit === "percent" ? 1 : 0}
        max={step.unit === "percent" ? 100 : 100_000}
        allowDecimal={false}
        required
        value={step.amount}
        onChange={(amount) => onChange({ amount: Number(amount) })}
      />
      <Select
        className="step-unit"
        aria-label={words.when}
        data={units.map((value) => ({ value, label: words.units[value] }))}
        value={step.unit}
        allowDeselect={false}
        onChange={(value) => onChange({ unit: units.find((known) => known === value) ?? "after" })}
      />
      <Select
        className="step-action"
        label={words.action}
        data={(["notify", "escalate"] as const).map((value) => ({ value, label: words.actions[value] }))}
        value={step.action}
        allowDeselect={false}
        onChange={(value) => onChange({ action: value === "notify" ? "notify" : "escalate" })}
      />
      <ActionIcon
        className="step-remove"
        variant="subtle"
        color="gray"
        size="lg"
        disabled={isOnly}
        aria-label={words.removeStep(number)}
        onClick={onRemove}
      >
        <IconX size={16} aria-hidden />
      </ActionIcon>
      <MultiSelect
        className="step-targets"
        label={words.to}
        searchable
        data={targets.map((value) => ({ value, label: target(value) }))}
        value={[...step.targets]}
        onChange={(chosen) => onChange({ targets: chosen })}
      />
      {step.action === "notify" && (
        <TagsInput
          className="step-targets"
          label={words.emails}
          description={words.emailsHelp}
          value={[...step.emails]}
          onChange={(emails) => onChange({ emails })}
        />
      )}
    </fieldset>
  );
}
