import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "./root-route.tsx";
import {
  auditSearch,
  callbackSettingsSearch,
  directorySearch,
  openSearch,
  peopleSearch,
  webhookSearch,
} from "./search.ts";

const settings = createRoute({
  getParentRoute: () => rootRoute,
  path: "/settings",
  component: lazyRouteComponent(() => import("../screens/settings/layout.tsx"), "SettingsLayout"),
});
const general = createRoute({
  getParentRoute: () => settings,
  path: "/",
  component: lazyRouteComponent(() => import("../screens/settings/general.tsx"), "General"),
});
const directory = createRoute({
  getParentRoute: () => settings,
  path: "directory",
  validateSearch: directorySearch,
  component: lazyRouteComponent(() => import("../screens/directory/directory.tsx"), "Directory"),
});
const calendars = createRoute({
  getParentRoute: () => settings,
  path: "calendars",
  validateSearch: openSearch,
  component: lazyRouteComponent(() => import("../screens/calendars/calendars.tsx"), "Calendars"),
});
const callbacks = createRoute({
  getParentRoute: () => settings,
  path: "callbacks",
  validateSearch: callbackSettingsSearch,
  component: lazyRouteComponent(() => import("../screens/callback-settings/callback-settings.tsx"), "CallbackSettings"),
});
const ladders = createRoute({
  getParentRoute: () => settings,
  path: "ladders",
  validateSearch: openSearch,
  component: lazyRouteComponent(() => import("../screens/ladders/ladders.tsx"), "Ladders"),
});
const people = createRoute({
  getParentRoute: () => settings,
  path: "people",
  validateSearch: peopleSearch,
  component: lazyRouteComponent(() => import("../screens/people/people.tsx"), "People"),
});
const keys = createRoute({
  getParentRoute: () => settings,
  path: "keys",
  validateSearch: openSearch,
  component: lazyRouteComponent(() => import("../screens/keys/keys.tsx"), "Keys"),
});
const webhooks = createRoute({
  getParentRoute: () => settings,
  path: "webhooks",
  validateSearch: webhookSearch,
  component: lazyRouteComponent(() => import("../screens/webhooks/webhooks.tsx"), "Webhooks"),
});
const audit = createRoute({
  getParentRoute: () => settings,
  path: "audit",
  validateSearch: auditSearch,
  component: lazyRouteComponent(() => import("../screens/audit/audit.tsx"), "AuditLog"),
});

export const settingsRoute = settings.addChildren([
  general,
  directory,
  calendars,
  callbacks,
  ladders,
  people,
  keys,
  webhooks,
  audit,
]);
