import { z } from "zod";
import { currentTime, type Db } from "../db/connect.ts";
import { notFound, Refusal } from "../errors.ts";
import { id, idParam, instantReply } from "../http/fields.ts";
import { type Route, route } from "../http/route.ts";
import type { Installation } from "../installation.ts";
import type { Caller } from "../tenant.ts";
import { eventFilters, testType } from "./catalogue.ts";
import { type EndpointRow, findEndpoint, listEndpoints } from "./endpoint-store.ts";
import { changeEndpoint, createEndpoint, endpointView, openSecret, removeEndpoint, renewSecret } from "./endpoints.ts";
import { bodyOf, newMessageId } from "./plan.ts";
import { postWebhook } from "./post.ts";

const tag = "webhooks";
const params = z.object({ endpointId: idParam });
const content = {
  url: z.string().min(1).max(2000).meta({ description: "An https address; redirects are not followed" }),
  description: z.string().max(255),
  eventTypes: z
    .array(z.enum(eventFilters))
    .min(1)
    .max(eventFilters.length)
    .meta({ description: "What it is told of: types, groups like appointment.*, or * for all" }),
};
const endpoint = z
  .object({
    id,
    ...content,
    isEnabled: z.boolean(),
    disabledAt: instantReply.nullable(),
    disabledReason: z
      .string()
      .nullable()
      .meta({ description: "exhausted: nothing was taken for 75 hours; gone: it answered 410; byHand" }),
    lastDeliveredAt: instantReply.nullable().meta({ description: "To the minute" }),
    version: z.int().min(1),
    createdAt: instantReply,
  })
  .meta({ id: "WebhookEndpoint" });
const withSecret = endpoint
  .extend({ secret: z.string().meta({ description: "Shown this once: what signatures are verified with" }) })
  .meta({ id: "WebhookEndpointWithSecret" });
const etag = ({ version }: { readonly version: number }) => String(version);

export const endpointRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/webhook-endpoints",
    tag,
    permission: "webhooks:read",
    summary: "The company's endpoints, 20 at most",
    reply: z.object({ items: z.array(endpoint) }),
    handle: async ({ db, caller }) => ({ items: (await listEndpoints(db, caller)).map(endpointView) }),
  }),
  route({
    method: "POST",
    path: "/webhook-endpoints",
    tag,
    permission: "webhooks:write",
    summary: "Have another system told of events, signed as Standard Webhooks says",
    body: z
      .strictObject({ ...content, description: content.description.default("") })
      .meta({ id: "NewWebhookEndpoint" }),
    reply: withSecret,
    repliesSecret: true,
    status: 201,
    etag,
    handle: ({ db, caller, body, installation }) => createEndpoint(db, caller, installation, body),
  }),
  route({
    method: "GET",
    path: "/webhook-endpoints/:endpointId",
    tag,
    permission: "webhooks:read",
    summary: "One endpoint, and whether and why it is disabled",
    params,
    reply: endpoint,
    etag,
    handle: async ({ db, caller, params }) => endpointView(await existing(db, caller, params.endpointId)),
  }),
  route({
    method: "PATCH",
    path: "/webhook-endpoints/:endpointId",
    tag,
    permission: "webhooks:write",
    summary: "Change an endpoint, or enable it again",
    params,
    body: z
      .strictObject({ ...content, isEnabled: z.boolean() })
      .partial()
      .meta({ id: "WebhookEndpointChange" }),
    reply: endpoint,
    etag,
    honoursIfMatch: true,
    handle: ({ db, caller, params, body, ifMatch, installation }) =>
      changeEndpoint(db, caller, installation, params.endpointId, body, ifMatch),
  }),
  route({
    method: "DELETE",
    path: "/webhook-endpoints/:endpointId",
    tag,
    permission: "webhooks:write",
    summary: "Remove an endpoint with its log",
    params,
    reply: z.undefined(),
    status: 204,
    honoursIfMatch: true,
    handle: ({ db, caller, params, ifMatch }) =>
      removeEndpoint(db, caller, params.endpointId, ifMatch) as Promise<undefined>,
  }),
  route({
    method: "POST",
    path: "/webhook-endpoints/:endpointId/secret",
    tag,
    permission: "webhooks:write",
    summary: "Make a new secret; the old one counts no longer",
    params,
    reply: withSecret,
    repliesSecret: true,
    etag,
    handle: ({ db, caller, params, installation }) => renewSecret(db, caller, installation, params.endpointId),
  }),
  route({
    method: "POST",
    path: "/webhook-endpoints/:endpointId/test",
    tag,
    permission: "webhooks:write",
    summary: "Really send a test message now, and say what was answered",
    params,
    reply: z
      .object({
        isDelivered: z.boolean(),
        status: z.int().nullable(),
        body: z.string().nullable().meta({ description: "The first kilobyte of the answer" }),
        error: z.string().nullable(),
      })
      .meta({ id: "WebhookTestResult" }),
    handle: ({ db, caller, params, installation }) => sendTest(db, caller, installation, params.endpointId),
  }),
];

async function existing(db: Db, caller: Caller, endpointId: number): Promise<EndpointRow> {
  const row = await findEndpoint(db, caller, endpointId);
  if (!row) throw notFound("webhook endpoint");
  return row;
}

async function sendTest({ beforeCommit: _, ...db }: Db, caller: Caller, installation: Installation, id: number) {
  const row = await existing(db, caller, id);
  const now = await currentTime(db);
  const body = bodyOf(testType, now, { companyId: caller.companyId, endpointId: id });
  const message = { url: row.url, messageId: newMessageId(), body, secret: secretOf(installation, caller, row) };
  const { allowsPrivateNetworks } = installation;
  const answer = await postWebhook(message, { allowsPrivateNetworks, sentAt: new Date(now.epochMilliseconds) });
  return { isDelivered: answer.status !== null && answer.status >= 200 && answer.status < 300, ...answer };
}

function secretOf({ keyring }: Installation, caller: Caller, row: EndpointRow): string {
  try {
    return openSecret(keyring, caller, row);
  } catch {
    throw new Refusal("conflict", "The secret cannot be read with this installation's keys. Make a new one.");
  }
}
