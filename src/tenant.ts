/** Whose data a piece of work may touch. Every read and write of a tenant's table names one. */
export interface Tenant {
  readonly companyId: number;
  /** The part of the company it may touch; all of it when left out. Stores narrow what they read and write by it. */
  readonly reach?: Reach;
}

/** A part of a company: all that stands in these branches, and all that is these staff members' own. */
export interface Reach {
  readonly branches: readonly string[];
  readonly staff: readonly string[];
}

/** Who typed it, apart from on whose behalf (see `initiatedBy`). The union is closed: the database's enum is this list. */
export const actorTypes = ["user", "staff", "customer", "system", "api_key"] as const;
export type ActorType = (typeof actorTypes)[number];

export interface Actor {
  readonly type: ActorType;
  readonly id: string | null;
}

/** The one answer to "who is asking": resolved by tenancy/authenticate and nowhere else. */
export interface Caller extends Tenant {
  readonly actor: Actor;
  readonly permissions: ReadonlySet<Permission>;
  /** Where a permission is held, for those held in a part of the company only: a route narrows `reach` to it. */
  readonly reaches?: ReadonlyMap<Permission, Reach>;
  /** Which door it came in by, for the audit log; the command line's when left out. */
  readonly origin?: { readonly source: "api" | "ui" | "cli" | "worker"; readonly requestId: string | null };
  /** Of a customer who came by a signed link: the one appointment that it opens. */
  readonly appointmentId?: number;
}

/** A customer whom a signed link let in. They hold no permission: what a link opens is what its routes do. */
export type CustomerByLink = Caller & { readonly appointmentId: number };

export const permissions = [
  "appointments:read",
  "appointments:write",
  "appointments:confirm",
  "appointments:cancel",
  "appointments:reschedule",
  "appointments:complete",
  "appointments:force",
  "appointments:act_for_business",
  "appointments:link",
  "appointments:import",
  "callers:vouch",
  "policies:read",
  "policies:write",
  "modifications:read",
  "modifications:export",
  "callbacks:read",
  "callbacks:write",
  "callbacks:assign",
  "callbacks:work",
  "calendars:read",
  "calendars:write",
  "ladders:read",
  "ladders:write",
  "notifications:read",
  "notifications:write",
  "templates:write",
  "deliveries:read",
  "deliveries:replay",
  "providers:write",
  "preferences:write",
  "events:post",
  "webhooks:read",
  "webhooks:write",
  "audit:read",
  "directory:write",
  "customers:read",
  "customers:write",
  "contacts:read",
  "customers:export",
  "customers:erase",
  "users:read",
  "users:write",
  "keys:read",
  "keys:write",
  "settings:read",
  "settings:write",
] as const;
export type Permission = (typeof permissions)[number];

/** Whoever may run commands on this machine: everything, in one company. */
export function machineCaller({ companyId }: Tenant): Caller {
  return { companyId, actor: { type: "system", id: null }, permissions: new Set(permissions) };
}

/** Keys that were made before there was `appointments:confirm` confirm with `appointments:write`. */
export function holds({ actor, permissions }: Pick<Caller, "actor" | "permissions">, permission: Permission): boolean {
  if (permissions.has(permission)) return true;
  return permission === "appointments:confirm" && actor.type === "api_key" && permissions.has("appointments:write");
}
