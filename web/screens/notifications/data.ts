import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { allPages } from "../../api/all-pages.ts";
import { api, dataOf, type Schemas, versionOf } from "../../api/client.ts";
import type { Spot } from "../../api/spots.ts";
import { notificationWords } from "../../texts/notifications.ts";

export const route = getRouteApi("/notifications");
export type Effective = Schemas["EffectiveNotificationChannels"];
export type Event = Effective["event"];
export type Configuration = Schemas["NotificationConfiguration"];

/** An event that an address names. */
export function eventIn(value: string | undefined): Event | undefined {
  return value !== undefined && Object.hasOwn(notificationWords.en.events, value) ? (value as Event) : undefined;
}

export function useCatalogue() {
  return useQuery({
    queryKey: ["catalogue"],
    queryFn: () => dataOf(api.GET("/api/v1/notification-catalogue")),
    staleTime: 600_000,
  });
}
export type Catalogue = NonNullable<ReturnType<typeof useCatalogue>["data"]>["events"];

export const kinds = ["transactional", "reminder", "feedback", "staff"] as const;

/** Which channels an event uses at a spot, and which level says so. */
export function effectiveQuery(event: Event, { branch, service, staff }: Spot) {
  const places = { branchId: branch, serviceId: service, staffId: staff };
  const chain = Object.fromEntries(Object.entries(places).filter(([, id]) => id !== undefined));
  return {
    queryKey: ["channels", event, chain],
    queryFn: () =>
      dataOf(api.GET("/api/v1/notification-configurations/effective", { params: { query: { event, ...chain } } })),
  };
}

export const readConfiguration = (configurationId: number) =>
  versionOf(
    api.GET("/api/v1/notification-configurations/{configurationId}", { params: { path: { configurationId } } }),
  );

/** All that is set anywhere in the company. */
export function useConfigurations() {
  return useQuery({
    queryKey: ["channels", "own"],
    queryFn: () =>
      allPages((cursor) =>
        dataOf(api.GET("/api/v1/notification-configurations", { params: { query: { limit: 100, ...cursor } } })),
      ),
  });
}

/** The company's own words; for everything else there are the product's. */
export function useOwnTemplates() {
  return useQuery({
    queryKey: ["templates", "own"],
    queryFn: () =>
      allPages((cursor) =>
        dataOf(api.GET("/api/v1/notification-templates", { params: { query: { limit: 100, ...cursor } } })),
      ),
  });
}

/** The name of a template that stands in for the product's words. */
export const usualName = "default";
