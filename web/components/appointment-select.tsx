import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, dataOf, type Schemas } from "../api/client.ts";
import { nameOf, type Places, zoneOf } from "../api/places.ts";
import type { Spot } from "../api/spots.ts";
import { appointmentSelectWords } from "../texts/appointment-select.ts";
import { useWords } from "../texts/both.ts";
import { useSpeech } from "../texts/language.tsx";

type Listed = Schemas["ListedAppointment"];

/** The coming appointments of a place that may still be changed, the next one first. */
export function useComing({ branch, service, staff }: Spot) {
  return useQuery({
    queryKey: ["coming", branch, service, staff],
    queryFn: async () => {
      const query = {
        from: new Date().toISOString(),
        limit: 100,
        include: "customer" as const,
        ...(branch === undefined ? {} : { branchId: branch }),
        ...(staff === undefined ? {} : { staffId: staff }),
      };
      const { items } = await dataOf(api.GET("/api/v1/appointments", { params: { query } }));
      const open = items.filter(({ status }) => !["cancelled", "completed", "no_show"].includes(status));
      return open.filter(({ serviceId }) => service === undefined || String(serviceId) === service);
    },
  });
}

interface Props {
  readonly places: Places;
  readonly appointments: readonly Pick<Listed, "id" | "branchId" | "serviceId" | "staffId" | "startsAt" | "customer">[];
  readonly value: number | undefined;
  onPick(id: number | undefined): void;
}

/** One of these appointments, found by its day, customer, service or staff member. */
export function AppointmentSelect({ places, appointments, value, onPick }: Props) {
  const { format } = useSpeech();
  const words = useWords(appointmentSelectWords);
  return (
    <Select
      className="what-if-wide"
      label={words.label}
      placeholder={appointments.length === 0 ? words.none : words.pick}
      data={appointments.map(({ id, startsAt, branchId, serviceId, staffId, customer }) => ({
        value: String(id),
        label: [
          format.moment(startsAt, zoneOf(places, branchId)),
          customer?.name,
          nameOf(places, "service", serviceId),
          nameOf(places, "staff", staffId),
        ]
          .filter(Boolean)
          .join(" · "),
      }))}
      value={value === undefined ? null : String(value)}
      onChange={(id) => onPick(id === null ? undefined : Number(id))}
      searchable
    />
  );
}
