import { z } from "zod";
import { appointmentOwners, policyBases } from "../db/schema.ts";
import { type Route, route } from "../http/route.ts";
import { hierarchyRoutes } from "./hierarchy-routes.ts";
import { keyRoutes } from "./key-routes.ts";
import { changeSettings, readSettings } from "./settings.ts";

const fields = {
  policyBasis: z.enum(policyBases).meta({ description: "The policy at booking decides, or the one in force now" }),
  appointmentOwner: z.enum(appointmentOwners).meta({
    description: "Who changes an appointment's row: frontdesk, or the host, for which a change is reserved",
  }),
  reservationMinutes: z.int().min(1).max(1440).meta({ description: "How long the host has to confirm a change" }),
};

const settings = z
  .object({
    ...fields,
    version: z.int().min(0).max(2_000_000_000),
  })
  .meta({ id: "Settings" });
const etag = ({ version }: { version: number }) => String(version);

export const tenancyRoutes: readonly Route[] = [
  ...hierarchyRoutes,
  ...keyRoutes,
  route({
    method: "GET",
    path: "/settings",
    tag: "settings",
    permission: "settings:read",
    summary: "The company's settings",
    reply: settings,
    etag,
    handle: ({ db, caller }) => readSettings(db, caller),
  }),
  route({
    method: "PATCH",
    path: "/settings",
    tag: "settings",
    permission: "settings:write",
    summary: "Change the company's settings",
    body: z.strictObject(fields).partial().meta({ id: "SettingsChange" }),
    reply: settings,
    etag,
    honoursIfMatch: true,
    handle: ({ db, caller, body, ifMatch }) => changeSettings(db, caller, body, ifMatch),
  }),
];
