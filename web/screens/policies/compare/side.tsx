import { Select } from "@mantine/core";
import type { Places } from "../../../api/places.ts";
import type { Spot } from "../../../api/spots.ts";
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
  const branchOf = (list: readonly { id: string | number; branchId: string | null }[], id: string | null) =>
    list.find((each) => String(each.id) === id)?.branchId ?? spot.branch;
  return (
    <fieldset className="bare side-choice">
      <legend>{title}</legend>
      <Select
        label={words.branch}
        placeholder={words.company}
        data={places.branches.map(({ id, name }) => ({ value: id, label: name }))}
        value={spot.branch ?? null}
        onChange={(branch) => onChange({ branch: branch ?? undefined })}
        clearable
        clearButtonProps={{ "aria-label": words.company }}
      />
      <Select
        label={words.service}
        placeholder={words.any}
        data={services.map(({ id, name }) => ({ value: String(id), label: name }))}
        value={spot.service ?? null}
        onChange={(service) =>
          onChange({ ...spot, branch: branchOf(services, service), service: service ?? undefined })
        }
        searchable
        clearable
        clearButtonProps={{ "aria-label": words.any }}
      />
      <Select
        label={words.staff}
        placeholder={words.any}
        data={staff.map(({ id, name }) => ({ value: id, label: name }))}
        value={spot.staff ?? null}
        onChange={(member) => onChange({ ...spot, branch: branchOf(staff, member), staff: member ?? undefined })}
        searchable
        clearable
        clearButtonProps={{ "aria-label": words.any }}
      />
    </fieldset>
  );
}
