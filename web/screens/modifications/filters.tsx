import { SegmentedControl, Select, TextInput } from "@mantine/core";
import type { Places } from "../../api/places.ts";
import { useMay } from "../../app/who.ts";
import { CustomerSelect } from "../../components/customer-select.tsx";
import { FilterBar } from "../../components/filters.tsx";
import { useWords } from "../../texts/both.ts";
import { modificationWords } from "../../texts/modifications.ts";
import type { Search } from "./data.ts";

interface Props {
  readonly search: Search;
  readonly places: Places | undefined;
  onChange(change: Partial<Search>): void;
}

export function Filters({ search, places, onChange }: Props) {
  const words = useWords(modificationWords);
  const mayName = useMay()("customers:read");
  const { from, until, customer, branch, within } = search;
  return (
    <FilterBar set={[from, until, customer, branch, within]}>
      <TextInput
        type="date"
        label={words.from}
        value={from ?? ""}
        max={until}
        onChange={({ currentTarget: { value } }) => onChange({ from: value || undefined })}
      />
      <TextInput
        type="date"
        label={words.until}
        value={until ?? ""}
        min={from}
        onChange={({ currentTarget: { value } }) => onChange({ until: value || undefined })}
      />
      {mayName && (
        <CustomerSelect
          label={words.customer}
          placeholder={words.anyCustomer}
          clearLabel={words.anyCustomer}
          value={customer}
          onPick={(id) => onChange({ customer: id })}
        />
      )}
      <Select
        label={words.branch}
        placeholder={words.anyBranch}
        data={(places?.branches ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        value={branch ?? null}
        onChange={(value) => onChange({ branch: value ?? undefined })}
        clearable
        clearButtonProps={{ "aria-label": words.anyBranch }}
      />
      <Select
        label={words.within}
        placeholder={words.withinOrNot}
        data={[
          { value: "true", label: words.kept },
          { value: "false", label: words.forced },
        ]}
        value={within ?? null}
        onChange={(value) => onChange({ within: value === "true" || value === "false" ? value : undefined })}
        clearable
        clearButtonProps={{ "aria-label": words.withinOrNot }}
      />
    </FilterBar>
  );
}

export function KindFilter({ search, onChange }: Omit<Props, "places">) {
  const words = useWords(modificationWords);
  return (
    <SegmentedControl
      aria-label={words.kind}
      value={search.type ?? "any"}
      onChange={(value) => onChange({ type: value === "cancel" || value === "reschedule" ? value : undefined })}
      data={[
        { value: "any", label: words.anyKind },
        { value: "cancel", label: words.kinds.cancel },
        { value: "reschedule", label: words.kinds.reschedule },
      ]}
    />
  );
}
