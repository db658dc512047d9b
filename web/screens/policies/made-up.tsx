import { NumberInput, Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { type Places, zoneOf, zoneOfCompany } from "../../api/places.ts";
import { dayAt, instantAt } from "../../components/zone.ts";
import { useWords } from "../../texts/both.ts";
import { whatIfWords } from "../../texts/what-if.ts";
import { questionOf, useSimulation } from "./simulate.ts";
import { Verdict } from "./verdict.tsx";
import type { AboutProps } from "./what-if.tsx";

/** An appointment that nobody has booked: at the place one looks at, tomorrow at ten, until somebody says otherwise. */
export function MadeUp({ places, spot, wish, children }: AboutProps) {
  const words = useWords(whatIfWords);
  const [branch, setBranch] = useState(spot.branch ?? branchOfService(places, spot.service) ?? places.branches[0]?.id);
  const services = places.services.filter(({ branchId }) => branchId === null || branchId === branch);
  const [service, setService] = useState(spot.service ?? String(services[0]?.id ?? ""));
  const [staff, setStaff] = useState<string | null>(spot.staff ?? null);
  const [start, setStart] = useState(`${dayAt(zoneOfCompany(places), 1)}T10:00`);
  const [used, setUsed] = useState(0);
  const zone = zoneOf(places, branch ?? null) ?? zoneOfCompany(places);
  const startsAt = instantAt(start, zone);
  const fits = services.some(({ id }) => String(id) === service);
  const question =
    branch === undefined || !fits || startsAt === null
      ? null
      : questionOf(
          {
            branchId: branch,
            serviceId: Number(service),
            staffId: staff,
            startsAt,
            used30Days: used,
            used90Days: used,
          },
          wish,
          zone,
        );
  const simulation = useSimulation(question);
  return (
    <>
      <div className="what-if-form">
        <Select
          label={words.branch}
          data={places.branches.map(({ id, name }) => ({ value: id, label: name }))}
          value={branch ?? null}
          onChange={(id) => {
            setBranch(id ?? undefined);
            setStaff(null);
          }}
          allowDeselect={false}
        />
        <Select
          label={words.service}
          data={services.map(({ id, name }) => ({ value: String(id), label: name }))}
          value={fits ? service : null}
          onChange={(id) => setService(id ?? "")}
          allowDeselect={false}
          searchable
        />
        <Select
          label={words.staff}
          placeholder={words.anybody}
          data={places.staff
            .filter(({ branchId }) => branchId === branch)
            .map(({ id, name }) => ({ value: id, label: name }))}
          value={staff}
          onChange={setStaff}
          clearable
          clearButtonProps={{ "aria-label": words.anybody }}
        />
        <TextInput
          type="datetime-local"
          label={words.startsAt}
          value={start}
          onChange={(event) => setStart(event.currentTarget.value)}
        />
        {children}
        <NumberInput
          label={words.used}
          min={0}
          max={1000}
          value={used}
          onChange={(value) => setUsed(Math.min(1000, Math.max(0, Math.trunc(Number(value)) || 0)))}
        />
      </div>
      {question !== null && <Verdict query={simulation} />}
    </>
  );
}

function branchOfService(places: Places, service: string | undefined): string | undefined {
  return places.services.find(({ id }) => String(id) === service)?.branchId ?? undefined;
}
