import { useQuery } from "@tanstack/react-query";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { type Places, zoneOf, zoneOfCompany } from "../../api/places.ts";
import { dayAt, periodOf } from "../../components/zone.ts";

export type ModificationStats = Schemas["ModificationStats"];
export type DeliveryStats = Schemas["DeliveryStats"];
export type CallbackStats = Schemas["CallbackStats"];

/** Of which days and which branch the figures are, as the API is asked for them. */
export interface Asked {
  readonly from?: string;
  readonly branchId?: string;
}

/** Today and the days before it, by the clock of the branch or the company. */
export function askedOf(places: Places, days: number, branch: string | undefined): Asked {
  const zone = zoneOf(places, branch ?? null) ?? zoneOfCompany(places);
  const { from } = periodOf({ from: dayAt(zone, 1 - days), until: undefined }, zone);
  return { ...(from !== undefined && { from }), ...(branch !== undefined && { branchId: branch }) };
}

export function useModificationStats(query: Asked) {
  return useQuery({
    queryKey: ["modifications", "stats", query],
    queryFn: () => dataOf(api.GET("/api/v1/modifications/stats", { params: { query } })),
    placeholderData: (before) => before,
  });
}

export function useDeliveryStats(query: Asked) {
  return useQuery({
    queryKey: ["deliveries", "stats", query],
    queryFn: () => dataOf(api.GET("/api/v1/deliveries/stats", { params: { query } })),
    placeholderData: (before) => before,
  });
}

export function useCallbackStats(query: Asked) {
  return useQuery({
    queryKey: ["callbacks", "stats", query],
    queryFn: () => dataOf(api.GET("/api/v1/callbacks/stats", { params: { query } })),
    placeholderData: (before) => before,
  });
}
