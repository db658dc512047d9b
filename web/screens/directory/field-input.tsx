import { Autocomplete, NumberInput, Select, Switch, TextInput } from "@mantine/core";
import type { Places } from "../../api/places.ts";
import { useWords } from "../../texts/both.ts";
import { directoryWords } from "../../texts/directory.ts";
import type { Field } from "./kinds.ts";

interface Props {
  readonly field: Field;
  readonly value: unknown;
  readonly error: string | undefined;
  readonly places: Places;
  onChange(value: unknown): void;
}

const timezones = Intl.supportedValuesOf("timeZone");

export function FieldInput({ field: { name, input, isRequired = false }, value, error, places, onChange }: Props) {
  const words = useWords(directoryWords);
  const common = { label: words.fields[name], required: isRequired, error };
  const text = value === null || value === undefined ? "" : String(value);
  if (input === "switch") {
    return (
      <Switch
        label={words.fields[name]}
        description={words.switchHelp}
        checked={value === true}
        onChange={({ currentTarget: { checked } }) => onChange(checked)}
      />
    );
  }
  if (input === "branch") {
    return (
      <Select
        {...common}
        placeholder={isRequired ? "" : words.everyBranch}
        data={places.branches.map(({ id, name }) => ({ value: id, label: name }))}
        value={text || null}
        allowDeselect={!isRequired}
        clearable={!isRequired}
        clearButtonProps={{ "aria-label": words.everyBranch }}
        onChange={onChange}
      />
    );
  }
  if (input === "locale") {
    return (
      <Select
        {...common}
        placeholder={isRequired ? "" : words.companyLanguage}
        data={localesWith(text).map((value) => ({ value, label: words.locales[value] ?? value }))}
        value={text || null}
        allowDeselect={false}
        onChange={onChange}
      />
    );
  }
  if (input === "timezone") {
    return (
      <Autocomplete
        {...common}
        data={timezones}
        limit={20}
        value={text}
        placeholder={places.company.timezone}
        onChange={(typed) => onChange(typed.trim() || null)}
      />
    );
  }
  if (input === "minutes" || input === "money") {
    return <Amount {...common} isMoney={input === "money"} value={value} places={places} onChange={onChange} />;
  }
  return (
    <TextInput
      {...common}
      type={input}
      value={text}
      maxLength={255}
      autoComplete="off"
      {...(name === "name" && { "data-autofocus": true })}
      onChange={({ currentTarget }) => onChange(currentTarget.value || (isRequired ? "" : null))}
    />
  );
}

/** The usual ones, and one that is set already. */
function localesWith(present: string): string[] {
  return [...new Set(["de", "en", ...(present === "" ? [] : [present])])];
}

interface AmountProps {
  readonly label: string;
  readonly required: boolean;
  readonly error: string | undefined;
  readonly isMoney: boolean;
  readonly value: unknown;
  readonly places: Places;
  onChange(value: number | null): void;
}

/** Minutes, or money: whole cents, typed in the currency's units. */
function Amount({ isMoney, value, places, onChange, ...common }: AmountProps) {
  const unit = isMoney ? 100 : 1;
  return (
    <NumberInput
      {...common}
      min={isMoney ? 0 : 1}
      max={isMoney ? 20_000_000 : 10_080}
      decimalScale={isMoney ? 2 : 0}
      fixedDecimalScale={isMoney}
      suffix={isMoney ? ` ${places.company.currency}` : ""}
      value={typeof value === "number" ? value / unit : ""}
      onChange={(typed) => onChange(typeof typed === "number" ? Math.round(typed * unit) : null)}
    />
  );
}
