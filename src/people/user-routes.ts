import { z } from "zod";
import { grantedRoles } from "../db/schema.ts";
import { id, idParam, mailAddress, personName, uuid } from "../http/fields.ts";
import { pageOf, pageQuery } from "../http/pagination.ts";
import { etagOfView } from "../http/preconditions.ts";
import { type Route, route } from "../http/route.ts";
import { inviteUser } from "./invite.ts";
import { addUser, changeGrants, getUser, listUsers, removeUser, renameUser, resetTwoFactor } from "./users.ts";

const tag = "users";

const grant = z
  .strictObject({
    role: z.enum(grantedRoles),
    branchId: uuid.nullable().meta({ description: "The branch it is granted in; null for all of them" }),
    staffId: uuid.nullable().meta({ description: "Who of the staff it is; null for nobody" }),
  })
  .meta({ id: "Grant" });
const grants = z.array(grant).max(50);

const user = z
  .object({
    id,
    email: z.string(),
    name: z.string(),
    status: z.enum(["invited", "active"]).meta({ description: "Invited until they have chosen a password" }),
    hasTwoFactor: z.boolean(),
    grants: z.array(grant),
  })
  .meta({ id: "User" });

const params = z.object({ userId: idParam });
const common = { tag, reply: user, etag: etagOfView } as const;

export const userRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/users",
    tag,
    permission: "users:read",
    summary: "Who can sign in to this company, and what they may do",
    query: z.object(pageQuery),
    reply: pageOf(user),
    handle: ({ db, caller, query }) => listUsers(db, caller, query),
  }),
  route({
    ...common,
    method: "GET",
    path: "/users/:userId",
    permission: "users:read",
    summary: "Somebody who can sign in",
    params,
    handle: ({ db, caller, params }) => getUser(db, caller, params.userId),
  }),
  route({
    ...common,
    method: "POST",
    path: "/users",
    permission: "users:write",
    summary: "Give somebody access; they sign in once they have chosen a password, see their invitation",
    body: z.strictObject({ email: mailAddress, name: personName, grants }).meta({ id: "NewUser" }),
    status: 201,
    handle: ({ db, caller, body }) => addUser(db, caller, body),
  }),
  route({
    ...common,
    method: "PATCH",
    path: "/users/:userId",
    permission: "users:write",
    summary: "Change what somebody is called",
    params,
    body: z.strictObject({ name: personName.optional() }),
    honoursIfMatch: true,
    handle: ({ db, caller, params, body, ifMatch }) => renameUser(db, caller, params.userId, body, ifMatch),
  }),
  route({
    ...common,
    method: "PUT",
    path: "/users/:userId/grants",
    permission: "users:write",
    summary: "All roles of somebody, in force from the next request on",
    params,
    body: z.strictObject({ grants }),
    honoursIfMatch: true,
    handle: ({ db, caller, params, body, ifMatch }) => changeGrants(db, caller, params.userId, body.grants, ifMatch),
  }),
  route({
    method: "PUT",
    path: "/users/:userId/invitation",
    tag,
    permission: "users:write",
    summary: "Send somebody the link to choose a first password; it is valid for seven days",
    params,
    body: z.strictObject({}).optional(),
    reply: z
      .object({
        sentTo: z.string().nullable().meta({ description: "Null where this installation sends no mails" }),
        link: z.string().nullable().meta({ description: "To be handed over, where no mail was sent" }),
      })
      .meta({ id: "Invitation" }),
    handle: ({ db, caller, signIn, installation, params }) =>
      inviteUser(db, caller, { signIn, installation }, params.userId),
  }),
  route({
    ...common,
    method: "DELETE",
    path: "/users/:userId/two-factor",
    permission: "users:write",
    summary: "For somebody whose app is lost: the password alone is enough again, and all their sessions end",
    params,
    handle: ({ db, caller, params }) => resetTwoFactor(db, caller, params.userId),
  }),
  route({
    method: "DELETE",
    path: "/users/:userId",
    tag,
    permission: "users:write",
    summary: "Take somebody's access away: they are signed out everywhere",
    params,
    reply: z.undefined(),
    status: 204,
    honoursIfMatch: true,
    handle: async ({ db, caller, params, ifMatch }) => {
      await removeUser(db, caller, params.userId, ifMatch);
      return undefined;
    },
  }),
];
