import { Select } from "@mantine/core";
import type { Places } from "../../api/places.ts";
import { callbackPriorities } from "../../app/choices.ts";
import type { CallbackSearch } from "../../app/search.ts";
import { FilterBar } from "../../components/filters.tsx";
import { useWords } from "../../texts/both.ts";
import { callbackFilterWords } from "../../texts/callback-filters.ts";
import { useSpeech } from "../../texts/language.tsx";

interface Props {
  readonly search: CallbackSearch;
  readonly places: Places | undefined;
  onChange(change: Partial<CallbackSearch>): void;
}

export function CallbackFilters({ search: { branch, staff, priority }, places, onChange }: Props) {
  const { texts } = useSpeech();
  const words = useWords(callbackFilterWords);
  const staffThere = (places?.staff ?? []).filter((member) => branch === undefined || member.branchId === branch);
  return (
    <FilterBar set={[branch, staff, priority]}>
      <Select
        label={texts.callbacks.columns.branch}
        placeholder={texts.callbacks.allBranches}
        data={(places?.branches ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        value={branch ?? null}
        onChange={(value) => onChange({ branch: value ?? undefined, staff: undefined })}
        clearable
        clearButtonProps={{ "aria-label": texts.callbacks.allBranches }}
      />
      <Select
        label={words.staff}
        placeholder={words.anyStaff}
        data={staffThere.map(({ id, name }) => ({ value: id, label: name }))}
        value={staff ?? null}
        onChange={(value) => onChange({ staff: value ?? undefined })}
        searchable
        clearable
        clearButtonProps={{ "aria-label": words.anyStaff }}
      />
      <Select
        label={texts.callbacks.priority}
        placeholder={words.anyPriority}
        data={callbackPriorities.map((value) => ({ value, label: texts.callbacks.priorities[value] }))}
        value={priority ?? null}
        onChange={(value) => onChange({ priority: callbackPriorities.find((known) => known === value) })}
        clearable
        clearButtonProps={{ "aria-label": words.anyPriority }}
      />
    </FilterBar>
  );
}
