import { defaultOptionsFilter, Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf } from "../api/client.ts";

interface Props {
  readonly label?: string;
  readonly ariaLabel?: string;
  readonly placeholder: string;
  readonly clearLabel: string;
  readonly value: number | undefined;
  readonly isRequired?: boolean;
  readonly error?: string | undefined;
  onPick(id: number | undefined): void;
}

/** Finds a customer by a part of the name; who was added last comes first. */
export function CustomerSelect({ label, ariaLabel, placeholder, clearLabel, value, isRequired, error, onPick }: Props) {
  const [typed, setTyped] = useState("");
  const [part] = useDebouncedValue(typed.trim(), 200);
  const found = useQuery({
    queryKey: ["customers", "found", part],
    queryFn: () =>
      dataOf(api.GET("/api/v1/customers", { params: { query: { limit: 25, ...(part && { name: part }) } } })),
    placeholderData: keepPreviousData,
  });
  const isSettled = part === typed.trim() && !found.isPlaceholderData;
  const picked = useQuery({
    queryKey: ["customers", "one", value],
    enabled: value !== undefined,
    queryFn: () => dataOf(api.GET("/api/v1/customers/{customerId}", { params: { path: { customerId: value ?? 0 } } })),
  });
  const choices = new Map((found.data?.items ?? []).map((customer) => [customer.id, customer]));
  if (picked.data) choices.set(picked.data.id, picked.data);
  return (
    <Select
      label={label}
      aria-label={ariaLabel}
      placeholder={placeholder}
      required={isRequired ?? false}
      error={error}
      searchable
      {...(label !== undefined && isRequired && { "data-autofocus": true })}
      clearable
      clearButtonProps={{ "aria-label": clearLabel }}
      openOnFocus={false}
      filter={isSettled ? ({ options }) => options : defaultOptionsFilter}
      data={[...choices.values()].map(({ id, name, phone }) => ({
        value: String(id),
        label: phone === null ? name : `${name} · ${phone}`,
      }))}
      value={value === undefined ? null : String(value)}
      onSearchChange={(text) => setTyped(text.split(" · ")[0] ?? "")}
      onChange={(id) => onPick(id === null ? undefined : Number(id))}
    />
  );
}
