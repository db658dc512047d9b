import { SegmentedControl } from "@mantine/core";
import type { Places } from "../../api/places.ts";
import { useMay } from "../../app/who.ts";
import { CustomerSelect } from "../../components/customer-select.tsx";
import { AnySelect, choicesOf, FilterBar, PeriodInputs } from "../../components/filters.tsx";
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
      <PeriodInputs words={words} from={from} until={until} onChange={onChange} />
      {mayName && (
        <CustomerSelect
          label={words.customer}
          placeholder={words.anyCustomer}
          clearLabel={words.anyCustomer}
          value={customer}
          onPick={(id) => onChange({ customer: id })}
        />
      )}
      <AnySelect
        label={words.branch}
        any={words.anyBranch}
        data={choicesOf(places?.branches ?? [])}
        value={branch}
        onPick={(value) => onChange({ branch: value })}
      />
      <AnySelect
        label={words.within}
        any={words.withinOrNot}
        data={[
          { value: "true", label: words.kept },
          { value: "false", label: words.forced },
        ]}
        value={within}
        onPick={(value) => onChange({ within: value === "true" || value === "false" ? value : undefined })}
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
