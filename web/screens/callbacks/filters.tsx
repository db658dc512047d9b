import type { Places } from "../../api/places.ts";
import { callbackPriorities } from "../../app/choices.ts";
import type { CallbackSearch } from "../../app/search.ts";
import { AnySelect, choicesOf, FilterBar } from "../../components/filters.tsx";
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
      <AnySelect
        label={texts.callbacks.columns.branch}
        any={texts.callbacks.allBranches}
        data={choicesOf(places?.branches ?? [])}
        value={branch}
        onPick={(value) => onChange({ branch: value, staff: undefined })}
      />
      <AnySelect
        label={words.staff}
        any={words.anyStaff}
        data={choicesOf(staffThere)}
        value={staff}
        onPick={(value) => onChange({ staff: value })}
        searchable
      />
      <AnySelect
        label={texts.callbacks.priority}
        any={words.anyPriority}
        data={callbackPriorities.map((value) => ({ value, label: texts.callbacks.priorities[value] }))}
        value={priority}
        onPick={(value) => onChange({ priority: callbackPriorities.find((known) => known === value) })}
      />
    </FilterBar>
  );
}
