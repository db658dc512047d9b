import { z } from "zod";
import { id } from "../http/fields.ts";
import { type Route, route } from "../http/route.ts";
import { readHierarchy } from "./hierarchy.ts";

const named = { name: z.string() };
const uuid = z.string();

export const hierarchyRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/hierarchy",
    tag: "settings",
    permission: "policies:read",
    summary: "The company with all its branches, services and staff, by name",
    reply: z
      .object({
        company: z.object({ id, ...named, timezone: z.string(), locale: z.string(), currency: z.string() }),
        branches: z.array(z.object({ id: uuid, ...named, timezone: z.string() })),
        services: z.array(z.object({ id, ...named, branchId: uuid.nullable() })),
        staff: z.array(z.object({ id: uuid, ...named, branchId: uuid })),
      })
      .meta({ id: "Hierarchy" }),
    handle: ({ db, caller }) => readHierarchy(db, caller),
  }),
];
