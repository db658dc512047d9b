import { z } from "zod";
import { isoOf } from "../clock.ts";
import { attemptOutcomes, deliveryRecipients, deliveryStatuses, providerKinds } from "../db/schema.ts";
import { notFound } from "../errors.ts";
import { id, idParam, instantReply, periodFields, periodIn, uuid } from "../http/fields.ts";
import { cursorOf, page, pageOf, pageQuery, readCursor, type Sort } from "../http/pagination.ts";
import { type Route, route } from "../http/route.ts";
import { maskedText, seesContacts } from "../tenancy/contacts.ts";
import { aboutDays } from "../tenancy/local-days.ts";
import type { Caller } from "../tenant.ts";
import type { NotificationEvent } from "./catalogue.ts";
import { deliveryStats, deliveryStatsReply } from "./delivery-stats.ts";
import { attemptsOf, type DeliveryRow, deadLetterCauses, findDelivery, listDeliveries } from "./delivery-store.ts";
import { replayDeadLetters, replayDelivery } from "./replay.ts";
import { channelField, eventField, tag } from "./route-fields.ts";
import { type DeliveryView, deliveryView, withoutContacts } from "./views.ts";

const params = z.object({ deliveryId: idParam });
const byId: Sort<[number]> = { name: "id desc", key: z.tuple([id]) };
const delivery = z
  .object({
    id,
    publicId: z.string(),
    eventId: id,
    event: eventField,
    recipientType: z.enum(deliveryRecipients),
    recipientId: z.string(),
    recipientName: z.string(),
    channel: channelField,
    address: z.string().nullable(),
    locale: z.string(),
    template: z.string().nullable(),
    content: z.object({ subject: z.string().nullable(), text: z.string() }).nullable(),
    status: z.enum(deliveryStatuses),
    reason: z.string().nullable().meta({ description: "Why it was not sent" }),
    reasonLevel: z.string().nullable(),
    plannedFrom: z.string().meta({ description: "The level whose configuration asked for it, or the catalogue" }),
    insteadOf: channelField.nullable(),
    fallbackChannel: channelField.nullable(),
    fallbackOfId: id.nullable(),
    hasFallenBack: z.boolean(),
    attempts: z.int().min(0),
    retriesLeft: z.int(),
    dueAt: instantReply,
    notAfter: instantReply.nullable(),
    nextAt: instantReply.nullable(),
    appointmentId: id.nullable(),
    callbackId: id.nullable(),
    provider: z.enum(providerKinds).nullable(),
    providerReference: z.string().nullable(),
    errorCode: z.string().nullable(),
    error: z.string().nullable(),
    sentAt: instantReply.nullable(),
    finishedAt: instantReply.nullable(),
    createdAt: instantReply,
  })
  .meta({ id: "Delivery" });

/** What the caller may see of a delivery. */
function viewFor(caller: Caller): (row: DeliveryRow) => DeliveryView {
  const isWhole = seesContacts(caller);
  return (row) => (isWhole ? deliveryView(row) : withoutContacts(deliveryView(row)));
}

export const deliveryRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/deliveries",
    tag,
    permission: "deliveries:read",
    summary: "List deliveries, newest first, those too that were not sent, with the reason",
    query: z.object({
      ...pageQuery,
      status: z.enum(deliveryStatuses).optional(),
      event: eventField.optional(),
      channel: channelField.optional(),
      appointmentId: idParam.optional(),
      errorCode: z
        .string()
        .regex(/^[\x21-\x7e]{1,60}$/)
        .optional(),
    }),
    reply: pageOf(delivery),
    async handle({ db, caller, query: { limit, cursor, ...filter } }) {
      const before = readCursor(byId, cursor)?.[0] ?? Number.MAX_SAFE_INTEGER;
      const rows = await listDeliveries(db, caller, filter, before, limit + 1);
      return page(rows.map(viewFor(caller)), limit, (last) => cursorOf(byId, [last.id]));
    },
  }),
  route({
    method: "GET",
    path: "/deliveries/dead-letters",
    tag,
    permission: "deliveries:read",
    summary: "What reached nobody, by its cause, the most frequent first",
    reply: z.object({
      items: z.array(
        z.object({
          event: eventField,
          channel: channelField,
          status: z.enum(deliveryStatuses),
          errorCode: z.string().nullable(),
          count: z.int(),
          newestId: id,
        }),
      ),
    }),
    handle: async ({ db, caller }) => ({
      items: (await deadLetterCauses(db, caller)).map((cause) => ({
        ...cause,
        event: cause.event as NotificationEvent,
      })),
    }),
  }),
  route({
    method: "GET",
    path: "/deliveries/stats",
    tag,
    permission: "deliveries:read",
    summary: "What became of the messages that were planned in a period, by channel and by day",
    description: `${aboutDays} A branch's messages are those about its appointments and callbacks.`,
    query: z.object({ ...periodFields, branchId: uuid.optional() }),
    reply: deliveryStatsReply,
    handle: ({ db, caller, query: { branchId, ...period } }) =>
      deliveryStats(db, caller, { branchId, ...periodIn(period) }),
  }),
  route({
    method: "GET",
    path: "/deliveries/:deliveryId",
    tag,
    permission: "deliveries:read",
    summary: "One delivery, with what was sent",
    params,
    reply: delivery,
    async handle({ db, caller, params }) {
      const row = await findDelivery(db, caller, params.deliveryId);
      if (!row) throw notFound("delivery");
      return viewFor(caller)(row);
    },
  }),
  route({
    method: "GET",
    path: "/deliveries/:deliveryId/timeline",
    tag,
    permission: "deliveries:read",
    summary: "Everything that happened to a delivery, in order",
    params,
    reply: z.object({
      events: z.array(
        z.object({
          at: instantReply,
          what: z.enum(["planned", ...attemptOutcomes]),
          number: z.int().nullable(),
          errorCode: z.string().nullable(),
          detail: z.string().nullable(),
          milliseconds: z.int().nullable(),
        }),
      ),
    }),
    async handle({ db, caller, params }) {
      const row = await findDelivery(db, caller, params.deliveryId);
      if (!row) throw notFound("delivery");
      const planned = {
        at: isoOf(row.createdAt),
        what: "planned" as const,
        number: null,
        errorCode: null,
        detail: row.reason,
        milliseconds: null,
      };
      const shown = (text: string | null) => (text === null || seesContacts(caller) ? text : maskedText(text));
      const attempts = await attemptsOf(db, caller, row.id);
      const events = attempts.map(({ happenedAt, outcome, number, errorCode, detail, milliseconds }) => ({
        at: isoOf(happenedAt),
        what: outcome,
        number,
        errorCode,
        detail: shown(detail),
        milliseconds,
      }));
      return { events: [planned, ...events] };
    },
  }),
  route({
    method: "POST",
    path: "/deliveries/:deliveryId/replay",
    tag,
    permission: "deliveries:replay",
    summary: "Try again to send what was not sent, if it still makes sense; to another address if one is given",
    params,
    body: z
      .strictObject({
        address: z
          .string()
          .max(320)
          .regex(/^(\+[1-9]\d{6,14}|[^\s@<>,]+@[^\s@<>,]+)$/, "must be a mail address or a number in E.164")
          .nullable()
          .default(null),
      })
      .meta({ id: "Replay" }),
    reply: delivery,
    handle: ({ db, caller, params, body }) => replayDelivery(db, caller, params.deliveryId, body.address),
  }),
  route({
    method: "POST",
    path: "/deliveries/replays",
    tag,
    permission: "deliveries:replay",
    summary: "Replay the dead letters of a cause, up to 500 at once",
    body: z
      .strictObject({
        event: eventField.optional(),
        channel: channelField.optional(),
        errorCode: z
          .string()
          .regex(/^[\x21-\x7e]{1,60}$/)
          .optional(),
      })
      .meta({ id: "ReplayOfMany" }),
    reply: z.object({ replayed: z.int(), left: z.int() }),
    handle: ({ db, caller, body }) => replayDeadLetters(db, caller, body),
  }),
];
