import type { Route } from "../http/route.ts";
import { sessionRoutes } from "./session-routes.ts";
import { userRoutes } from "./user-routes.ts";

export const peopleRoutes: readonly Route[] = [...sessionRoutes, ...userRoutes];
