import type { Route } from "../http/route.ts";
import { configurationRoutes } from "./configuration-routes.ts";
import { deliveryRoutes } from "./delivery-routes.ts";
import { eventRoutes } from "./event-routes.ts";
import { preferenceRoutes } from "./preference-routes.ts";
import { providerRoutes } from "./provider-routes.ts";
import { reportRoutes } from "./report-routes.ts";
import { templateRoutes } from "./template-routes.ts";

export const notificationRoutes: readonly Route[] = [
  ...configurationRoutes,
  ...templateRoutes,
  ...preferenceRoutes,
  ...eventRoutes,
  ...deliveryRoutes,
  ...providerRoutes,
  ...reportRoutes,
];
