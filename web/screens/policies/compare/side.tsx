import type { Places } from "../../../api/places.ts";
import type { Spot } from "../../../api/spots.ts";
import { AnySelect, choicesOf } from "../../../components/filters.tsx";
import { useWords } from "../../../texts/both.ts";
import { compareWords } from "../../../texts/policy-compare.ts";

interface Props {
  readonly title: string;
  readonly spot: Spot;
  readonly places: Places;
  onChange(spot: Spot): void;
}

/** Chooses one place of a comparison: a branch, a service and a staff member, as far down as one likes. */
export function Side({ title, spot, places, onChange }: Props) {
  const words = useWords(compareWords);
  const isAt = (branchId: string | null) => spot.branch === undefined || branchId === null || branchId === spot.branch;
  const services = places.services.filter(({ branchId }) => isAt(branchId));
  const staff = places.staff.filter(({ branchId }) => isAt(branchId));
  const branchOf = (list: readonly { id: string | number; branchId: string | null }[], id: string | undefined) =>
    list.find((each) => String(each.id) === id)?.branchId ?? spot.branch;
  return (
    <fieldset className="bare side-choice">
      <legend>{title}</legend>
      <AnySelect
        label={words.branch}
        any={words.company}
        data={choicesOf(places.branches)}
        value={spot.branch}
        onPick={(branch) => onChange({ branch })}
      />
      <AnySelect
        label={words.service}
        any={words.any}
        data={choicesOf(services)}
        value={spot.service}
        onPick={(service) => onChange({ ...spot, branch: branchOf(services, service), service })}
        searchable
      />
      <AnySelect
        label={words.staff}
        any={words.any}
        data={choicesOf(staff)}
        value={spot.staff}
        onPick={(member) => onChange({ ...spot, branch: branchOf(staff, member), staff: member })}
        searchable
      />
    </fieldset>
  );
}
