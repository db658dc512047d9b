import { Checkbox, Input, NumberInput, SegmentedControl, Stack, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useSpeech } from "../../texts/language.tsx";
import { choicesOf, type Fee, kindOf } from "./values.ts";

interface Props {
  readonly field: string;
  readonly label: string;
  readonly value: unknown;
  readonly currency: string;
  readonly hasFocus?: boolean;
  readonly error?: string | undefined;
  onChange(value: unknown): void;
}

/** The one input that fits what the field is. */
export function ValueInput({ field, label, value, currency, hasFocus, error, onChange }: Props) {
  const { texts } = useSpeech();
  const number = (suffix: string, step: number) => (
    <NumberInput
      label={label}
      value={Number(value)}
      onChange={(entered) => onChange(Number(entered))}
      min={0}
      step={step}
      suffix={suffix}
      error={error}
      {...(hasFocus && { "data-autofocus": true })}
      required
    />
  );
  switch (kindOf(field)) {
    case "hours":
      return number(` ${texts.values.hours("").trim()}`, 1);
    case "minutes":
      return number(` ${texts.values.minutes("").trim()}`, 5);
    case "count":
      return number("", 1);
    case "limit":
      return (
        <Stack gap="xs">
          {value !== null && number("", 1)}
          <Checkbox
            label={texts.policies.unlimited}
            checked={value === null}
            onChange={(event) => onChange(event.currentTarget.checked ? null : 3)}
          />
        </Stack>
      );
    case "choice":
      return (
        <Choice
          label={label}
          value={String(value)}
          data={choicesOf(field).map((choice) => ({ value: choice, label: texts.values[choice] }))}
          onChange={onChange}
        />
      );
    case "yesNo":
      return (
        <Choice
          label={label}
          value={String(value)}
          data={[
            { value: "true", label: texts.app.yes },
            { value: "false", label: texts.app.no },
          ]}
          onChange={(chosen) => onChange(chosen === "true")}
        />
      );
    case "fee":
      return <FeeInput value={value as Fee} currency={currency} onChange={onChange} />;
  }
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly data: { value: string; label: string }[];
  onChange(value: string): void;
}

function Choice({ label, value, data, onChange }: ChoiceProps) {
  const isNarrow = (useMediaQuery("(max-width: 760px)") ?? false) && data.length > 2;
  return (
    <div>
      <Input.Label component="div">{label}</Input.Label>
      <SegmentedControl
        aria-label={label}
        fullWidth
        orientation={isNarrow ? "vertical" : "horizontal"}
        value={value}
        data={data}
        onChange={onChange}
      />
    </div>
  );
}

function FeeInput({ value, currency, onChange }: { value: Fee; currency: string; onChange(fee: Fee): void }) {
  const { texts } = useSpeech();
  const types =
    value.type === "tiers"
      ? (["none", "fixed", "percentage", "tiers"] as const)
      : (["none", "fixed", "percentage"] as const);
  function choose(type: string) {
    if (type === "none") onChange({ type });
    if (type === "fixed") onChange({ type, amountCents: 1000 });
    if (type === "percentage") onChange({ type, percent: 25 });
  }
  return (
    <Stack gap="sm">
      <Choice
        label={texts.policies.feeType}
        value={value.type}
        data={types.map((type) => ({ value: type, label: texts.policies.fees[type] }))}
        onChange={choose}
      />
      {value.type === "fixed" && (
        <NumberInput
          label={texts.policies.amount}
          value={value.amountCents / 100}
          min={0}
          decimalScale={2}
          suffix={` ${currency}`}
          onChange={(entered) => onChange({ type: "fixed", amountCents: Math.round(Number(entered) * 100) })}
          required
        />
      )}
      {value.type === "percentage" && (
        <NumberInput
          label={texts.policies.percent}
          value={value.percent}
          min={0}
          max={100}
          decimalScale={2}
          suffix=" %"
          onChange={(entered) => onChange({ type: "percentage", percent: Number(entered) })}
          required
        />
      )}
      {value.type === "tiers" && (
        <Text size="sm" className="quiet">
          {texts.policies.tiersHint}
        </Text>
      )}
    </Stack>
  );
}
