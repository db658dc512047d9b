import { useQuery } from "@tanstack/react-query";
import { api, dataOf } from "./client.ts";
import type { Places } from "./place-names.ts";

export { type Level, nameOf, type Places } from "./place-names.ts";

/** The company with its branches, services and staff: who is meant by an id. */
export function usePlaces() {
  return useQuery({
    queryKey: ["places"],
    queryFn: () => dataOf(api.GET("/api/v1/hierarchy")),
    staleTime: 60_000,
  });
}

/** What happens at a branch is told in its zone. */
export function zoneOf(places: Places | undefined, branchId: string | null): string | undefined {
  return places?.branches.find(({ id }) => id === branchId)?.timezone ?? places?.company.timezone;
}

/** Until the company's zone is known, that of the browser. */
export function zoneOfCompany(places: Places | undefined): string {
  return places?.company.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
}
