import { z } from "zod";
import { webhookStatuses } from "../db/schema.ts";
import { notFound } from "../errors.ts";
import { id, idParam, instantReply } from "../http/fields.ts";
import { cursorOf, page, pageOf, pageQuery, readCursor, type Sort } from "../http/pagination.ts";
import { type Route, route } from "../http/route.ts";
import { attemptsOf, findDelivery, listDeliveries } from "./delivery-store.ts";
import { replayFailed, replayWebhook } from "./replay.ts";
import { attemptView, deliveryView } from "./views.ts";

const tag = "webhooks";
const params = z.object({ webhookDeliveryId: idParam });
const byId: Sort<[number]> = { name: "id desc", key: z.tuple([id]) };
const responseStatus = z.int().nullable();
const fields = {
  id,
  endpointId: id,
  eventId: id.nullable(),
  eventType: z.string(),
  messageId: z.string().meta({ description: "What is sent as webhook-id, the same each time" }),
  body: z.string().meta({ description: "What is sent, byte for byte" }),
  status: z.enum(webhookStatuses),
  attempts: z.int().min(0),
  nextAt: instantReply.nullable(),
  responseStatus,
  error: z.string().nullable(),
  createdAt: instantReply,
  finishedAt: instantReply.nullable(),
};
const delivery = z.object(fields).meta({ id: "WebhookDelivery" });
const attempt = z.object({
  number: z.int(),
  at: instantReply,
  responseStatus,
  responseBody: z.string().nullable().meta({ description: "Its first kilobyte" }),
  error: z.string().nullable(),
  milliseconds: z.int(),
});

export const deliveryRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/webhook-deliveries",
    tag,
    permission: "webhooks:read",
    summary: "What was sent to endpoints and what became of it, newest first",
    query: z.object({
      ...pageQuery,
      endpointId: idParam.optional(),
      status: z.enum(webhookStatuses).optional(),
    }),
    reply: pageOf(delivery),
    async handle({ db, caller, query: { limit, cursor, ...filter } }) {
      const before = readCursor(byId, cursor)?.[0] ?? Number.MAX_SAFE_INTEGER;
      const rows = await listDeliveries(db, caller, filter, before, limit + 1);
      return page(rows.map(deliveryView), limit, (last) => cursorOf(byId, [last.id]));
    },
  }),
  route({
    method: "GET",
    path: "/webhook-deliveries/:webhookDeliveryId",
    tag,
    permission: "webhooks:read",
    summary: "One message with its attempts, and what was answered",
    params,
    reply: z.object({ ...fields, log: z.array(attempt) }).meta({ id: "WebhookDeliveryWithLog" }),
    async handle({ db, caller, params }) {
      const row = await findDelivery(db, caller, params.webhookDeliveryId);
      if (!row) throw notFound("webhook delivery");
      return { ...deliveryView(row), log: (await attemptsOf(db, caller, row.id)).map(attemptView) };
    },
  }),
  route({
    method: "POST",
    path: "/webhook-deliveries/:webhookDeliveryId/replay",
    tag,
    permission: "webhooks:write",
    summary: "Send one once more, with its old id and body",
    params,
    reply: delivery,
    handle: ({ db, caller, params }) => replayWebhook(db, caller, params.webhookDeliveryId),
  }),
  route({
    method: "POST",
    path: "/webhook-endpoints/:endpointId/replays",
    tag,
    permission: "webhooks:write",
    summary: "Send an endpoint's failed ones once more, the newest 500",
    params: z.object({ endpointId: idParam }),
    reply: z.object({ replayed: z.int() }),
    handle: ({ db, caller, params }) => replayFailed(db, caller, params.endpointId),
  }),
];
