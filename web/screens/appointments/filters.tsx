import { Button, Group, TextInput } from "@mantine/core";
import { type Places, zoneOfCompany } from "../../api/places.ts";
import { appointmentStatuses } from "../../app/choices.ts";
import { CustomerSelect } from "../../components/customer-select.tsx";
import { AnySelect, choicesOf, FilterBar } from "../../components/filters.tsx";
import { dayAt } from "../../components/zone.ts";
import { appointmentWords } from "../../texts/appointments.ts";
import { useWords } from "../../texts/both.ts";
import type { Search } from "./data.ts";

interface Props {
  readonly search: Search;
  readonly places: Places | undefined;
  onChange(change: Partial<Search>): void;
}

export function Filters({ search, places, onChange }: Props) {
  const words = useWords(appointmentWords);
  const { branch, staff, customer, status } = search;
  const today = dayAt(zoneOfCompany(places));
  const staffThere = (places?.staff ?? []).filter((member) => branch === undefined || member.branchId === branch);
  return (
    <>
      <Periods search={search} places={places} onChange={onChange} />
      <FilterBar set={[search.from, search.until, customer, branch, staff, status]}>
        <TextInput
          type="date"
          label={words.from}
          value={search.from ?? today}
          onChange={({ currentTarget: { value } }) => onChange({ from: value || undefined })}
        />
        <TextInput
          type="date"
          label={words.until}
          value={search.until ?? ""}
          min={search.from ?? today}
          onChange={({ currentTarget: { value } }) => onChange({ until: value || undefined })}
        />
        <CustomerSelect
          label={words.customer}
          placeholder={words.anyCustomer}
          clearLabel={words.anyCustomer}
          value={customer}
          onPick={(id) => onChange({ customer: id })}
        />
        <AnySelect
          label={words.branch}
          any={words.anyBranch}
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
          label={words.status}
          any={words.anyStatus}
          data={appointmentStatuses.map((value) => ({ value, label: words.statuses[value] }))}
          value={status}
          onPick={(value) => onChange({ status: appointmentStatuses.find((known) => known === value) })}
        />
      </FilterBar>
    </>
  );
}

function Periods({ search: { from, until }, places, onChange }: Props) {
  const { periods } = useWords(appointmentWords);
  const zone = zoneOfCompany(places);
  const today = dayAt(zone);
  const choices = [
    { name: "coming", from: undefined, until: undefined },
    { name: "today", from: undefined, until: today },
    { name: "week", from: undefined, until: dayAt(zone, 6) },
    { name: "past", from: dayAt(zone, -30), until: today },
  ] as const;
  return (
    <Group component="fieldset" gap="xs" mb="sm" className="bare" aria-label={periods.label}>
      {choices.map((choice) => {
        const isPicked = choice.from === from && choice.until === until;
        return (
          <Button
            key={choice.name}
            size="xs"
            radius="xl"
            variant={isPicked ? "filled" : "default"}
            aria-pressed={isPicked}
            onClick={() => onChange({ from: choice.from, until: choice.until })}
          >
            {periods[choice.name]}
          </Button>
        );
      })}
    </Group>
  );
}
