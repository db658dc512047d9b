import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "./root-route.ts";

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
export const settingsRoute = settings.addChildren([general]);
