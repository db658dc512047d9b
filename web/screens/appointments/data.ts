import { getRouteApi } from "@tanstack/react-router";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { type Places, usePlaces } from "../../api/places.ts";
import type { AppointmentSearch } from "../../app/search.ts";
import { usePage } from "../../components/pages.tsx";
import { dayAfter, dayAt, instantAt } from "../../components/zone.ts";

export const route = getRouteApi("/appointments");
export type Appointment = Schemas["Appointment"];
export type Listed = Schemas["ListedAppointment"];
export type Search = AppointmentSearch;

/** Until the company's zone is known, that of the browser. */
export function zoneOfCompany(places: Places | undefined): string {
  return places?.company.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** The page of appointments that the address asks for; from today on unless it names a day. */
export function useAppointments(search: Search) {
  const places = usePlaces();
  const zone = zoneOfCompany(places.data);
  const { branch, staff, customer, status, after, until } = search;
  const from = search.from ?? dayAt(zone);
  const query = {
    limit: 50,
    include: "customer" as const,
    ...startOf("from", from, zone),
    ...(until === undefined ? {} : startOf("until", dayAfter(until), zone)),
    ...(branch === undefined ? {} : { branchId: branch }),
    ...(staff === undefined ? {} : { staffId: staff }),
    ...(customer === undefined ? {} : { customerId: customer }),
    ...(status === undefined ? {} : { status }),
  };
  return usePage(["appointments", query], after, (cursor) =>
    dataOf(api.GET("/api/v1/appointments", { params: { query: { ...query, ...cursor } } })),
  );
}

function startOf(name: "from" | "until", day: string, zone: string): Record<string, string> {
  const instant = instantAt(`${day}T00:00`, zone);
  return instant === null ? {} : { [name]: instant };
}
