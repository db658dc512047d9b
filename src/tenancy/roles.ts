import type { grantedRoles } from "../db/schema.ts";
import { type Permission, permissions, type Reach } from "../tenant.ts";

export type Role = (typeof grantedRoles)[number];

/** How far a role holds a permission: all the company, the branches of its grant, or what is the person's own. */
export type Extent = "company" | "branches" | "own";

const appointmentWork: readonly Permission[] = [
  "appointments:read",
  "appointments:write",
  "appointments:confirm",
  "appointments:cancel",
  "appointments:reschedule",
  "appointments:complete",
  "appointments:force",
  "appointments:act_for_business",
  "appointments:link",
];
const callbackWork: readonly Permission[] = ["callbacks:read", "callbacks:write", "callbacks:assign", "callbacks:work"];
const records: readonly Permission[] = ["modifications:read", "deliveries:read"];

/** Everybody of a company may know how it is set up. */
const configurationRead = held("company", ["policies:read", "calendars:read", "ladders:read", "notifications:read"]);

/** The one table of who may do what: pure, printed by `frontdesk permissions`, and tested against every route. */
export const rolePermissions: Readonly<Record<Role, Readonly<Partial<Record<Permission, Extent>>>>> = {
  admin: held("company", permissions),
  manager: {
    ...configurationRead,
    ...held("branches", ["policies:write", "calendars:write", "ladders:write", "notifications:write"]),
    ...held("branches", ["templates:write", "preferences:write", "modifications:export"]),
    ...held("branches", [...appointmentWork, ...callbackWork, ...records]),
    ...held("company", ["customers:read", "customers:write", "contacts:read", "customers:export", "customers:erase"]),
    ...held("company", ["users:read"]),
  },
  receptionist: {
    ...configurationRead,
    ...held("branches", [...appointmentWork, ...callbackWork, ...records]),
    ...held("company", ["customers:read", "customers:write", "contacts:read", "customers:export"]),
  },
  staff: {
    ...configurationRead,
    ...held("own", ["appointments:read", "appointments:confirm", "appointments:complete"]),
    ...held("own", ["appointments:act_for_business", "callbacks:read", "callbacks:work", ...records]),
    ...held("own", ["customers:read", "contacts:read", "preferences:write"]),
  },
  viewer: {
    ...configurationRead,
    ...held("branches", ["appointments:read", "callbacks:read", ...records]),
    ...held("company", ["customers:read"]),
  },
};

function held(extent: Extent, list: readonly Permission[]): Partial<Record<Permission, Extent>> {
  return Object.fromEntries(list.map((permission) => [permission, extent]));
}

/** A role as it was given: in one branch or, with null, in all of them; and who the person is among the staff. */
export interface Grant {
  readonly role: Role;
  readonly branchId: string | null;
  readonly staffId: string | null;
}

export interface Allowance {
  readonly permissions: ReadonlySet<Permission>;
  /** Only those held in a part of the company. */
  readonly reaches: ReadonlyMap<Permission, Reach>;
}

/** The union of all grants. What is held nowhere (a person's own, of nobody among the staff) is not held. */
export function allowanceOf(grants: readonly Grant[]): Allowance {
  const held = new Map<Permission, Reach | "company">();
  for (const grant of grants) {
    for (const [permission, extent] of Object.entries(rolePermissions[grant.role]) as [Permission, Extent][]) {
      const more = reachOf(grant, extent);
      if (more !== null) held.set(permission, union(held.get(permission), more));
    }
  }
  const parts = [...held].filter((entry): entry is [Permission, Reach] => entry[1] !== "company");
  return { permissions: new Set(held.keys()), reaches: new Map(parts) };
}

function reachOf({ branchId, staffId }: Grant, extent: Extent): Reach | "company" | null {
  if (extent === "own") return staffId === null ? null : { branches: [], staff: [staffId] };
  return extent === "company" || branchId === null ? "company" : { branches: [branchId], staff: [] };
}

function union(one: Reach | "company" | undefined, other: Reach | "company"): Reach | "company" {
  if (one === undefined) return other;
  if (one === "company" || other === "company") return "company";
  const merged = (key: keyof Reach) => [...new Set([...one[key], ...other[key]])];
  return { branches: merged("branches"), staff: merged("staff") };
}
