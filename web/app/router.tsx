import { createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "./root-route.tsx";
import {
  appointmentSearch,
  callbackSearch,
  modificationSearch,
  notificationSearch,
  overviewSearch,
  policySearch,
} from "./search.ts";
import { settingsRoute } from "./settings-routes.ts";

const overview = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  validateSearch: overviewSearch,
  component: lazyRouteComponent(() => import("../screens/overview/overview.tsx"), "Overview"),
});
const appointments = createRoute({
  getParentRoute: () => rootRoute,
  path: "/appointments",
  validateSearch: appointmentSearch,
  component: lazyRouteComponent(() => import("../screens/appointments/appointments.tsx"), "Appointments"),
});
const policies = createRoute({
  getParentRoute: () => rootRoute,
  path: "/policies",
  validateSearch: policySearch,
  component: lazyRouteComponent(() => import("../screens/policies/policies.tsx"), "Policies"),
});
const callbacks = createRoute({
  getParentRoute: () => rootRoute,
  path: "/callbacks",
  validateSearch: callbackSearch,
  component: lazyRouteComponent(() => import("../screens/callbacks/callbacks.tsx"), "Callbacks"),
});
const notifications = createRoute({
  getParentRoute: () => rootRoute,
  path: "/notifications",
  validateSearch: notificationSearch,
  component: lazyRouteComponent(() => import("../screens/notifications/notifications.tsx"), "NotificationsScreen"),
});
const modifications = createRoute({
  getParentRoute: () => rootRoute,
  path: "/modifications",
  validateSearch: modificationSearch,
  component: lazyRouteComponent(() => import("../screens/modifications/modifications.tsx"), "Modifications"),
});
const account = createRoute({
  getParentRoute: () => rootRoute,
  path: "/account",
  component: lazyRouteComponent(() => import("../screens/account/account.tsx"), "Account"),
});
const password = createRoute({
  getParentRoute: () => rootRoute,
  path: "/password",
  component: lazyRouteComponent(() => import("../screens/password/password.tsx"), "ChoosePassword"),
});
export const router = createRouter({
  routeTree: rootRoute.addChildren([
    overview,
    appointments,
    policies,
    callbacks,
    notifications,
    modifications,
    settingsRoute,
    account,
    password,
  ]),
  defaultPreload: "intent",
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
  interface HistoryState {
    /** Where the pages before this one begin, the first one's "" first. */
    trail?: readonly string[];
  }
}
