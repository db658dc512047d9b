import { getRouteApi } from "@tanstack/react-router";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { usePlaces, zoneOfCompany } from "../../api/places.ts";
import type { ModificationSearch } from "../../app/search.ts";
import { useMay } from "../../app/who.ts";
import { usePage } from "../../components/pages.tsx";
import { periodOf } from "../../components/zone.ts";

export const route = getRouteApi("/modifications");
export type Modification = Schemas["Modification"];
export type Search = ModificationSearch;

/** What the address asks for, as the API takes it; the page is apart. */
export function useFilter({ type, from, until, customer, branch, within }: Search) {
  const zone = zoneOfCompany(usePlaces().data);
  return {
    ...periodOf({ from, until }, zone),
    ...(type === undefined ? {} : { type }),
    ...(customer === undefined ? {} : { customerId: customer }),
    ...(branch === undefined ? {} : { branchId: branch }),
    ...(within === undefined ? {} : { withinPolicy: within }),
  };
}

/** The page of changes that the address asks for, with the customers' names for whoever may know them. */
export function useModifications(search: Search) {
  const include = useMay()("customers:read") ? { include: "customer" as const } : {};
  const query = { limit: 50, ...include, ...useFilter(search) };
  return usePage(["modifications", query], search.after, (cursor) =>
    dataOf(api.GET("/api/v1/modifications", { params: { query: { ...query, ...cursor } } })),
  );
}

interface Times {
  readonly startsAt?: string;
}

/** When the appointment was, and when it is now; what another program wrote may not say. */
export function timesOf({ metadata }: Modification): { from: string | null; to: string | null } {
  const { from, to } = (metadata ?? {}) as { from?: Times; to?: Times };
  return { from: from?.startsAt ?? null, to: to?.startsAt ?? null };
}
