import { getRouteApi } from "@tanstack/react-router";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { usePlaces, zoneOfCompany } from "../../api/places.ts";
import type { AppointmentSearch } from "../../app/search.ts";
import { usePage } from "../../components/pages.tsx";
import { dayAt, periodOf } from "../../components/zone.ts";

export const route = getRouteApi("/appointments");
export type Appointment = Schemas["Appointment"];
export type Listed = Schemas["ListedAppointment"];
export type Search = AppointmentSearch;

/** The page of appointments that the address asks for; from today on unless it names a day. */
export function useAppointments(search: Search) {
  const places = usePlaces();
  const zone = zoneOfCompany(places.data);
  const { branch, staff, customer, status, after, until } = search;
  const query = {
    limit: 50,
    include: "customer" as const,
    ...periodOf({ from: search.from ?? dayAt(zone), until }, zone),
    ...(branch === undefined ? {} : { branchId: branch }),
    ...(staff === undefined ? {} : { staffId: staff }),
    ...(customer === undefined ? {} : { customerId: customer }),
    ...(status === undefined ? {} : { status }),
  };
  return usePage(["appointments", query], after, (cursor) =>
    dataOf(api.GET("/api/v1/appointments", { params: { query: { ...query, ...cursor } } })),
  );
}
