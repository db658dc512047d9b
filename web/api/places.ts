import { useQuery } from "@tanstack/react-query";
import { api, dataOf, type Schemas } from "./client.ts";

export type Places = Schemas["Hierarchy"];
export type Level = "company" | "branch" | "service" | "staff";

/** The company with its branches, services and staff: who is meant by an id. */
export function usePlaces() {
  return useQuery({
    queryKey: ["places"],
    queryFn: () => dataOf(api.GET("/api/v1/hierarchy")),
    staleTime: 60_000,
  });
}

export function nameOf(places: Places | undefined, level: Level, id: string | number | null): string {
  if (places === undefined || id === null) return "";
  if (level === "company") return places.company.name;
  const list: readonly { id: string | number; name: string }[] =
    level === "branch" ? places.branches : level === "service" ? places.services : places.staff;
  return list.find((place) => String(place.id) === String(id))?.name ?? String(id);
}

/** What happens at a branch is told in its zone. */
export function zoneOf(places: Places | undefined, branchId: string | null): string | undefined {
  return places?.branches.find(({ id }) => id === branchId)?.timezone ?? places?.company.timezone;
}

/** Until the company's zone is known, that of the browser. */
export function zoneOfCompany(places: Places | undefined): string {
  return places?.company.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
}
