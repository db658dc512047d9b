/** Whose data a piece of work may touch. Every read and write of a tenant's table names one. */
export interface Tenant {
  readonly companyId: number;
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
  /** Which door it came in by, for the audit log; the command line's when left out. */
  readonly origin?: { readonly source: "api" | "ui" | "cli" | "worker"; readonly requestId: string | null };
}

export const permissions = [
  "appointments:read",
  "appointments:write",
  "appointments:cancel",
  "appointments:reschedule",
  "appointments:complete",
  "appointments:force",
  "appointments:act_for_business",
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
  "customers:export",
  "customers:erase",
  "settings:read",
  "settings:write",
] as const;
export type Permission = (typeof permissions)[number];
