import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { NotFound } from "../components/states.tsx";
import { callbackTabs, deliveryStatuses, policyTypes } from "./choices.ts";
import { Shell } from "./shell.tsx";

/** What stands in an address came from somebody: what fits nothing is left out. */
const oneOf = <T extends string>(choices: readonly T[], value: unknown): T | undefined =>
  choices.find((choice) => choice === value);
const textIn = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" ? String(value) : undefined;
const idIn = (value: unknown): number | undefined =>
  Number.isSafeInteger(Number(value)) ? Number(value) || undefined : undefined;

/** A link may leave any of it out. */
const maybe = <T extends object>(search: T): { [K in keyof T]?: T[K] | undefined } => search;

const rootRoute = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const overview = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  component: lazyRouteComponent(() => import("../screens/overview/overview.tsx"), "Overview"),
});
const policies = createRoute({
  getParentRoute: () => rootRoute,
  path: "/policies",
  validateSearch: (search: Record<string, unknown>) =>
    maybe({
      type: oneOf(policyTypes, search.type),
      branch: textIn(search.branch),
      service: textIn(search.service),
      staff: textIn(search.staff),
    }),
  component: lazyRouteComponent(() => import("../screens/policies/policies.tsx"), "Policies"),
});
const callbacks = createRoute({
  getParentRoute: () => rootRoute,
  path: "/callbacks",
  validateSearch: (search: Record<string, unknown>) =>
    maybe({
      tab: oneOf(callbackTabs, search.tab),
      branch: textIn(search.branch),
      open: idIn(search.open),
    }),
  component: lazyRouteComponent(() => import("../screens/callbacks/callbacks.tsx"), "Callbacks"),
});
const notifications = createRoute({
  getParentRoute: () => rootRoute,
  path: "/notifications",
  validateSearch: (search: Record<string, unknown>) =>
    maybe({
      tab: oneOf(["matrix", "deliveries"] as const, search.tab),
      place: textIn(search.place),
      event: textIn(search.event),
      channel: textIn(search.channel),
      status: oneOf(deliveryStatuses, search.status),
      open: idIn(search.open),
    }),
  component: lazyRouteComponent(() => import("../screens/notifications/notifications.tsx"), "NotificationsScreen"),
});
const modifications = createRoute({
  getParentRoute: () => rootRoute,
  path: "/modifications",
  validateSearch: (search: Record<string, unknown>) =>
    maybe({
      type: oneOf(["cancel", "reschedule"] as const, search.type),
      open: idIn(search.open),
    }),
  component: lazyRouteComponent(() => import("../screens/modifications/modifications.tsx"), "Modifications"),
});
const settings = createRoute({
  getParentRoute: () => rootRoute,
  path: "/settings",
  component: lazyRouteComponent(() => import("../screens/settings/settings.tsx"), "Settings"),
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([overview, policies, callbacks, notifications, modifications, settings]),
  defaultPreload: "intent",
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
