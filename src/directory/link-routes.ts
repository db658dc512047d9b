import { z } from "zod";
import { idParam, uuid } from "../http/fields.ts";
import { etagOfView } from "../http/preconditions.ts";
import { type Route, route } from "../http/route.ts";
import { branchLink, type Link, readLinks, replaceLinks, staffLink } from "./links.ts";

const tag = "directory";
const params = z.object({ serviceId: idParam });

export const linkRoutes: readonly Route[] = [
  ...routesOf(staffLink, "/services/:serviceId/staff", "ServiceStaff", {
    read: "Who performs a service: nobody named is everybody of the branch",
    write: "Say who performs a service: these and no others; an empty list is everybody",
  }),
  ...routesOf(branchLink, "/services/:serviceId/branches", "ServiceBranches", {
    read: "Where a service that belongs to no single branch is offered: no branch named is every branch",
    write: "Say where a service is offered: at these and no others; an empty list is every branch",
  }),
];

function routesOf(
  link: Link,
  path: `/${string}`,
  schemaName: string,
  summaries: { readonly read: string; readonly write: string },
): Route[] {
  const linked = z.strictObject({ [link.field]: z.array(uuid).max(1000) }).meta({ id: schemaName });
  const common = { path, tag, params, reply: linked, etag: etagOfView } as const;
  const get = route({
    ...common,
    method: "GET",
    permission: "policies:read",
    summary: summaries.read,
    handle: ({ db, caller, params }) => readLinks(db, caller, link, params.serviceId),
  });
  const put = route({
    ...common,
    method: "PUT",
    permission: "directory:write",
    summary: summaries.write,
    body: linked,
    honoursIfMatch: true,
    handle: ({ db, caller, params, body, ifMatch }) =>
      replaceLinks(db, caller, link, params.serviceId, body[link.field] ?? [], ifMatch),
  });
  return [get, put];
}
