import type { InjectOptions } from "fastify";
import { defaultLadder } from "../../src/callbacks/ladder.ts";
import { apiPrefix, type Route } from "../../src/http/route.ts";
import type { Permission } from "../../src/tenant.ts";
import type { Site } from "./site.ts";

/** Routes whose body says where: the rest names its place in the path, or is about the whole company. */
const placedByBody: Readonly<Record<string, (site: Site, own: Site) => object>> = {
  "POST /appointments": ({ branchId }, { serviceId, customerId }) => {
    const startsAt = "2026-04-01T09:00:00Z";
    return { branchId, serviceId: Number(serviceId), customerId: Number(customerId), startsAt };
  },
  "POST /callbacks": ({ branchId }) => ({ branchId, phoneNumber: "+493055567890", customerName: "Ada" }),
  "POST /policies": ({ branchId }) => ({
    ...{ policyType: "reschedule", level: "branch", targetId: branchId },
    config: { minNoticeHours: 2 },
  }),
  "POST /policies/:policyId/reversion": () => ({ version: 1 }),
  "POST /policies/import": ({ branchId }) => ({
    ...{ format: "frontdesk-policies", version: 1, dryRun: true },
    policies: [{ policyType: "cancellation", level: "branch", targetId: branchId, config: { minNoticeHours: 2 } }],
  }),
  "POST /notification-configurations": ({ branchId }) => ({
    ...{ level: "branch", targetId: branchId, event: "no_show", channel: "email" },
  }),
  "POST /calendars": ({ branchId }) => ({ branchId, name: "x", alwaysOpen: true }),
  "POST /ladders": ({ branchId }) => ({ branchId, name: "x", steps: defaultLadder }),
  "POST /notification-plans": ({ appointmentId }) => ({ event: "cancellation", appointmentId: Number(appointmentId) }),
  "POST /notification-templates/preview": ({ appointmentId }) => ({
    ...{ event: "cancellation", channel: "email", appointmentId: Number(appointmentId) },
  }),
};

const bodies: Readonly<Record<string, (site: Site, own: Site) => object>> = {
  ...placedByBody,
  "POST /appointments/:appointmentId/quotes": () => ({ action: "cancel" }),
  "POST /appointments/:appointmentId/rescheduling": () => ({ startsAt: "2026-04-02T09:00:00Z" }),
  "POST /callbacks/:callbackId/assignment": ({ staffId }) => ({ staffId }),
  "POST /callbacks/:callbackId/reassignment": ({ staffId }) => ({ staffId }),
  "POST /callbacks/:callbackId/completion": () => ({ outcome: "reached" }),
  "POST /callbacks/:callbackId/escalations": () => ({ detail: "x" }),
  "PUT /calendars/:calendarId": () => ({ name: "x", alwaysOpen: true }),
  "PUT /ladders/:ladderId": () => ({ name: "x", steps: defaultLadder }),
  "PUT /staff/:staffId/push-subscription": () => subscription,
  "PUT /users/:userId/grants": () => ({ grants: [] }),
  "PUT /services/:serviceId/staff": () => ({ staffIds: [] }),
  "PUT /services/:serviceId/branches": () => ({ branchIds: [] }),
  "PUT /notification-templates/:event/:channel/:locale": () => ({ subject: "x", text: "x" }),
};
const endpoint = "https://push.example/1";
const subscription = { endpoint, p256dh: "p".repeat(87), auth: "a".repeat(22) };

/** No test of permissions is to be kept from its answer by what another one changed: what can be refused for that, is. */
const stale = { "if-match": '"of another day"' };

/** A request to a route, at a site. @param own the caller's, of which is what a request needs besides */
export function requestTo(route: Route, site: Site, own: Site): InjectOptions {
  const name = nameOf(route);
  const others: Record<string, string> = {
    field: "minNoticeHours",
    event: "cancellation",
    channel: "email",
    locale: "de",
  };
  const path = route.path.replace(
    /:(\w+)/g,
    (_, param) => (site as Record<string, string>)[param] ?? others[param] ?? "",
  );
  const isPlain = route.method === "GET" || route.method === "DELETE";
  return {
    method: route.method,
    url: apiPrefix + path,
    headers: route.method === "POST" ? {} : stale,
    ...(name.endsWith("/push-subscription") && route.method === "DELETE" ? { query: { endpoint } } : {}),
    ...(isPlain ? {} : { payload: bodies[name]?.(site, own) ?? {} }),
  };
}

/** Whether it takes a permission: others are open to everybody, or to who has a customer's link. */
export function needsPermission({ permission }: Route): boolean {
  return permission !== null && permission !== "customerLink";
}

export function nameOf({ method, path }: Route): string {
  return `${method} ${path}`;
}

/** Whether it is about something of a branch's, a person's or a company's own: what a request names. */
export function hasPlace(route: Route): boolean {
  return /:\w+Id/.test(route.path) || nameOf(route) in placedByBody;
}

/** Routes that anybody may use who knows how the company is set up, for what they may see by another permission. */
const seenThrough: Readonly<Record<string, Permission>> = {
  "GET /customers/:customerId/notification-preferences": "customers:read",
  "POST /notification-plans": "appointments:read",
  "POST /notification-templates/preview": "appointments:read",
};

/** The permission whose extent says where a role may use the route. */
export function extentPermissionOf(route: Route): Permission {
  return seenThrough[nameOf(route)] ?? (route.permission as Permission);
}

/** Configuration is read in the whole company: writing it elsewhere is refused in words, not denied to exist. */
const configuring: ReadonlySet<Route["permission"]> = new Set<Permission>([
  "policies:write",
  "calendars:write",
  "ladders:write",
  "notifications:write",
  "templates:write",
  "preferences:write",
]);
export const isConfiguring = ({ permission }: Route) => configuring.has(permission);
